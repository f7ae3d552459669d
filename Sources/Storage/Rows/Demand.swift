import GRDB
import Warehouse

extension ReadSession {
  /// Recorded demand of a material, by day; days without a row are left out.
  func demand(
    _ material: MaterialID,
    from: LocalDay,
    through: LocalDay
  ) throws -> [DemandDay] {
    try db.all(
      """
      SELECT d.material_id, d.day, d.quantity_milli, d.is_stock_out FROM demand_history d
      WHERE d.material_id = ? AND d.day BETWEEN ? AND ?\(owned("d.tenant_id"))\(finished("d"))
      ORDER BY d.day
      """,
      [material.rawValue, from.rawValue, through.rawValue],
      Self.demandDay
    )
  }

  /// Sums by material and day of the demand on one day, for what goes upstream.
  func demand(on day: LocalDay) throws -> [DemandDay] {
    // By material, because the rows are kept by material and day: one look for each.
    try db.all(
      """
      SELECT d.material_id, d.day, d.quantity_milli, d.is_stock_out
      FROM materials m CROSS JOIN demand_history d ON d.material_id = m.id AND d.day = ?
      WHERE 1\(owned("d.tenant_id"))\(finished("d")) ORDER BY m.id
      """,
      [day.rawValue],
      Self.demandDay
    )
  }

  private static func demandDay(_ row: Row) -> DemandDay {
    DemandDay(material: row.key(0), day: row.day(1), quantityMilli: row[2], isStockOut: row[3])
  }

  /// Materials in scope that have any demand, in the order of their keys.
  func materialsWithDemand() throws -> [MaterialID] {
    try db.all(
      """
      SELECT m.id FROM materials m WHERE EXISTS (
        SELECT 1 FROM demand_history d WHERE d.material_id = m.id\(finished("d")))
        \(owned("m.tenant_id"))\(finished("m")) ORDER BY m.id
      """
    ) { $0.key(0) }
  }

  /// Gap-free histories up to `through`, at most `days` long, for those that have any demand.
  ///
  /// A history begins with the first recorded day. Days without a row are 0; on a stock-out day,
  /// and on a closed day without movement, the demand is unknown (nan).
  func histories(
    _ materials: some Collection<MaterialID>,
    through: LocalDay,
    days: Int
  ) throws -> [DemandHistory] {
    let earliest = through.adding(days: 1 - max(1, days))
    let closed = try closedDays(from: earliest, through: through)
    let keys = materials.jsonKeys()
    let beginnings = try db.all(
      """
      SELECT d.material_id, min(d.day) FROM demand_history d
      WHERE d.material_id IN (SELECT value FROM json_each(?))
        \(owned("d.tenant_id"))\(finished("d"))
      GROUP BY d.material_id HAVING min(d.day) <= ? ORDER BY d.material_id
      """,
      [keys, through.rawValue]
    ) { row -> (material: MaterialID, first: LocalDay) in (row.key(0), row.day(1)) }
    var histories = beginnings.map { beginning in
      let first = max(beginning.first, earliest)
      var values = [Double](repeating: 0, count: first.days(to: through) + 1)
      for day in closed where day >= first { values[first.days(to: day)] = Double.nan }
      return DemandHistory(material: beginning.material, firstDay: first, values: values)
    }
    var place = 0
    try db.each(
      """
      SELECT d.material_id, d.day, d.quantity_milli, d.is_stock_out FROM demand_history d
      WHERE d.material_id IN (SELECT value FROM json_each(?)) AND d.day BETWEEN ? AND ?
        \(owned("d.tenant_id"))\(finished("d"))
      ORDER BY d.material_id, d.day
      """,
      [keys, earliest.rawValue, through.rawValue]
    ) { row in
      let material: MaterialID = row.key(0)
      while place < histories.count, histories[place].material < material { place += 1 }
      guard place < histories.count, histories[place].material == material else { return true }
      let index = histories[place].firstDay.days(to: row.day(1))
      let milli: Int64 = row[2]
      if row[3] as Bool {
        histories[place].values[index] = .nan
      } else if milli != 0 || !histories[place].values[index].isNaN {
        histories[place].values[index] = Double(milli) / 1_000
      }
      return true
    }
    return histories
  }
}

extension WriteSession {
  /// Records imported demand: a day's row replaces what was imported for it before.
  func setDemand(_ rows: [DemandDay]) throws { _ = try putDemand(rows) }

  /// The same; returns how many days had no row before.
  func putDemand(_ rows: [DemandDay]) throws -> Int {
    var owners: [MaterialID: TenantID] = [:]
    var created = 0
    let insert = """
      INSERT INTO demand_history (material_id, day, tenant_id, imported_milli, is_stock_out,
        import_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """
    let update = """
      UPDATE demand_history SET imported_milli = ?, is_stock_out = ?\(madeVisible)
      WHERE material_id = ? AND day = ?
      """
    for row in rows {
      let owner = try owners[row.material] ?? owner(of: row.material)
      owners[row.material] = owner
      try db.run(
        insert,
        [
          row.material.rawValue, row.day.rawValue, owner.rawValue, row.quantityMilli,
          row.isStockOut, importID,
        ]
      )
      if db.changesCount == 1 {
        created += 1
      } else {
        try db.run(
          update,
          [
            row.quantityMilli, row.isStockOut, row.material.rawValue, row.day.rawValue,
          ]
        )
      }
    }
    try noteChanged(Set(rows.map(\.day)))
    return created
  }
}
