import GRDB
import Warehouse

extension ReadSession {
  /// Open outbound order lines of a material due at the latest then, the earliest first.
  func openOrderLines(
    material: MaterialID,
    dueBefore: Instant
  ) throws -> [(line: Key<OutboundOrderLine>, order: String, dueAt: Instant, openMilli: Int64)] {
    try db.all(
      """
      SELECT l.id, o.number, o.due_at, l.ordered_milli - l.shipped_milli
      FROM outbound_order_lines l JOIN outbound_orders o ON o.id = l.order_id
      WHERE l.material_id = ? AND l.shipped_milli < l.ordered_milli AND l.is_cancelled = 0
        AND o.due_at <= ?\(owned("l.tenant_id"))\(finished("o"))
      ORDER BY o.due_at, l.id
      """,
      [material.rawValue, dueBefore.ms]
    ) { ($0.key(0), $0[1], $0.instant(2), $0[3]) }
  }

  /// The open tasks that take goods to staging for an order.
  func crossDockTasks(of order: Key<OutboundOrder>) throws -> [Recommendation] {
    try db.all(
      """
      SELECT \(RecommendationColumns.r) FROM putaway_recommendations r
      WHERE r.status IN ('RECOMMENDED', 'STARTED')
        AND r.order_line_id IN (SELECT id FROM outbound_order_lines WHERE order_id = ?)
        \(owned("r.tenant_id"))
      ORDER BY r.id
      """,
      [order.rawValue],
      RecommendationColumns.recommendation
    )
  }

  /// A page of outbound orders in the order of their keys.
  func outboundOrders(_ page: PageRequest, openOnly: Bool) throws -> Page<OutboundOrder> {
    let open =
      openOnly
      ? """
       AND EXISTS (SELECT 1 FROM outbound_order_lines l WHERE l.order_id = o.id
        AND l.shipped_milli < l.ordered_milli AND l.is_cancelled = 0)
      """ : ""
    let orders = try outboundOrders(
      where: "o.id > ?1\(open) ORDER BY o.id LIMIT ?2",
      [try page.afterKey(), page.limit + 1]
    )
    return .cut(orders, page) { String($0.id.rawValue) }
  }

  /// The outbound order of that number.
  func outboundOrder(number: String) throws -> OutboundOrder? {
    try outboundOrders(
      where: "o.tenant_id IN (SELECT id FROM tenants) AND o.number = ? ORDER BY o.id LIMIT 1",
      [number]
    ).first
  }

  private func outboundOrders(
    where condition: String,
    _ arguments: StatementArguments
  ) throws -> [OutboundOrder] {
    var orders = try db.all(
      """
      SELECT o.id, o.tenant_id, o.number, o.due_at, o.due_day, o.version FROM outbound_orders o
      WHERE 1\(owned("o.tenant_id"))\(finished("o")) AND \(condition)
      """,
      arguments
    ) { row in
      OutboundOrder(
        id: row.key(0),
        tenant: row.key(1),
        draft: OutboundOrderDraft(
          number: row[2],
          dueAt: row.instant(3),
          dueDay: row.day(4),
          lines: []
        ),
        lines: [],
        version: row[5]
      )
    }
    let places = Dictionary(
      orders.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    _ = try db.all(
      """
      SELECT order_id, id, material_id, ordered_milli, shipped_milli FROM outbound_order_lines
      WHERE order_id IN (SELECT value FROM json_each(?)) AND is_cancelled = 0
      ORDER BY order_id, number
      """,
      [orders.map(\.id).jsonKeys()]
    ) { row in
      guard let place = places[row.key(0)] else { return }
      orders[place].lines.append(row.key(1))
      orders[place].draft.lines.append(
        OutboundOrderDraft.Line(
          material: row.key(2),
          orderedMilli: row[3],
          shippedMilli: row[4]
        )
      )
    }
    return orders
  }
}

extension WriteSession {
  /// Creates or replaces an outbound order with its lines.
  ///
  /// Lines keep their keys by their place in the order, because the ledger names them. What has
  /// left already is never taken back by a replacement, and a line that is no longer there is
  /// cancelled.
  func save(_ draft: OutboundOrderDraft) throws {
    for material in Set(draft.lines.map(\.material)) { _ = try owner(of: material) }
    try db.run(
      """
      INSERT INTO outbound_orders (tenant_id, number, due_at, due_day, import_id)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (tenant_id, number) DO UPDATE SET due_at = excluded.due_at,
        due_day = excluded.due_day, version = version + 1\(madeVisible)
      """,
      [scope.home.rawValue, draft.number, draft.dueAt.ms, draft.dueDay.rawValue, importID]
    )
    let order =
      try db.first(
        "SELECT id FROM outbound_orders WHERE tenant_id = ? AND number = ?",
        [scope.home.rawValue, draft.number]
      ) { $0[0] as Int64 } ?? 0
    for (index, line) in draft.lines.enumerated() {
      try db.run(
        """
        INSERT INTO outbound_order_lines (tenant_id, order_id, number, material_id, ordered_milli,
          shipped_milli) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (order_id, number) DO UPDATE SET
          shipped_milli = CASE WHEN material_id = excluded.material_id
            THEN max(shipped_milli, excluded.shipped_milli) ELSE excluded.shipped_milli END,
          material_id = excluded.material_id, ordered_milli = excluded.ordered_milli,
          is_cancelled = 0
        """,
        [
          scope.home.rawValue, order, index + 1, line.material.rawValue, line.orderedMilli,
          line.shippedMilli,
        ]
      )
    }
    try db.run(
      "UPDATE outbound_order_lines SET is_cancelled = 1 WHERE order_id = ? AND number > ?",
      [order, draft.lines.count]
    )
  }

  /// Records that goods no longer go to staging for an order, why, and where they go instead.
  func recordCrossDockCancellation(
    _ task: Recommendation,
    reason: String,
    replacement: RecommendationID?,
    at moment: Instant
  ) throws {
    try db.run(
      """
      INSERT INTO cross_dock_cancellations
        (tenant_id, recommendation_id, order_line_id, reason, replacement_id, at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        task.tenant.rawValue, task.id.rawValue, task.draft.orderLine?.rawValue, reason,
        replacement?.rawValue, moment.ms,
      ]
    )
  }

  /// Adds to what has left for an order line.
  func addShipped(_ quantityMilli: Int64, to line: Key<OutboundOrderLine>) throws {
    try db.run(
      """
      UPDATE outbound_order_lines SET shipped_milli = max(0, shipped_milli + ?)
      WHERE id = ?\(owned("tenant_id"))
      """,
      [quantityMilli, line.rawValue]
    )
    try expectOneChange("There is no order line with the key \(line.rawValue).")
  }
}
