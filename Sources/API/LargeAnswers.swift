import Dispatch
import HTTPServer
import Synchronization
import Warehouse

/// Answers that are too large for the cache of each connection: made once for all who ask.
///
/// A dock with two thousand lots takes milliseconds to lay out. Where three hundred people look at
/// it and ten confirm, every commit would have three hundred threads lay it out side by side, and
/// scans wait behind them; so one lays it out and the others wait for that. What was begun before
/// a commit serves nobody who asks after it.
final class LargeAnswers: Sendable {
  /// An answer that is being made or was made.
  private final class Making: Sendable {
    let generation: UInt64
    let ended = DispatchGroup()
    /// Stays nil where it failed or cannot be shared; then everybody makes his own.
    let response = Mutex<Response?>(nil)

    init(generation: UInt64) { self.generation = generation }
  }

  private enum Turn {
    case unknown
    case mine(Making)
    case others(Making)
  }

  private let newest = Mutex<[AnswerCache.Key: Making]>([:])

  /// How many answers are known to be large.
  var count: Int { newest.withLock { $0.count } }

  /// Takes in an answer that turned out large.
  func take(_ response: Response, for key: AnswerCache.Key, generation: UInt64) {
    guard let shared = Self.shareable(response) else { return }
    let made = Making(generation: generation)
    made.response.withLock { $0 = shared }
    newest.withLock { newest in
      // Full of answers, most of them to old questions: begin anew.
      if newest.count >= Limits.cachedLargeAnswers { newest.removeAll() }
      newest[key] = made
    }
  }

  /// The answer where it is known to be large: the one at hand, the one that another is making,
  /// or the one that `make` makes now; nil where nobody has asked before.
  func answer(
    _ key: AnswerCache.Key,
    generation: UInt64,
    make: () throws -> Response
  ) rethrows -> Response? {
    let turn = newest.withLock { newest -> Turn in
      guard let last = newest[key] else { return .unknown }
      guard last.generation < generation else { return .others(last) }
      let mine = Making(generation: generation)
      mine.ended.enter()
      newest[key] = mine
      return .mine(mine)
    }
    switch turn {
    case .unknown:
      return nil
    case .mine(let mine):
      defer { mine.ended.leave() }
      let response = try make()
      guard let shared = Self.shareable(response) else { return response }
      mine.response.withLock { $0 = shared }
      return shared
    case .others(let making):
      making.ended.wait()
      return try making.response.withLock { $0 } ?? make()
    }
  }

  /// The answer with a body that many may send; nil where it is not whole or beyond all measure.
  private static func shareable(_ response: Response) -> Response? {
    guard response.status == 200, case .bytes(let bytes) = response.body,
      bytes.count <= Limits.cachedLargeAnswerBytes
    else { return nil }
    var shared = response
    shared.body = .shared(SharedBody(bytes))
    return shared
  }
}
