import RealModule

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
  static let constants = [0.01, 0.03, 0.08, 0.2, 0.45]
  static let ownConstants = [0.02, 0.1, 0.4]
  static let flatConstants = [0.01, 0.1]
  static let movingConstants = [0.01, 0.05, 0.12]
  /// How many places candidates can have.
  static let slots = 24

  /// The shared factors of the past.
  private var past: [Double] { profile.past }

  /// All candidates that suit the series.
  func candidates(isRare: Bool) -> [CandidatePaths] {
    var found: [CandidatePaths] = []
    func add(_ slot: Int, _ method: ForecastMethod, _ paths: [Double]?) {
      guard let paths else { return }
      found.append(CandidatePaths(slot: slot, method: method, paths: paths))
    }
    for (slot, alpha) in Self.constants.enumerated() {
      add(slot, .ses, laid(levels: weightedMean(alpha, past)))
    }
    add(5, .movingAverage, lastYear())
    add(6, .tsb, probability(size: 0.05, chance: 0.1))
    add(7, .sba, interval(0.1))
    add(8, .damped, fadingTrend(alpha: 0.2, beta: 0.04, phi: 0.95, shape: .own))
    add(9, .damped, fadingTrend(alpha: 0.05, beta: 0.005, phi: 0.98, shape: .shared))
    add(10, .theta, halfSlope())
    if profile.hasShape {
      let flat = [Double](repeating: 1, count: values.count)
      for (slot, alpha) in Self.flatConstants.enumerated() {
        add(11 + slot, .ses, laid(levels: weightedMean(alpha, flat), shape: .flat))
      }
      if season > 1, values.count >= 2 * season + 1 {
        for (slot, alpha) in Self.ownConstants.enumerated() {
          add(13 + slot, .ses, laid(levels: weightedMean(alpha, past), shape: .own))
        }
      }
    }
    if !profile.movingPast.isEmpty {
      for (slot, alpha) in Self.movingConstants.enumerated() {
        let levels = weightedMean(alpha, profile.movingPast)
        add(19 + slot, .ses, laid(levels: levels, shape: .moving))
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
  private func laid(
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

  /// An exponentially weighted mean: two decaying sums.
  private func weightedMean(_ alpha: Double, _ past: [Double]) -> [Double] {
    var levels: [Double] = []
    levels.reserveCapacity(stops.count)
    let keep = 1 - alpha
    var (top, bottom) = (0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          top = top * keep + value
          bottom = bottom * keep + past[index]
        }
        index += 1
      }
      levels.append(bottom > 0 ? top / bottom : 0)
    }
    return levels
  }

  /// The mean over the last whole year, or what comes closest to it in this season.
  private func lastYear() -> [Double] {
    let window = season == 7 ? 364 : season >= 50 ? season : max(24, 2 * season)
    var levels: [Double] = []
    var (top, bottom) = (0.0, 0.0)
    var (index, tail) = (0, 0)
    for stop in stops {
      while index < stop {
        if !values[index].isNaN {
          top += values[index]
          bottom += past[index]
        }
        index += 1
      }
      while tail < stop - window {
        if !values[tail].isNaN {
          top -= values[tail]
          bottom -= past[tail]
        }
        tail += 1
      }
      levels.append(bottom > 1e-9 ? max(0, top) / bottom : 0)
    }
    return laid(levels: levels)
  }

  /// Sizes and probabilities apart (TSB), each as a weighted mean.
  private func probability(size: Double, chance: Double) -> [Double] {
    var levels: [Double] = []
    var (top, bottom, hits, tries) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          hits *= 1 - chance
          tries = tries * (1 - chance) + 1
          if value > 0 {
            hits += 1
            top = top * (1 - size) + value
            bottom = bottom * (1 - size) + past[index]
          }
        }
        index += 1
      }
      levels.append(bottom > 0 ? top / bottom * hits / tries : 0)
    }
    return laid(levels: levels)
  }

  /// Sizes and intervals apart, without Croston's bias (SBA).
  private func interval(_ alpha: Double) -> [Double] {
    var levels: [Double] = []
    var (top, waits, weights, since) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          since += past[index]
          if value > 0 {
            top = top * (1 - alpha) + value
            waits = waits * (1 - alpha) + since
            weights = weights * (1 - alpha) + 1
            since = 0
          }
        }
        index += 1
      }
      // The correction grows with what the smoothed interval can err: none with daily demand.
      let mean = weights > 0 ? waits / weights : 1
      let factor = mean > 1 ? 1 - alpha / 2 * (1 - 1 / mean) : 1
      levels.append(waits > 0 ? factor * top / waits : 0)
    }
    return laid(levels: levels)
  }

  /// Level and fading trend over the adjusted series, started at the mean of the first values.
  private func fadingTrend(
    alpha: Double,
    beta: Double,
    phi: Double,
    shape: SeasonProfile.Shape
  ) -> [Double] {
    var levels: [Double] = []
    var trends: [Double] = []
    var (level, trend, seen) = (0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        let ahead = level + phi * trend
        trend *= phi
        if value.isNaN {
          level = ahead
        } else {
          seen += 1
          let weight = min(1, past[index])
          let error = value / past[index] - ahead
          let speed = max(alpha, 1 / seen) * weight
          level = ahead + speed * error
          if speed <= 2 * alpha { trend += beta * weight * error }
        }
        index += 1
      }
      levels.append(max(0, level))
      trends.append(trend)
    }
    return laid(levels: levels, trends: trends, phi: phi, shape: shape)
  }

  /// A weighted mean with half the long-run slope as drift: the theta method in one pass.
  private func halfSlope() -> [Double] {
    var levels: [Double] = []
    var trends: [Double] = []
    let alpha = 0.15
    var (top, bottom) = (0.0, 0.0)
    var (n, st, stt, sy, sty) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          top = top * (1 - alpha) + value
          bottom = bottom * (1 - alpha) + past[index]
          let (t, x, w) = (Double(index), value / past[index], min(1, past[index]))
          n += w
          st += w * t
          stt += w * t * t
          sy += w * x
          sty += w * t * x
        }
        index += 1
      }
      let spread = n * stt - st * st
      levels.append(bottom > 0 ? top / bottom : 0)
      trends.append(spread > 0 ? (n * sty - st * sy) / spread / 2 : 0)
    }
    return laid(levels: levels, trends: trends, shape: .own)
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

  /// Holt and Winters with the constants of the whole series, replayed up to every stop.
  private func holtWinters() -> [Double]? {
    guard var fit = SeasonalSmoothing(values, season: season, multiplicative: false) else {
      return nil
    }
    var paths: [Double] = []
    paths.reserveCapacity(stops.count * stride)
    fit.replay(values, stops: stops) { state in
      for value in state.path(horizon: stride) { paths.append(max(0, value)) }
    }
    return paths
  }
}
