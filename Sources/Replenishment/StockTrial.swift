import Forecasting
import Warehouse

/// A promise put to the test on a material's own past.
///
/// The last part of the history is played day by day with what was known at the time: every
/// `refreshDays` the demand until then is forecast, the reorder point of each day follows from
/// that forecast, and orders arrive after the lead time. The same is played with the textbook's
/// reorder point, z times sigma times the root of the days, so that the two can be compared.
public struct StockTrial: Sendable, Hashable {
  /// With the reorder point from the quantiles.
  public let promised: StockSimulation
  /// With the textbook's.
  public let textbook: StockSimulation
  /// The service that was promised.
  public let serviceLevel: Double
  /// The mean demand of a day in the part that was played, in base units.
  public let dailyMean: Double

  /// Days between two forecasts.
  public static let refreshDays = 28
  /// Days before the trial from which the first forecast is made; with less there is none.
  public static let leastPast = 84

  /// Plays the last `days` days of a series; nil where too little lies before them or nothing was
  /// demanded.
  ///
  /// - Parameters:
  ///   - series: the demand by day; unknown days count as days without demand.
  ///   - request: how forecasts are made; horizon and sums are set to what the policy needs.
  ///   - pool: what the batch teaches; it must not have seen the days that are played.
  public init?(
    _ series: DemandSeries,
    policy: StockPolicy,
    request: ForecastRequest,
    pool: PooledIndices?,
    days: Int
  ) {
    let split = series.values.count - days
    guard days > 0, split >= Self.leastPast else { return nil }
    let demand = series.values[split...].map { $0.isFinite ? max(0, $0) : 0 }
    let total = demand.reduce(0, +)
    guard total > 0 else { return nil }
    let mean = { (outlook: DemandOutlook, start: LocalDay) in
      let days = policy.protectionDays
      return days > 0 ? outlook.mean(from: start, days: days) / days : 0
    }
    var points: [(ours: Double, theirs: Double)] = []
    var quantity = 0.0
    for origin in stride(from: 0, to: days, by: Self.refreshDays) {
      let outlook = Self.outlook(series, policy, request, pool, until: split + origin)
      for step in 0..<Self.refreshDays {
        let start = outlook.firstDay.adding(days: step)
        let daily = mean(outlook, start)
        let lot = Double(OrderQuantity(dailyMean: daily, policy: policy).usualMilli) / 1_000
        if points.isEmpty { quantity = lot }
        let ours = SafetyStock(outlook: outlook, policy: policy, orderQuantity: lot, from: start)
        let theirs = SafetyStock.textbook(
          dailyMean: daily,
          dailyDeviation: outlook.dailyDeviation,
          policy: policy,
          orderQuantity: lot
        )
        points.append((ours.reorderPoint, theirs.reorderPoint))
      }
    }
    guard quantity > 0 else { return nil }
    let lead = [Int(policy.leadTimeDays.rounded(.up))]
    func play(_ point: ((ours: Double, theirs: Double)) -> Double) -> StockSimulation {
      StockSimulation(
        demand: demand,
        reorderPoint: { point(points[min($0, points.count - 1)]) },
        quantity: quantity,
        leadTimes: lead,
        reviewDays: max(1, Int(policy.reviewDays))
      )
    }
    promised = play { $0.ours }
    textbook = play { $0.theirs }
    serviceLevel = policy.service.level
    dailyMean = total / Double(days)
  }

  /// What was known of demand when `count` days had passed.
  private static func outlook(
    _ series: DemandSeries,
    _ policy: StockPolicy,
    _ request: ForecastRequest,
    _ pool: PooledIndices?,
    until count: Int
  ) -> DemandOutlook {
    let reach = min(max(1, Int(policy.protectionDays.rounded(.up))), Limits.horizonDays)
    var request = request
    request.horizon = min(reach + Self.refreshDays, Limits.horizonDays)
    request.cumulative = Array(Set([1, max(1, reach / 2), reach])).sorted()
    request.bursts = [max(1, Int(policy.leadTimeDays.rounded()))]
    var past = series
    past.values = Array(series.values[..<count])
    let answer = Forecaster.forecast(past, request, pool: pool)
    let day = answer.firstDay ?? LocalDay(rawValue: Int32(count))
    var outlook = DemandOutlook(
      firstDay: day,
      dailyMean: answer.mean,
      levels: request.quantiles,
      quantiles: answer.quantiles,
      sums: answer.cumulative.map {
        .init(steps: $0.steps, mean: $0.mean, quantiles: $0.quantiles)
      }
    )
    outlook.bursts = answer.bursts.map { .init(steps: $0.steps, extras: $0.extras) }
    return outlook
  }
}
