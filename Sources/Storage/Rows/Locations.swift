import GRDB
import Warehouse

extension ReadSession {
  /// The location of that key.
  func location(_ id: LocationID) throws -> Location? {
    try db.first(
      "SELECT \(LocationColumns.l) FROM locations l WHERE l.id = ?\(finished("l"))",
      [id.rawValue],
      LocationColumns.location
    )
  }

  /// The location of that code.
  func location(code: String) throws -> Location? {
    try db.first(
      "SELECT \(LocationColumns.l) FROM locations l WHERE l.code = ?\(finished("l"))",
      [code],
      LocationColumns.location
    )
  }

  /// A page in the order of codes.
  func locations(_ page: PageRequest, zone: String?) throws -> Page<Location> {
    let found = try db.all(
      """
      SELECT \(LocationColumns.l) FROM locations l
      WHERE l.code > ?1 AND (?2 IS NULL OR l.zone = ?2)\(finished("l")) ORDER BY l.code LIMIT ?3
      """,
      [page.after ?? "", zone, page.limit + 1],
      LocationColumns.location
    )
    return .cut(found, page) { $0.code }
  }

  /// Code to key for all locations, for imports.
  func locationKeys() throws -> [String: LocationID] {
    let found = try db.all("SELECT l.code, l.id FROM locations l WHERE 1\(finished("l"))") {
      row -> (String, LocationID) in (row[0], row.key(1))
    }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }

  /// A page of states (what lies there, what is promised) in the order of codes.
  func locationStates(_ page: PageRequest, zone: String?) throws -> Page<LocationState> {
    let listed = try locations(page, zone: zone)
    let read = try Self.indexStates(db, only: Set(listed.rows.map(\.id)))
    let states = Dictionary(read.map { ($0.location.id, $0) }, uniquingKeysWith: { $1 })
    return Page(
      rows: listed.rows.compactMap { states[$0.id] }.map(redacted),
      next: listed.next
    )
  }

  /// One location with its state, as the engine needs it: of all owners.
  func stateForJudging(_ id: LocationID) throws -> LocationState? {
    try Self.indexStates(db, only: [id]).first
  }

  /// The state without the names of other owners' goods; what they mean for safety stays.
  private func redacted(_ state: LocationState) -> LocationState {
    guard scope.visible != nil else { return state }
    var state = state
    for index in state.occupants.indices where !scope.allows(state.occupants[index].tenant) {
      let foreign = state.occupants[index]
      state.occupants[index] = Occupant(
        lot: LotID(0),
        material: MaterialID(0),
        tenant: TenantID(0),
        hazardClass: foreign.hazardClass,
        fscClaim: nil,
        expiry: nil,
        receivedDay: LocalDay(rawValue: 0),
        isReserved: foreign.isReserved
      )
    }
    return state
  }

  /// Contents of the named locations; foreign owners' units are there, but not by name.
  func contents(of ids: some Collection<LocationID>) throws -> [LocationID: LocationContents] {
    let keys = ids.jsonKeys()
    var contents = Dictionary(
      ids.map { ($0, LocationContents()) },
      uniquingKeysWith: { first, _ in first }
    )
    _ = try db.all(
      """
      SELECT b.location_id, b.tenant_id, b.lot_id, b.x_mm, b.y_mm, b.z_mm, b.size_x_mm,
        b.size_y_mm, b.size_z_mm, b.weight_g, b.is_reserved,
        m.load_on_top_g, m.base_unit = 'ROLL', m.core_mm
      FROM handling_unit_positions b JOIN lots l ON l.id = b.lot_id
        JOIN materials m ON m.id = l.material_id
      WHERE b.location_id IN (SELECT value FROM json_each(?))
      ORDER BY b.location_id, b.id
      """,
      [keys]
    ) { row in
      contents[row.key(0)]?.boxes.append(
        StoredBox(
          lot: scope.allows(row.key(1)) ? row.key(2) : LotID(0),
          position: Position(row[3], row[4], row[5]),
          size: Dimensions(row[6], row[7], row[8]),
          weightG: row[9],
          isReserved: row[10],
          loadOnTopG: row[11],
          isRoll: row[12],
          coreMM: row[13]
        )
      )
    }
    _ = try db.all(Self.looseUnits, [keys]) { row in
      contents[row.key(0)]?.looseHandlingUnits = row[1]
      contents[row.key(0)]?.looseVolumeMM3 = row[2]
    }
    return contents
  }

  /// Units without a known place, by location: of the stock, and of the promises.
  private static let looseUnits = """
    SELECT location_id, sum(loose), sum(loose * unit_volume) FROM (
      SELECT s.location_id, s.volume_mm3 / max(1, s.handling_units) AS unit_volume,
        max(0, s.handling_units - (SELECT count(*) FROM handling_unit_positions b
          WHERE b.location_id = s.location_id AND b.lot_id = s.lot_id AND b.is_reserved = 0))
          AS loose
      FROM stock s WHERE s.location_id IN (SELECT value FROM json_each(?1))
      UNION ALL
      SELECT r.location_id, r.volume_mm3 / r.handling_units,
        max(0, r.handling_units - (SELECT count(*) FROM handling_unit_positions b
          WHERE b.recommendation_id = r.recommendation_id AND b.is_reserved = 1))
      FROM reservations r WHERE r.location_id IN (SELECT value FROM json_each(?1)))
    GROUP BY location_id
    """
}

extension WriteSession {
  /// Creates or replaces the location of that code; true where it was created.
  func save(_ draft: LocationDraft) throws -> (id: LocationID, created: Bool) {
    let known = try db.first("SELECT id FROM locations WHERE code = ?", [draft.code]) {
      $0.key(0) as LocationID
    }
    let values = LocationColumns.values(of: draft)
    let id: LocationID
    if let known {
      let sets = LocationColumns.values.map { "\($0) = ?" }.joined(separator: ", ")
      try db.run(
        "UPDATE locations SET \(sets), version = version + 1\(madeVisible) WHERE id = ?",
        StatementArguments(values + [known.rawValue])
      )
      id = known
    } else {
      let names = LocationColumns.values.joined(separator: ", ")
      let marks = String(repeating: ", ?", count: values.count)
      try db.run(
        "INSERT INTO locations (import_id, code, \(names)) VALUES (?, ?\(marks))",
        StatementArguments([importID, draft.code] + values)
      )
      id = LocationID(db.lastInsertedRowID)
    }
    touched.locations.insert(id)
    touched.redrawn.insert(id)
    return (id, known == nil)
  }
}
