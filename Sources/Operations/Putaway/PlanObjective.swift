import Packing

/// What a plan is to be good at: the weights of the site, or one side of them before the rest.
///
/// A station chooses it for one receipt; the weights of the settings stay as they are. Which
/// constraints hold does not depend on it.
public enum PlanObjective: String, Sendable, CaseIterable {
  /// The site's own weights.
  case balanced = "BALANCED"
  /// Short ways to the picks first: travel and what is picked along.
  case shortWays = "SHORT_WAYS"
  /// Well filled places first: little air, the same goods together.
  case fullPlaces = "FULL_PLACES"

  /// How much of the whole weight the preferred parts get together.
  private static let share = 0.8

  /// The weights under this objective: their sum, and the proportions within each side, stay.
  ///
  /// Where the site gives a side no weight at all there is nothing to prefer, and nothing changes.
  func leaning(_ weights: ScoreWeights) -> ScoreWeights {
    let preferred = preferred
    let all = PutawayPartKind.allCases
    let ahead = all.filter(preferred.contains).reduce(0) { $0 + weights.weight($1) }
    let behind = weights.total - ahead
    guard ahead > 0, behind > 0, ahead / weights.total < Self.share else { return weights }
    let up = Self.share * weights.total / ahead
    let down = (1 - Self.share) * weights.total / behind
    func scaled(_ kind: PutawayPartKind) -> Double {
      weights.weight(kind) * (preferred.contains(kind) ? up : down)
    }
    return ScoreWeights(
      travel: scaled(.travel),
      utilisation: scaled(.utilisation),
      affinity: scaled(.affinity),
      congestion: scaled(.congestion),
      consolidation: scaled(.consolidation),
      expiry: scaled(.expiry)
    )
  }

  private var preferred: Set<PutawayPartKind> {
    switch self {
    case .balanced: []
    case .shortWays: [.travel, .affinity]
    case .fullPlaces: [.utilisation, .consolidation]
    }
  }
}
