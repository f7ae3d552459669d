import Warehouse

/// The seasonal treatment around a named method.
public enum SeasonalAdjustment: String, Sendable, CaseIterable {
  /// The method sees the series as it is.
  case none
  /// As the M4 competition did: a test for the season, and classical decomposition if it passes.
  case m4
}

/// What is asked of a forecast: how far, by which method, with which quantiles.
public struct ForecastRequest: Sendable {
  /// Periods to forecast, at least 1.
  public var horizon: Int
  /// Periods in a season (7 for days, 12 for months); 1 means none.
  public var season: Int
  /// The method.
  public var method: ForecastMethod
  /// The seasonal treatment around the method; `AUTO` has its own and ignores it.
  public var adjust: SeasonalAdjustment
  /// Quantile levels, each above 0 and below 1, in the order in which they are answered.
  public var quantiles: [Double]
  /// Numbers of first steps whose summed demand is forecast as well; each 1...horizon or longer.
  public var cumulative: [Int]
  /// Lead times, in periods, of which is asked what bursts of demand want beyond the quantiles.
  public var bursts: [Int] = []
  /// Days on which nobody can ask for anything: their forecast is zero.
  public var closedDays: Set<LocalDay> = []
  /// The seed of whatever is random; the same seed gives the same answer.
  public var seed: UInt64

  /// Makes a request; see `checked()` for the limits.
  public init(
    horizon: Int,
    season: Int = 7,
    method: ForecastMethod = .auto,
    adjust: SeasonalAdjustment = .none,
    quantiles: [Double] = [],
    cumulative: [Int] = [],
    seed: UInt64 = 1
  ) {
    self.horizon = horizon
    self.season = season
    self.method = method
    self.adjust = adjust
    self.quantiles = quantiles
    self.cumulative = cumulative
    self.seed = seed
  }

  /// Most quantile levels in one request.
  public static let quantileLimit = 99
  /// Most cumulative steps in one request.
  public static let cumulativeLimit = 366

  /// This request if every figure is within its limits; otherwise a failure that lists the faults.
  public func checked() throws(Failure) -> ForecastRequest {
    var faults: [Failure.Fault] = []
    if !(1...Limits.horizonDays).contains(horizon) {
      faults.append(
        .init(place: "horizon", value: "\(horizon)", rule: "1 to \(Limits.horizonDays) periods")
      )
    }
    if !(1...Limits.seasonPeriods).contains(season) {
      faults.append(
        .init(place: "season", value: "\(season)", rule: "1 to \(Limits.seasonPeriods) periods")
      )
    }
    if quantiles.count > Self.quantileLimit {
      faults.append(
        .init(
          place: "quantiles",
          value: "\(quantiles.count)",
          rule: "at most \(Self.quantileLimit) levels"
        )
      )
    }
    for level in quantiles where !(level > 0 && level < 1) {
      faults.append(
        .init(place: "quantiles", value: "\(level)", rule: "above 0 and below 1")
      )
    }
    if cumulative.count > Self.cumulativeLimit {
      faults.append(
        .init(
          place: "cumulative",
          value: "\(cumulative.count)",
          rule: "at most \(Self.cumulativeLimit) step counts"
        )
      )
    }
    for steps in cumulative where !(1...Limits.horizonDays).contains(steps) {
      faults.append(
        .init(
          place: "cumulative",
          value: "\(steps)",
          rule: "1 to \(Limits.horizonDays) periods"
        )
      )
    }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "The forecast cannot be made as it was asked for.",
        hint: "Correct the values named and ask again.",
        faults: faults
      )
    }
    return self
  }
}
