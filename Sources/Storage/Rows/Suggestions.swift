import GRDB
import Warehouse

extension ReadSession {
  /// Suggestions, the most urgent first, then by stock-out day.
  func suggestions(
    _ page: PageRequest,
    urgency: Urgency?
  ) throws -> Page<ReplenishmentSuggestion> {
    let (rank, day, material) = try Self.suggestionCursor(page.after)
    let filter = urgency == nil ? "?4 IS NULL" : "s.urgency = ?4"
    let found = try db.all(
      """
      SELECT s.material_id, s.supplier_code, s.urgency, s.quantity_milli, s.order_by_day,
        s.stock_out_day, s.days_until_stockout, s.stock_out_probability, s.safety_stock_milli,
        s.reorder_point_milli, s.position_milli, s.reasons_json, s.created_at
      FROM replenishment_suggestions s
      WHERE (s.rank, coalesce(s.stock_out_day, 9223372036854775807), s.material_id) > (?1, ?2, ?3)
        AND \(filter)\(owned("s.tenant_id"))
      ORDER BY s.rank, coalesce(s.stock_out_day, 9223372036854775807), s.material_id LIMIT ?5
      """,
      [rank, day, material, urgency?.rawValue, page.limit + 1],
      Self.suggestion
    )
    return .cut(found, page) { row in
      let rank = (Urgency.allCases.firstIndex(of: row.urgency) ?? 0) + 1
      let day = row.stockOutDay.map { Int64($0.rawValue) } ?? .max
      return "\(rank):\(day):\(row.material.rawValue)"
    }
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
      createdAt: row.instant(12)
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

  /// How many suggestions of each urgency.
  func suggestionCounts() throws -> [Urgency: Int] {
    let found = try db.all(
      """
      SELECT urgency, count(*) FROM replenishment_suggestions
      WHERE 1\(owned("tenant_id")) GROUP BY urgency
      """
    ) { row -> (Urgency, Int) in (try row.word(0), row[1]) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }
}

extension WriteSession {
  /// Replaces the suggestions of these materials.
  func replaceSuggestions(_ rows: [ReplenishmentSuggestion]) throws {
    for row in rows {
      let owner = try owner(of: row.material)
      try db.run(
        """
        INSERT OR REPLACE INTO replenishment_suggestions (material_id, tenant_id, supplier_code,
          urgency, quantity_milli, order_by_day, stock_out_day, days_until_stockout,
          stock_out_probability, safety_stock_milli, reorder_point_milli, position_milli,
          reasons_json, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          row.material.rawValue, owner.rawValue, row.supplierCode, row.urgency.rawValue,
          row.quantityMilli, row.orderBy?.rawValue, row.stockOutDay?.rawValue,
          row.daysUntilStockOut, row.stockOutProbability, row.safetyStockMilli,
          row.reorderPointMilli, row.positionMilli, TextList.write(row.reasons), row.createdAt.ms,
        ]
      )
    }
  }
}
