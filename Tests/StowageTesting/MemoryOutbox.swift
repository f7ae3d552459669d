import Warehouse

/// A fault that stands for the program being killed at that point.
package struct Killed: Error {
  /// Kills.
  package init() {}
}

/// An outbox in memory that keeps the contract of the store: durable after each write, rolled back
/// where a write throws, sequences without gaps, frozen bytes.
///
/// Marked unchecked because a simulation runs on one thread alone.
package final class MemoryOutbox: @unchecked Sendable {
  /// An epoch and a number in it.
  package struct Place: Hashable {
    package var epoch: PublicID
    package var sequence: Int64

    package init(epoch: PublicID, sequence: Int64) {
      self.epoch = epoch
      self.sequence = sequence
    }
  }

  package struct Rows: OutboxReading {
    package var epoch: PublicID
    package var events: [OutboxEvent] = []
    package var lastEvent: Int64 = 0
    package var batches: [OutboxBatch] = []
    package var lastSequence: Int64 = 0
    package var acknowledgedThrough: Int64 = 0
    package var receiver: String?
    package var lastSuccessAt: Instant?
    package var lastError: String?
    package var pruned: [OutboxBatch] = []
    package var letters: [DeadLetter] = []
    /// Which batch holds each event.
    package var places: [Int64: Place] = [:]
    package var receiverTimes: [Place: Instant] = [:]

    package func unbatchedEvents(limit: Int) throws -> [OutboxEvent] {
      Array(events.lazy.filter { places[$0.id] == nil }.prefix(limit))
    }

    package func nextPendingBatch() throws -> OutboxBatch? {
      batches.first { $0.acknowledgedAt == nil && $0.epoch == epoch }
    }

    package func keptBatches(after sequence: Int64, limit: Int) throws -> [OutboxBatch] {
      Array(batches.lazy.filter { $0.epoch == epoch && $0.sequence > sequence }.prefix(limit))
    }

    package func deadLetters(limit: Int) throws -> [DeadLetter] {
      Array(letters.suffix(limit).reversed())
    }

    package func newestEvent(kind: String, subject: String) throws -> OutboxEvent? {
      events.last { $0.kind == kind && $0.subject == subject }
    }

    package func outboxState() throws -> OutboxState {
      let pending = batches.filter { $0.acknowledgedAt == nil && $0.epoch == epoch }
      return OutboxState(
        unbatchedEvents: events.count - places.count,
        pendingBatches: pending.count,
        oldestPendingAt: pending.first?.createdAt,
        acknowledgedThrough: acknowledgedThrough,
        lastSequence: lastSequence,
        lastSuccessAt: lastSuccessAt,
        lastError: lastError,
        deadLetters: letters.count
      )
    }
  }

  /// One write at work.
  package final class Write: OutboxReading, OutboxWriting {
    package var rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    package func unbatchedEvents(limit: Int) throws -> [OutboxEvent] {
      try rows.unbatchedEvents(limit: limit)
    }

    package func nextPendingBatch() throws -> OutboxBatch? { try rows.nextPendingBatch() }

    package func keptBatches(after sequence: Int64, limit: Int) throws -> [OutboxBatch] {
      try rows.keptBatches(after: sequence, limit: limit)
    }

    package func newestEvent(kind: String, subject: String) throws -> OutboxEvent? {
      try rows.newestEvent(kind: kind, subject: subject)
    }

    package func outboxState() throws -> OutboxState { try rows.outboxState() }

    package func deadLetters(limit: Int) throws -> [DeadLetter] {
      try rows.deadLetters(limit: limit)
    }
  }

  package var rows: Rows
  /// Asked before and after each commit whether the program is killed there.
  package var isKilled: () -> Bool = { false }

  package init(epoch: PublicID) { rows = Rows(epoch: epoch) }

  package func epoch() throws -> PublicID { rows.epoch }

  package func read<Result>(_ body: (any OutboxReading) throws -> Result) throws -> Result {
    try body(rows)
  }

  package func write<Outcome: Sendable>(
    _ effect: @escaping @Sendable (any OutboxReading & OutboxWriting) throws -> Outcome
  ) throws -> Outcome {
    let write = Write(rows)
    let outcome = try effect(write)
    if isKilled() { throw Killed() }
    rows = write.rows
    if isKilled() { throw Killed() }
    return outcome
  }

  /// Appends an aggregate, as the aggregation job does.
  package func append(_ kind: String, _ subject: String, _ data: String, at moment: Instant) throws
  {
    let write = Write(rows)
    _ = try write.appendEvent(kind: kind, subject: subject, dataJSON: data, at: moment)
    rows = write.rows
  }
}
