import GRDB
import Warehouse

/// Reads location states for the index: of all owners, and only of finished imports.
extension ReadSession {
  /// All locations with their state, or those named, in the order of their keys.
  static func indexStates(
    _ db: Database,
    only: Set<LocationID>? = nil
  ) throws -> [LocationState] {
    if only?.isEmpty == true { return [] }
    let session = ReadSession(db, .facility(home: TenantID(0)))
    let filter = only == nil ? "1" : "l.id IN (SELECT value FROM json_each(?))"
    let arguments: StatementArguments = only.map { [$0.sorted().jsonKeys()] } ?? []
    let hidden = try session.finished("l")
    var states = try db.all(
      """
      SELECT \(LocationColumns.l), \(cacheColumns) FROM locations l
      JOIN bin_utilization_cache c ON c.location_id = l.id
      WHERE \(filter)\(hidden) ORDER BY l.id
      """,
      arguments
    ) { row in
      var state = LocationState(location: try LocationColumns.location(row))
      setFigures(of: &state, row, from: LocationColumns.count)
      return state
    }
    try fillOccupants(&states, db, all: only == nil)
    return states
  }

  /// The same locations with figures and occupants as they are committed now.
  static func refilled(_ older: [LocationState], _ db: Database) throws -> [LocationState] {
    if older.isEmpty { return [] }
    var states = older.sorted { $0.location.id < $1.location.id }
    var place = 0
    _ = try db.all(
      """
      SELECT c.location_id, \(cacheColumns) FROM bin_utilization_cache c
      WHERE c.location_id IN (SELECT value FROM json_each(?)) ORDER BY c.location_id
      """,
      [states.map(\.location.id).jsonKeys()]
    ) { row in
      while place < states.count, states[place].location.id != row.key(0) { place += 1 }
      guard place < states.count else { return }
      setFigures(of: &states[place], row, from: 1)
    }
    try fillOccupants(&states, db, all: false)
    return states
  }

  private static var cacheColumns: String {
    """
    c.used_volume_mm3, c.used_weight_g, c.used_handling_units,
    c.reserved_volume_mm3, c.reserved_weight_g, c.reserved_handling_units
    """
  }

  private static func setFigures(of state: inout LocationState, _ row: Row, from first: Int) {
    state.usedVolumeMM3 = row[first]
    state.usedWeightG = row[first + 1]
    state.usedHandlingUnits = row[first + 2]
    state.reservedVolumeMM3 = row[first + 3]
    state.reservedWeightG = row[first + 4]
    state.reservedHandlingUnits = row[first + 5]
  }

  /// Fills in what lies in the locations or is promised to them; `states` in the order of keys.
  static func fillOccupants(
    _ states: inout [LocationState],
    _ db: Database,
    all: Bool
  ) throws {
    let filter = all ? "1" : "s.location_id IN (SELECT value FROM json_each(?1))"
    let arguments: StatementArguments = all ? [] : [states.map(\.location.id).jsonKeys()]
    for index in states.indices { states[index].occupants = [] }
    for (table, promised, present) in [
      ("stock", "0", " AND s.quantity_milli > 0"), ("reservations", "1", ""),
    ] {
      var place = 0
      _ = try db.all(
        """
        SELECT s.location_id, s.lot_id, t.material_id, t.tenant_id, m.hazard_class, t.fsc_claim,
          coalesce(t.expiry_day, t.received_day), t.received_day, \(promised)
        FROM \(table) s JOIN lots t ON t.id = s.lot_id JOIN materials m ON m.id = t.material_id
        WHERE \(filter)\(present) ORDER BY s.location_id
        """,
        arguments
      ) { row in
        let location: LocationID = row.key(0)
        while place < states.count, states[place].location.id < location { place += 1 }
        guard place < states.count, states[place].location.id == location else { return }
        states[place].occupants.append(
          Occupant(
            lot: row.key(1),
            material: row.key(2),
            tenant: row.key(3),
            hazardClass: row[4],
            fscClaim: row[5],
            expiry: row.day(orNil: 6),
            receivedDay: row.day(7),
            isReserved: row[8]
          )
        )
      }
    }
  }
}
