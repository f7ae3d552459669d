import Warehouse

/// One method by name, with or without the seasonal adjustment of M4 around it.
enum NamedForecast {
  /// Origins of the back-test that gives a named method its quantiles.
  static let origins = 6

  static func outline(_ series: PreparedSeries, _ request: ForecastRequest) -> ForecastOutline {
    let reach = series.gap + ForecastOutline.reach(request)
    let (path, reason) = path(series.values, request, reach: reach)
    return ForecastOutline(
      path: path,
      test: backTest(series, request, reach: reach),
      pull: nil,
      weights: [MethodWeight(method: request.method, weight: 1)],
      reason: reason,
      failure: nil
    )
  }

  /// The same method from past origins, refitted at each.
  private static func backTest(
    _ series: PreparedSeries,
    _ request: ForecastRequest,
    reach: Int
  ) -> BackTest? {
    guard !request.quantiles.isEmpty else { return nil }
    let plan = OriginPlan(
      count: series.values.count,
      season: request.season,
      horizon: request.horizon,
      most: origins
    )
    guard !plan.origins.isEmpty else { return nil }
    var paths: [Double] = []
    paths.reserveCapacity(plan.origins.count * reach)
    for origin in plan.origins {
      let past = Array(series.values[0..<origin])
      paths += path(past, request, reach: reach).path.map { max(0, $0) }
    }
    return BackTest(values: series.values, plan: plan, paths: paths, stride: reach)
  }

  /// The path of the named method over `reach` periods, and the reason.
  static func path(
    _ values: [Double],
    _ request: ForecastRequest,
    reach: Int
  ) -> (path: [Double], reason: String) {
    let season = request.season
    let method = request.method
    let wantsAdjustment =
      method == .naive2 || (request.adjust == .m4 && method != .seasonalNaive && method != .naive)
    guard wantsAdjustment else {
      let (path, note) = plain(method, values, season: season, reach: reach)
      return (path, "\(method.rawValue) as asked\(note).")
    }
    let filled = Self.filled(values, season: season)
    guard SeasonalTest.passes(filled, season: season),
      let indices = ClassicalDecomposition.multiplicativeIndices(filled, season: season)
    else {
      let (path, note) = plain(method, values, season: season, reach: reach)
      return (path, "\(method.rawValue) as asked; no season of \(season) was found\(note).")
    }
    var adjusted = values
    for index in adjusted.indices { adjusted[index] = values[index] / indices[index % season] }
    let (path, note) = plain(method, adjusted, season: season, reach: reach)
    let laid = path.enumerated().map { $1 * indices[(values.count + $0) % season] }
    return (
      laid, "\(method.rawValue) as asked, on the series adjusted for a season of \(season)\(note)."
    )
  }

  /// The method on the series as it is; what cannot be fitted falls back to the next simpler one.
  private static func plain(
    _ method: ForecastMethod,
    _ values: [Double],
    season: Int,
    reach: Int
  ) -> (path: [Double], note: String) {
    let flat = { (level: Double) in [Double](repeating: level, count: reach) }
    let last = NaiveModels.naive(values, horizon: reach)
    let short = "; too short for it, so the last value stands in"
    switch method {
    case .naive, .naive2:
      return (last, "")
    case .seasonalNaive:
      return (NaiveModels.seasonal(values, season: season, horizon: reach), "")
    case .movingAverage:
      let window = season > 1 ? 4 * season : 12
      return (NaiveModels.movingAverage(values, window: window, horizon: reach), "")
    case .ses:
      return SimpleSmoothing(values).map { (flat($0.level), "") } ?? (last, short)
    case .holt, .damped:
      return TrendSmoothing(values, damped: method == .damped).map {
        ($0.path(horizon: reach), "")
      } ?? (last, short)
    case .theta:
      return ThetaModel(values).map { ($0.path(horizon: reach), "") } ?? (last, short)
    case .autoETS, .auto:
      let choice = ExponentialSmoothingChoice(values, season: season, horizon: reach)
      return choice.map { ($0.path, ": \($0.name)") } ?? (last, short)
    case .holtWinters:
      return holtWinters(values, season: season, reach: reach)
    case .croston, .sba, .sbj, .tsb:
      let kinds: [ForecastMethod: IntermittentModel.Kind] = [
        .croston: .croston, .sba: .sba, .sbj: .sbj, .tsb: .tsb,
      ]
      return IntermittentModel(values, kind: kinds[method] ?? .tsb).map { (flat($0.rate), "") }
        ?? (last, short)
    case .adida, .imapa:
      return AggregatedSmoothing(values, every: method == .imapa).map { (flat($0.rate), "") }
        ?? (last, short)
    }
  }

  /// Additive or, where no zero stands, multiplicative: whichever erred less one step ahead.
  private static func holtWinters(
    _ values: [Double],
    season: Int,
    reach: Int
  ) -> (path: [Double], note: String) {
    guard var best = SeasonalSmoothing(values, season: season, multiplicative: false) else {
      let stand = TrendSmoothing(values, damped: true)?.path(horizon: reach)
      return (
        stand ?? NaiveModels.naive(values, horizon: reach),
        "; less than two seasons are known, so it goes without one"
      )
    }
    let positive = values.allSatisfy { $0.isNaN || $0 > 0 }
    if positive,
      let other = SeasonalSmoothing(values, season: season, multiplicative: true),
      other.meanSquare < best.meanSquare
    {
      best = other
    }
    return (
      best.path(horizon: reach), best.isMultiplicative ? ", multiplicative" : ", additive"
    )
  }

  /// Missing values replaced by those a season before, else by the last one.
  private static func filled(_ values: [Double], season: Int) -> [Double] {
    guard values.contains(where: \.isNaN) else { return values }
    var result = values
    for index in result.indices where result[index].isNaN {
      if index >= season {
        result[index] = result[index - season]
      } else {
        result[index] = index > 0 ? result[index - 1] : 0
      }
    }
    return result
  }
}
