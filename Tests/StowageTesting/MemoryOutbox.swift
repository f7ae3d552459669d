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
  package struct Rows: OutboxReading {
    package var epoch: PublicID
    package var events: [OutboxEvent] = []
    package var batched: Set<Int64> = []
    package var batches: [OutboxBatch] = []
    package var lastSequence: Int64 = 0
    package var acknowledgedThrough: Int64 = 0
    package var receiver: String?
    package var lastSuccessAt: Instant?
    package var lastError: String?
    package var pruned: [OutboxBatch] = []

    package func unbatchedEvents(limit: Int) throws -> [OutboxEvent] {
      Array(events.lazy.filter { !batched.contains($0.id) }.prefix(limit))
    }

    package func nextPendingBatch() throws -> OutboxBatch? {
      batches.first { $0.acknowledgedAt == nil }
    }

    package func newestEvent(kind: String, subject: String) throws -> OutboxEvent? {
      events.last { $0.kind == kind && $0.subject == subject }
    }

    package func outboxState() throws -> OutboxState {
      let pending = batches.filter { $0.acknowledgedAt == nil }
      return OutboxState(
        unbatchedEvents: events.count - batched.count,
        pendingBatches: pending.count,
        oldestPendingAt: pending.first?.createdAt,
        acknowledgedThrough: acknowledgedThrough,
        lastSuccessAt: lastSuccessAt,
        lastError: lastError
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

    package func newestEvent(kind: String, subject: String) throws -> OutboxEvent? {
      try rows.newestEvent(kind: kind, subject: subject)
    }

    package func outboxState() throws -> OutboxState { try rows.outboxState() }

    package func appendEvent(
      kind: String,
      subject: String,
      dataJSON: String,
      at moment: Instant
    ) throws -> Bool {
      let newest = try rows.newestEvent(kind: kind, subject: subject)
      if newest?.dataJSON == dataJSON { return false }
      rows.events.append(
        OutboxEvent(
          id: Int64(rows.events.count + 1),
          kind: kind,
          subject: subject,
          revision: (newest?.revision ?? 0) + 1,
          createdAt: moment,
          dataJSON: dataJSON
        )
      )
      return true
    }

    package func freezeBatch(
      events: [Int64],
      at moment: Instant,
      encode: (PublicID, Int64) throws -> (body: [UInt8], digest: [UInt8])
    ) throws -> OutboxBatch {
      guard rows.batched.isDisjoint(with: events) else {
        throw Failure(.conflict, "An event is in a batch already.")
      }
      rows.lastSequence += 1
      let (body, digest) = try encode(rows.epoch, rows.lastSequence)
      let batch = OutboxBatch(
        epoch: rows.epoch,
        sequence: rows.lastSequence,
        body: body,
        digest: digest,
        events: events.count,
        createdAt: moment
      )
      rows.batches.append(batch)
      rows.batched.formUnion(events)
      return batch
    }

    package func recordSendFailure(sequence: Int64, message: String, at moment: Instant) throws {
      rows.lastError = message
      for index in rows.batches.indices where rows.batches[index].sequence == sequence {
        rows.batches[index].attempts += 1
      }
    }

    package func acknowledge(through sequence: Int64, receiver: String, at moment: Instant) throws {
      for index in rows.batches.indices
      where rows.batches[index].sequence <= sequence && rows.batches[index].acknowledgedAt == nil {
        rows.batches[index].acknowledgedAt = moment
      }
      rows.acknowledgedThrough = max(rows.acknowledgedThrough, sequence)
      rows.receiver = receiver
      rows.lastSuccessAt = moment
      rows.lastError = nil
    }

    package func pruneAcknowledged(before: Instant, limit: Int) throws -> Int {
      let old = rows.batches.filter { batch in
        batch.acknowledgedAt.map { $0 < before } == true
      }.prefix(limit)
      rows.pruned += old
      rows.batches.removeAll { batch in old.contains { $0.sequence == batch.sequence } }
      return old.count
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
