/// Reads the facility's own record.
public protocol FacilityReading {
  /// The facility; fails where the database was never initialised.
  func facility() throws -> Facility
  /// The tenants in scope, by code.
  func tenants() throws -> [String: TenantID]
  /// The days in the range on which the facility is closed.
  func closedDays(from: LocalDay, through: LocalDay) throws -> Set<LocalDay>
}

/// Writes the facility's own record.
public protocol FacilityWriting {
  /// Marks a day as closed, or opens it again.
  func setClosed(_ day: LocalDay, _ isClosed: Bool, note: String?) throws
}

/// Reads materials.
public protocol MaterialReading {
  /// The material of that key.
  func material(_ id: MaterialID) throws -> Material?
  /// The material of that code (of the home tenant first, then of the others in scope).
  func material(code: String) throws -> Material?
  /// The material of that GTIN (14 digits).
  func material(gtin: String) throws -> Material?
  /// Those of the keys that exist.
  func materials(_ ids: some Collection<MaterialID>) throws -> [MaterialID: Material]
  /// A page in the order of codes; `search` matches code or name anywhere, case-insensitive.
  func materials(_ page: PageRequest, search: String?) throws -> Page<Material>
  /// Code to key for everything in scope, for imports.
  func materialKeys() throws -> [String: MaterialID]
}

/// Writes materials.
public protocol MaterialWriting {
  /// Creates or replaces the home tenant's material of that code; true where it was created.
  func save(_ draft: MaterialDraft) throws -> (id: MaterialID, created: Bool)
  /// Sets the classes of a material.
  func setClasses(_ id: MaterialID, pick: ABCClass?, value: ABCClass?) throws
}

/// Reads locations.
public protocol LocationReading {
  /// The location of that key.
  func location(_ id: LocationID) throws -> Location?
  /// The location of that code.
  func location(code: String) throws -> Location?
  /// A page in the order of codes.
  func locations(_ page: PageRequest, zone: String?) throws -> Page<Location>
  /// Code to key for all locations, for imports.
  func locationKeys() throws -> [String: LocationID]
  /// A page of states (what lies there, what is promised) in the order of codes.
  func locationStates(_ page: PageRequest, zone: String?) throws -> Page<LocationState>
  /// One location with its state, as the engine needs it: of all owners, since rules and capacity
  /// count all. For judging, never for showing.
  func stateForJudging(_ id: LocationID) throws -> LocationState?
  /// Contents of the named locations; foreign owners' units are there, but not by name.
  func contents(of ids: some Collection<LocationID>) throws -> [LocationID: LocationContents]
  /// Utilisation of the whole facility first, then by zone.
  func utilization() throws -> [Utilization]
  /// When the full refresh of the utilisation cache last ended.
  func utilizationRefreshedAt() throws -> Instant?
}

/// Writes locations.
public protocol LocationWriting {
  /// Creates or replaces the location of that code; true where it was created.
  func save(_ draft: LocationDraft) throws -> (id: LocationID, created: Bool)
  /// Recomputes the cache of the locations after `after` (at most `limit`), from stock and
  /// reservations; returns the last key done and how many rows had to be corrected.
  func refreshUtilization(
    after: LocationID?,
    limit: Int,
    at: Instant
  ) throws -> (last: LocationID?, corrected: Int)
}

/// Reads lots.
public protocol LotReading {
  /// The lot of that key.
  func lot(_ id: LotID) throws -> Lot?
  /// The lot of that name.
  func lot(publicID: PublicID) throws -> Lot?
  /// The lots of that number; more than one where materials share it.
  func lots(number: String) throws -> [Lot]
  /// The lot on that license plate.
  func lot(licensePlate: String) throws -> Lot?
  /// Those of the keys that exist.
  func lots(_ ids: some Collection<LotID>) throws -> [LotID: Lot]
  /// A page in the order of their keys.
  func lots(_ page: PageRequest, material: MaterialID?) throws -> Page<Lot>
}

/// Writes lots.
public protocol LotWriting {
  /// Creates a lot; a duplicate number of the same material or license plate is a conflict.
  func insert(_ draft: LotDraft, publicID: PublicID) throws -> Lot
  /// Holds a lot for a reason, or frees it (nil).
  func setHold(_ id: LotID, _ reason: String?) throws
}
