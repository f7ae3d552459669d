import GRDB
import Warehouse

extension ReadSession {
  /// Suggestions, the most urgent first, then by stock-out day.
  func suggestions(
    _ page: PageRequest,
    urgency: Urgency?,
    status: SuggestionStatus?
  ) throws -> Page<ReplenishmentSuggestion> {
    let (rank, day, material) = try Self.suggestionCursor(page.after)
    let filter =
      (urgency == nil ? "?4 IS NULL" : "s.urgency = ?4")
      + (status == nil ? " AND ?6 IS NULL" : " AND s.status = ?6")
    let found = try db.all(
      """
      SELECT \(Self.suggestionColumns) FROM replenishment_suggestions s
      WHERE (s.rank, coalesce(s.stock_out_day, 9223372036854775807), s.material_id) > (?1, ?2, ?3)
        AND \(filter)\(owned("s.tenant_id"))
      ORDER BY s.rank, coalesce(s.stock_out_day, 9223372036854775807), s.material_id LIMIT ?5
      """,
      [rank, day, material, urgency?.rawValue, page.limit + 1, status?.rawValue],
      Self.suggestion
    )
    return .cut(found, page) { row in
      let rank = (Urgency.allCases.firstIndex(of: row.urgency) ?? 0) + 1
      let day = row.stockOutDay.map { Int64($0.rawValue) } ?? .max
      return "\(rank):\(day):\(row.material.rawValue)"
    }
  }

  /// The suggestions of these materials.
  func suggestions(
    of materials: some Collection<MaterialID>
  ) throws -> [MaterialID: ReplenishmentSuggestion] {
    let found = try db.all(
      """
      SELECT \(Self.suggestionColumns) FROM replenishment_suggestions s
      WHERE s.material_id IN (SELECT value FROM json_each(?))\(owned("s.tenant_id"))
      """,
      [materials.jsonKeys()],
      Self.suggestion
    )
    return Dictionary(found.map { ($0.material, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static let suggestionColumns = """
    s.material_id, s.supplier_code, s.urgency, s.quantity_milli, s.order_by_day, s.stock_out_day,
    s.days_until_stockout, s.stock_out_probability, s.safety_stock_milli, s.reorder_point_milli,
    s.position_milli, s.reasons_json, s.created_at, s.status, s.decided_at, s.decided_by,
    s.decision_note
    """

  private static func decision(_ row: Row) throws -> SuggestionDecision? {
    guard let at = row.instant(orNil: 14) else { return nil }
    return SuggestionDecision(status: try row.word(13), at: at, by: row[15], note: row[16])
  }

  private static func suggestion(_ row: Row) throws -> ReplenishmentSuggestion {
    ReplenishmentSuggestion(
      material: row.key(0),
      supplierCode: row[1],
      urgency: try row.word(2),
      quantityMilli: row[3],
      orderBy: row.day(orNil: 4),
      stockOutDay: row.day(orNil: 5),
      daysUntilStockOut: row[6],
      stockOutProbability: row[7],
      safetyStockMilli: row[8],
      reorderPointMilli: row[9],
      positionMilli: row[10],
      reasons: try TextList.read(row[11]),
      createdAt: row.instant(12),
      decision: try decision(row)
    )
  }

  private static func suggestionCursor(
    _ cursor: String?
  ) throws(Failure) -> (Int64, Int64, Int64) {
    guard let cursor else { return (0, 0, 0) }
    let parts = cursor.split(separator: ":").compactMap { Int64($0) }
    guard parts.count == 3 else { throw PageRequest.broken }
    return (parts[0], parts[1], parts[2])
  }

  /// How many suggestions of each urgency nobody has decided about yet.
  func suggestionCounts() throws -> [Urgency: Int] {
    let found = try db.all(
      """
      SELECT urgency, count(*) FROM replenishment_suggestions
      WHERE status = 'OPEN'\(owned("tenant_id")) GROUP BY urgency
      """
    ) { row -> (Urgency, Int) in (try row.word(0), row[1]) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }
}

extension WriteSession {
  /// Replaces the suggestions of these materials, but those that a decision still holds.
  func replaceSuggestions(_ rows: [ReplenishmentSuggestion]) throws {
    for row in rows {
      let owner = try owner(of: row.material)
      try db.run(
        """
        INSERT INTO replenishment_suggestions AS s (material_id, tenant_id, supplier_code,
          urgency, quantity_milli, order_by_day, stock_out_day, days_until_stockout,
          stock_out_probability, safety_stock_milli, reorder_point_milli, position_milli,
          reasons_json, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT (material_id) DO UPDATE SET tenant_id = excluded.tenant_id,
          supplier_code = excluded.supplier_code, urgency = excluded.urgency,
          quantity_milli = excluded.quantity_milli, order_by_day = excluded.order_by_day,
          stock_out_day = excluded.stock_out_day,
          days_until_stockout = excluded.days_until_stockout,
          stock_out_probability = excluded.stock_out_probability,
          safety_stock_milli = excluded.safety_stock_milli,
          reorder_point_milli = excluded.reorder_point_milli,
          position_milli = excluded.position_milli, reasons_json = excluded.reasons_json,
          created_at = excluded.created_at, status = 'OPEN', decided_at = NULL,
          decided_by = NULL, decision_note = NULL, ordered_then_milli = NULL
        WHERE s.status = 'OPEN' OR s.decided_at < ?14 - ?15
          OR (s.status = 'REJECTED' AND s.rank > ?16)
          OR (SELECT coalesce(sum(l.ordered_milli), 0) FROM purchase_order_lines l
            WHERE l.material_id = s.material_id) > s.ordered_then_milli
        """,
        [
          row.material.rawValue, owner.rawValue, row.supplierCode, row.urgency.rawValue,
          row.quantityMilli, row.orderBy?.rawValue, row.stockOutDay?.rawValue,
          row.daysUntilStockOut, row.stockOutProbability, row.safetyStockMilli,
          row.reorderPointMilli, row.positionMilli, TextList.write(row.reasons), row.createdAt.ms,
          Limits.suggestionDecisionDays * 86_400_000,
          (Urgency.allCases.firstIndex(of: row.urgency) ?? 0) + 1,
        ]
      )
    }
  }

  /// Puts a decision on the suggestions of these materials, or takes it off with nil.
  func decide(
    _ materials: some Collection<MaterialID>,
    _ decision: SuggestionDecision?
  ) throws {
    try db.run(
      """
      UPDATE replenishment_suggestions AS s SET status = ?2, decided_at = ?3, decided_by = ?4,
        decision_note = ?5,
        ordered_then_milli = CASE WHEN ?3 IS NULL THEN NULL ELSE (
          SELECT coalesce(sum(l.ordered_milli), 0) FROM purchase_order_lines l
          WHERE l.material_id = s.material_id) END
      WHERE s.material_id IN (SELECT value FROM json_each(?1))\(owned("s.tenant_id"))
      """,
      [
        materials.jsonKeys(), (decision?.status ?? .open).rawValue, decision?.at.ms, decision?.by,
        decision?.note,
      ]
    )
  }
}
