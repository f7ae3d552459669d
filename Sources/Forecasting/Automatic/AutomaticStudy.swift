import Warehouse

/// A series with its candidates and their back-test errors: what weights are found from.
struct AutomaticStudy {
  let series: PreparedSeries
  let plan: OriginPlan
  let profile: SeasonProfile
  let candidates: [CandidatePaths]
  let products: ErrorProducts
  /// Whether zeros are a regular part of the demand.
  var isRare: Bool { series.isRare }
  /// Steps of each candidate's path.
  let reach: Int

  /// Fewest observed values for a back-test; below it the mean so far is all there is.
  static let fewest = 6

  /// Studies a series; nil where it is too short for a back-test.
  init?(
    _ series: PreparedSeries,
    _ request: ForecastRequest,
    pool: GroupPool?,
    reach: Int
  ) {
    let count = series.values.count
    let plan = OriginPlan(count: count, season: request.season, horizon: request.horizon)
    guard series.observed >= Self.fewest, !plan.origins.isEmpty else { return nil }
    self.series = series
    self.plan = plan
    let stops = plan.origins + [count]
    self.profile = SeasonProfile(
      series,
      season: request.season,
      stops: stops,
      steps: reach,
      pool: pool
    )
    self.reach = reach
    let bank = CandidateBank(
      values: series.values,
      profile: profile,
      season: request.season,
      stops: stops,
      stride: reach
    )
    self.candidates = bank.candidates(
      isRare: series.isRare,
      isSteady: !series.isRare && series.variation < 0.25
    )
    self.products = ErrorProducts(candidates, series.values, plan, stride: reach)
  }

  /// The weights of the candidates: own errors, steadied by those of the group.
  func weights(_ pool: ErrorPool?) -> [Double] {
    let size = candidates.count
    guard let pool else {
      return WeightSearch.weights(products.matrix, size: size, windows: plan.windows)
    }
    let slots = candidates.map(\.slot)
    return WeightSearch.weights(
      pool.blended(products, slots: slots),
      size: size,
      windows: plan.windows
    )
  }

  /// The combined path from every origin, and for the future as the last.
  func combined(_ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: (plan.origins.count + 1) * reach)
    for (candidate, weight) in zip(candidates, weights) where weight > 0 {
      for index in sum.indices { sum[index] += weight * candidate.paths[index] }
    }
    return sum
  }
}
