/// A hard constraint of putaway by its reason code; never traded for score.
///
/// The order is the order of judgement: an answer counts each location under the first constraint
/// that it breaks, so rules of the place come before its present contents.
public enum PutawayConstraint: String, Sendable, Hashable, CaseIterable {
  /// The place is on hold, or held goods would lie with others.
  case hold = "HOLD"
  /// The place is dedicated to another owner.
  case owner = "OWNER"
  /// The place does not take this kind of storage.
  case storageType = "STORAGE_TYPE"
  /// The place is in another temperature zone.
  case temperature = "TEMPERATURE"
  /// The goods belong in the security cage.
  case security = "SECURITY"
  /// No truck reaches so high.
  case reach = "REACH"
  /// A lying roll needs a floor or a cradle.
  case cradle = "CRADLE"
  /// Too little shelf life remains for the goods to be stored.
  case shelfLife = "SHELF_LIFE"
  /// The hazard class is not permitted there, or must be kept apart from what lies near.
  case hazard = "HAZARD"
  /// A unit does not fit between walls and contents in any allowed orientation.
  case dimensions = "DIMENSIONS"
  /// The volume is taken.
  case volume = "VOLUME"
  /// The place cannot carry the weight.
  case weight = "WEIGHT"
  /// The beam or the bay cannot carry the weight.
  case beamWeight = "BEAM_WEIGHT"
  /// The place takes no more handling units.
  case handlingUnits = "HANDLING_UNITS"
  /// There is capacity, but open recommendations hold it.
  case reserved = "RESERVED"
  /// The mixing rule keeps the goods out.
  case mixing = "MIXING"
  /// Another FSC claim lies there.
  case fsc = "FSC"
  /// The goods would stand in front of goods that must leave earlier.
  case fefo = "FEFO"
  /// A unit would fit, but not with enough of its base supported.
  case support = "SUPPORT"
  /// What the goods would rest on may not carry them, or they would be stacked too high.
  case loadOnTop = "LOAD_ON_TOP"
  /// A person has rejected the place for these goods.
  case declined = "DECLINED"

  /// The constraint as a bit of a `ConstraintSet`.
  var bit: ConstraintSet { ConstraintSet(rawValue: 1 << UInt32(order)) }

  /// Place in the order of judgement, from 0.
  var order: Int {
    switch self {
    case .hold: 0
    case .owner: 1
    case .storageType: 2
    case .temperature: 3
    case .security: 4
    case .reach: 5
    case .cradle: 6
    case .shelfLife: 7
    case .hazard: 8
    case .dimensions: 9
    case .volume: 10
    case .weight: 11
    case .beamWeight: 12
    case .handlingUnits: 13
    case .reserved: 14
    case .mixing: 15
    case .fsc: 16
    case .fefo: 17
    case .support: 18
    case .loadOnTop: 19
    case .declined: 20
    }
  }

  /// What the constraint says, for people.
  public var sentence: String {
    switch self {
    case .hold: "on hold"
    case .owner: "dedicated to another owner"
    case .storageType: "takes other kinds of storage"
    case .temperature: "in another temperature zone"
    case .security: "outside the security cage"
    case .reach: "higher than the trucks reach"
    case .cradle: "no floor or cradle for a lying roll"
    case .shelfLife: "too little shelf life remains"
    case .hazard: "hazard class not permitted there"
    case .dimensions: "too small for a unit"
    case .volume: "not enough volume left"
    case .weight: "not enough load left"
    case .beamWeight: "not enough load left on the beam or bay"
    case .handlingUnits: "no handling unit position left"
    case .reserved: "held by open recommendations"
    case .mixing: "the mixing rule keeps the goods out"
    case .fsc: "another FSC claim lies there"
    case .fefo: "goods that must leave earlier would be blocked"
    case .support: "too little support under the base"
    case .loadOnTop: "what lies below may not carry it"
    case .declined: "rejected by a person for these goods"
    }
  }
}

/// Constraints that a location breaks, as bits in the order of judgement.
struct ConstraintSet: OptionSet, Sendable, Hashable {
  var rawValue: UInt32

  init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The first constraint in the order of judgement.
  var first: PutawayConstraint? {
    isEmpty ? nil : Self.ordered[rawValue.trailingZeroBitCount]
  }

  /// All constraints in the set, in order.
  var all: [PutawayConstraint] { Self.ordered.filter { contains($0.bit) } }

  private static let ordered = PutawayConstraint.allCases
}
