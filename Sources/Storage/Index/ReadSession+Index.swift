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
    let occupants =
      try only.map { try Self.occupants(db, in: $0.sorted()) } ?? Self.occupants(db)
    for index in states.indices {
      // Exactly as much memory as is needed: the list grew in doubling steps.
      let grown = occupants[states[index].location.id] ?? []
      states[index].occupants.reserveCapacity(grown.count)
      states[index].occupants.append(contentsOf: grown)
    }
    return states
  }

  /// The same locations with figures and occupants as they are committed now.
  ///
  /// Where only some lots of a location were touched, the others are not read again.
  static func refilled(
    _ older: [LocationState],
    _ touched: Touched,
    _ db: Database
  ) throws -> [LocationState] {
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
    var pairs: [(LocationID, LotID)] = []
    for state in states where !touched.locations.contains(state.location.id) {
      pairs += (touched.lots[state.location.id] ?? []).map { (state.location.id, $0) }
    }
    let whole = states.map(\.location.id).filter(touched.locations.contains)
    let occupants = try Self.occupants(db, in: whole)
      .merging(Self.occupants(db, of: pairs)) { $0 + $1 }
    for index in states.indices {
      let id = states[index].location.id
      if touched.locations.contains(id) {
        states[index].occupants = []
      } else if let lots = touched.lots[id] {
        states[index].occupants.remove(lots)
      }
      states[index].occupants += occupants[id] ?? []
    }
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

  /// What lies in all locations or is promised to them.
  private static func occupants(_ db: Database) throws -> [LocationID: [Occupant]] {
    try occupants(db, from: { "\($0) s" }, where: "1", [])
  }

  /// What lies in some locations or is promised to them.
  private static func occupants(
    _ db: Database,
    in locations: [LocationID]
  ) throws -> [LocationID: [Occupant]] {
    if locations.isEmpty { return [:] }
    return try occupants(
      db,
      from: { "\($0) s" },
      where: "s.location_id IN (SELECT value FROM json_each(?1))",
      [locations.jsonKeys()]
    )
  }

  /// What some lots occupy in the locations that are named with them.
  private static func occupants(
    _ db: Database,
    of pairs: [(location: LocationID, lot: LotID)]
  ) throws -> [LocationID: [Occupant]] {
    if pairs.isEmpty { return [:] }
    let list = pairs.map { "[\($0.location.rawValue),\($0.lot.rawValue)]" }
    // CROSS JOIN keeps the pairs in front: a look by key for each of them.
    return try occupants(
      db,
      from: {
        "json_each(?1) p CROSS JOIN \($0) s ON s.lot_id = json_extract(p.value, '$[1]')"
          + " AND s.location_id = json_extract(p.value, '$[0]')"
      },
      where: "1",
      ["[" + list.joined(separator: ",") + "]"]
    )
  }

  /// Occupants from stock, then from reservations.
  private static func occupants(
    _ db: Database,
    from source: (_ table: String) -> String,
    where filter: String,
    _ arguments: StatementArguments
  ) throws -> [LocationID: [Occupant]] {
    var found: [LocationID: [Occupant]] = [:]
    var kinds = TraitMemory()
    for (table, promised, present) in [
      ("stock", "0", " AND s.quantity_milli > 0"), ("reservations", "1", ""),
    ] {
      try db.each(
        """
        SELECT s.location_id, s.lot_id, t.material_id, t.tenant_id, m.hazard_class,
          t.fsc_claim, coalesce(t.expiry_day, t.received_day), t.received_day, \(promised)
        FROM \(source(table))
          CROSS JOIN lots t ON t.id = s.lot_id
          CROSS JOIN materials m ON m.id = t.material_id
        WHERE \(filter)\(present)
        """,
        arguments
      ) { row in
        found[row.key(0), default: []].append(
          Occupant(
            lot: row.key(1),
            material: row.key(2),
            traits: kinds.traits(row.key(3), row[4], row[5]),
            expiry: row.day(orNil: 6),
            receivedDay: row.day(7),
            isReserved: row[8]
          )
        )
        return true
      }
    }
    return found
  }
}

extension [Occupant] {
  /// Takes what belongs to some lots out.
  ///
  /// Their range is asked first: a dock holds thousands of lots, and those of a commit are few and
  /// lie close together.
  fileprivate mutating func remove(_ lots: Set<LotID>) {
    guard let first = lots.min(), let last = lots.max() else { return }
    removeAll { $0.lot >= first && $0.lot <= last && lots.contains($0.lot) }
  }
}

/// The traits that were read so far, one object for each combination; the row before comes first.
private struct TraitMemory {
  private var last: OccupantTraits?
  private var known: Set<OccupantTraits> = []

  mutating func traits(
    _ tenant: TenantID,
    _ hazardClass: String?,
    _ fscClaim: String?
  ) -> OccupantTraits {
    if let last, last.tenant == tenant, last.hazardClass == hazardClass,
      last.fscClaim == fscClaim
    {
      return last
    }
    let made = OccupantTraits(tenant: tenant, hazardClass: hazardClass, fscClaim: fscClaim)
    let kept = known.insert(made).memberAfterInsert
    last = kept
    return kept
  }
}
