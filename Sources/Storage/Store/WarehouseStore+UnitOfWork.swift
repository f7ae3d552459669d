import Foundation
import GRDB
import Warehouse

extension WarehouseStore {
  /// Reads in one snapshot; blocks the calling thread, never call it on the cooperative pool.
  public func read<Result>(
    _ scope: TenantScope,
    _ body: (any ReadTransaction) throws -> Result
  ) throws -> Result {
    let start = ContinuousClock.now
    defer { readTimings.add(Stopwatch.us(since: start)) }
    do {
      return try readers.read(isUrgent: scope.isUrgent) { try body(ReadSession($0, scope)) }
    } catch let error as DatabaseError {
      throw Failure(database: error)
    }
  }

  /// Writes without an idempotency key, for jobs and imports; durable when it returns.
  public func write<Outcome: Sendable>(
    _ scope: TenantScope,
    _ effect: @escaping @Sendable (any WriteTransaction) throws -> Outcome
  ) throws -> Outcome {
    let slot = Slot<Outcome>()
    try writer.perform(scope) { slot.put(try effect($0)) }
    guard let outcome = slot.take() else {
      throw Failure(.internal, "The write left no outcome.")
    }
    return outcome
  }

  /// Runs `effect` on the writer, together with its idempotency row and its
  /// encoded answer, and returns after the commit.
  public func perform<Outcome>(
    key: IdempotencyKey?,
    scope: TenantScope,
    at: Instant,
    effect: @escaping @Sendable (any WriteTransaction) throws -> Outcome,
    encode: @escaping @Sendable (Outcome) throws -> StoredAnswer
  ) throws -> Performed {
    if let key {
      guard (1...Limits.idempotencyKeyLength).contains(key.text.count) else {
        throw Failure(
          .invalid,
          "An idempotency key has 1 to \(Limits.idempotencyKeyLength) characters."
        )
      }
      try running.claim(key, scope.home)
    }
    defer { if let key { running.release(key, scope.home) } }
    let slot = Slot<Performed>()
    try writer.perform(scope, isRepeatable: true) { session in
      if let key, let stored = try session.storedAnswer(key) {
        return slot.put(Performed(answer: stored, isReplay: true))
      }
      let answer = try encode(try effect(session))
      if let key { try session.store(answer, key, at) }
      slot.put(Performed(answer: answer, isReplay: false))
    }
    guard let performed = slot.take() else {
      throw Failure(.internal, "The unit of work left no answer.")
    }
    return performed
  }
}

extension WriteSession {
  /// The answer that was stored with a key; `keyReused` where the body was another one.
  func storedAnswer(_ key: IdempotencyKey) throws -> StoredAnswer? {
    let stored = try db.first(
      "SELECT fingerprint, status, body FROM idempotency_keys WHERE tenant_id = ? AND key = ?",
      [scope.home.rawValue, key.text]
    ) { row -> (print: [UInt8], status: Int, body: [UInt8]) in
      (Array(row[0] as Data), row[1], Array(row[2] as Data))
    }
    guard let stored else { return nil }
    guard stored.print == key.fingerprint else { throw RunningKeys.reused(key) }
    return StoredAnswer(status: stored.status, body: try KeptBody.whole(stored.body, db))
  }

  /// Stores an answer with its key, in the request of the effect.
  func store(_ answer: StoredAnswer, _ key: IdempotencyKey, _ at: Instant) throws {
    try db.run(
      """
      INSERT INTO idempotency_keys (tenant_id, key, fingerprint, status, body, created_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        scope.home.rawValue, key.text, Data(key.fingerprint), answer.status, KeptBody.kept(answer),
        at.ms,
      ]
    )
  }
}
