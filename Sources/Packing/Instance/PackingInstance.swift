import Warehouse

/// What a plan is compared by; the request names it.
public enum PackingObjective: String, Sendable, Hashable, CaseIterable {
  /// As few units left over as possible, then as few locations (copies counted) as possible.
  case fewestLocations = "FEWEST_LOCATIONS"
  /// As few units left over as possible, then the least free volume of the locations touched.
  case leastOpenedVolume = "LEAST_OPENED_VOLUME"
  /// The most volume packed; for loads that need not fit whole.
  case mostVolumePacked = "MOST_VOLUME_PACKED"
  /// As few units left over as possible, then the highest sum of the caller's scores.
  case bestScore = "BEST_SCORE"
}

/// A packing question: goods, places, rules and what counts as better.
///
/// Lengths are whole millimetres, weights grams, volumes cubic millimetres. A dimension, weight or
/// limit that is nil is not checked. `Packer.plan` answers it.
public struct PackingInstance: Sendable {
  /// What plans are compared by.
  public var objective: PackingObjective
  /// Share of a unit's base, 0...1, that must lie on the floor or on tops at the same height.
  public var minSupport: Double
  /// The places, each with its copies.
  public var locations: [PackingLocation]
  /// The goods, each with its quantity.
  public var items: [PackingItem]
  /// For each item the locations that it may go to, with their scores; nil = all, score 0.
  ///
  /// Indexed like `items`. Rules that are none of the solver's business (temperature, owner, reach)
  /// enter here, judged by the caller.
  public var choices: [[PackingChoice]]?
  /// Pairs of `PackingGroup.conflictClass` that may never share a location (both orders count).
  public var conflicts: [PackingConflict]

  /// Makes an instance; without choices every item may go everywhere.
  public init(
    objective: PackingObjective,
    minSupport: Double = 0,
    locations: [PackingLocation],
    items: [PackingItem],
    choices: [[PackingChoice]]? = nil,
    conflicts: [PackingConflict] = []
  ) {
    self.objective = objective
    self.minSupport = minSupport
    self.locations = locations
    self.items = items
    self.choices = choices
    self.conflicts = conflicts
  }
}

/// One location that an item may go to, and what that is worth.
public struct PackingChoice: Sendable, Hashable {
  /// Index into `PackingInstance.locations`.
  public var location: Int
  /// The worth of one unit there, higher is better; read under `bestScore` only.
  public var score: Double

  /// Allows a location, worth `score`.
  public init(location: Int, score: Double = 0) {
    self.location = location
    self.score = score
  }
}

/// Two conflict classes that may never share a location.
public struct PackingConflict: Sendable, Hashable {
  /// One class.
  public var first: Int
  /// The other class; may be the same, for goods that must lie alone.
  public var second: Int

  /// Keeps two classes apart.
  public init(_ first: Int, _ second: Int) {
    self.first = first
    self.second = second
  }
}

/// What mixing rules look at: whose goods these are, in the eyes of the plan.
///
/// Plain numbers chosen by the caller; equal numbers mean the same material, the same lot, the same
/// conflict class. Class 0 conflicts with nothing unless a conflict says so.
public struct PackingGroup: Sendable, Hashable {
  /// The material.
  public var material: Int
  /// The lot.
  public var lot: Int
  /// The class that `PackingInstance.conflicts` speaks of.
  public var conflictClass: Int

  /// Names material, lot and conflict class.
  public init(material: Int = 0, lot: Int = 0, conflictClass: Int = 0) {
    self.material = material
    self.lot = lot
    self.conflictClass = conflictClass
  }
}

/// How goods may share a location.
public enum PackingMixing: Sendable, Hashable {
  /// One lot only.
  case singleLot
  /// One material only, any lots.
  case singleMaterial
  /// At most that many materials.
  case mixed(materials: Int)
  /// No rule.
  case free
}
