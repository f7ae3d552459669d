import GRDB
import Warehouse

extension ReadSession {
  /// Terms of supply by material, the preferred supplier first.
  func supplyTerms(
    _ materials: some Collection<MaterialID>
  ) throws -> [MaterialID: [SupplyTerms]] {
    let found = try db.all(
      """
      SELECT s.code, x.material_id, x.lead_time_days, x.lead_time_deviation_days,
        x.minimum_order_milli, x.multiple_milli, x.unit_cost_minor, x.ordering_cost,
        x.holding_cost_pct, x.is_working_days, x.rank, x.version
      FROM material_suppliers x JOIN suppliers s ON s.id = x.supplier_id
      WHERE x.material_id IN (SELECT value FROM json_each(?))
        \(owned("x.tenant_id"))\(finished("x"))
      ORDER BY x.material_id, x.rank, s.code
      """,
      [materials.jsonKeys()]
    ) { row in
      var terms = SupplyTerms(
        supplierCode: row[0],
        material: row.key(1),
        leadTimeDays: row[2],
        leadTimeDeviationDays: row[3],
        minimumOrderMilli: row[4],
        multipleMilli: row[5],
        unitCostMinor: row[6],
        orderingCostMinor: row[7],
        holdingCostPct: row[8],
        isInWorkingDays: row[9],
        rank: row[10]
      )
      terms.version = row[11]
      return terms
    }
    return Dictionary(grouping: found, by: \.material)
  }

  /// On hand, on order and open orders by material.
  func supplyPositions(
    _ materials: some Collection<MaterialID>
  ) throws -> [MaterialID: SupplyPosition] {
    let keys = materials.jsonKeys()
    let onHand = try onHand(materials, withHolds: false)
    var positions: [MaterialID: SupplyPosition] = [:]
    let known = try db.all(
      """
      SELECT m.id FROM materials m WHERE m.id IN (SELECT value FROM json_each(?))
        \(owned("m.tenant_id"))\(finished("m"))
      """,
      [keys]
    ) { $0.key(0) as MaterialID }
    for material in known {
      positions[material] = SupplyPosition(
        onHandMilli: onHand[material] ?? 0,
        onOrder: [],
        openOrders: []
      )
    }
    _ = try db.all(
      """
      SELECT l.material_id, l.due_day, sum(l.ordered_milli - l.received_milli)
      FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.order_id
      WHERE l.material_id IN (SELECT value FROM json_each(?)) AND l.received_milli < l.ordered_milli
        \(owned("l.tenant_id"))\(finished("o"))
      GROUP BY l.material_id, l.due_day ORDER BY l.material_id, l.due_day
      """,
      [keys]
    ) { row in positions[row.key(0)]?.onOrder.append((row.day(1), row[2])) }
    _ = try db.all(
      """
      SELECT l.material_id, o.due_day, sum(l.ordered_milli - l.shipped_milli)
      FROM outbound_order_lines l JOIN outbound_orders o ON o.id = l.order_id
      WHERE l.material_id IN (SELECT value FROM json_each(?)) AND l.shipped_milli < l.ordered_milli
        AND l.is_cancelled = 0\(owned("l.tenant_id"))\(finished("o"))
      GROUP BY l.material_id, o.due_day ORDER BY l.material_id, o.due_day
      """,
      [keys]
    ) { row in positions[row.key(0)]?.openOrders.append((row.day(1), row[2])) }
    return positions
  }
}

extension WriteSession {
  /// Creates or replaces a supplier.
  func save(_ draft: SupplierDraft) throws {
    try db.run(
      """
      INSERT INTO suppliers (tenant_id, code, name, import_id) VALUES (?, ?, ?, ?)
      ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name, version = version + 1
        \(madeVisible)
      """,
      [scope.home.rawValue, draft.code, draft.name, importID]
    )
  }

