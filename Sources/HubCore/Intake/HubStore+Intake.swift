import Foundation
import GRDB
import Warehouse
import WireFormat

/// What became of a batch.
enum Receipt: Sendable, Equatable {
  /// It is new, and durable now.
  case stored
  /// It was here before, with the same bytes.
  case repeated
  /// Other bytes are stored under its number; these are set aside.
  case conflicting
}

extension HubStore {
  /// Stores a batch in one transaction and returns after its commit.
  ///
  /// A repeat of the same bytes changes nothing. The event table takes each event once by its name,
  /// and marks the newest of its subject.
  func store(_ batch: IncomingBatch, at now: Instant) throws -> Receipt {
    let packed = Data(try Gzip.compress(batch.body, level: 1))
    return try pool.write { db in
      let known = try Data.fetchOne(
        db,
        sql: "SELECT digest FROM batches WHERE facility = ? AND epoch = ? AND sequence = ?",
        arguments: [batch.facility, batch.epoch.text, batch.sequence]
      )
      if let known {
        try Self.touch(db, batch, now)
        if Array(known) == batch.digest { return .repeated }
        try Self.quarantine(db, batch, packed, now)
        return .conflicting
      }
      let ordinal = try Self.openEpoch(db, batch, now)
      try db.execute(
        sql: """
          INSERT INTO batches
            (facility, epoch, sequence, digest, events, bytes, body_gzip, received_at, covers_from)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          batch.facility, batch.epoch.text, batch.sequence, Data(batch.digest),
          batch.events.count, batch.body.count, packed, now.ms,
          batch.coversFrom == batch.sequence ? nil : batch.coversFrom,
        ]
      )
      try Self.advance(db, batch)
      for event in batch.events { try Self.keep(db, event, of: batch, ordinal) }
      return .stored
    }
  }

  /// The ordinal of the batch's epoch, made where it is new to this hub.
  private static func openEpoch(
    _ db: Database,
    _ batch: IncomingBatch,
    _ now: Instant
  ) throws -> Int64 {
    let highest = try Int64.fetchOne(
      db,
      sql: "SELECT highest FROM epochs WHERE facility = ? AND epoch = ?",
      arguments: [batch.facility, batch.epoch.text]
    )
    guard batch.coversFrom <= (highest ?? 0) + Limits.sequenceLead else {
      throw IncomingBatch.unprocessable(
        "The number \(batch.sequence) lies too far ahead of \(highest ?? 0)."
      )
    }
    if highest == nil {
      try db.execute(
        sql: """
          INSERT INTO epochs (facility, epoch, ordinal, first_received_at, last_received_at)
          SELECT ?1, ?2, 1 + coalesce(max(ordinal), 0), ?3, ?3 FROM epochs WHERE facility = ?1
          """,
        arguments: [batch.facility, batch.epoch.text, now.ms]
      )
    }
    try touch(db, batch, now)
    return try Int64.fetchOne(
      db,
      sql: "SELECT ordinal FROM epochs WHERE facility = ? AND epoch = ?",
      arguments: [batch.facility, batch.epoch.text]
    ) ?? 1
  }

  /// Notes that the facility was heard of, and how its clock stands to ours.
  private static func touch(_ db: Database, _ batch: IncomingBatch, _ now: Instant) throws {
    try db.execute(
      sql: """
        UPDATE epochs SET last_received_at = ?, clock_skew_ms = coalesce(?, clock_skew_ms)
        WHERE facility = ? AND epoch = ?
        """,
      arguments: [
        now.ms, batch.sentAt.map { $0.ms - now.ms }, batch.facility, batch.epoch.text,
      ]
    )
  }

  /// Moves the watermark over everything that is now without a gap.
  private static func advance(_ db: Database, _ batch: IncomingBatch) throws {
    let key: StatementArguments = [batch.facility, batch.epoch.text]
    try db.execute(
      sql: "UPDATE epochs SET highest = max(highest, ?) WHERE facility = ? AND epoch = ?",
      arguments: [batch.sequence] + key
    )
    let durable =
      try Int64.fetchOne(
        db,
        sql: "SELECT durable_through FROM epochs WHERE facility = ? AND epoch = ?",
        arguments: key
      ) ?? 0
    guard batch.coversFrom <= durable + 1, batch.sequence > durable else { return }
    let present = try present(db, batch.facility, batch.epoch.text, after: durable)
    try db.execute(
      sql: "UPDATE epochs SET durable_through = ? WHERE facility = ? AND epoch = ?",
      arguments: [Watermark.advanced(durable, over: present)] + key
    )
  }

  /// Keeps an event, unless it is here already; the newest of a subject keeps its data.
  private static func keep(
    _ db: Database,
    _ event: IncomingBatch.Event,
    of batch: IncomingBatch,
    _ ordinal: Int64
  ) throws {
    let present = try newest(db, batch.facility, event)
    let isNewest = present.map { ($0.ordinal, $0.revision) < (ordinal, event.revision) } ?? true
    if isNewest, let present {
      let isKnown = try Bool.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM events WHERE facility = ? AND event_id = ?"),
        arguments: [batch.facility, event.id]
      )
      if isKnown == true { return }
      try db.cachedStatement(sql: "UPDATE events SET is_newest = 0, data = NULL WHERE id = ?")
        .execute(arguments: [present.id])
    }
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO events
          (facility, event_id, kind, subject, revision, epoch_ordinal, epoch, sequence, made_at,
           is_newest, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (facility, event_id) DO NOTHING
        """
    )
    // Unchecked: eleven values for eleven marks, a million times.
    insert.setUncheckedArguments([
      batch.facility, event.id, event.kind, event.subject, event.revision, ordinal,
      batch.epoch.text, batch.sequence, event.madeAt?.ms, isNewest, isNewest ? event.data : nil,
    ])
    try insert.execute()
  }

  /// The event of a subject that keeps its data.
  private static func newest(
    _ db: Database,
    _ facility: String,
    _ event: IncomingBatch.Event
  ) throws -> (id: Int64, ordinal: Int64, revision: Int64)? {
    let find = try db.cachedStatement(
      sql: """
        SELECT id, epoch_ordinal, revision FROM events
        WHERE kind = ? AND facility = ? AND subject = ? AND is_newest = 1
        """
    )
    find.setUncheckedArguments([event.kind, facility, event.subject])
    let rows = try Row.fetchCursor(find)
    return try rows.next().map { ($0[0], $0[1], $0[2]) }
  }

  /// Sets aside bytes that claim a number which others have; the oldest give way.
  private static func quarantine(
    _ db: Database,
    _ batch: IncomingBatch,
    _ packed: Data,
    _ now: Instant
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO quarantine (facility, epoch, sequence, digest, body_gzip, received_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
      arguments: [
        batch.facility, batch.epoch.text, batch.sequence, Data(batch.digest), packed, now.ms,
      ]
    )
    try db.execute(
      sql: """
        DELETE FROM quarantine WHERE facility = ?1 AND id NOT IN (
          SELECT id FROM quarantine WHERE facility = ?1 ORDER BY id DESC LIMIT ?2)
        """,
      arguments: [batch.facility, Limits.quarantinedBatches]
    )
  }
}
