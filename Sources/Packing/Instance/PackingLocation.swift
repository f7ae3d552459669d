import Warehouse

/// A box at a known place inside a location.
public struct PackedBox: Sendable, Hashable {
  /// Lower left front corner.
  public var position: Position
  /// Edges along x, y and z as it lies.
  public var size: Dimensions
  /// Its weight; nil counts as nothing.
  public var weightG: Int64?
  /// The weight that may rest on it; nil = not checked.
  public var maxLoadG: Int64?
  /// How it stands; a lying roll carries nothing.
  public var posture: PackedPosture

  /// Puts a box at a position.
  public init(
    position: Position,
    size: Dimensions,
    weightG: Int64? = nil,
    maxLoadG: Int64? = nil,
    posture: PackedPosture = .box
  ) {
    self.position = position
    self.size = size
    self.weightG = weightG
    self.maxLoadG = maxLoadG
    self.posture = posture
  }
}

/// A place for goods: its limits and what it holds already.
///
/// With `inner` units get positions; without, only volume, weight and handling units count. Copies
/// are places of the same make, each with the same contents. Limits are gross: what `contents` and
/// the `used...` figures take is subtracted by the solver.
public struct PackingLocation: Sendable {
  /// The caller's name for it.
  public var id: String
  /// How many of it there are.
  public var copies: Int
  /// Inner edges; nil = no geometry.
  public var inner: Dimensions?
  /// Usable volume; nil = not checked.
  public var volumeMM3: Int64?
  /// Weight limit; nil = not checked.
  public var maxWeightG: Int64?
  /// Handling units that may lie there, contents included; nil = not checked.
  public var maxHandlingUnits: Int?
  /// How many units may stand on each other, the lowest counted; nil = not checked.
  public var maxStack: Int?
  /// Whether rolls may lie in it: on a floor, or in a cradle with chocks.
  public var takesLyingRolls: Bool
  /// What lies there at known positions.
  public var contents: [PackedBox]
  /// Volume taken by goods without a known position (and by reservations).
  public var usedVolumeMM3: Int64
  /// Weight taken by goods without a known position (and by reservations).
  public var usedWeightG: Int64
  /// Handling units without a known position (and reserved ones).
  public var usedHandlingUnits: Int
  /// How goods may share it.
  public var mixing: PackingMixing
  /// The groups that lie there already.
  public var present: [PackingGroup]

  /// Describes a place; everything but the name may be left out.
  public init(
    id: String,
    copies: Int = 1,
    inner: Dimensions? = nil,
    volumeMM3: Int64? = nil,
    maxWeightG: Int64? = nil,
    maxHandlingUnits: Int? = nil,
    maxStack: Int? = nil,
    takesLyingRolls: Bool = true,
    contents: [PackedBox] = [],
    usedVolumeMM3: Int64 = 0,
    usedWeightG: Int64 = 0,
    usedHandlingUnits: Int = 0,
    mixing: PackingMixing = .free,
    present: [PackingGroup] = []
  ) {
    self.id = id
    self.copies = copies
    self.inner = inner
    self.volumeMM3 = volumeMM3
    self.maxWeightG = maxWeightG
    self.maxHandlingUnits = maxHandlingUnits
    self.maxStack = maxStack
    self.takesLyingRolls = takesLyingRolls
    self.contents = contents
    self.usedVolumeMM3 = usedVolumeMM3
    self.usedWeightG = usedWeightG
    self.usedHandlingUnits = usedHandlingUnits
    self.mixing = mixing
    self.present = present
  }
}

/// Goods of one kind, in equal units.
public struct PackingItem: Sendable {
  /// The caller's name for it.
  public var id: String
  /// How many units.
  public var quantity: Int
  /// Edges of a unit; nil = only volume and weight count.
  public var size: Dimensions?
  /// Which edges may stand vertical.
  public var uprights: Uprights
  /// Whether it is a box or a roll.
  public var shape: PackingShape
  /// Volume of a unit; nil or 0 = the product of its edges.
  public var volumeMM3: Int64?
  /// Weight of a unit; nil counts as nothing.
  public var weightG: Int64?
  /// The weight that may rest on a unit; nil = not checked.
  public var maxLoadG: Int64?
  /// Material, lot and conflict class, for mixing rules.
  public var group: PackingGroup

  /// Describes goods; everything but the name may be left out.
  public init(
    id: String,
    quantity: Int = 1,
    size: Dimensions? = nil,
    uprights: Uprights = .any,
    shape: PackingShape = .box,
    volumeMM3: Int64? = nil,
    weightG: Int64? = nil,
    maxLoadG: Int64? = nil,
    group: PackingGroup = PackingGroup()
  ) {
    self.id = id
    self.quantity = quantity
    self.size = size
    self.uprights = uprights
    self.shape = shape
    self.volumeMM3 = volumeMM3
    self.weightG = weightG
    self.maxLoadG = maxLoadG
    self.group = group
  }
}
