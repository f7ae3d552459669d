import Warehouse

/// The multiplicative shape of a series over its past and its future: season times year.
struct SeasonProfile {
  /// One factor per position, past then future; mean about 1.
  var factors: [Double]
  /// Whether the factors differ from 1 at all.
  var isFlat: Bool

  /// The largest and smallest factor that is believed.
  static let bounds = 0.02...12.0

  /// Makes the shape for `series`, `steps` periods past its end included.
  init(_ series: PreparedSeries, season: Int, steps: Int, pool: GroupPool?) {
    let total = series.values.count + steps
    self.factors = [Double](repeating: 1, count: total)
    self.isFlat = true
    var indices: [Double]?
    if season > 1 {
      if let own = SeasonEvidence(series, season: season) {
        indices = own.shrunk(towards: pool?.season, spread: pool?.seasonSpread)
      } else {
        indices = pool?.season
      }
    }
    if let indices, indices.count == season {
      var phase = SeasonEvidence.phase(of: series, season: season)
      for position in 0..<total {
        factors[position] = indices[phase]
        phase += 1
        if phase == season { phase = 0 }
      }
      isFlat = indices.allSatisfy { abs($0 - 1) < 1e-9 }
    }
    if let year = pool?.year, let first = series.firstDay {
      isFlat = false
      for position in 0..<total {
        factors[position] *= year[YearEvidence.dayOfYear(first.rawValue + Int32(position))]
      }
    }
    for position in 0..<total {
      factors[position] = min(
        max(factors[position], Self.bounds.lowerBound),
        Self.bounds.upperBound
      )
    }
  }
}
