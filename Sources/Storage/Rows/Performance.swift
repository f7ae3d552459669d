import GRDB
import Warehouse

extension ReadSession {
  /// How recommendations that changed since a moment ended, or how far they are; moves of
  /// re-slotting are left out, since a supervisor has accepted them beforehand.
  func outcomeCounts(since: Instant) throws -> [OutcomeCount] {
    try db.all(
      """
      SELECT status, reason, min(9, confidence_permille / 100) AS tenth, count(*),
        sum(confidence_permille) / 1000.0
      FROM putaway_recommendations
      WHERE changed_at >= ?\(owned("tenant_id")) AND \(Self.isPutaway("id"))
      GROUP BY status, reason, tenth ORDER BY status, reason, tenth
      """,
      [since.ms]
    ) { row in
      let reason: String? = row[1]
      return OutcomeCount(
        status: RecommendationStatus(rawValue: row[0]) ?? .cancelled,
        reason: reason.flatMap { OverrideReason(rawValue: $0) },
        confidenceTenth: row[2],
        count: row[3],
        confidenceSum: row[4]
      )
    }
  }

  /// What holds for every task but the moves of re-slotting.
  static func isPutaway(_ column: String) -> String {
    """
    \(column) NOT IN (SELECT recommendation_id FROM reslotting_steps
      WHERE recommendation_id IS NOT NULL)
    """
  }

  /// How many ledger rows of each kind were booked since a day.
  ///
  /// Only the newest rows are looked at: the ledger grows without end.
  func bookings(since: LocalDay) throws -> [LedgerKind: Int] {
    let rows: [(LedgerKind?, Int)] = try db.all(
      """
      SELECT kind, count(*) FROM (
        SELECT kind, local_day FROM inventory_transactions
        WHERE 1 = 1\(owned("tenant_id")) ORDER BY id DESC LIMIT ?)
      WHERE local_day >= ? GROUP BY kind
      """,
      [Limits.performanceRows, Int(since.rawValue)]
    ) { (LedgerKind(rawValue: $0[0]), $0[1]) }
    return rows.reduce(into: [:]) { counts, row in
      if let kind = row.0 { counts[kind] = row.1 }
    }
  }

  /// How far picks since a day were, by zone.
  func pickTravel(since: LocalDay) throws -> [PickTravel] {
    try db.all(
      """
      SELECT l.zone, count(*), sum(l.travel_mm),
        (SELECT avg(o.travel_mm) FROM locations o
         WHERE o.zone = l.zone AND o.kind = 'STORAGE' AND o.travel_mm IS NOT NULL)
      FROM (
        SELECT kind, local_day, from_location_id FROM inventory_transactions
        WHERE 1 = 1\(owned("tenant_id")) ORDER BY id DESC LIMIT ?) t
      JOIN locations l ON l.id = t.from_location_id
      WHERE t.kind = 'PICK' AND t.local_day >= ? AND l.kind = 'STORAGE'
        AND l.travel_mm IS NOT NULL
      GROUP BY l.zone ORDER BY l.zone
      """,
      [Limits.performanceRows, Int(since.rawValue)]
    ) { row in
      PickTravel(zone: row[0], picks: row[1], travelMM: row[2], meanTravelMM: row[3])
    }
  }

  /// How often was picked from each location since a day.
  func picksByLocation(since: LocalDay) throws -> [LocationID: Int] {
    let rows: [(Int64, Int)] = try db.all(
      """
      SELECT from_location_id, count(*) FROM (
        SELECT kind, local_day, from_location_id FROM inventory_transactions
        WHERE 1 = 1\(owned("tenant_id")) ORDER BY id DESC LIMIT ?)
      WHERE kind = 'PICK' AND local_day >= ? AND from_location_id IS NOT NULL
      GROUP BY from_location_id
      """,
      [Limits.performanceRows, Int(since.rawValue)]
    ) { ($0[0], $0[1]) }
    return Dictionary(rows.map { (LocationID($0.0), $0.1) }) { $0 + $1 }
  }
}
