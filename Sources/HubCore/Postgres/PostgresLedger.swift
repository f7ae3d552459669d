import Warehouse
import WireFormat

/// The store of a fleet: PostgreSQL, behind any number of hubs that keep nothing themselves.
///
/// What is committed is acknowledged, by whichever hub; a repeat that comes to another hub finds
/// it. Writes of one facility take turns by a lock on its code; those of different ones do not
/// meet.
final class PostgresLedger: HubLedger {
  let instance: String
  let place: String
  let pool: PostgresPool

  /// Opens the store and makes its tables where they are new.
  ///
  /// Throws `unusable` where the server cannot be reached, holds a newer store than this program
  /// knows, or does not wait for its disk.
  init(_ parameters: String, now: Instant) throws {
    pool = PostgresPool(parameters)
    place = "PostgreSQL"
    do {
      try Self.requireDurable(pool)
      instance = try pool.transaction { try Self.open($0, now) }
    } catch let error as PostgresError {
      throw Failure(
        .unusable,
        "The PostgreSQL store cannot be opened: \(error).",
        hint: "Check --database, the server and the rights of its user."
      )
    }
  }

  func close() throws { pool.close() }

  private static func requireDurable(_ pool: PostgresPool) throws {
    let (sync, commit) = try pool.use { connection in
      (
        try connection.run("SHOW fsync").first?.text(0) ?? "",
        try connection.run("SHOW synchronous_commit").first?.text(0) ?? ""
      )
    }
    guard sync == "on", commit != "off" else {
      throw Failure(
        .unusable,
        "The PostgreSQL server does not wait for its disk (fsync \(sync), synchronous_commit "
          + "\(commit)).",
        hint: "Set both to on: facilities delete what the hub has acknowledged."
      )
    }
  }

  /// The store's id; several hubs that start together make the tables once.
  private static func open(_ connection: PostgresConnection, _ now: Instant) throws -> String {
    try connection.run("SELECT pg_advisory_xact_lock(5995784130)")
    let isNew = try connection.run("SELECT to_regclass('hub') IS NULL").first?.bool(0) ?? true
    if isNew {
      try connection.script(PostgresSchema.initial)
      try connection.script(PostgresSchema.partitioning)
      let random = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
      try connection.run(
        "INSERT INTO hub (id, instance, version, created_at) VALUES (1, $1, $2, $3)",
        [
          .text(PublicID(at: now, random: random).text), .integer(PostgresSchema.version),
          .integer(now.ms),
        ]
      )
    }
    let row = try connection.run("SELECT instance, version FROM hub").first
    guard let row, row.integer(1) <= PostgresSchema.version else {
      throw Failure(
        .unusable,
        "The PostgreSQL store has version \(row?.integer(1) ?? 0); this program knows versions up "
          + "to \(PostgresSchema.version).",
        hint: "Install the newer stowage-hub that made it. Nothing was changed."
      )
    }
    return row.text(0)
  }
}

extension PostgresLedger {
  /// What is here of an epoch; an unknown one has nothing.
  func watermark(facility: String, epoch: PublicID) throws -> Watermark {
    try pool.use { connection in
      let key: [PostgresValue] = [.text(facility), .text(epoch.text)]
      let row = try connection.run(
        """
        SELECT durable_through, highest, ordinal < (
            SELECT max(ordinal) FROM epochs l WHERE l.facility = e.facility),
          (SELECT encode(digest, 'hex') FROM batches b WHERE b.facility = e.facility
            AND b.epoch = e.epoch AND b.sequence = e.durable_through)
        FROM epochs e WHERE facility = $1 AND epoch = $2
        """,
        key
      ).first
      let durable = row?.integer(0) ?? 0
      let highest = row?.integer(1) ?? 0
      let present =
        highest > durable ? try Self.present(connection, facility, epoch.text, after: durable) : []
      return Watermark(
        epoch: epoch,
        durableThrough: durable,
        highest: highest,
        gaps: Watermark.gaps(present, after: durable),
        digest: row?.optionalText(3),
        isSuperseded: row?.bool(2) ?? false
      )
    }
  }

  /// The ranges that batches above a number stand for, by their first number.
  static func present(
    _ connection: PostgresConnection,
    _ facility: String,
    _ epoch: String,
    after durable: Int64
  ) throws -> [ClosedRange<Int64>] {
    try connection.run(
      """
      SELECT covers_from, sequence FROM batches
      WHERE facility = $1 AND epoch = $2 AND sequence > $3 ORDER BY 1
      """,
      [.text(facility), .text(epoch), .integer(durable)]
    )
    .map { $0.integer(0)...$0.integer(1) }
  }

  /// The bytes of a batch as they came; nil where it is not here.
  func body(facility: String, epoch: PublicID, sequence: Int64) throws -> [UInt8]? {
    let row = try pool.use { connection in
      try connection.run(
        "SELECT body_gzip FROM batches WHERE facility = $1 AND epoch = $2 AND sequence = $3",
        [.text(facility), .text(epoch.text), .integer(sequence)]
      ).first
    }
    return try row.map { try Gzip.decompress($0.bytes(0), maximumBytes: Limits.batchBytes) }
  }

  /// Stored batches that were not passed on yet, the oldest first.
  func unrelayed(limit: Int) throws -> [RelayedBatch] {
    try pool.use { connection in
      try connection.run(
        """
        SELECT facility, epoch, sequence, body_gzip FROM batches
        WHERE relayed_at IS NULL ORDER BY received_at LIMIT $1
        """,
        [.integer(Int64(limit))]
      )
      .map { row in
        RelayedBatch(
          facility: row.text(0),
          epoch: row.text(1),
          sequence: row.integer(2),
          body: row.bytes(3)
        )
      }
    }
  }

  /// Marks batches as passed on.
  func markRelayed(_ batches: [RelayedBatch], at now: Instant) throws {
    try pool.transaction { connection in
      for batch in batches {
        try connection.run(
          """
          UPDATE batches SET relayed_at = $1
          WHERE facility = $2 AND epoch = $3 AND sequence = $4
          """,
          [
            .integer(now.ms), .text(batch.facility), .text(batch.epoch), .integer(batch.sequence),
          ]
        )
      }
    }
  }
}
