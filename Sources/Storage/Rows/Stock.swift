import GRDB
import Warehouse

extension ReadSession {
  /// A page of stock lines that are not zero, in the order of lot and location.
  func stock(_ filter: StockFilter, _ page: PageRequest) throws -> Page<StockLine> {
    let (lot, location) = try Cursor.keys(page.after)
    var conditions = ["(s.lot_id, s.location_id) > (?1, ?2)"]
    if filter.material != nil { conditions.append("s.material_id = ?3") }
    if filter.location != nil { conditions.append("s.location_id = ?4") }
    if filter.lot != nil { conditions.append("s.lot_id = ?5") }
    conditions.append("(?3 IS NULL OR 1) AND (?4 IS NULL OR 1) AND (?5 IS NULL OR 1)")
    let first = LotColumns.count
    let found = try db.all(
      """
      SELECT \(LotColumns.t), m.code, l.id, l.code, s.quantity_milli, s.handling_units
      FROM stock s JOIN lots t ON t.id = s.lot_id JOIN materials m ON m.id = s.material_id
        JOIN locations l ON l.id = s.location_id
      WHERE \(conditions.joined(separator: " AND "))\(owned("s.tenant_id"))\(finished("t"))
      ORDER BY s.lot_id, s.location_id LIMIT ?6
      """,
      [
        lot, location, filter.material?.rawValue, filter.location?.rawValue,
        filter.lot?.rawValue, page.limit + 1,
      ]
    ) { row in
      StockLine(
        lot: try LotColumns.lot(row),
        materialCode: row[first],
        location: row.key(first + 1),
        locationCode: row[first + 2],
        quantityMilli: row[first + 3],
        handlingUnits: row[first + 4]
      )
    }
    return .cut(found, page) { Cursor.text($0.lot.id.rawValue, $0.location.rawValue) }
  }

  /// The quantity of a lot in a location, in milli base units.
  func quantity(of lot: LotID, at location: LocationID) throws -> Int64 {
    let found = try db.first(
      "SELECT quantity_milli, tenant_id FROM stock WHERE lot_id = ? AND location_id = ?",
      [lot.rawValue, location.rawValue]
    ) { row -> Int64? in
      guard scope.allows(row.key(1)) else { return nil }
      lastStock = (lot, location, row[0])
      return row[0]
    }
    return (found ?? nil) ?? 0
  }

  /// On hand by material, in milli base units; lots on hold are left out where asked.
  func onHand(
    _ materials: some Collection<MaterialID>,
    withHolds: Bool
  ) throws -> [MaterialID: Int64] {
    let free = withHolds ? "" : " AND t.hold IS NULL"
    let found = try db.all(
      """
      SELECT s.material_id, sum(s.quantity_milli) FROM stock s JOIN lots t ON t.id = s.lot_id
      WHERE s.material_id IN (SELECT value FROM json_each(?))\(free)
        \(owned("s.tenant_id"))\(finished("t"))
      GROUP BY s.material_id
      """,
      [materials.jsonKeys()]
    ) { row -> (MaterialID, Int64) in (row.key(0), row[1]) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }
}

extension WriteSession {
  /// Changes the stock of a lot in a location; a fact is never refused for missing stock.
  func change(_ lot: Lot, at location: LocationID, by deltaMilli: Int64) throws {
    // What this request has read itself is what is there: nobody else writes meanwhile.
    let read = lastStock
    lastStock = nil
    let known = read?.lot == lot.id && read?.location == location ? read?.quantityMilli : nil
    let older = try known ?? stockMilli(lot.id, location)
    let (quantity, overflowed) = older.addingReportingOverflow(deltaMilli)
    guard !overflowed else {
      throw Failure(.invalid, "The stock of lot \(lot.draft.number) would be beyond all bounds.")
    }
    touched.note(lot.id, at: location)
    if quantity == 0 {
      try db.run(
        "DELETE FROM stock WHERE lot_id = ? AND location_id = ?",
        [lot.id.rawValue, location.rawValue]
      )
    } else {
      let units = lot.draft.handlingUnits(in: quantity)
      let (volume, isTooLarge) = units.multipliedReportingOverflow(
        by: lot.draft.handlingUnitSize?.volumeMM3 ?? 0
      )
      let weight = quantity > 0 ? lot.draft.weightG(of: quantity) ?? 0 : 0
      try db.run(
        """
        INSERT INTO stock (lot_id, location_id, tenant_id, material_id, quantity_milli,
          handling_units, volume_mm3, weight_g) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (lot_id, location_id) DO UPDATE SET quantity_milli = excluded.quantity_milli,
          handling_units = excluded.handling_units, volume_mm3 = excluded.volume_mm3,
          weight_g = excluded.weight_g
        """,
        [
          lot.id.rawValue, location.rawValue, lot.tenant.rawValue, lot.draft.material.rawValue,
          quantity, units, isTooLarge ? Limits.volumeMM3 : min(volume, Limits.volumeMM3),
          min(weight, Limits.weightG),
        ]
      )
    }
    if deltaMilli < 0 { try trimPlaces(of: lot, at: location) }
  }

