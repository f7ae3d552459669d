import Warehouse

/// A path and the back-test behind it: all that an answer is made of.
struct ForecastOutline {
  /// The expected demand from the first period after the last observation on.
  var path: [Double]
  /// The same method from past origins; nil where the series is too short for one.
  var test: BackTest?
  /// How far outcomes follow the forecast; nil judges it by this back-test alone.
  var pull: Double?
  /// The shares of the methods, largest first.
  var weights: [MethodWeight]
  /// Why, in words.
  var reason: String
  /// What went wrong, if something did.
  var failure: String?
}

extension ForecastOutline {
  /// Steps that the path must reach: the horizon, and the longest sum.
  static func reach(_ request: ForecastRequest) -> Int {
    max(request.horizon, request.cumulative.max() ?? 0)
  }

  /// Turns the outline into the answer: bounds, quantiles and sums.
  func answer(
    _ series: DemandSeries,
    _ prepared: PreparedSeries,
    _ request: ForecastRequest
  ) -> ForecastAnswer {
    let ceiling = Forecaster.meanCeiling * prepared.maximum
    let firstDay = series.startDay?.adding(days: series.values.count)
    let open = OpenDays(prepared, firstDay: firstDay, closedDays: request.closedDays)
    var whole = path.dropFirst(prepared.gap).map {
      $0.isFinite ? min(max($0, 0), ceiling) : min(prepared.mean, ceiling)
    }
    if !open.areAll {
      for step in whole.indices where !open.contains(step: step) { whole[step] = 0 }
    }
    let mean = Array(whole.prefix(request.horizon))
    let levels = request.quantiles.sorted()
    let places = request.quantiles.map { level in levels.firstIndex(of: level) ?? 0 }
    return ForecastAnswer(
      id: series.id,
      firstDay: firstDay,
      mean: mean,
      quantiles: singles(mean, levels, prepared, places),
      cumulative: request.cumulative.map { sum($0, whole, levels, prepared, places) },
      method: weights.first?.method ?? .naive,
      runnerUp: weights.count > 1 ? weights[1].method : nil,
      weights: weights,
      reason: [reason, prepared.unitChange, open.reason].compactMap { $0 }.joined(separator: " "),
      demandClass: DemandClass(values: prepared.values),
      failure: failure,
      observations: prepared.observed,
      outliers: prepared.outliers
    )
  }

  /// Quantiles of the single periods, by level as asked.
  private func singles(
    _ mean: [Double],
    _ levels: [Double],
    _ prepared: PreparedSeries,
    _ places: [Int]
  ) -> [[Double]] {
    guard !levels.isEmpty else { return [] }
    let pairs = test?.singles() ?? ([], [])
    let law = DemandLaw(
      forecasts: pairs.0,
      outcomes: pairs.1,
      independent: Double(min(pairs.0.count, prepared.observed)),
      isCount: prepared.isCount,
      pull: pull ?? PullChoice(forecasts: pairs.0, outcomes: pairs.1).best(with: nil),
      prior: DemandLaw.prior(prepared, length: 1)
    )
    var table = QuantileTable(law: law, levels: levels)
    let ceiling = Forecaster.quantileCeiling * prepared.maximum
    var result = [[Double]](
      repeating: [Double](repeating: 0, count: mean.count),
      count: levels.count
    )
    for (step, value) in mean.enumerated() {
      let row = table.row(value)
      for level in levels.indices { result[level][step] = min(row[level], ceiling) }
    }
    return places.map { result[$0] }
  }

  /// The demand summed over the first `steps`.
  private func sum(
    _ steps: Int,
    _ whole: [Double],
    _ levels: [Double],
    _ prepared: PreparedSeries,
    _ places: [Int]
  ) -> CumulativeForecast {
    var mean = 0.0
    for value in whole.prefix(steps) { mean += value }
    // A sum longer than the back-test reaches borrows the spread of the longest that it does.
    let length = min(steps, test?.plan.horizon ?? steps)
    let pairs = test?.sums(length: length) ?? ([], [])
    let law = DemandLaw(
      forecasts: pairs.0,
      outcomes: pairs.1,
      independent: min(
        Double(pairs.0.count),
        1.5 * Double(prepared.observed) / Double(max(length, 1))
      ),
      isCount: prepared.isCount,
      pull: pull ?? 1,
      prior: DemandLaw.prior(prepared, length: length)
    )
    let ceiling = Forecaster.quantileCeiling * prepared.maximum * Double(steps)
    let row = law.quantiles(mean: mean, levels: levels)
    return CumulativeForecast(
      steps: steps,
      mean: mean,
      quantiles: places.map { min(row[$0], ceiling) }
    )
  }
}
