import RealModule

/// How the demand of a group rises and falls as a whole, season and year taken out.
///
/// What moves all members together (a market, an economy, an ageing range) is seen far more
/// clearly in their sum than in any one of them. A member's own level, measured relative to the
/// group, then needs little forgetting, while the group's level can follow quickly.
///
/// The level of the group is an exponentially weighted mean with or without a fading trend; how
/// fast it follows is chosen by how well it foretold the mean of the following periods.
struct GroupMovement: Sendable {
  /// Axis position of the first value.
  private let start: Int
  /// The smoothed past, relative to the members' own means.
  private let past: [Double]
  /// Level and trend as known at each position.
  private let levels: [Double]
  private let trends: [Double]

  /// Speeds that are tried, and how much of them the trend gets.
  static let speeds = [0.03, 0.1, 0.3, 0.6]
  static let trendShares = [0.0, 0.15]
  static let phi = 0.9
  /// The largest and smallest movement that is believed.
  static let bounds = 0.1...10.0

  /// Learns from relative demand, `.nan` where nobody was present; nil below a dozen periods.
  init?(start: Int, relative: [Double], reach: Int, horizon: Int) {
    let count = relative.count
    guard count >= 12 else { return nil }
    self.start = start
    self.past = MovingAverage.centred(relative, reach: reach).map { $0 > 0 ? $0 : 1 }
    var best: (loss: Double, levels: [Double], trends: [Double])?
    let ahead = max(1, min(horizon, count / 4))
    for speed in Self.speeds {
      for share in Self.trendShares {
        let (levels, trends) = Self.walk(relative, speed: speed, trend: share * speed)
        let loss = Self.loss(relative, levels, trends, ahead: ahead)
        if best.map({ loss < $0.loss }) ?? true { best = (loss, levels, trends) }
      }
    }
    guard let best else { return nil }
    levels = best.levels
    trends = best.trends
  }

  /// The group's smoothed level at a past position.
  func past(at position: Int) -> Double {
    Self.bounded(past[min(max(position - start, 0), past.count - 1)])
  }

  /// The group's level `step` periods (from 0) after what was known before `position`.
  func ahead(from position: Int, step: Int) -> Double {
    let place = min(max(position - start, 0), levels.count - 1)
    let reach =
      Self.phi * (1 - Double.pow(Self.phi, Double(step + 1))) / (1 - Self.phi)
    return Self.bounded(levels[place] + trends[place] * reach)
  }

  /// Level and trend before each position, and after the last.
  private static func walk(
    _ values: [Double], speed: Double, trend share: Double
  ) -> (levels: [Double], trends: [Double]) {
    var levels: [Double] = []
    var trends: [Double] = []
    var (level, trend, seen) = (1.0, 0.0, 0.0)
    for value in values {
      levels.append(level)
      trends.append(trend)
      guard !value.isNaN else { continue }
      seen += 1
      let expected = level + phi * trend
      let error = value - expected
      let gain = max(speed, 1 / seen)
      level = expected + gain * error
      trend = phi * trend + (gain > 2 * speed ? 0 : share * error)
    }
    levels.append(level)
    trends.append(trend)
    return (levels, trends)
  }

  /// The squared error of the mean of the next `ahead` periods, over the later part of the past.
  private static func loss(
    _ values: [Double], _ levels: [Double], _ trends: [Double], ahead: Int
  ) -> Double {
    var (sum, count) = (0.0, 0.0)
    for origin in max(6, values.count / 3)...max(6, values.count - ahead) {
      var (actual, forecast, seen) = (0.0, 0.0, 0.0)
      var (power, reach) = (1.0, 0.0)
      for step in 0..<ahead where origin + step < values.count {
        power *= phi
        reach += power
        let value = values[origin + step]
        guard !value.isNaN else { continue }
        actual += value
        forecast += levels[origin] + trends[origin] * reach
        seen += 1
      }
      guard seen > 0 else { continue }
      let error = (actual - forecast) / seen
      sum += error * error
      count += 1
    }
    return count > 0 ? sum / count : .infinity
  }

  private static func bounded(_ value: Double) -> Double {
    min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}
