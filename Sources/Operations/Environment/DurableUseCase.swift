import Synchronization
import Warehouse
import WireFormat

/// A use case that changes something, in two halves.
///
/// `prepare` reads and thinks on the caller's thread; `apply` runs on the writer, together with the
/// idempotency row and the answer, must be short, and must bear to be undone and run again where
/// another of its group fails: it changes nothing outside the transaction. What `prepare` saw may
/// have changed by then, so `apply` judges again whatever matters; where it finds a `conflict`, the
/// whole is tried anew up to `attempts` times. A conflict that `prepare` finds is an answer: trying
/// again would find the same.
public protocol DurableUseCase: Sendable {
  /// What is asked for.
  associatedtype Request: Sendable
  /// What came of it.
  associatedtype Outcome: Sendable
  /// What the first half hands to the second.
  associatedtype Prepared: Sendable
  /// What it stands on.
  var environment: OperationsEnvironment { get }
  /// How often it is tried before a conflict is passed on.
  var attempts: Int { get }
  /// Reads, checks and computes; changes nothing.
  func prepare(_ request: Request, scope: TenantScope) throws -> Prepared
  /// What is asked for when it is tried anew after a conflict.
  func again(_ request: Request, after conflict: Failure, attempt: Int) -> Request
  /// Makes the change.
  func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome
  /// Counts what was done; called once after the commit, not for replays.
  func completed(_ outcome: Outcome, of request: Request)
}

extension DurableUseCase {
  /// Once.
  public var attempts: Int { 1 }

  /// The same again.
  public func again(_ request: Request, after conflict: Failure, attempt: Int) -> Request {
    request
  }

  /// Nothing to prepare, for use cases that do all their work in the transaction.
  public func prepare(_ request: Request, scope: TenantScope) throws where Prepared == Void {}

  /// Counts nothing.
  public func completed(_ outcome: Outcome, of request: Request) {}

  /// Does it without an idempotency key: for jobs, the command line and tests.
  public func callAsFunction(_ request: Request, scope: TenantScope) throws -> Outcome {
    var attempt = 1
    var asked = request
    while true {
      let request = asked
      let prepared = try prepare(request, scope: scope)
      do {
        let outcome = try environment.store.write(scope) { transaction in
          try apply(prepared, of: request, in: transaction)
        }
        completed(outcome, of: request)
        return outcome
      } catch let failure as Failure where failure.code == .conflict && attempt < attempts {
        asked = again(request, after: failure, attempt: attempt)
        attempt += 1
      }
    }
  }

  /// Does it once per idempotency key; a repeat gets the stored answer.
  ///
  /// What goes wrong in the first half is told by the second, because only the store knows whether
  /// this key was answered before: a repeat must get its old answer even where the same request
  /// would be refused today.
  public func callAsFunction(
    _ request: Request,
    scope: TenantScope,
    key: IdempotencyKey?,
    encode: @escaping @Sendable (Outcome) throws -> StoredAnswer
  ) throws -> Performed {
    var attempt = 1
    var asked = request
    while true {
      let request = asked
      let prepared = Result { try prepare(request, scope: scope) }
      let last = OutcomeBox<Outcome>()
      do {
        let performed = try environment.store.perform(
          key: key,
          scope: scope,
          at: environment.now(),
          effect: { transaction in
            let outcome = try apply(prepared.get(), of: request, in: transaction)
            last.keep(outcome)
            return outcome
          },
          encode: encode
        )
        if !performed.isReplay, let outcome = last.take() { completed(outcome, of: request) }
        return performed
      } catch let failure as Failure where failure.code == .conflict && attempt < attempts {
        if case .failure = prepared { throw failure }
        asked = again(request, after: failure, attempt: attempt)
        attempt += 1
      }
    }
  }
}

/// Carries an outcome from the writer's thread to the caller's.
private final class OutcomeBox<Outcome: Sendable>: Sendable {
  private let kept = Mutex<Outcome?>(nil)

  func keep(_ outcome: Outcome) {
    kept.withLock { $0 = outcome }
  }

  func take() -> Outcome? {
    kept.withLock { $0 }
  }
}

/// A result that can be told as JSON, in the one shape that all callers show.
public protocol JSONDocument {
  /// Writes the value as one JSON value.
  func write(to writer: inout JSONWriter)
  /// The task whose explanation is most of the document, and the first of its kind in it.
  var explained: Recommendation? { get }
}

extension JSONDocument {
  /// None.
  public var explained: Recommendation? { nil }

  /// The value as JSON bytes.
  public var json: [UInt8] { written.json }

  /// The value as JSON bytes, and where in them the first members are that were JSON before.
  public var written: (json: [UInt8], members: Range<Int>?) {
    var writer = JSONWriter(capacity: 1_024)
    write(to: &writer)
    return (writer.bytes, writer.firstMembers)
  }
}

extension Page where Row: JSONDocument {
  /// The page as JSON: `{"rows": [...], "next": cursor or null}`.
  public var json: [UInt8] {
    var writer = JSONWriter(capacity: 16_384)
    writer.object { page in
      page.array("rows") { rows in for row in self.rows { row.write(to: &rows) } }
      page.member("next", next)
    }
    return writer.bytes
  }
}

extension JSONWriter {
  /// Writes a member that is a document.
  mutating func member(_ key: String, document: some JSONDocument) {
    self.key(key)
    document.write(to: &self)
  }

  /// Writes a member that is a list of documents.
  mutating func member(_ key: String, documents: [some JSONDocument]) {
    array(key) { list in for document in documents { document.write(to: &list) } }
  }

  /// Writes a member that is a day, or `null`.
  mutating func member(_ key: String, day: LocalDay?) {
    member(key, day?.description)
  }

  /// Writes a member that is a size as `[l, w, h]`, or `null`.
  mutating func member(_ key: String, size: Dimensions?) {
    guard let size else { return member(key, String?.none) }
    array(key) { list in
      list.value(size.x)
      list.value(size.y)
      list.value(size.z)
    }
  }

  /// Writes a member that is a quantity in base units, from milli base units, or `null`.
  mutating func member(_ key: String, milli: Int64?) {
    member(key, decimal: milli, decimals: 3)
  }
}
