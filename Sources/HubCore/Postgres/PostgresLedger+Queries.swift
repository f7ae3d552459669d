import Warehouse
import WireFormat

extension PostgresLedger {
  /// Where every facility stands, by code.
  func facilities(registered: Set<String>, only: String?) throws -> [FacilityLine] {
    let lines = try pool.use { connection in
      try connection.run(
        """
        SELECT e.facility, e.epoch, e.durable_through, e.highest, a.epochs, a.heard,
          e.clock_skew_ms, coalesce(b.batches, 0), coalesce(b.events, 0), coalesce(q.count, 0)
        FROM epochs e
        JOIN (SELECT facility, count(*) AS epochs, max(ordinal) AS ordinal,
            max(last_received_at) AS heard FROM epochs GROUP BY facility) a
          ON a.facility = e.facility AND a.ordinal = e.ordinal
        LEFT JOIN (SELECT facility, count(*) AS batches, sum(events) AS events
          FROM batches GROUP BY facility) b ON b.facility = e.facility
        LEFT JOIN (SELECT facility, count(*) FROM quarantine GROUP BY facility) q
          ON q.facility = e.facility
        WHERE $1::text IS NULL OR e.facility = $1
        """,
        [.text(only)]
      )
      .map { try Self.line(connection, $0) }
    }
    let byName = Dictionary(lines.map { ($0.facility, $0) }, uniquingKeysWith: { $1 })
    return Self.completed(byName, registered, only: only)
  }

  private static func line(
    _ connection: PostgresConnection,
    _ row: PostgresRow
  ) throws -> FacilityLine {
    let facility = row.text(0)
    var line = FacilityLine(facility: facility, isRegistered: false)
    if let epoch = PublicID(row.text(1)) {
      let (durable, highest) = (row.integer(2), row.integer(3))
      let present =
        highest > durable ? try present(connection, facility, epoch.text, after: durable) : []
      line.watermark = Watermark(
        epoch: epoch,
        durableThrough: durable,
        highest: highest,
        gaps: Watermark.gaps(present, after: durable)
      )
    }
    line.epochs = Int(row.integer(4))
    line.lastReceivedAt = row.optionalInteger(5).map { Instant(ms: $0) }
    line.clockSkewMS = row.optionalInteger(6)
    line.batches = Int(row.integer(7))
    line.events = Int(row.integer(8))
    line.quarantined = Int(row.integer(9))
    return line
  }

  /// Demand by facility, day, owner and material, in that order.
  func demand(
    facility: String?,
    from: LocalDay,
    through: LocalDay,
    after cursor: String?,
    limit: Int
  ) throws -> [DemandLine] {
    let after = try Self.key(cursor, parts: 4)
    return try pool.use { connection in
      try connection.run(
        """
        WITH days AS (
          SELECT facility, substr(subject, 1, 10) COLLATE "C" AS day, data::jsonb AS data,
            CASE WHEN jsonb_typeof(data::jsonb -> 'part') = 'number'
              THEN (data::jsonb ->> 'part')::numeric ELSE 1 END AS part
          FROM events
          WHERE kind = 'demand.daily' AND is_newest AND ($1::text IS NULL OR facility = $1)
            AND subject >= $2 AND subject < $3 || '0' AND position('\\u0000' IN data) = 0
        ), counts AS (
          SELECT facility, day, CASE WHEN jsonb_typeof(data -> 'parts') = 'number'
            THEN (data ->> 'parts')::numeric ELSE 1 END AS parts
          FROM days WHERE part = 1
        ), rows AS (
          SELECT d.facility, d.day, coalesce(r ->> 'owner', '') COLLATE "C" AS owner,
            (r ->> 'material') COLLATE "C" AS material, coalesce(r ->> 'unit', '') AS unit,
            r -> 'quantity' AS quantity, r -> 'stock_out' AS stock_out
          FROM days d JOIN counts c ON c.facility = d.facility AND c.day = d.day
            AND d.part <= c.parts
          CROSS JOIN LATERAL jsonb_array_elements(
            CASE WHEN jsonb_typeof(d.data -> 'rows') = 'array' THEN d.data -> 'rows'
              ELSE '[]' END) r
          WHERE jsonb_typeof(r) = 'object'
        )
        SELECT facility, day, owner, material, unit, round((quantity::text)::numeric * 1000),
          coalesce(stock_out = 'true', false)
        FROM rows
        WHERE material IS NOT NULL AND jsonb_typeof(quantity) = 'number'
          AND abs((quantity::text)::numeric) < 9000000000000000
          AND (facility, day, owner, material) > ($4, $5, $6, $7)
        ORDER BY 1, 2, 3, 4 LIMIT $8
        """,
        [
          .text(facility), .text(from.description), .text(through.description), .text(after[0]),
          .text(after[1]), .text(after[2]), .text(after[3]), .integer(Int64(limit)),
        ]
      )
      .map { row in
        DemandLine(
          facility: row.text(0),
          day: row.text(1),
          owner: row.text(2),
          material: row.text(3),
          unit: row.text(4),
          quantityMilli: row.integer(5),
          isStockOut: row.bool(6)
        )
      }
    }
  }

