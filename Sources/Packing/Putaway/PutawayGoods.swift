import Warehouse

/// A line to put away: handling units of one lot, with all that the rules look at.
public struct PutawayGoods: Sendable, Hashable {
  /// The lot.
  public var lot: LotID
  /// Its material.
  public var material: MaterialID
  /// Its owner.
  public var owner: TenantID
  /// How many equal handling units.
  public var handlingUnits: Int
  /// Edges of a unit; nil = unknown, then only volume and weight count.
  public var unitSize: Dimensions?
  /// Which edges of a unit may stand vertical.
  public var uprights: Uprights
  /// Whether a unit is a box or a roll.
  public var shape = PackingShape.box
  /// Volume of a unit; from the edges where nil.
  public var unitVolumeMM3: Int64?
  /// Gross weight of a unit; nil counts as nothing.
  public var unitWeightG: Int64?
  /// The weight that may rest on a unit; nil = not limited.
  public var loadOnTopG: Int64?
  /// The kind of storage that it needs.
  public var storageType: String
  /// The temperature zone that it needs.
  public var temperatureZone: String
  /// Its hazard class.
  public var hazardClass: String?
  /// Whether it belongs in the security cage.
  public var needsSecurity: Bool
  /// Its FSC claim; claims are never mixed.
  public var fscClaim: String?
  /// The day on which it expires.
  public var expiry: LocalDay?
  /// The day on which it was received.
  public var receivedDay: LocalDay
  /// Shelf life that must remain for the goods to be stored, in days.
  public var minimumRemainingDays: Int?
  /// Whether the lot is on hold (quality, quarantine).
  public var isHeld: Bool
  /// Places that a person has rejected for these goods; they are not recommended again.
  public var declined: Set<LocationID> = []
  /// Where busy aisles are avoided for these goods.
  public var congestion = ZoneReach()
  /// Where lying near what is picked along counts for these goods.
  public var affinity = ZoneReach()
  /// How often it is picked; missing counts as C.
  public var pickClass: ABCClass?
  /// Place among all materials by turnover: 0 = the fastest, 1 = the slowest.
  ///
  /// Overrules `pickClass`.
  public var turnoverRank: Double?

  /// Describes a line; lot, material, owner, units and day of receipt are needed.
  public init(
    lot: LotID,
    material: MaterialID,
    owner: TenantID,
    handlingUnits: Int = 1,
    unitSize: Dimensions? = nil,
    uprights: Uprights = .any,
    unitVolumeMM3: Int64? = nil,
    unitWeightG: Int64? = nil,
    loadOnTopG: Int64? = nil,
    storageType: String = "",
    temperatureZone: String = "AMBIENT",
    hazardClass: String? = nil,
    needsSecurity: Bool = false,
    fscClaim: String? = nil,
    expiry: LocalDay? = nil,
    receivedDay: LocalDay,
    minimumRemainingDays: Int? = nil,
    isHeld: Bool = false,
    pickClass: ABCClass? = nil,
    turnoverRank: Double? = nil
  ) {
    self.lot = lot
    self.material = material
    self.owner = owner
    self.handlingUnits = handlingUnits
    self.unitSize = unitSize
    self.uprights = uprights
    self.unitVolumeMM3 = unitVolumeMM3
    self.unitWeightG = unitWeightG
    self.loadOnTopG = loadOnTopG
    self.storageType = storageType
    self.temperatureZone = temperatureZone
    self.hazardClass = hazardClass
    self.needsSecurity = needsSecurity
    self.fscClaim = fscClaim
    self.expiry = expiry
    self.receivedDay = receivedDay
    self.minimumRemainingDays = minimumRemainingDays
    self.isHeld = isHeld
    self.pickClass = pickClass
    self.turnoverRank = turnoverRank
  }

  /// Whether a unit can only lie, and so needs a floor or a cradle.
  var onlyLies: Bool {
    guard case .roll(let axis, _) = shape else { return false }
    switch axis {
    case .x: return !uprights.x
    case .y: return !uprights.y
    case .z: return !uprights.z
    }
  }

  /// The volume that counts for a unit.
  public var volumeMM3: Int64 { unitVolumeMM3 ?? unitSize?.volumeMM3 ?? 0 }
  /// The weight that counts for a unit.
  public var weightG: Int64 { unitWeightG ?? 0 }
  /// The day that orders it for issue: its expiry, or without one its receipt.
  public var issueDay: LocalDay { expiry ?? receivedDay }

  /// Where the goods stand among all by turnover: as given, or the middle of their class.
  var rank: Double {
    if let turnoverRank { return max(0, min(1, turnoverRank)) }
    return ABCClass.rank(pickClass)
  }
}
