import Warehouse

/// One part of a score: its value, its weight, and the physical figure behind it.
public struct PutawayPart: Sendable, Hashable {
  /// Which part.
  public var kind: PutawayPartKind
  /// 0...1, higher is better.
  public var value: Double
  /// Its weight as a share of all weights; the score is the sum of `value * weight`.
  public var weight: Double
  /// The figure behind it, in `unit`.
  public var figure: Double
  /// Unit of the figure: `m`, `%`, `mm`, `lift`, `tasks`, `lots`, `days`.
  public var unit: String
  /// The figure in plain words.
  public var reason: String
  /// For `AFFINITY`: what attracts, and how far it lies.
  public var partner: Partner?

  /// Goods that are picked along, where they lie nearest in the aisle.
  public struct Partner: Sendable, Hashable {
    /// The place.
    public var code: String
    /// The material.
    public var material: MaterialID
    /// How far along the aisle, in metres; nil where the ways to the places are not known.
    public var metres: Double?
  }
}

/// A place that takes goods, and why.
public struct PutawaySuggestion: Sendable {
  /// Index of the place in the putaway index.
  public var index: Int
  /// The place.
  public var location: LocationID
  /// Its code.
  public var code: String
  /// Units that go there.
  public var handlingUnits: Int
  /// The score, 0...1: the sum of its parts' `value * weight`.
  public var score: Double
  /// The parts of the score.
  public var parts: [PutawayPart]
  /// Where each unit goes inside the place; empty where `isGeometric` is false.
  public var boxes: [PackedBox]
  /// Whether edges were checked against what lies there; else volume and weight alone were.
  public var isGeometric: Bool
  /// Plain-words reasons, the weightiest first; says so where geometry was not checked.
  public var reasons: [String]
  /// For a runner-up: the part that decided against it; empty for the best.
  public var decided: String
}

/// The cheapest thing to do where no place takes all the goods as they are.
public enum PutawayWayOut: Sendable {
  /// Split the line: these places together take all units.
  case split([PutawaySuggestion])
  /// One rule alone stands in the way at that many places; the best of them is named.
  case relax(PutawayConstraint, location: LocationID, code: String, places: Int)
  /// The place would take the goods if what lies in it, or is promised to it, were moved.
  case free(location: LocationID, code: String, occupants: Int)
  /// Every place breaks several rules, or is too small even empty.
  case none(String)

  /// The way out in plain words.
  public var sentence: String {
    switch self {
    case .split(let parts):
      let list = parts.prefix(5).map { "\($0.handlingUnits) to \($0.code)" }.joined(separator: ", ")
      return "Split over \(parts.count) locations: \(list)\(parts.count > 5 ? ", ..." : "")."
    case .relax(let rule, _, let code, let places):
      return "Only \(rule.rawValue) stands in the way at \(counted(places, "location"))"
        + ", \(code) first (\(rule.sentence))."
    case .free(_, let code, let occupants):
      let lots = counted(occupants, "lot")
      return occupants > 0
        ? "Move the \(lots) in \(code), and it takes the goods."
        : "Free \(code) of what it holds, and it takes the goods."
    case .none(let why): return why
    }
  }
}

/// The answer for one line: ranked places, or why there is none.
public struct PutawayAnswer: Sendable {
  /// The best place for all units; nil where no single place takes them.
  public var best: PutawaySuggestion?
  /// The next best, at most `Limits.runnersUp`, each with what decided.
  public var runnersUp: [PutawaySuggestion]
  /// How many places were judged.
  public var judged: Int
  /// How many places were rejected, by the first constraint that each breaks.
  public var rejected: [PutawayConstraint: Int]
  /// What to do where `best` is nil.
  public var wayOut: PutawayWayOut?
}
