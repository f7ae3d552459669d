import Warehouse

/// One unit at its place.
public struct PackingPlacement: Sendable, Hashable {
  /// Index into the instance's items.
  public var item: Int
  /// Which unit of the item, from 0.
  public var unit: Int
  /// Index into the instance's locations.
  public var location: Int
  /// Which copy of the location, from 0.
  public var copy: Int
  /// Lower left front corner; nil where item or location has no geometry.
  public var position: Position?
  /// Edges as the unit lies; nil where item or location has no geometry.
  public var size: Dimensions?

  /// Puts a unit at a place.
  public init(
    item: Int,
    unit: Int,
    location: Int,
    copy: Int,
    position: Position? = nil,
    size: Dimensions? = nil
  ) {
    self.item = item
    self.unit = unit
    self.location = location
    self.copy = copy
    self.position = position
    self.size = size
  }
}

/// Why a unit has no place.
public enum UnplacedReason: String, Sendable, Hashable, CaseIterable {
  /// No location may take it.
  case notAllowed = "NOT_ALLOWED"
  /// In no location does it fit between walls and contents, in any allowed orientation.
  case dimensions = "DIMENSIONS"
  /// It would fit by its edges, but nowhere with enough base support.
  case support = "SUPPORT"
  /// It is heavier than what any location can still carry.
  case weight = "WEIGHT"
  /// It is larger than the free volume of any location.
  case volume = "VOLUME"
  /// No location may take another handling unit.
  case handlingUnits = "HANDLING_UNITS"
  /// What lies there, or the mixing rule, keeps it out everywhere.
  case mixing = "MIXING"
  /// What it would rest on may not carry it anywhere.
  case loadOnTop = "LOAD_ON_TOP"
  /// It can only lie, and nowhere is a floor or a cradle for it.
  case cradle = "CRADLE"
  /// It fits alone, but the plan filled the places that would take it.
  case noSpaceLeft = "NO_SPACE_LEFT"
}

/// A unit without a place.
public struct UnplacedUnit: Sendable, Hashable {
  /// Index into the instance's items.
  public var item: Int
  /// Which unit of the item, from 0.
  public var unit: Int
  /// Why.
  public var reason: UnplacedReason

  /// Names a unit without a place.
  public init(item: Int, unit: Int, reason: UnplacedReason) {
    self.item = item
    self.unit = unit
    self.reason = reason
  }
}

/// What no plan can beat, and by which argument.
public struct PackingBound: Sendable, Hashable {
  /// The argument: `L1_WEIGHT`, `L2_WEIGHT`, `L1_VOLUME`, `L1_UNITS`, `SCORE` ...
  public var kind: String
  /// A lower bound of locations or opened volume; an upper bound of volume packed or score.
  public var value: Double

  /// States a bound.
  public init(kind: String, value: Double) {
    self.kind = kind
    self.value = value
  }
}

/// The answer to a packing question.
public struct PackingPlan: Sendable {
  /// The algorithm that was asked for.
  public var algorithm: PackingAlgorithm
  /// Every placed unit, ordered by item and unit.
  public var placements: [PackingPlacement]
  /// Every unit without a place, ordered by item and unit.
  public var unplaced: [UnplacedUnit]
  /// Locations that take at least one unit, each copy counted.
  public var locationsUsed: Int
  /// Free volume, before the plan, of the locations that take at least one unit.
  public var openedVolumeMM3: Int64
  /// Volume of all placed units.
  public var packedVolumeMM3: Int64
  /// Sum of the caller's scores over all placed units.
  public var score: Double
  /// What no plan can beat; nil where some placeable unit was left over.
  public var bound: PackingBound?
  /// Distance from the bound as a share of it; 0 means proved optimal.
  public var gap: Double?
  /// Completed rounds of improvement; the same number gives the same plan again.
  public var rounds: Int
  /// The seed that gives the same plan again on one thread, with the same rounds.
  public var seed: UInt64 = 1
  /// Faults in the data that the plan worked around (the space is counted as used).
  public var dataFaults: [Failure.Fault]
  /// Time until the greedy plan stood, filled by the caller (first call of `mayContinue`).
  public var greedyMS: Double?
  /// Time of the whole call, filled by the caller.
  public var elapsedMS: Double?

  /// Whether the plan is proved to be as good as any.
  public var isProvedOptimal: Bool { gap == 0 }
}
