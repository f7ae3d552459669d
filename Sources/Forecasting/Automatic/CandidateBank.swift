/// The candidates that `AUTO` weighs against each other.
///
/// Most are filters over the season-adjusted series whose state at every origin falls out of a
/// single pass, so that a back-test from many origins costs no more than one fit:
/// - exponentially weighted means of several memories (`SES`) and a mean of the last year
///   (`MOVING_AVERAGE`). A weighted mean is the quotient of two sums, weighted demand over
///   weighted season factors; this is exact from the first value on and stands closed days;
/// - sizes and probabilities smoothed apart (`TSB`), and sizes and intervals (`SBA`);
/// - fading trends (`DAMPED`) and half a long-run slope (`THETA`);
/// - the last season as it was (`SEASONAL_NAIVE`), and a fitted `HOLT_WINTERS` whose constants
///   come from the whole series.
struct CandidateBank {
  let values: [Double]
  let profile: SeasonProfile
  let season: Int
  /// Origins of the back-test, and the end of the series as the last.
  let stops: [Int]
  /// Steps of each path.
  let stride: Int

  /// Memories of the weighted means over the shared, the own and the flat shape.
  static let constants = [0.01, 0.03, 0.08, 0.2]
  /// A memory of years, where there are years.
  static let longConstant = 0.003
  static let ownConstants = [0.02, 0.1, 0.4]
  static let flatConstants = [0.01, 0.1]
  static let movingConstants = [0.01, 0.05, 0.12, 0.02, 0.005]
  /// How many of them are laid over the group's trend as well.
  static let driftingConstants = 2
  /// How many places candidates can have.
  static let slots = 26
  /// Seasons from which a series is long beside what the start of a fit is read from.
  static let seasonsOfLong = 12

  /// The shared factors of the past.
  var past: [Double] { profile.past }

  /// All candidates that suit the series.
  ///
  /// A quick trend and a last season show only in demand that is steady or at least frequent.
  func candidates(isRare: Bool, isSteady: Bool) -> [CandidatePaths] {
    var found: [CandidatePaths] = []
    func add(_ slot: Int, _ method: ForecastMethod, _ paths: [Double]?) {
      guard let paths else { return }
      found.append(CandidatePaths(slot: slot, method: method, paths: paths))
    }
    for (slot, alpha) in Self.constants.enumerated() {
      add(slot, .ses, laid(levels: weightedMean(alpha, past)))
    }
    if values.count >= trendLength {
      add(4, .ses, laid(levels: weightedMean(Self.longConstant, past)))
    }
    if values.count > yearLength { add(5, .movingAverage, lastYear()) }
    add(6, .tsb, probability(size: 0.05, chance: 0.1))
    add(7, .sba, interval(0.1))
    if isSteady { add(8, .damped, fadingTrend(alpha: 0.2, beta: 0.04, phi: 0.95, shape: .own)) }
    // Below two years nobody can tell a trend from half a year's swing.
    if values.count >= trendLength {
      add(9, .damped, fadingTrend(alpha: 0.05, beta: 0.005, phi: 0.98, shape: .shared))
      add(10, .theta, halfSlope())
    }
    if profile.hasShape {
      let flat = [Double](repeating: 1, count: values.count)
      for (slot, alpha) in Self.flatConstants.enumerated() {
        add(11 + slot, .ses, laid(levels: weightedMean(alpha, flat), shape: .flat))
      }
      if season > 1, values.count >= 2 * season + 1 {
        for (slot, alpha) in Self.ownConstants.enumerated() where alpha < 0.3 || !isRare {
          add(13 + slot, .ses, laid(levels: weightedMean(alpha, past), shape: .own))
        }
      }
    }
    if !profile.movingPast.isEmpty {
      for (slot, alpha) in Self.movingConstants.enumerated() {
        let levels = weightedMean(alpha, profile.movingPast)
        add(19 + slot, .ses, laid(levels: levels, shape: .moving))
        if slot < Self.driftingConstants {
          add(24 + slot, .damped, laid(levels: levels, shape: .drifting))
        }
      }
    }
    if season > 1, values.count >= 2 * season + 1, !isRare {
      add(16, .seasonalNaive, lastSeason(season))
      if values.count >= 3 * season { add(17, .holtWinters, holtWinters()) }
      // Hours and half hours have a week beside their day.
      if season == 24 || season == 48, values.count >= 21 * season {
        add(18, .seasonalNaive, lastSeason(7 * season))
      }
    }
    return found
  }

  /// Lays a level and a fading trend over the season factors, from every stop.
  func laid(
    levels: [Double],
    trends: [Double]? = nil,
    phi: Double = 1,
    shape: SeasonProfile.Shape = .shared
  ) -> [Double] {
    var paths = profile.ahead[shape.rawValue]
    for place in stops.indices {
      let base = place * stride
      let level = levels[place]
      guard let trend = trends?[place] else {
        for step in 0..<stride { paths[base + step] *= level }
        continue
      }
      var (sum, power) = (0.0, 1.0)
      for step in 0..<stride {
        power *= phi
        sum += power
        paths[base + step] *= max(0, level + sum * trend)
      }
    }
    return paths
  }

  /// The last season as it was, from every stop.
  private func lastSeason(_ season: Int) -> [Double] {
    var paths = [Double](repeating: 0, count: stops.count * stride)
    for (place, stop) in stops.enumerated() {
      for step in 0..<stride {
        var index = stop - season + step % season
        while index >= 0, values[index].isNaN { index -= season }
        paths[place * stride + step] = index >= 0 ? values[index] : 0
      }
    }
    return paths
  }

  /// Holt and Winters, fitted to the whole series for the future and replayed up to every origin.
  ///
  /// The start is read from up to five seasons. Of a short series these reach into the windows that
  /// it is tried on, which flatters it; there the trial is made with a fit to what lies before the
  /// first origin.
  private func holtWinters() -> [Double]? {
    guard var fit = SeasonalSmoothing(values, season: season, multiplicative: false) else {
      return nil
    }
    var paths: [Double] = []
    paths.reserveCapacity(stops.count * stride)
    func lay(_ state: SeasonalSmoothing) {
      for value in state.path(horizon: stride) { paths.append(max(0, value)) }
    }
    guard values.count < Self.seasonsOfLong * season else {
      fit.replay(values, stops: stops, lay)
      return paths
    }
    let past = Array(values.prefix(stops[0]))
    guard var trial = SeasonalSmoothing(past, season: season, multiplicative: false) else {
      return nil
    }
    trial.replay(values, stops: stops.dropLast(), lay)
    fit.replay(values, stops: stops.suffix(1), lay)
    return paths
  }
}
