/// How far two hazard classes must be kept apart.
public enum HazardSeparation: String, Sendable, Hashable, CaseIterable, Comparable {
  /// They may share a location.
  case together = "TOGETHER"
  /// Not in the same location.
  case location = "SEPARATE_LOCATION"
  /// Not in the same bay.
  case bay = "SEPARATE_BAY"
  /// Not in the same or the next bay.
  case adjacent = "SEPARATE_ADJACENT"
  /// Not in the same aisle.
  case aisle = "SEPARATE_AISLE"

  private var rank: Int {
    switch self {
    case .together: 0
    case .location: 1
    case .bay: 2
    case .adjacent: 3
    case .aisle: 4
    }
  }

  /// Whether `left` asks for less distance than `right`.
  public static func < (left: Self, right: Self) -> Bool {
    left.rank < right.rank
  }
}

/// Which hazard classes may lie how near to each other; kept as data, never as code.
///
/// Pairs count in both orders. A pair that the matrix does not name is kept apart by
/// `unknownPair`, and never shares a location; a class may lie with itself unless the matrix says
/// otherwise. Goods without a hazard class are `HazardMatrix.none` and may lie with anything unless
/// the matrix names them.
public struct HazardMatrix: Sendable, Equatable {
  /// The class of goods without one.
  public static let none = "NONE"

  /// The distance asked of pairs that the matrix does not name.
  public var unknownPair: HazardSeparation
  private var pairs: [String: [String: HazardSeparation]]

  /// A matrix of the named pairs.
  public init(
    _ pairs: [(first: String, second: String, separation: HazardSeparation)] = [],
    unknownPair: HazardSeparation = .bay
  ) {
    self.unknownPair = max(.location, unknownPair)
    self.pairs = [:]
    for pair in pairs {
      self.pairs[pair.first, default: [:]][pair.second] = pair.separation
      self.pairs[pair.second, default: [:]][pair.first] = pair.separation
    }
  }

  /// How far two classes must be kept apart; nil is goods without a class.
  public func separation(_ first: String?, _ second: String?) -> HazardSeparation {
    let first = first ?? Self.none
    let second = second ?? Self.none
    if let named = pairs[first]?[second] { return named }
    if first == second || first == Self.none || second == Self.none { return .together }
    return unknownPair
  }
}
