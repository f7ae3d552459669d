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

  /// How far the sending has come; asked often, so it reads no bodies and no whole backlog.
  func outboxState() throws -> OutboxState {
    let epoch = try facility().epoch.text
    let waiting = try db.first("SELECT count(*) FROM outbox WHERE batch_sequence IS NULL") {
      $0[0] as Int
    }
    let since = try db.first(
      "SELECT created_at FROM outbox WHERE batch_sequence IS NULL ORDER BY id LIMIT 1"
    ) { $0.instant(0) }
    let pending = try db.first(
      """
      SELECT count(*), min(oldest_event_at) FROM sync_batches
      WHERE epoch = ? AND acknowledged_at IS NULL
      """,
      [epoch]
    ) { row -> (Int, Instant?) in (row[0], row.instant(orNil: 1)) }
    let letters = try db.first(
      "SELECT count(*) FROM sync_dead_letters WHERE requeued_at IS NULL"
    ) { $0[0] as Int }
    var state = OutboxState(
      unbatchedEvents: waiting ?? 0,
      pendingBatches: pending?.0 ?? 0,
      oldestPendingAt: [since, pending?.1].compactMap { $0 }.min(),
      acknowledgedThrough: 0,
      lastSequence: 0,
      lastSuccessAt: nil,
      lastError: nil,
      deadLetters: letters ?? 0
    )
    _ = try db.first(
      """
      SELECT acknowledged_through, last_sequence, last_success_at, last_error
      FROM sync_state WHERE epoch = ?
      """,
      [epoch]
    ) { row in
      state.acknowledgedThrough = row[0]
      state.lastSequence = row[1]
      state.lastSuccessAt = row.instant(orNil: 2)
      state.lastError = row[3]
    }
    return state
  }
}

extension WriteSession {
  /// Appends an aggregate where it differs from the newest revision of its subject; true where it
  /// does.
  ///
  /// A revision that no batch holds yet gives way: weeks without a line then leave one row for each
  /// subject, not one for each look.
  func appendEvent(
    kind: String,
    subject: String,
    dataJSON: String,
    at: Instant
  ) throws -> Bool {
    let newest = try newestEvent(kind: kind, subject: subject)
    if newest?.dataJSON == dataJSON { return false }
    // Not changed in place: whoever has read the row to freeze it must find that it is gone.
    if let newest {
      try db.run("DELETE FROM outbox WHERE id = ? AND batch_sequence IS NULL", [newest.id])
    }
    try db.run(
      """
      INSERT INTO outbox (kind, subject, revision, created_at, data_json) VALUES (?, ?, ?, ?, ?)
      """,
      [kind, subject, (newest?.revision ?? 0) + 1, at.ms, dataJSON]
    )
    return true
  }
}
