import GRDB
import Warehouse

extension ReadSession {
  /// What the ledger explains of every lot and place, beside what stock says.
  private static let explained = """
    WITH moves (lot_id, location_id, milli) AS (
      SELECT lot_id, to_location_id, quantity_milli FROM inventory_transactions
        WHERE to_location_id IS NOT NULL
      UNION ALL
      SELECT lot_id, from_location_id, -quantity_milli FROM inventory_transactions
        WHERE from_location_id IS NOT NULL),
    sums (lot_id, location_id, stock_milli, ledger_milli) AS (
      SELECT lot_id, location_id, sum(stock_milli), sum(ledger_milli) FROM (
        SELECT lot_id, location_id, quantity_milli AS stock_milli, 0 AS ledger_milli FROM stock
        UNION ALL
        SELECT lot_id, location_id, 0, milli FROM moves)
      GROUP BY lot_id, location_id)
    """

  /// Stock that the ledger does not explain, at most `limit` rows; empty is what it should be.
  func unexplainedStock(limit: Int) throws -> [StockDifference] {
    try db.all(
      """
      \(Self.explained)
      SELECT t.number, m.code, l.code, s.stock_milli, s.ledger_milli FROM sums s
        JOIN lots t ON t.id = s.lot_id JOIN materials m ON m.id = t.material_id
        JOIN locations l ON l.id = s.location_id
      WHERE s.stock_milli <> s.ledger_milli\(owned("t.tenant_id"))
      ORDER BY t.id, l.id LIMIT ?
      """,
      [limit]
    ) { row in
      StockDifference(
        lotNumber: row[0],
        materialCode: row[1],
        locationCode: row[2],
        stockMilli: row[3],
        ledgerMilli: row[4]
      )
    }
  }

  /// The counts of the data-quality audit.
  ///
  /// A demand gap is an open day between the first and the last day of demand on which not one
  /// material has a row: an import that was missed, not a quiet day.
  func auditCounts() throws -> AuditCounts {
    var counts: [String: Int] = [:]
    for name in [
      "materials_without_dimensions", "materials_without_class", "locations_without_capacity",
      "negative_stock", "lots_without_location", "duplicate_barcodes", "stale_utilization",
    ] {
      counts[name] =
        try db.first(
          """
          SELECT count(*) FROM bin_optimization_data_quality q
          WHERE q.check_name = ?\(Self.orNobody(owned("q.tenant_id")))
          """,
          [name]
        ) { $0[0] } ?? 0
    }
    counts["unexplained_stock"] =
      try db.first(
        """
        \(Self.explained)
        SELECT count(*) FROM sums s JOIN lots t ON t.id = s.lot_id
        WHERE s.stock_milli <> s.ledger_milli\(owned("t.tenant_id"))
        """
      ) { $0[0] } ?? 0
    counts["demand_gaps"] = try demandGaps()
    return AuditCounts(counts: counts)
  }

  private func demandGaps() throws -> Int {
    let days = try db.first(
      """
      SELECT min(d.day), max(d.day), count(DISTINCT d.day) FROM demand_history d
      WHERE 1\(owned("d.tenant_id"))\(finished("d"))
      """
    ) { row -> (first: LocalDay?, last: LocalDay?, count: Int) in
      (row.day(orNil: 0), row.day(orNil: 1), row[2])
    }
    guard let days, let first = days.first, let last = days.last else { return 0 }
    let closed = try db.all(
      """
      SELECT c.day FROM facility_calendar c WHERE c.is_closed = 1 AND c.day BETWEEN ? AND ?
        AND NOT EXISTS (SELECT 1 FROM materials m CROSS JOIN demand_history d
          ON d.material_id = m.id AND d.day = c.day WHERE 1\(owned("d.tenant_id")))
      """,
      [first.rawValue, last.rawValue]
    ) { $0.day(0) }
    return max(0, first.days(to: last) + 1 - days.count - closed.count)
  }

  /// The same filter, with rows that belong to nobody let through.
  private static func orNobody(_ filter: String) -> String {
    filter.isEmpty ? "" : " AND (q.tenant_id IS NULL OR (1\(filter)))"
  }

  /// Facts that breached capacity since then and are not resolved.
  func unresolvedCapacityFailures(since: Instant) throws -> Int {
    try db.first(
      """
      SELECT count(*) FROM capacity_validation_failures
      WHERE at >= ? AND resolved_at IS NULL\(owned("tenant_id"))
      """,
      [since.ms]
    ) { $0[0] } ?? 0
  }

  /// Rows per table, for reports; of all owners, as a measure of the file.
  func rowCounts() throws -> [String: Int] {
    let tables = try db.all(
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
      ORDER BY name
      """
    ) { $0[0] as String }
    var counts: [String: Int] = [:]
    for table in tables {
      counts[table] = try db.first("SELECT count(*) FROM \"\(table)\"") { $0[0] } ?? 0
    }
    return counts
  }

  /// The newest runs of each job, at most `limit` each.
  func jobRuns(limit: Int) throws -> [JobRun] {
    try db.all(
      """
      SELECT job, started_at, ended_at, succeeded, detail FROM (
        SELECT *, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM job_runs)
      WHERE place <= ? ORDER BY job, id DESC
      """,
      [limit]
    ) { row in
      JobRun(
        job: row[0],
        startedAt: row.instant(1),
        endedAt: row.instant(orNil: 2),
        succeeded: row[3],
        detail: row[4]
      )
    }
  }
}

extension WriteSession {
  /// Records that a job began; returns the key of the run.
  func beginJob(_ job: String, at: Instant) throws -> Int64 {
    try db.run("INSERT OR IGNORE INTO jobs (name) VALUES (?)", [job])
    try db.run("INSERT INTO job_runs (job, started_at) VALUES (?, ?)", [job, at.ms])
    return db.lastInsertedRowID
  }

  /// Records how a job ended.
  func endJob(_ run: Int64, succeeded: Bool, detail: String, at: Instant) throws {
    try db.run(
      "UPDATE job_runs SET ended_at = ?, succeeded = ?, detail = ? WHERE id = ?",
      [at.ms, succeeded, detail, run]
    )
    try expectOneChange("There is no job run with the key \(run).")
  }
}