  /// The home tenant's supplier of that code.
  private func supplier(_ code: String, of owner: TenantID) throws -> Int64 {
    let found = try db.first(
      "SELECT id FROM suppliers WHERE tenant_id = ? AND code = ?",
      [owner.rawValue, code]
    ) { $0[0] as Int64 }
    guard let found else {
      throw Failure(
        .invalid,
        "There is no supplier \(code).",
        hint: "Import or create the supplier first.",
        context: ["supplier": code]
      )
    }
    return found
  }

  /// Creates or replaces terms of supply; new ones rank behind those there, unless they say.
  func save(_ terms: SupplyTerms) throws {
    let owner = try owner(of: terms.material)
    let supplier = try supplier(terms.supplierCode, of: owner)
    try db.run(
      """
      INSERT INTO material_suppliers (material_id, supplier_id, tenant_id, rank, lead_time_days,
        lead_time_deviation_days, minimum_order_milli, multiple_milli, unit_cost_minor,
        ordering_cost, holding_cost_pct, is_working_days, import_id)
      VALUES (?1, ?2, ?3,
        coalesce(?13, 1 + (SELECT max(rank) FROM material_suppliers WHERE material_id = ?1), 1),
        ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      ON CONFLICT (material_id, supplier_id) DO UPDATE SET
        lead_time_days = excluded.lead_time_days,
        lead_time_deviation_days = excluded.lead_time_deviation_days,
        minimum_order_milli = excluded.minimum_order_milli,
        multiple_milli = excluded.multiple_milli, unit_cost_minor = excluded.unit_cost_minor,
        ordering_cost = excluded.ordering_cost, holding_cost_pct = excluded.holding_cost_pct,
        is_working_days = excluded.is_working_days, rank = coalesce(?13, rank),
        version = version + 1\(madeVisible)
      """,
      [
        terms.material.rawValue, supplier, owner.rawValue, terms.leadTimeDays,
        terms.leadTimeDeviationDays, terms.minimumOrderMilli, terms.multipleMilli,
        terms.unitCostMinor, terms.orderingCostMinor, terms.holdingCostPct,
        terms.isInWorkingDays, importID, terms.rank,
      ]
    )
  }

  /// Takes terms of supply out of the books.
  func delete(_ terms: SupplyTerms) throws {
    let owner = try owner(of: terms.material)
    let supplier = try supplier(terms.supplierCode, of: owner)
    try db.run(
      "DELETE FROM material_suppliers WHERE material_id = ? AND supplier_id = ?",
      [terms.material.rawValue, supplier]
    )
    try expectOneChange("There are no terms of \(terms.supplierCode) for this material.")
  }

  /// Creates or replaces a purchase order with its lines.
  func save(_ draft: PurchaseOrderDraft) throws {
    let supplier = try supplier(draft.supplierCode, of: scope.home)
    for material in Set(draft.lines.map(\.material)) { _ = try owner(of: material) }
    try db.run(
      """
      INSERT INTO purchase_orders (tenant_id, number, supplier_id, ordered_day, import_id)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (tenant_id, number) DO UPDATE SET supplier_id = excluded.supplier_id,
        ordered_day = excluded.ordered_day, version = version + 1\(madeVisible)
      """,
      [scope.home.rawValue, draft.number, supplier, draft.orderedDay.rawValue, importID]
    )
    let order =
      try db.first(
        "SELECT id FROM purchase_orders WHERE tenant_id = ? AND number = ?",
        [scope.home.rawValue, draft.number]
      ) { $0[0] as Int64 } ?? 0
    try db.run("DELETE FROM purchase_order_lines WHERE order_id = ?", [order])
    for (index, line) in draft.lines.enumerated() {
      try db.run(
        """
        INSERT INTO purchase_order_lines (tenant_id, order_id, number, material_id, ordered_milli,
          received_milli, due_day) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          scope.home.rawValue, order, index + 1, line.material.rawValue, line.orderedMilli,
          line.receivedMilli, line.dueDay.rawValue,
        ]
      )
    }
  }
}
