/// One lot that lies in a location, or is promised to it.
///
/// A full hall keeps a million of them in memory, and copies those of a place with every commit
/// that touches it. So one takes 32 bytes: what it shares with many others, owner and classes, is
/// kept once beside them (``OccupantTraits``).
public struct Occupant: Sendable, Equatable {
  /// The lot.
  public var lot: LotID
  /// Its material.
  public var material: MaterialID
  /// What it shares with many others.
  public var traits: OccupantTraits
  /// The day that orders it for issue: its expiry, or without one the day of its receipt.
  public var expiry: LocalDay?
  /// Whether it is promised only, not yet there.
  public var isReserved: Bool
  /// The day of its receipt.
  public var receivedDay: LocalDay

  /// Makes an occupant from its figures.
  public init(
    lot: LotID,
    material: MaterialID,
    traits: OccupantTraits,
    expiry: LocalDay?,
    receivedDay: LocalDay,
    isReserved: Bool
  ) {
    self.lot = lot
    self.material = material
    self.traits = traits
    self.expiry = expiry
    self.isReserved = isReserved
    self.receivedDay = receivedDay
  }

  /// Makes an occupant from its figures and its owner and classes.
  public init(
    lot: LotID,
    material: MaterialID,
    tenant: TenantID,
    hazardClass: String?,
    fscClaim: String?,
    expiry: LocalDay?,
    receivedDay: LocalDay,
    isReserved: Bool
  ) {
    self.init(
      lot: lot,
      material: material,
      traits: OccupantTraits(tenant: tenant, hazardClass: hazardClass, fscClaim: fscClaim),
      expiry: expiry,
      receivedDay: receivedDay,
      isReserved: isReserved
    )
  }

  /// Its owner.
  public var tenant: TenantID { traits.tenant }
  /// The hazard class of the material.
  public var hazardClass: String? { traits.hazardClass }
  /// The FSC claim of the lot.
  public var fscClaim: String? { traits.fscClaim }
}

/// Owner, hazard class and FSC claim of goods: what many occupants have in common.
///
/// Whoever reads many of them keeps one object for each combination (a hall has some dozens), so
/// that a million occupants share them; two objects with the same values are equal all the same.
public final class OccupantTraits: Sendable, Hashable {
  /// The owner.
  public let tenant: TenantID
  /// The hazard class of the material.
  public let hazardClass: String?
  /// The FSC claim of the lot.
  public let fscClaim: String?

  /// Makes traits from their values.
  public init(tenant: TenantID, hazardClass: String?, fscClaim: String?) {
    self.tenant = tenant
    self.hazardClass = hazardClass
    self.fscClaim = fscClaim
  }

  /// Whether the values are the same.
  public static func == (one: OccupantTraits, other: OccupantTraits) -> Bool {
    one === other
      || one.tenant == other.tenant && one.hazardClass == other.hazardClass
        && one.fscClaim == other.fscClaim
  }

  /// Feeds the values.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(tenant)
    hasher.combine(hazardClass)
    hasher.combine(fscClaim)
  }
}
