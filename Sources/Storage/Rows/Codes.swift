import GRDB
import Warehouse

extension ReadSession {
  /// All materials of that GTIN (14 digits); more than one is a mistake in the master data.
  func materials(gtin: String) throws -> [Material] {
    let keys = try db.all(
      "SELECT m.id FROM materials m WHERE m.gtin = ?\(owned("m.tenant_id"))\(finished("m"))",
      [gtin]
    ) { $0.key(0) as MaterialID }
    return try materials(keys).values.sorted { $0.id < $1.id }
  }

  /// The packagings of that GTIN (14 digits).
  func packagings(gtin: String) throws -> [PackagingMatch] {
    try db.all(
      """
      SELECT p.material_id, p.name, p.quantity_milli FROM material_packagings p
      WHERE p.gtin = ?\(owned("p.tenant_id")) ORDER BY p.id
      """,
      [gtin]
    ) { PackagingMatch(material: $0.key(0), name: $0[1], quantityMilli: $0[2]) }
  }

  /// The purchase order of that number.
  func purchaseOrder(number: String) throws -> PurchaseOrder? {
    try purchaseOrders(
      where: "o.tenant_id IN (SELECT id FROM tenants) AND o.number = ? ORDER BY o.id LIMIT 1",
      [number]
    ).first
  }

  /// Purchase orders that fulfil a condition (with its order), with their lines.
  func purchaseOrders(
    where condition: String,
    _ arguments: StatementArguments
  ) throws -> [PurchaseOrder] {
    var orders = try db.all(
      """
      SELECT o.id, o.tenant_id, o.number, s.code, o.ordered_day, o.version
      FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id
      WHERE 1\(owned("o.tenant_id"))\(finished("o")) AND \(condition)
      """,
      arguments
    ) { row in
      PurchaseOrder(
        id: row.key(0),
        tenant: row.key(1),
        draft: PurchaseOrderDraft(
          number: row[2],
          supplierCode: row[3],
          orderedDay: row.day(4),
          lines: []
        ),
        version: row[5]
      )
    }
    let places = Dictionary(
      orders.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    _ = try db.all(
      """
      SELECT order_id, material_id, ordered_milli, received_milli, due_day
      FROM purchase_order_lines WHERE order_id IN (SELECT value FROM json_each(?))
      ORDER BY order_id, number
      """,
      [orders.map(\.id).jsonKeys()]
    ) { row in
      guard let place = places[row.key(0)] else { return }
      orders[place].draft.lines.append(
        PurchaseOrderDraft.Line(
          material: row.key(1),
          orderedMilli: row[2],
          receivedMilli: row[3],
          dueDay: row.day(4)
        )
      )
    }
    return orders
  }

  /// Whether an operator in force has that badge.
  func hasBadge(_ code: String) throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM operators WHERE tenant_id IN (SELECT id FROM tenants) AND badge = ?
        AND is_active = 1\(owned("tenant_id"))
      """,
      [code]
    ) { _ in true } ?? false
  }
}
