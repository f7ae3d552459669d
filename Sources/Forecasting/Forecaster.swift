import RealModule
import Warehouse

/// Makes forecasts: every series gets an answer, and every answer has a reason.
///
/// A pure function of series, request and pool: no clock, no shared state, no randomness that the
/// seed does not fix. Callers spread series over threads as they like and get the same answers.
public enum Forecaster {
  /// No mean is above this many times the largest demand ever seen.
  public static let meanCeiling = 4.0
  /// No quantile of a single period is above this many times the largest demand ever seen.
  public static let quantileCeiling = 4.0

  /// Forecasts one series.
  ///
  /// - Parameters:
  ///   - series: the demand, oldest first, missing periods as `.nan`.
  ///   - request: what is asked; figures out of range are brought into it (see `checked()`).
  ///   - pool: what other series of the batch teach; nil where there are none.
  public static func forecast(
    _ series: DemandSeries,
    _ request: ForecastRequest,
    pool: PooledIndices? = nil
  ) -> ForecastAnswer {
    var request = request
    request.horizon = min(max(request.horizon, 1), Limits.horizonDays)
    request.season = min(max(request.season, 1), Limits.seasonPeriods)
    request.quantiles = request.quantiles.map { min(max($0.isNaN ? 0.5 : $0, 1e-6), 1 - 1e-6) }
    request.cumulative = request.cumulative.map { min(max($0, 1), Limits.horizonDays) }
    let prepared = PreparedSeries(series, treatingOutliers: request.method == .auto)
    guard prepared.observed > 0 else {
      return nothing(series, request, "No period was observed; the forecast is zero.")
    }
    guard prepared.maximum > 0 else {
      return nothing(
        series,
        request,
        "No demand in any of \(counted(prepared.observed, "observed period")); "
          + "the forecast is zero.",
        observations: prepared.observed
      )
    }
    // What bursts ask is measured beyond the quantiles of the sums that they are added to.
    let sums = request.cumulative.count
    request.cumulative += request.bursts.map { min(max($0, 1) + 1, Limits.horizonDays) }
    let outline =
      request.method == .auto
      ? AutomaticForecast.outline(prepared, request, pool: pool?.pool(for: series.group))
      : NamedForecast.outline(prepared, request)
    var answer = outline.answer(series, prepared, request)
    answer.bursts = BurstExtra.extras(
      of: prepared,
      beyond: Array(answer.cumulative[sums...]),
      levels: request.quantiles
    )
    answer.cumulative.removeLast(request.bursts.count)
    return answer
  }

  /// The answer where there is nothing to forecast from.
  private static func nothing(
    _ series: DemandSeries,
    _ request: ForecastRequest,
    _ reason: String,
    observations: Int = 0
  ) -> ForecastAnswer {
    let zeros = [Double](repeating: 0, count: request.horizon)
    let levels = request.quantiles.count
    let method = request.method == .auto ? ForecastMethod.naive : request.method
    return ForecastAnswer(
      id: series.id,
      firstDay: series.startDay?.adding(days: series.values.count),
      mean: zeros,
      quantiles: [[Double]](repeating: zeros, count: levels),
      cumulative: request.cumulative.map {
        CumulativeForecast(
          steps: $0,
          mean: 0,
          quantiles: [Double](repeating: 0, count: levels)
        )
      },
      method: method,
      runnerUp: nil,
      weights: [MethodWeight(method: method, weight: 1)],
      reason: reason,
      demandClass: nil,
      failure: reason,
      observations: observations,
      outliers: []
    )
  }
}
