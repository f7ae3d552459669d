import Warehouse
import WireFormat

extension PostgresLedger {
  /// Stores a batch in one transaction and returns after its commit.
  func store(_ batch: IncomingBatch, at now: Instant) throws -> Receipt {
    let packed = try Gzip.compress(batch.body, level: 1)
    return try pool.transaction { connection in
      try connection.run(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        [.text(batch.facility)]
      )
      let known = try connection.run(
        "SELECT digest FROM batches WHERE facility = $1 AND epoch = $2 AND sequence = $3",
        Self.key(batch)
      ).first
      if let known {
        try Self.touch(connection, batch, now)
        if known.bytes(0) == batch.digest { return .repeated }
        try Self.quarantine(connection, batch, packed, now)
        return .conflicting
      }
      let ordinal = try Self.openEpoch(connection, batch, now)
      try connection.run(
        """
        INSERT INTO batches
          (facility, epoch, sequence, covers_from, digest, events, bytes, body_gzip, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        Self.key(batch) + [
          .integer(batch.coversFrom), .bytes(batch.digest), .integer(Int64(batch.events.count)),
          .integer(Int64(batch.body.count)), .bytes(packed), .integer(now.ms),
        ]
      )
      try Self.advance(connection, batch)
      try Self.keep(connection, batch, ordinal)
      return .stored
    }
  }

  private static func key(_ batch: IncomingBatch) -> [PostgresValue] {
    [.text(batch.facility), .text(batch.epoch.text), .integer(batch.sequence)]
  }

  private static func openEpoch(
    _ connection: PostgresConnection,
    _ batch: IncomingBatch,
    _ now: Instant
  ) throws -> Int64 {
    let key: [PostgresValue] = [.text(batch.facility), .text(batch.epoch.text)]
    let find = "SELECT ordinal, highest FROM epochs WHERE facility = $1 AND epoch = $2"
    let row = try connection.run(find, key).first
    let highest = row?.integer(1) ?? 0
    guard batch.coversFrom <= highest + Limits.sequenceLead else {
      throw IncomingBatch.unprocessable(
        "The number \(batch.sequence) lies too far ahead of \(highest)."
      )
    }
    if row == nil {
      try connection.run(
        """
        INSERT INTO epochs (facility, epoch, ordinal, first_received_at, last_received_at)
        SELECT $1, $2, 1 + coalesce(max(ordinal), 0), $3, $3 FROM epochs WHERE facility = $1
        """,
        key + [.integer(now.ms)]
      )
    }
    try touch(connection, batch, now)
    return try connection.run(find, key).first?.integer(0) ?? 1
  }

  private static func touch(
    _ connection: PostgresConnection,
    _ batch: IncomingBatch,
    _ now: Instant
  ) throws {
    try connection.run(
      """
      UPDATE epochs SET last_received_at = $3, clock_skew_ms = coalesce($4, clock_skew_ms)
      WHERE facility = $1 AND epoch = $2
      """,
      [
        .text(batch.facility), .text(batch.epoch.text), .integer(now.ms),
        .integer(batch.sentAt.map { $0.ms - now.ms }),
      ]
    )
  }

  /// Moves the watermark over everything that is now without a gap.
  private static func advance(_ connection: PostgresConnection, _ batch: IncomingBatch) throws {
    let row = try connection.run(
      """
      UPDATE epochs SET highest = greatest(highest, $3) WHERE facility = $1 AND epoch = $2
      RETURNING durable_through
      """,
      key(batch)
    ).first
    let durable = row?.integer(0) ?? 0
    guard batch.coversFrom <= durable + 1, batch.sequence > durable else { return }
    let present = try present(connection, batch.facility, batch.epoch.text, after: durable)
    try connection.run(
      "UPDATE epochs SET durable_through = $3 WHERE facility = $1 AND epoch = $2",
      [
        .text(batch.facility), .text(batch.epoch.text),
        .integer(Watermark.advanced(durable, over: present)),
      ]
    )
  }

  /// Keeps the events that are not here already, all in one statement; then the newest of each
  /// subject that they touch is found anew, and the others lose their data.
  private static func keep(
    _ connection: PostgresConnection,
    _ batch: IncomingBatch,
    _ ordinal: Int64
  ) throws {
    guard !batch.events.isEmpty else { return }
    let key: [PostgresValue] = [.text(batch.facility)]
    let list = PostgresValue.text(events(batch))
    // All come in without data first: nothing is newest until the old newest has stepped back.
    try connection.run(
      """
      CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
        place bigint, event_id text COLLATE "C", kind text COLLATE "C", subject text COLLATE "C",
        revision bigint, made_at bigint, data text) ON COMMIT DELETE ROWS
      """
    )
    try connection.run(
      """
      INSERT INTO incoming
      SELECT n.p, n.i, n.k, n.s, n.r, n.m, n.d
      FROM json_to_recordset($2::json)
        AS n(p bigint, i text, k text, s text, r bigint, m bigint, d text)
      WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.facility = $1 AND e.event_id = n.i)
      """,
      key + [list]
    )
    try connection.run(
      """
      UPDATE events e SET is_newest = false, data = NULL
      FROM incoming n
      WHERE e.facility = $1 AND e.kind = n.kind AND e.subject = n.subject AND e.is_newest
        AND (e.epoch_ordinal, e.revision) < ($2::bigint, n.revision)
      """,
      key + [.integer(ordinal)]
    )
    try connection.run(
      """
      INSERT INTO events
        (facility, event_id, kind, subject, revision, epoch_ordinal, epoch, sequence, made_at,
         is_newest, data)
      SELECT $1, event_id, kind, subject, revision, $2, $3, $4, made_at, wins,
        CASE WHEN wins THEN data END
      FROM (
        SELECT n.*, place = first_value(place) OVER (
            PARTITION BY kind, subject ORDER BY revision DESC, place)
          AND NOT EXISTS (
            SELECT 1 FROM events e WHERE e.facility = $1 AND e.kind = n.kind
              AND e.subject = n.subject AND e.is_newest) AS wins
        FROM incoming n) judged
      ORDER BY place
      """,
      key + [.integer(ordinal), .text(batch.epoch.text), .integer(batch.sequence)]
    )
  }

  private static func events(_ batch: IncomingBatch) -> String {
    var writer = JSONWriter(capacity: batch.body.count * 2)
    writer.array { writer in
      for (place, event) in batch.events.enumerated() {
        writer.object { writer in
          writer.member("p", place)
          writer.member("i", event.id)
          writer.member("k", event.kind)
          writer.member("s", event.subject)
          writer.member("r", event.revision)
          if let made = event.madeAt { writer.member("m", made.ms) }
          writer.member("d", event.data)
        }
      }
    }
    return writer.text
  }

  /// Sets aside bytes that claim a number which others have; the oldest give way.
  private static func quarantine(
    _ connection: PostgresConnection,
    _ batch: IncomingBatch,
    _ packed: [UInt8],
    _ now: Instant
  ) throws {
    try connection.run(
      """
      INSERT INTO quarantine (facility, epoch, sequence, digest, body_gzip, received_at)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
      """,
      key(batch) + [.bytes(batch.digest), .bytes(packed), .integer(now.ms)]
    )
    try connection.run(
      """
      DELETE FROM quarantine WHERE facility = $1 AND id NOT IN (
        SELECT id FROM quarantine WHERE facility = $1 ORDER BY id DESC LIMIT $2)
      """,
      [.text(batch.facility), .integer(Int64(Limits.quarantinedBatches))]
    )
  }
}
