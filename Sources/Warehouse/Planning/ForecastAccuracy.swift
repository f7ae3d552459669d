/// What a run said of one day, kept until the day is over and long after.
public struct ForecastLag: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The day that was forecast.
  public var day: LocalDay
  /// Days from the last one that the run had seen to that day.
  public var lagDays: Int
  /// The method that was asked for.
  public var method: String
  /// The mean, in base units.
  public var mean: Double
  /// The 5 % quantile.
  public var low: Double
  /// The 95 % quantile.
  public var high: Double

  /// Makes one.
  public init(
    material: MaterialID,
    day: LocalDay,
    lagDays: Int,
    method: String,
    mean: Double,
    low: Double,
    high: Double
  ) {
    self.material = material
    self.day = day
    self.lagDays = lagDays
    self.method = method
    self.mean = mean
    self.low = low
    self.high = high
  }
}

/// How good the forecasts of a material were over some days, at one lag.
///
/// A measure that is undefined there is nil, not a number made up.
public struct ForecastScore: Sendable, Equatable {
  /// The measures.
  public struct Measures: Sendable, Equatable {
    /// Mean absolute percentage error, in per cent, over the days with demand alone.
    public var mape: Double?
    /// Sum of absolute errors over sum of demand, in per cent.
    public var wape: Double?
    /// Symmetric percentage error, 0 to 200.
    public var smape: Double?
    /// Mean absolute error over that of the seasonal naive forecast in the past.
    public var mase: Double?
    /// Root mean squared error over that of the naive forecast in the past.
    public var rmsse: Double?
    /// Root mean squared error, in base units.
    public var rmse: Double?
    /// Forecast less demand over demand, in per cent.
    public var bias: Double?
    /// Sum of errors over mean absolute error.
    public var trackingSignal: Double?
    /// Mean pinball loss of the 5 % and 95 % quantiles, in base units.
    public var pinballLoss: Double?
    /// Share of days between these two, 0 to 1; 0.9 is honest.
    public var coverage: Double?

    /// None known.
    public init() {}
  }

  /// The material.
  public var material: MaterialID
  /// The method that was asked for.
  public var method: String
  /// The lag.
  public var lagDays: Int
  /// The first day that was looked at.
  public var fromDay: LocalDay
  /// The last one.
  public var throughDay: LocalDay
  /// Days with both a forecast and a known demand.
  public var days: Int
  /// Those of them with demand, the only ones in `mape`.
  public var nonzeroDays: Int
  /// The measures.
  public var measures: Measures
  /// When it was worked out.
  public var computedAt: Instant

  /// Makes a score.
  public init(
    material: MaterialID,
    method: String,
    lagDays: Int,
    fromDay: LocalDay,
    throughDay: LocalDay,
    days: Int,
    nonzeroDays: Int,
    measures: Measures,
    computedAt: Instant
  ) {
    self.material = material
    self.method = method
    self.lagDays = lagDays
    self.fromDay = fromDay
    self.throughDay = throughDay
    self.days = days
    self.nonzeroDays = nonzeroDays
    self.measures = measures
    self.computedAt = computedAt
  }
}
