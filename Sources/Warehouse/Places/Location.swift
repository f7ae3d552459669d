/// The key of a location.
public typealias LocationID = Key<Location>

/// What a location is for.
public enum LocationKind: String, Sendable, CaseIterable {
  /// Keeps stock.
  case storage = "STORAGE"
  /// Where goods arrive and wait to be put away.
  case dock = "DOCK"
  /// Where goods wait to leave.
  case staging = "STAGING"
}

/// What may lie together in a location.
public enum MixingRule: String, Sendable, CaseIterable {
  case singleLot = "SINGLE_LOT"
  case singleMaterial = "SINGLE_MATERIAL"
  case mixed = "MIXED"
}

/// One place in the warehouse that goods can lie in.
public struct Location: Sendable, Equatable {
  /// The key inside this facility.
  public var id: LocationID
  /// The row version, for conditional edits.
  public var version: Int64
  /// What was entered or imported.
  public var draft: LocationDraft

  /// Makes a location as it was read from the store.
  public init(id: LocationID, version: Int64, draft: LocationDraft) {
    self.id = id
    self.version = version
    self.draft = draft
  }

  /// The code on its label.
  public var code: String { draft.code }
}

/// A location as it is entered or imported.
public struct LocationDraft: Sendable, Equatable {
  /// The code on its label; unique in the facility.
  public var code: String
  /// What it is for.
  public var kind: LocationKind
  /// The zone.
  public var zone: String
  /// The aisle, as people call it.
  public var aisle: String
  /// The bay along the aisle.
  public var bay: Int
  /// The level above the floor, 0 = floor.
  public var level: Int
  /// The position within bay and level.
  public var position: Int
  /// Inner width, depth and clear height; nil where nobody has measured it.
  public var inner: Dimensions?
  /// Usable volume in cubic millimetres; from the dimensions where those are known.
  public var volumeMM3: Int64?
  /// Weight limit of the location, in grams.
  public var maxWeightG: Int64?
  /// Weight limit of the beam (all positions of bay and level), in grams.
  public var beamMaxWeightG: Int64?
  /// Weight limit of the bay (all its levels), in grams.
  public var bayMaxWeightG: Int64?
  /// How many handling units it takes.
  public var maxHandlingUnits: Int?
  /// How many handling units may stand on each other.
  public var maxStack: Int?
  /// Height of its floor above ground, in millimetres: what a truck must reach.
  public var reachMM: Int64
  /// The kinds of storage it accepts; empty means any.
  public var storageTypes: [String]
  /// The temperature zone that it is in.
  public var temperatureZone: String
  /// The hazard classes permitted in it.
  public var hazardClasses: [String]
  /// Whether it is inside the security cage.
  public var isSecure: Bool
  /// The owner that it is dedicated to.
  public var dedicatedTo: TenantID?
  /// What may lie together.
  public var mixing: MixingRule
  /// How many materials may lie together where `mixing` is `MIXED`; nil means any number.
  public var maxMaterials: Int?
  /// Why nothing may be put in; nil where it is free.
  public var hold: String?
  /// The digits on its label that prove presence.
  public var checkCode: String?
  /// Whether goods go in and out on one side only, so that the last in stands in front.
  public var isLastInFirstOut: Bool
  /// Distance along the route to the place of picking or dispatch, in millimetres.
  public var travelMM: Int64?
  /// Place on the floor map: distance from the corner, in millimetres.
  public var mapX: Int64?
  /// Place on the floor map: distance from the corner, in millimetres.
  public var mapY: Int64?

  /// Makes a draft; only code, zone and aisle are needed.
  public init(
    code: String,
    kind: LocationKind = .storage,
    zone: String,
    aisle: String,
    bay: Int = 0,
    level: Int = 0,
    position: Int = 0,
    inner: Dimensions? = nil,
    volumeMM3: Int64? = nil,
    maxWeightG: Int64? = nil,
    beamMaxWeightG: Int64? = nil,
    bayMaxWeightG: Int64? = nil,
    maxHandlingUnits: Int? = nil,
    maxStack: Int? = nil,
    reachMM: Int64 = 0,
    storageTypes: [String] = [],
    temperatureZone: String = "AMBIENT",
    hazardClasses: [String] = [],
    isSecure: Bool = false,
    dedicatedTo: TenantID? = nil,
    mixing: MixingRule = .mixed,
    maxMaterials: Int? = nil,
    hold: String? = nil,
    checkCode: String? = nil,
    isLastInFirstOut: Bool = false,
    travelMM: Int64? = nil,
    mapX: Int64? = nil,
    mapY: Int64? = nil
  ) {
    self.code = code
    self.kind = kind
    self.zone = zone
    self.aisle = aisle
    self.bay = bay
    self.level = level
    self.position = position
    self.inner = inner
    self.volumeMM3 = volumeMM3
    self.maxWeightG = maxWeightG
    self.beamMaxWeightG = beamMaxWeightG
    self.bayMaxWeightG = bayMaxWeightG
    self.maxHandlingUnits = maxHandlingUnits
    self.maxStack = maxStack
    self.reachMM = reachMM
    self.storageTypes = storageTypes
    self.temperatureZone = temperatureZone
    self.hazardClasses = hazardClasses
    self.isSecure = isSecure
    self.dedicatedTo = dedicatedTo
    self.mixing = mixing
    self.maxMaterials = maxMaterials
    self.hold = hold
    self.checkCode = checkCode
    self.isLastInFirstOut = isLastInFirstOut
    self.travelMM = travelMM
    self.mapX = mapX
    self.mapY = mapY
  }

  /// The volume that counts as its capacity: as given, or from the dimensions.
  public var capacityMM3: Int64? { volumeMM3 ?? inner?.volumeMM3 }
}
