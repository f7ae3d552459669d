import GRDB
import Warehouse

/// One row of `/v1/demand`.
struct DemandLine: Sendable, Equatable {
  var facility: String
  var day: String
  var owner: String
  var material: String
  var unit: String
  /// In milli base units.
  var quantityMilli: Int64
  var isStockOut: Bool

  /// The cursor of the page that follows this row.
  var cursor: String { [facility, day, owner, material].joined(separator: "\u{1F}") }
}

/// One row of `/v1/utilization`.
struct UtilizationLine: Sendable, Equatable {
  var facility: String
  var day: String
  var zone: String
  var locations: Int64
  var occupied: Int64
  var averageRatio: Double
  var overfull: Int64
}

/// One row of `/v1/events`.
struct EventLine: Sendable, Equatable {
  var id: Int64
  var facility: String
  var kind: String
  var subject: String
  var revision: Int64
  var epoch: String
  var sequence: Int64
  var madeAt: Int64?
  var data: String
}

extension HubStore {
  /// Demand by facility, day, owner and material, in that order.
  ///
  /// Only the newest revision of each day counts, and of that only as many parts as its first part
  /// names: a correction may have fewer than what it corrects.
  func demand(
    facility: String?,
    from: LocalDay,
    through: LocalDay,
    after cursor: String?,
    limit: Int
  ) throws -> [DemandLine] {
    let after = try Self.key(cursor, parts: 4)
    return try pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          WITH days AS (
            SELECT facility, substr(subject, 1, 10) AS day, data,
              coalesce(data ->> '$.part', 1) AS part
            FROM events
            WHERE kind = 'demand.daily' AND is_newest = 1 AND (?1 IS NULL OR facility = ?1)
              AND subject >= ?2 AND subject < ?3 || '0'
          ), counts AS (
            SELECT facility, day, coalesce(data ->> '$.parts', 1) AS parts
            FROM days WHERE part = 1
          )
          SELECT d.facility, d.day, coalesce(r.value ->> '$.owner', '') AS owner,
            r.value ->> '$.material' AS material, coalesce(r.value ->> '$.unit', ''),
            CAST(round((r.value ->> '$.quantity') * 1000) AS INTEGER),
            coalesce(r.value ->> '$.stock_out', 0)
          FROM days d JOIN counts c ON c.facility = d.facility AND c.day = d.day
            AND d.part <= c.parts
          JOIN json_each(d.data, '$.rows') r
          WHERE r.type = 'object' AND material IS NOT NULL AND r.value ->> '$.quantity' IS NOT NULL
            AND (d.facility, d.day, owner, material) > (?4, ?5, ?6, ?7)
          ORDER BY 1, 2, 3, 4 LIMIT ?8
          """,
        arguments: [
          facility, from.description, through.description, after[0], after[1], after[2], after[3],
          limit,
        ]
      )
      .map { row in
        DemandLine(
          facility: row[0],
          day: row[1],
          owner: row[2],
          material: row[3],
          unit: row[4],
          quantityMilli: row[5],
          isStockOut: row[6]
        )
      }
    }
  }

  /// The newest utilisation of each facility by zone; the whole facility has an empty zone.
  func utilization(facility: String?) throws -> [UtilizationLine] {
    try pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          WITH newest AS (
            SELECT facility, max(subject) AS day FROM events
            WHERE kind = 'utilization.daily' AND is_newest = 1 AND (?1 IS NULL OR facility = ?1)
            GROUP BY facility
          )
          SELECT e.facility, e.subject, coalesce(z.value ->> '$.zone', '') AS zone,
            coalesce(z.value ->> '$.locations', 0), coalesce(z.value ->> '$.occupied', 0),
            coalesce(z.value ->> '$.average_ratio', 0.0), coalesce(z.value ->> '$.overfull', 0)
          FROM newest n JOIN events e ON e.kind = 'utilization.daily' AND e.facility = n.facility
            AND e.subject = n.day AND e.is_newest = 1
          JOIN json_each(e.data, '$.zones') z
          WHERE z.type = 'object' ORDER BY 1, 3 LIMIT ?2
          """,
        arguments: [facility, Limits.hubRows]
      )
      .map { row in
        UtilizationLine(
          facility: row[0],
          day: row[1],
          zone: row[2],
          locations: row[3],
          occupied: row[4],
          averageRatio: row[5],
          overfull: row[6]
        )
      }
    }
  }

  /// The newest events of any kind, in the order in which they came.
  func events(
    facility: String?,
    kind: String?,
    subject: String?,
    after id: Int64,
    limit: Int
  ) throws -> [EventLine] {
    try pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, facility, kind, subject, revision, epoch, sequence, made_at, data FROM events
          WHERE is_newest = 1 AND id > ?1 AND (?2 IS NULL OR facility = ?2)
            AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR subject = ?4)
          ORDER BY id LIMIT ?5
          """,
        arguments: [id, facility, kind, subject, limit]
      )
      .map { row in
        EventLine(
          id: row[0],
          facility: row[1],
          kind: row[2],
          subject: row[3],
          revision: row[4],
          epoch: row[5],
          sequence: row[6],
          madeAt: row[7],
          data: row[8]
        )
      }
    }
  }

  /// How many events of each kind are here, the newest ones only.
  func kinds() throws -> [(kind: String, events: Int)] {
    try pool.read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT kind, count(*) FROM events WHERE is_newest = 1 GROUP BY kind ORDER BY kind"
      )
      .map { (kind: $0[0], events: $0[1]) }
    }
  }
}
