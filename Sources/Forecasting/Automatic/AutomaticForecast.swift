import Warehouse

/// `AUTO`: candidates weighed from rolling origins, and combined.
enum AutomaticForecast {
  /// Fewest observed values for a back-test; below it the mean so far is all there is.
  static let fewest = 6

  static func outline(
    _ series: PreparedSeries,
    _ request: ForecastRequest,
    pool: GroupPool?
  ) -> ForecastOutline {
    let reach = series.gap + ForecastOutline.reach(request)
    let count = series.values.count
    let profile = SeasonProfile(series, season: request.season, steps: reach, pool: pool)
    let plan = OriginPlan(count: count, season: request.season, horizon: request.horizon)
    guard series.observed >= fewest, !plan.origins.isEmpty else {
      return short(series, profile, reach: reach)
    }
    let rare = DemandClass(values: series.values)?.isRare ?? true
    let bank = CandidateBank(
      values: series.values,
      factors: profile.factors,
      season: request.season,
      stops: plan.origins + [count],
      stride: reach
    )
    let candidates = bank.candidates(isRare: rare)
    let products = ErrorProducts(candidates, series.values, plan, stride: reach)
    let weights = WeightSearch.weights(products.matrix, size: candidates.count)
    var combined = [Double](repeating: 0, count: bank.stops.count * reach)
    for (candidate, weight) in zip(candidates, weights) where weight > 0 {
      for index in combined.indices { combined[index] += weight * candidate.paths[index] }
    }
    let shares = Self.shares(candidates, weights)
    return ForecastOutline(
      path: Array(combined.suffix(reach)),
      test: BackTest(values: series.values, plan: plan, paths: combined, stride: reach),
      weights: shares,
      reason: reason(shares, plan: plan, rare: rare),
      failure: nil
    )
  }

  /// The shares by method, largest first; equal ones in the order of the methods.
  private static func shares(_ candidates: [CandidatePaths], _ weights: [Double])
    -> [MethodWeight]
  {
    var total: [ForecastMethod: Double] = [:]
    for (candidate, weight) in zip(candidates, weights) where weight > 0 {
      total[candidate.method, default: 0] += weight
    }
    var shares: [MethodWeight] = []
    for method in ForecastMethod.allCases {
      if let weight = total[method] { shares.append(MethodWeight(method: method, weight: weight)) }
    }
    return shares.enumerated().sorted {
      $0.element.weight > $1.element.weight
        || ($0.element.weight == $1.element.weight && $0.offset < $1.offset)
    }.map(\.element)
  }

  private static func reason(_ shares: [MethodWeight], plan: OriginPlan, rare: Bool) -> String {
    let parts = shares.prefix(3).map {
      "\($0.method.rawValue) \(Int(($0.weight * 100).rounded())) %"
    }
    return "Combined by squared error from \(plan.origins.count) past origins over "
      + "\(plan.horizon) periods\(rare ? " of rare demand" : ""): "
      + parts.joined(separator: ", ") + "."
  }

  /// Too short for a back-test: the mean so far, in the shape of the group.
  private static func short(
    _ series: PreparedSeries,
    _ profile: SeasonProfile,
    reach: Int
  ) -> ForecastOutline {
    var (top, bottom) = (0.0, 0.0)
    for (index, value) in series.values.enumerated() where !value.isNaN {
      top += value
      bottom += profile.factors[index]
    }
    let level = bottom > 0 ? top / bottom : series.mean
    return ForecastOutline(
      path: profile.factors.suffix(reach).map { level * $0 },
      test: nil,
      weights: [MethodWeight(method: .movingAverage, weight: 1)],
      reason: "Only \(series.observed) observed periods: their mean, in the shape of the group.",
      failure: nil
    )
  }
}
