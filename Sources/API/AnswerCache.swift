import HTTPServer
import Operations
import Synchronization
import Warehouse

/// Answers that are kept until the next commit: what a shift looks at again and again.
///
/// An entry carries the generation of the store that was read before it was made, and is used only
/// while that is the store's own: a commit ends all of them at once, before its writer is answered,
/// so nobody reads what is older than a write that he knows of. No entry is shared between scopes.
/// The map is in parts, and a connection has its own: those who look at the same place, as a whole
/// shift does, would wait for each other in a map split by what is looked at.
final class AnswerCache: Sendable {
  struct Key: Hashable {
    var target: String
    var scope: TenantScope
  }

  private struct Entry {
    var generation: UInt64
    var response: Response
  }

  /// One part of the map; a class, since a lock cannot stand in an array.
  private final class Part: Sendable {
    let entries = Mutex<[Key: Entry]>([:])
  }

  private let parts = (0..<16).map { _ in Part() }
  private let partLimit: Int
  private let large = LargeAnswers()

  /// Makes an empty cache of at most so many answers.
  init(limit: Int) {
    partLimit = max(1, limit / 16)
  }

  /// How many answers are kept.
  var count: Int { parts.reduce(0) { $0 + $1.entries.withLock { $0.count } } }

  /// The answer to a target within a scope: the kept one, or the one that `make` makes now.
  ///
  /// `spread` says which part to look into; any number does.
  ///
  /// Only answers of 200 whose bytes are whole are kept; large ones once for all parts.
  func answer(
    _ target: String,
    _ scope: TenantScope,
    generation: UInt64,
    spread: Int = 0,
    make: () throws -> Response
  ) rethrows -> Response {
    let key = Key(target: target, scope: scope)
    let part = parts[spread & 15]
    let kept = part.entries.withLock { $0[key] }
    if let kept, kept.generation == generation { return kept.response }
    if let response = try large.answer(key, generation: generation, make: make) { return response }
    var response = try make()
    guard response.status == 200, case .bytes(let bytes) = response.body else { return response }
    guard bytes.count <= Limits.cachedAnswerBytes else {
      large.take(response, for: key, generation: generation)
      return response
    }
    response.body = .shared(SharedBody(bytes))
    let entry = Entry(generation: generation, response: response)
    part.entries.withLock { entries in
      // Full of answers, most of them to old questions: begin anew.
      if entries.count >= partLimit, entries[key] == nil { entries.removeAll() }
      entries[key] = entry
    }
    return response
  }
}

extension WarehouseAPI {
  /// The answer to a call about one thing, kept until something is committed.
  func kept(_ call: Call, _ make: () throws -> Response) rethrows -> Response {
    try answers.answer(
      call.request.target.raw,
      call.scope,
      generation: environment.store.generation,
      spread: call.request.remote.spread,
      make: make
    )
  }
}
