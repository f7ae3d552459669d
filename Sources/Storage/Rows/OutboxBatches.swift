import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// The batch of the current epoch with the lowest number that is not acknowledged.
  func nextPendingBatch() throws -> OutboxBatch? {
    try batches("acknowledged_at IS NULL", after: 0, limit: 1).first
  }

  /// Batches of the current epoch after that number, acknowledged or not, in order.
  func keptBatches(after sequence: Int64, limit: Int) throws -> [OutboxBatch] {
    try batches("1", after: sequence, limit: limit)
  }

  private func batches(
    _ condition: String,
    after sequence: Int64,
    limit: Int
  ) throws -> [OutboxBatch] {
    try db.all(
      """
      SELECT epoch, sequence, covers_from, digest, events, created_at, acknowledged_at, attempts,
        is_packed, body
      FROM sync_batches JOIN sync_bodies USING (epoch, sequence)
      WHERE epoch = ? AND sequence > ? AND \(condition) ORDER BY sequence LIMIT ?
      """,
      [try facility().epoch.text, sequence, limit]
    ) { row in
      OutboxBatch(
        epoch: try row.publicID(0),
        sequence: row[1],
        coversFrom: row[2],
        body: FrozenBody(
          bytes: Array(row[9] as Data),
          isPacked: row[8],
          digest: Array(row[3] as Data)
        ),
        events: row[4],
        createdAt: row.instant(5),
        acknowledgedAt: row.instant(orNil: 6),
        attempts: row[7]
      )
    }
  }
}

extension WriteSession {
  /// Freezes a batch over these events and gives it the next sequence of the epoch.
  func freezeBatch(
    events: [Int64],
    at: Instant,
    encode: (_ epoch: PublicID, _ sequence: Int64) throws -> FrozenBody
  ) throws -> OutboxBatch {
    let epoch = try facility().epoch
    try db.run(
      """
      INSERT INTO sync_state (epoch, last_sequence) VALUES (?, 1)
      ON CONFLICT (epoch) DO UPDATE SET last_sequence = last_sequence + 1
      """,
      [epoch.text]
    )
    let sequence =
      try db.first("SELECT last_sequence FROM sync_state WHERE epoch = ?", [epoch.text]) {
        $0[0] as Int64
      } ?? 1
    let keys = "[" + events.map(String.init).joined(separator: ",") + "]"
    let oldest = try db.first(
      """
      SELECT count(*), min(created_at) FROM outbox
      WHERE id IN (SELECT value FROM json_each(?)) AND batch_sequence IS NULL
      """,
      [keys]
    ) { row -> (Int, Instant?) in (row[0], row.instant(orNil: 1)) }
    guard let oldest, oldest.0 == events.count, let since = oldest.1 else {
      throw Failure(.conflict, "Some of these events are in another batch already.")
    }
    let batch = OutboxBatch(
      epoch: epoch,
      sequence: sequence,
      body: try encode(epoch, sequence),
      events: events.count,
      createdAt: at
    )
    try insert(batch, oldestEventAt: since)
    try db.run(
      """
      UPDATE outbox SET batch_epoch = ?, batch_sequence = ?
      WHERE id IN (SELECT value FROM json_each(?))
      """,
      [epoch.text, sequence, keys]
    )
    return batch
  }

  private func insert(_ batch: OutboxBatch, oldestEventAt: Instant) throws {
    try db.run(
      """
      INSERT INTO sync_batches
        (epoch, sequence, covers_from, digest, events, oldest_event_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        batch.epoch.text, batch.sequence, batch.coversFrom, Data(batch.digest), batch.events,
        oldestEventAt.ms, batch.createdAt.ms,
      ]
    )
    try db.run(
      "INSERT INTO sync_bodies (epoch, sequence, is_packed, body) VALUES (?, ?, ?, ?)",
      [batch.epoch.text, batch.sequence, batch.isPacked, Data(batch.body)]
    )
  }

  /// Records an attempt that failed.
  func recordSendFailure(sequence: Int64, message: String, at: Instant) throws {
    let epoch = try facility().epoch.text
    try db.run(
      "UPDATE sync_batches SET attempts = attempts + 1 WHERE epoch = ? AND sequence = ?",
      [epoch, sequence]
    )
    try db.run(
      """
      INSERT INTO sync_state (epoch, last_error, last_error_at) VALUES (?1, ?2, ?3)
      ON CONFLICT (epoch) DO UPDATE SET last_error = ?2, last_error_at = ?3
      """,
      [epoch, message, at.ms]
    )
  }

  /// Records the receiver's durable watermark, with its own clock where it told it.
  func acknowledge(
    through sequence: Int64,
    receiver: String,
    receiverTime: Instant?,
    at: Instant
  ) throws {
    let epoch = try facility().epoch.text
    try db.run(
      """
      UPDATE sync_batches SET acknowledged_at = ?, acknowledged_receiver_at = ?, receiver = ?,
        attempts = attempts + 1
      WHERE epoch = ? AND sequence <= ? AND acknowledged_at IS NULL
      """,
      [at.ms, receiverTime?.ms, receiver, epoch, sequence]
    )
    try db.run(
      """
      UPDATE sync_state SET last_success_at = ?2, last_error = NULL, last_error_at = NULL,
        receiver = ?4,
        acknowledged_through = max(acknowledged_through, min(?3, last_sequence))
      WHERE epoch = ?1
      """,
      [epoch, at.ms, sequence, receiver]
    )
  }

  /// Deletes what was acknowledged long enough ago; returns how many batches.
  ///
  /// The newest revision of each subject stays, because the next one is compared with it.
  func pruneAcknowledged(
    before: Instant,
    receiverBefore: Instant?,
    through: Int64,
    limit: Int
  ) throws -> Int {
    let batches = try db.all(
      """
      SELECT epoch, sequence FROM sync_batches
      WHERE acknowledged_at < ?1
        AND (?2 IS NULL OR coalesce(acknowledged_receiver_at, acknowledged_at) < ?2)
        AND (epoch <> ?3 OR sequence <= ?4)
      ORDER BY acknowledged_at LIMIT ?5
      """,
      [before.ms, receiverBefore?.ms, try facility().epoch.text, through, limit]
    ) { row -> (epoch: String, sequence: Int64) in (row[0], row[1]) }
    for batch in batches {
      try db.run(
        """
        DELETE FROM outbox WHERE batch_epoch = ?1 AND batch_sequence = ?2 AND revision < (
          SELECT max(n.revision) FROM outbox n
          WHERE n.kind = outbox.kind AND n.subject = outbox.subject)
        """,
        [batch.epoch, batch.sequence]
      )
      try db.run(
        "DELETE FROM sync_batches WHERE epoch = ? AND sequence = ?",
        [batch.epoch, batch.sequence]
      )
    }
    return batches.count
  }
}

extension WriteSession {
  /// Freezes a tombstone over numbers that will never come.
  func freezeTombstone(
    _ range: ClosedRange<Int64>,
    of epoch: PublicID,
    at: Instant,
    _ body: FrozenBody
  ) throws {
    let batch = OutboxBatch(
      epoch: epoch,
      sequence: range.upperBound,
      coversFrom: range.lowerBound,
      body: body,
      events: 0,
      createdAt: at
    )
    try insert(batch, oldestEventAt: at)
  }
}
