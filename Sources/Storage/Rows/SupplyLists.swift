import Warehouse

extension ReadSession {
  /// A page of suppliers in the order of their codes.
  func suppliers(_ page: PageRequest) throws -> Page<Supplier> {
    let found = try suppliers(
      where: "s.code > ? ORDER BY s.code, s.id LIMIT ?",
      [page.after ?? "", page.limit + 1]
    )
    return .cut(found, page) { $0.draft.code }
  }

  /// The supplier of that code.
  func supplier(code: String) throws -> Supplier? {
    try suppliers(
      where: "s.tenant_id IN (SELECT id FROM tenants) AND s.code = ? ORDER BY s.id LIMIT 1",
      [code]
    ).first
  }

  private func suppliers(
    where condition: String,
    _ arguments: StatementArguments
  ) throws -> [Supplier] {
    try db.all(
      """
      SELECT s.code, s.name, s.version FROM suppliers s
      WHERE 1\(owned("s.tenant_id"))\(finished("s")) AND \(condition)
      """,
      arguments
    ) { Supplier(draft: SupplierDraft(code: $0[0], name: $0[1]), version: $0[2]) }
  }

  /// A page of purchase orders in the order of their keys.
  func purchaseOrders(_ page: PageRequest, openOnly: Bool) throws -> Page<PurchaseOrder> {
    let open =
      openOnly
      ? """
       AND EXISTS (SELECT 1 FROM purchase_order_lines l WHERE l.order_id = o.id
        AND l.received_milli < l.ordered_milli)
      """ : ""
    let found = try purchaseOrders(
      where: "o.id > ?\(open) ORDER BY o.id LIMIT ?",
      [try page.afterKey(), page.limit + 1]
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }
}
