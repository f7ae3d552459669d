import Warehouse

/// How much a method contributes to a combined forecast.
public struct MethodWeight: Sendable, Hashable {
  /// The method.
  public var method: ForecastMethod
  /// Its share, 0...1; the shares of one answer add up to 1.
  public var weight: Double

  /// Makes a share.
  public init(method: ForecastMethod, weight: Double) {
    self.method = method
    self.weight = weight
  }
}

/// The demand summed over the first steps of the horizon.
///
/// Its quantiles are those of the sum. They are not sums of the single quantiles: errors of
/// neighbouring periods partly cancel and partly move together.
public struct CumulativeForecast: Sendable, Hashable {
  /// How many steps are summed.
  public var steps: Int
  /// The expected sum.
  public var mean: Double
  /// One value per quantile level asked for, in that order.
  public var quantiles: [Double]

  /// Makes a summed forecast.
  public init(steps: Int, mean: Double, quantiles: [Double]) {
    self.steps = steps
    self.mean = mean
    self.quantiles = quantiles
  }
}

/// The forecast of one series: there is always one, and always a reason.
public struct ForecastAnswer: Sendable {
  /// The id of the series.
  public var id: String
  /// The day of step 1, where the calendar is known.
  public var firstDay: LocalDay?
  /// The expected demand of each step; never negative, never NaN.
  public var mean: [Double]
  /// `quantiles[i][k]` is level i of the request at step k; never falls from level to level.
  public var quantiles: [[Double]]
  /// The sums that were asked for, in that order.
  public var cumulative: [CumulativeForecast]
  /// What order cycles ask beyond the quantiles of sums, of the lead times that were asked for and
  /// that the past tells of.
  public var bursts: [BurstExtra] = []
  /// The method that was used; for `AUTO` the one with the largest share.
  public var method: ForecastMethod
  /// For `AUTO` the method with the second largest share, where there is one.
  public var runnerUp: ForecastMethod?
  /// The shares of a combination, largest first; one entry of 1 for a named method.
  public var weights: [MethodWeight]
  /// Why this method, in words.
  public var reason: String
  /// How the demand behaves; nil where there was none.
  public var demandClass: DemandClass?
  /// Why nothing better than a stand-in could be given (no data, no demand); nil if all is well.
  public var failure: String?
  /// Observed periods between launch and end that the forecast stands on.
  public var observations: Int
  /// Positions in the given values that were held to be outliers and were cut back.
  public var outliers: [Int]
}
