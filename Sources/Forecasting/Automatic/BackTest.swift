/// Forecasts from past origins beside what then happened.
struct BackTest {
  /// The observed values.
  let values: [Double]
  /// Where the forecasts were made from.
  let plan: OriginPlan
  /// `paths[o * stride + k]`: step k + 1 from origin o.
  let paths: [Double]
  /// Steps of each path that are kept (at least `plan.horizon`).
  let stride: Int

  /// Forecast and outcome of single periods, over all origins.
  func singles() -> (forecasts: [Double], outcomes: [Double]) {
    var forecasts: [Double] = []
    var outcomes: [Double] = []
    forecasts.reserveCapacity(plan.origins.count * plan.horizon)
    outcomes.reserveCapacity(plan.origins.count * plan.horizon)
    for (place, origin) in plan.origins.enumerated() {
      for step in 0..<plan.horizon where origin + step < values.count {
        let value = values[origin + step]
        guard !value.isNaN else { continue }
        forecasts.append(paths[place * stride + step])
        outcomes.append(value)
      }
    }
    return (forecasts, outcomes)
  }

  /// Forecast and outcome of sums over `length` periods, over all origins and starts within reach.
  ///
  /// Windows in which more than half is missing are left out; in others the forecast of a missing
  /// period is left out as well. Longer sums than the back-test reaches have no pairs.
  func sums(length: Int) -> (forecasts: [Double], outcomes: [Double]) {
    var forecasts: [Double] = []
    var outcomes: [Double] = []
    guard length >= 1, length <= plan.horizon else { return ([], []) }
    let hop = max(1, length / 4)
    for (place, origin) in plan.origins.enumerated() {
      var start = 0
      while start + length <= plan.horizon, start <= length {
        var (forecast, outcome, seen) = (0.0, 0.0, 0)
        for step in start..<(start + length) where origin + step < values.count {
          let value = values[origin + step]
          guard !value.isNaN else { continue }
          forecast += paths[place * stride + step]
          outcome += value
          seen += 1
        }
        if 2 * seen > length {
          forecasts.append(forecast)
          outcomes.append(outcome)
        }
        start += hop
      }
    }
    return (forecasts, outcomes)
  }
}