  /// The newest utilisation of each facility by zone; the whole facility has an empty zone.
  func utilization(facility: String?) throws -> [UtilizationLine] {
    try pool.use { connection in
      try connection.run(
        """
        WITH newest AS (
          SELECT facility, max(subject) AS day FROM events
          WHERE kind = 'utilization.daily' AND is_newest AND ($1::text IS NULL OR facility = $1)
          GROUP BY facility
        )
        SELECT e.facility, e.subject, coalesce(z ->> 'zone', '') COLLATE "C",
          coalesce(z ->> 'locations', '0'), coalesce(z ->> 'occupied', '0'),
          coalesce(z ->> 'average_ratio', '0'), coalesce(z ->> 'overfull', '0')
        FROM newest n JOIN events e ON e.kind = 'utilization.daily' AND e.facility = n.facility
          AND e.subject = n.day AND e.is_newest
        CROSS JOIN LATERAL jsonb_array_elements(
          CASE WHEN position('\\u0000' IN e.data) = 0
            AND jsonb_typeof(e.data::jsonb -> 'zones') = 'array'
            THEN e.data::jsonb -> 'zones' ELSE '[]' END) z
        WHERE jsonb_typeof(z) = 'object' ORDER BY 1, 3 LIMIT $2
        """,
        [.text(facility), .integer(Int64(Limits.hubRows))]
      )
      .map { row in
        UtilizationLine(
          facility: row.text(0),
          day: row.text(1),
          zone: row.text(2),
          locations: row.integer(3),
          occupied: row.integer(4),
          averageRatio: row.number(5),
          overfull: row.integer(6)
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
    try pool.use { connection in
      try connection.run(
        """
        SELECT id, facility, kind, subject, revision, epoch, sequence, made_at, data FROM events
        WHERE is_newest AND id > $1 AND ($2::text IS NULL OR facility = $2)
          AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR subject = $4)
        ORDER BY id LIMIT $5
        """,
        [.integer(id), .text(facility), .text(kind), .text(subject), .integer(Int64(limit))]
      )
      .map { row in
        EventLine(
          id: row.integer(0),
          facility: row.text(1),
          kind: row.text(2),
          subject: row.text(3),
          revision: row.integer(4),
          epoch: row.text(5),
          sequence: row.integer(6),
          madeAt: row.optionalInteger(7),
          data: row.text(8)
        )
      }
    }
  }

  /// How many events of each kind are here, the newest ones only.
  func kinds() throws -> [(kind: String, events: Int)] {
    try pool.use { connection in
      try connection.run(
        "SELECT kind, count(*) FROM events WHERE is_newest GROUP BY kind ORDER BY kind"
      )
      .map { (kind: $0.text(0), events: Int($0.integer(1))) }
    }
  }
}
