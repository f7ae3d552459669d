/// How the demand of a group rises and falls as a whole, season and year taken out.
///
/// What moves all members together (a market, an economy, an ageing range) is seen far more
/// clearly in their sum than in any one of them. A member's own level, measured relative to the
/// group, then needs little forgetting, while the group's level can follow quickly.
///
/// The level of the group is the mean of exponentially weighted means of several memories: a choice
/// between them would hang on the one or two turns that a short past holds.
struct GroupMovement: Sendable {
  /// Axis position of the first value.
  private let start: Int
  /// The smoothed past, relative to the members' own means.
  private let past: [Double]
  /// The level as known before each position, and after the last.
  private let levels: [Double]
  /// Level and slope of a fading trend, as known before each position, and after the last.
  private let trend: [(level: Double, slope: Double)]

  private let fading: Double

  /// How quickly the means follow, for days and hours and for longer periods.
  static let shortSpeeds = [0.02, 0.05, 0.15]
  static let longSpeeds = [0.3, 0.6]
  /// How quickly level and slope of the trend follow, the same way, and what of a slope is left
  /// after a period.
  static let shortTrend = (alpha: 0.03, beta: 0.001, fading: 0.995)
  static let longTrend = (alpha: 0.2, beta: 0.02, fading: 0.97)
  /// The largest and smallest movement that is believed.
  static let bounds = 0.1...10.0

  /// Learns from relative demand, `.nan` where nobody was present; nil below a dozen periods.
  init?(start: Int, relative: [Double], reach: Int, isShort: Bool) {
    let speeds = isShort ? Self.shortSpeeds : Self.longSpeeds
    fading = isShort ? Self.shortTrend.fading : Self.longTrend.fading
    guard relative.count >= 12 else { return nil }
    self.start = start
    self.past = MovingAverage.centred(relative, reach: reach).map { $0 > 0 ? $0 : 1 }
    var levels = [Double](repeating: 0, count: relative.count + 1)
    for speed in speeds {
      var (level, seen) = (1.0, 0.0)
      for (index, value) in relative.enumerated() {
        levels[index] += level / Double(speeds.count)
        guard !value.isNaN else { continue }
        seen += 1
        level += max(speed, 1 / seen) * (value - level)
      }
      levels[relative.count] += level / Double(speeds.count)
    }
    self.levels = levels
    trend = Self.trend(relative, isShort ? Self.shortTrend : Self.longTrend)
  }

  /// A fading trend, filtered from the past; its slope begins once the level is settled.
  private static func trend(
    _ relative: [Double],
    _ speeds: (alpha: Double, beta: Double, fading: Double)
  ) -> [(level: Double, slope: Double)] {
    var states: [(level: Double, slope: Double)] = []
    states.reserveCapacity(relative.count + 1)
    var (level, slope, seen) = (1.0, 0.0, 0.0)
    for value in relative {
      states.append((level, slope))
      slope *= speeds.fading
      level += slope
      guard !value.isNaN else { continue }
      seen += 1
      let error = value - level
      level += max(speeds.alpha, 1 / seen) * error
      if 1 / seen <= speeds.alpha { slope += speeds.beta * error }
    }
    states.append((level, slope))
    return states
  }

  /// The group's smoothed level at a past position.
  func past(at position: Int) -> Double {
    Self.bounded(past[min(max(position - start, 0), past.count - 1)])
  }

  /// The group's level as known before a position.
  func level(before position: Int) -> Double {
    Self.bounded(levels[min(max(position - start, 0), levels.count - 1)])
  }

  /// The group's levels of the `steps` periods from a position on, its trend going on and fading.
  func drift(from position: Int, steps: Int) -> [Double] {
    let (start, slope) = trend[min(max(position - start, 0), trend.count - 1)]
    var (level, change) = (start, slope)
    return (0..<steps).map { _ in
      change *= fading
      level += change
      return Self.bounded(level)
    }
  }

  private static func bounded(_ value: Double) -> Double {
    min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}
