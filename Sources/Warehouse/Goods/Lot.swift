/// The key of a lot.
public typealias LotID = Key<Lot>

/// Goods of one material that belong together: one production lot in one kind of handling unit.
public struct Lot: Sendable, Equatable {
  /// The key inside this facility.
  public var id: LotID
  /// The name outside, made where the lot was first booked.
  public var publicID: PublicID
  /// The owner.
  public var tenant: TenantID
  /// What was received.
  public var draft: LotDraft
  /// Why it must not be moved to sale or use; nil where it is free.
  public var hold: String?

  /// Makes a lot as it was read from the store.
  public init(id: LotID, publicID: PublicID, tenant: TenantID, draft: LotDraft, hold: String?) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.draft = draft
    self.hold = hold
  }
}

/// A lot as it is received, before it has a key.
///
/// The handling unit's figures are copied from the material at receipt, so that a later change of
/// master data does not rewrite what stands in the racks.
public struct LotDraft: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The supplier's lot number, unique per material; made from the receipt where there is none.
  public var number: String
  /// The license plate (SSCC, 18 digits) of the handling unit, where it has one.
  public var licensePlate: String?
  /// When it arrived.
  public var receivedAt: Instant
  /// The day on which it arrived, in the facility's zone.
  public var receivedDay: LocalDay
  /// The last day on which it is good.
  public var expiry: LocalDay?
  /// The first day on which it may be used, after conditioning.
  public var usableFrom: LocalDay?
  /// The FSC claim of the paper; never mixed.
  public var fscClaim: String?
  /// Quantity in one handling unit, in milli base units.
  public var handlingUnitMilli: Int64
  /// Outer dimensions of one handling unit.
  public var handlingUnitSize: Dimensions?
  /// Gross weight of one handling unit, in grams.
  public var handlingUnitWeightG: Int64?
  /// The lot that it was taken from: of a remnant, a part skid, damaged goods.
  public var parent: LotID?

  /// Makes a draft from all its figures.
  public init(
    material: MaterialID,
    number: String,
    licensePlate: String? = nil,
    receivedAt: Instant,
    receivedDay: LocalDay,
    expiry: LocalDay? = nil,
    usableFrom: LocalDay? = nil,
    fscClaim: String? = nil,
    handlingUnitMilli: Int64,
    handlingUnitSize: Dimensions?,
    handlingUnitWeightG: Int64?,
    parent: LotID? = nil
  ) {
    self.material = material
    self.number = number
    self.licensePlate = licensePlate
    self.receivedAt = receivedAt
    self.receivedDay = receivedDay
    self.expiry = expiry
    self.usableFrom = usableFrom
    self.fscClaim = fscClaim
    self.handlingUnitMilli = handlingUnitMilli
    self.handlingUnitSize = handlingUnitSize
    self.handlingUnitWeightG = handlingUnitWeightG
    self.parent = parent
  }

  /// How many handling units a quantity fills; a part unit counts as one.
  public func handlingUnits(in quantityMilli: Int64) -> Int64 {
    guard quantityMilli > 0, handlingUnitMilli > 0 else { return 0 }
    return (quantityMilli - 1) / handlingUnitMilli + 1
  }

  /// The weight of a quantity in grams, where the handling unit's weight is known.
  public func weightG(of quantityMilli: Int64) -> Int64? {
    guard let unitG = handlingUnitWeightG, handlingUnitMilli > 0 else { return nil }
    let (product, low) = unitG.multipliedFullWidth(by: max(0, quantityMilli))
    guard product < handlingUnitMilli else { return .max }
    let (quotient, rest) = handlingUnitMilli.dividingFullWidth((product, low))
    return rest > 0 ? quotient + 1 : quotient
  }
}
