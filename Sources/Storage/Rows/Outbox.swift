import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// Events that no batch holds yet, the oldest first.
  func unbatchedEvents(limit: Int) throws -> [OutboxEvent] {
    try db.all(
      """
      SELECT id, kind, subject, revision, created_at, data_json FROM outbox
      WHERE batch_sequence IS NULL ORDER BY id LIMIT ?
      """,
      [limit],
      Self.outboxEvent
    )
  }

  /// The newest revision of a subject, where there is one.
  func newestEvent(kind: String, subject: String) throws -> OutboxEvent? {
    try db.first(
      """
      SELECT id, kind, subject, revision, created_at, data_json FROM outbox
      WHERE kind = ? AND subject = ? ORDER BY revision DESC LIMIT 1
      """,
      [kind, subject],
      Self.outboxEvent
    )
  }

  private static func outboxEvent(_ row: Row) -> OutboxEvent {
    OutboxEvent(
      id: row[0],
      kind: row[1],
      subject: row[2],
      revision: row[3],
      createdAt: row.instant(4),
      dataJSON: row[5]
    )
  }

  /// The oldest batch that is not acknowledged.
  func nextPendingBatch() throws -> OutboxBatch? {
    try db.first(
      """
      SELECT epoch, sequence, body, digest, events, created_at, acknowledged_at, attempts
      FROM sync_batches WHERE acknowledged_at IS NULL ORDER BY created_at, sequence LIMIT 1
      """
    ) { row in
      OutboxBatch(
        epoch: try row.publicID(0),
        sequence: row[1],
        body: Array(row[2] as Data),
        digest: Array(row[3] as Data),
        events: row[4],
        createdAt: row.instant(5),
        acknowledgedAt: row.instant(orNil: 6),
        attempts: row[7]
      )
    }
  }

  /// How far the sending has come.
  func outboxState() throws -> OutboxState {
    let epoch = try facility().epoch
    let waiting = try db.first(
      "SELECT count(*), min(created_at) FROM outbox WHERE batch_sequence IS NULL"
    ) { row -> (Int, Instant?) in (row[0], row.instant(orNil: 1)) }
    let pending = try db.first(
      "SELECT count(*), min(oldest_event_at) FROM sync_batches WHERE acknowledged_at IS NULL"
    ) { row -> (Int, Instant?) in (row[0], row.instant(orNil: 1)) }
    let state = try db.first(
      "SELECT acknowledged_through, last_success_at, last_error FROM sync_state WHERE epoch = ?",
      [epoch.text]
    ) { row -> (Int64, Instant?, String?) in (row[0], row.instant(orNil: 1), row[2]) }
    return OutboxState(
      unbatchedEvents: waiting?.0 ?? 0,
      pendingBatches: pending?.0 ?? 0,
      oldestPendingAt: [waiting?.1, pending?.1].compactMap { $0 }.min(),
      acknowledgedThrough: state?.0 ?? 0,
      lastSuccessAt: state?.1,
      lastError: state?.2
    )
  }
}

extension WriteSession {
  /// Appends an aggregate where it differs from the newest revision of its subject; true where it
  /// does.
  func appendEvent(
    kind: String,
    subject: String,
    dataJSON: String,
    at: Instant
  ) throws -> Bool {
    let newest = try newestEvent(kind: kind, subject: subject)
    if newest?.dataJSON == dataJSON { return false }
    try db.run(
      """
      INSERT INTO outbox (kind, subject, revision, created_at, data_json) VALUES (?, ?, ?, ?, ?)
      """,
      [kind, subject, (newest?.revision ?? 0) + 1, at.ms, dataJSON]
    )
    return true
  }

  /// Freezes a batch over these events and gives it the next sequence of the epoch.
  func freezeBatch(
    events: [Int64],
    at: Instant,
    encode: (_ epoch: PublicID, _ sequence: Int64) throws -> (body: [UInt8], digest: [UInt8])
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
    let (body, digest) = try encode(epoch, sequence)
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
    try db.run(
      """
      INSERT INTO sync_batches (epoch, sequence, body, digest, events, oldest_event_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [epoch.text, sequence, Data(body), Data(digest), events.count, since.ms, at.ms]
    )
    try db.run(
      """
      UPDATE outbox SET batch_epoch = ?, batch_sequence = ?
      WHERE id IN (SELECT value FROM json_each(?))
      """,
      [epoch.text, sequence, keys]
    )
    return OutboxBatch(
      epoch: epoch,
      sequence: sequence,
      body: body,
      digest: digest,
      events: events.count,
      createdAt: at
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

  /// Records the receiver's durable watermark.
  func acknowledge(through sequence: Int64, receiver: String, at: Instant) throws {
    let epoch = try facility().epoch.text
    try db.run(
      """
      UPDATE sync_batches SET acknowledged_at = ?, receiver = ?, attempts = attempts + 1
      WHERE epoch = ? AND sequence <= ? AND acknowledged_at IS NULL
      """,
      [at.ms, receiver, epoch, sequence]
    )
    try db.run(
      """
      UPDATE sync_state SET last_success_at = ?2, last_error = NULL, last_error_at = NULL,
        acknowledged_through = max(acknowledged_through, min(?3, last_sequence))
      WHERE epoch = ?1
      """,
      [epoch, at.ms, sequence]
    )
  }

  /// Deletes what was acknowledged before that moment; returns how many batches.
  ///
  /// The newest revision of each subject stays, because the next one is compared with it.
  func pruneAcknowledged(before: Instant, limit: Int) throws -> Int {
    let batches = try db.all(
      """
      SELECT epoch, sequence FROM sync_batches WHERE acknowledged_at < ?
      ORDER BY acknowledged_at LIMIT ?
      """,
      [before.ms, limit]
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
