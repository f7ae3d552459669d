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

  /// How quickly the means follow, for days and hours and for longer periods.
  static let shortSpeeds = [0.02, 0.05, 0.15]
  static let longSpeeds = [0.3, 0.6]
  /// The largest and smallest movement that is believed.
  static let bounds = 0.1...10.0

  /// Learns from relative demand, `.nan` where nobody was present; nil below a dozen periods.
  init?(start: Int, relative: [Double], reach: Int, speeds: [Double]) {
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
  }

  /// The group's smoothed level at a past position.
  func past(at position: Int) -> Double {
    Self.bounded(past[min(max(position - start, 0), past.count - 1)])
  }

  /// The group's level as known before a position.
  func level(before position: Int) -> Double {
    Self.bounded(levels[min(max(position - start, 0), levels.count - 1)])
  }

  private static func bounded(_ value: Double) -> Double {
    min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}