  private func stockMilli(_ lot: LotID, _ location: LocationID) throws -> Int64 {
    try db.first(
      "SELECT quantity_milli FROM stock WHERE lot_id = ? AND location_id = ?",
      [lot.rawValue, location.rawValue]
    ) { $0[0] as Int64 } ?? 0
  }

  /// Forgets the places of units that are no longer there, those on top and in front first.
  func trimPlaces(of lot: Lot, at location: LocationID) throws {
    let known =
      try db.first(
        """
        SELECT count(*) FROM handling_unit_positions
        WHERE location_id = ? AND lot_id = ? AND is_reserved = 0
        """,
        [location.rawValue, lot.id.rawValue]
      ) { $0[0] as Int64 } ?? 0
    guard known > 0 else { return }
    let units =
      try db.first(
        "SELECT handling_units FROM stock WHERE lot_id = ? AND location_id = ?",
        [lot.id.rawValue, location.rawValue]
      ) { $0[0] as Int64 } ?? 0
    guard known > units else { return }
    try db.run(
      """
      DELETE FROM handling_unit_positions WHERE id IN (
        SELECT id FROM handling_unit_positions
        WHERE location_id = ? AND lot_id = ? AND is_reserved = 0
        ORDER BY z_mm DESC, y_mm, x_mm DESC, id DESC LIMIT ?)
      """,
      [location.rawValue, lot.id.rawValue, known - units]
    )
  }

  /// The same once both halves of a confirmation are there, its movement and its state; before
  /// that, places without stock are those of goods on their way.
  func trimPlaces(of lot: Lot, at location: LocationID, afterTask task: RecommendationID) throws {
    if let known = lastTask, known.id == task {
      // This request has read the task, or has moved it on, itself.
      guard known.status == .confirmed else { return }
      if bookedTasks.contains(task) { return try trimPlaces(of: lot, at: location) }
    }
    let isDone = try db.first(
      """
      SELECT 1 FROM putaway_recommendations r WHERE r.id = ? AND r.status = 'CONFIRMED'
        AND EXISTS (SELECT 1 FROM inventory_transactions x WHERE x.lot_id = r.lot_id
          AND x.recommendation_id = r.id)
      """,
      [task.rawValue]
    ) { _ in true }
    if isDone == true { try trimPlaces(of: lot, at: location) }
  }

  /// Adds a movement to the day's demand: PICK to outside + CROSS_DOCK - RETURN from customers.
  func addDemand(_ draft: LedgerDraft, _ lot: Lot) throws {
    let counts =
      switch draft.kind {
      case .pick: draft.to == nil
      case .return: draft.returnSource == .customer
      default: draft.kind.demandSign != 0
      }
    guard counts, draft.quantityMilli > 0 else { return }
    try db.run(
      """
      INSERT INTO demand_history (material_id, day, tenant_id, ledger_milli) VALUES (?, ?, ?, ?)
      ON CONFLICT (material_id, day) DO UPDATE SET ledger_milli = ledger_milli
        + excluded.ledger_milli
      """,
      [
        lot.draft.material.rawValue, draft.localDay.rawValue, lot.tenant.rawValue,
        draft.kind.demandSign * draft.quantityMilli,
      ]
    )
    // Today and the day before are told again anyhow, wherever midnight is here.
    if draft.localDay <= draft.recordedAt.utcDay.adding(days: -2) {
      try noteChanged([draft.localDay])
    }
  }
}
