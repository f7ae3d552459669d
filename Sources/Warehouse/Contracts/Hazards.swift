/// Which hazard classes may lie together: the site's own rules, kept as data.
///
/// Goods without a hazard class go with everything. A pair that nobody has ruled on is refused, a
/// class with itself among them: segregation is never guessed.
public struct HazardMatrix: Sendable, Equatable {
  /// Two classes, the smaller one first.
  public struct Pair: Hashable, Sendable {
    /// The smaller class.
    public let first: String
    /// The larger class.
    public let second: String

    /// Makes a pair of two classes in any order.
    public init(_ one: String, _ other: String) {
      first = min(one, other)
      second = max(one, other)
    }
  }

  /// How far apart two classes must lie that may not share a location.
  public enum Distance: String, Sendable, CaseIterable, Comparable {
    /// Not in the same location.
    case location = "LOCATION"
    /// Not in the same bay.
    case bay = "BAY"
    /// Not in the same or the next bay.
    case adjacent = "ADJACENT"
    /// Not in the same aisle.
    case aisle = "AISLE"

    private var rank: Int {
      switch self {
      case .location: 0
      case .bay: 1
      case .adjacent: 2
      case .aisle: 3
      }
    }

    /// Whether `left` asks for less distance than `right`.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  /// What the site has ruled: true where the two may lie in one location.
  public var rules: [Pair: Bool]
  /// How far those must lie apart that may not; missing = not in the same location.
  public var distances: [Pair: Distance]

  /// Makes a matrix from its rules.
  public init(rules: [Pair: Bool] = [:], distances: [Pair: Distance] = [:]) {
    self.rules = rules
    self.distances = distances
  }

  /// How far goods of the two classes must lie apart; nil where they may share a location.
  public func distance(_ one: String?, _ other: String?) -> Distance? {
    guard let one, let other, !allows(one, other) else { return nil }
    return distances[Pair(one, other)] ?? .location
  }

  /// Whether a class must keep more distance than a location from any other.
  public func reachesFar(_ hazard: String) -> Bool {
    distances.contains { pair, distance in
      distance > .location && (pair.first == hazard || pair.second == hazard)
        && !allows(pair.first, pair.second)
    }
  }

  /// Whether goods of the two classes may lie in one location; nil stands for harmless goods.
  public func allows(_ one: String?, _ other: String?) -> Bool {
    guard let one, let other else { return true }
    return rules[Pair(one, other)] ?? false
  }

  /// A cautious start for a new site, by ADR class; the site's own officer decides.
  ///
  /// Like goes with like, and class 9 (environmentally hazardous) with flammable, toxic and
  /// corrosive goods; flammable goods never go with oxidisers, acids and lyes (8) never with toxic
  /// goods.
  public static let cautious: HazardMatrix = {
    var matrix = HazardMatrix()
    for like in ["2.1", "2.2", "3", "4.1", "5.1", "6.1", "8", "9"] {
      matrix.rules[Pair(like, like)] = true
    }
    for other in ["3", "4.1", "6.1", "8"] { matrix.rules[Pair("9", other)] = true }
    for other in ["2.1", "3", "4.1"] { matrix.rules[Pair("5.1", other)] = false }
    matrix.rules[Pair("6.1", "8")] = false
    return matrix
  }()
}

/// Reads the hazard matrix.
public protocol HazardReading {
  /// All rules of the site.
  func hazardMatrix() throws -> HazardMatrix
  /// The pairs whose rule carries a note.
  func hazardPairs(noted note: String) throws -> [HazardMatrix.Pair]
}

/// Writes the hazard matrix.
public protocol HazardWriting {
  /// Rules on one pair; nil takes the rule back, so that the pair is refused again.
  ///
  /// `distance` is how far those must lie apart that may not mix.
  func setHazardRule(
    _ pair: HazardMatrix.Pair,
    mayMix: Bool?,
    distance: HazardMatrix.Distance,
    note: String?
  ) throws
}
