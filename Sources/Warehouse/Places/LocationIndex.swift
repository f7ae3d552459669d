/// What one location holds and has promised, as the putaway engine needs it.
public struct LocationState: Sendable, Equatable {
  /// The location and its rules.
  public var location: Location
  /// Volume of what lies in it, in cubic millimetres.
  public var usedVolumeMM3: Int64
  /// Weight of what lies in it, in grams.
  public var usedWeightG: Int64
  /// Handling units that lie in it.
  public var usedHandlingUnits: Int
  /// Volume promised to open recommendations.
  public var reservedVolumeMM3: Int64
  /// Weight promised to open recommendations.
  public var reservedWeightG: Int64
  /// Handling units promised to open recommendations.
  public var reservedHandlingUnits: Int
  /// What lies in it or is promised to it, lot by lot; of all owners, since capacity counts all.
  public var occupants: [Occupant]

  /// Makes a state from its figures.
  public init(
    location: Location,
    usedVolumeMM3: Int64 = 0,
    usedWeightG: Int64 = 0,
    usedHandlingUnits: Int = 0,
    reservedVolumeMM3: Int64 = 0,
    reservedWeightG: Int64 = 0,
    reservedHandlingUnits: Int = 0,
    occupants: [Occupant] = []
  ) {
    self.location = location
    self.usedVolumeMM3 = usedVolumeMM3
    self.usedWeightG = usedWeightG
    self.usedHandlingUnits = usedHandlingUnits
    self.reservedVolumeMM3 = reservedVolumeMM3
    self.reservedWeightG = reservedWeightG
    self.reservedHandlingUnits = reservedHandlingUnits
    self.occupants = occupants
  }
}

/// All locations with their state at one moment: immutable, numbered, cheap to copy.
///
/// `states` keeps its order for the life of the process (new locations are appended), so that a
/// reader may keep derived arrays and refresh only what `changedIndices(since:)` names.
public struct LocationIndexSnapshot: Sendable {
  /// Grows with every publication.
  public let version: UInt64
  /// The states, in a fixed order.
  public let states: LocationStates
  /// The place of a location in `states`.
  public let indices: [LocationID: Int]
  /// The places of each aisle.
  public let aisles: AislePlaces
  private let recentChanges: [(version: UInt64, index: Int)]
  private let oldestChange: UInt64

  /// Makes a snapshot; `recentChanges` reaches back to just after `oldestChange`.
  ///
  /// `aisles` is worked out where it is not given.
  public init(
    version: UInt64,
    states: LocationStates,
    indices: [LocationID: Int],
    aisles: AislePlaces? = nil,
    recentChanges: [(version: UInt64, index: Int)],
    oldestChange: UInt64
  ) {
    self.version = version
    self.states = states
    self.indices = indices
    self.aisles = aisles ?? AislePlaces(states)
    self.recentChanges = recentChanges
    self.oldestChange = oldestChange
  }

  /// Which states differ from those of an older version; nil where that is no longer known.
  public func changedIndices(since older: UInt64) -> Set<Int>? {
    guard older >= oldestChange else { return nil }
    // They stand in the order of their versions: the newer ones are at the end.
    return Set(recentChanges.reversed().lazy.prefix { $0.version > older }.map(\.index))
  }
}

/// The index in memory, which storage keeps in step with every commit.
public protocol LocationIndexing: Sendable {
  /// The newest published snapshot.
  func snapshot() -> LocationIndexSnapshot
}

/// A handling unit whose place inside a location is known.
public struct StoredBox: Sendable, Equatable {
  /// The lot it belongs to.
  public var lot: LotID
  /// Lower left front corner inside the location.
  public var position: Position
  /// Edges as it stands.
  public var size: Dimensions
  /// Gross weight in grams.
  public var weightG: Int64?
  /// The load that it bears on top, in grams; nil = any.
  public var loadOnTopG: Int64?
  /// Whether it is a roll, a cylinder of its edges.
  public var isRoll: Bool
  /// The diameter of a roll's core, in millimetres; nil where unknown.
  public var coreMM: Int64?
  /// Whether the place is promised only.
  public var isReserved: Bool

  /// Makes a stored box.
  public init(
    lot: LotID,
    position: Position,
    size: Dimensions,
    weightG: Int64?,
    isReserved: Bool,
    loadOnTopG: Int64? = nil,
    isRoll: Bool = false,
    coreMM: Int64? = nil
  ) {
    self.lot = lot
    self.position = position
    self.size = size
    self.weightG = weightG
    self.isReserved = isReserved
    self.loadOnTopG = loadOnTopG
    self.isRoll = isRoll
    self.coreMM = coreMM
  }
}

/// What lies in one location: units whose place is known, and the volume of the others.
public struct LocationContents: Sendable, Equatable {
  /// Units with a known place, promised ones included.
  public var boxes: [StoredBox]
  /// Units that lie there without a known place.
  public var looseHandlingUnits: Int
  /// Their volume in cubic millimetres.
  public var looseVolumeMM3: Int64

  /// Makes contents.
  public init(boxes: [StoredBox] = [], looseHandlingUnits: Int = 0, looseVolumeMM3: Int64 = 0) {
    self.boxes = boxes
    self.looseHandlingUnits = looseHandlingUnits
    self.looseVolumeMM3 = looseVolumeMM3
  }
}

extension LocationState {
  /// How full it is: the largest of the volume, weight and handling-unit shares.
  ///
  /// A limit that is not known has no share; above 1 means that a fact breached the capacity.
  public var utilization: Double {
    func share(_ used: Int64, _ limit: Int64?) -> Double {
      guard let limit, limit > 0 else { return 0 }
      return Double(used) / Double(limit)
    }
    let draft = location.draft
    return max(
      share(usedVolumeMM3, draft.capacityMM3),
      share(usedWeightG, draft.maxWeightG),
      share(Int64(usedHandlingUnits), draft.maxHandlingUnits.map(Int64.init))
    )
  }
}
