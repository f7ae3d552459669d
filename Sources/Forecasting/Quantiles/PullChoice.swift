import RealModule
import Statistics

/// How far the spread of demand follows its forecast.
///
/// At a pull of 1 a forecast twice as high has outcomes twice as large and twice as scattered
/// (busy weekdays, a growing trade); at 0 the outcomes are what they always were, and the forecast
/// says little about a single day (rare demand, promotions). Which holds differs from item to
/// item. Each pull is judged by the pinball loss of its quantiles: learned from the earlier part
/// of a back-test, scored on the later part.
struct PullChoice: Sendable {
  /// Relative losses, one per pull.
  private(set) var losses = [Double](repeating: 0, count: PullChoice.pulls.count)
  /// How many outcomes they stand on.
  private(set) var weight = 0.0

  /// The pulls that are tried.
  static let pulls = [0.0, 0.5, 1.0]
  /// Levels whose quantiles are scored.
  static let levels = [0.1, 0.5, 0.8, 0.95]
  /// Most outcomes that are looked at.
  static let most = 400
  /// Outcomes that the members of a group are worth together.
  static let groupWorth = 400.0

  /// Nothing known yet.
  init() {}

  /// Judges the pulls on the forecasts and outcomes of one series, oldest first.
  init(forecasts: [Double], outcomes: [Double]) {
    let count = forecasts.count
    let split = count * 3 / 5
    guard split >= 12, count - split >= 8 else { return }
    let hop = max(1, count / Self.most)
    let floor = max(1e-9, 0.05 * forecasts.reduce(0, +) / Double(count))
    var total = 0.0
    for (place, pull) in Self.pulls.enumerated() {
      var ratios: [Double] = []
      for index in stride(from: 0, to: split, by: hop) {
        ratios.append(outcomes[index] / DemandLaw.lift(max(forecasts[index], floor), pull))
      }
      ratios.sort()
      let units = Self.levels.map { Descriptive.percentile(ofSorted: ratios, $0) }
      for index in stride(from: split, to: count, by: hop) {
        let (y, scale) = (outcomes[index], DemandLaw.lift(max(forecasts[index], floor), pull))
        for (level, unit) in zip(Self.levels, units) {
          let q = unit * scale
          losses[place] += y >= q ? level * (y - q) : (1 - level) * (q - y)
        }
        if place == 0 {
          total += y
          weight += 1
        }
      }
    }
    guard total > 0 else {
      self = PullChoice()
      return
    }
    // Losses per unit of demand; relative to their mean, so that series can be added up.
    let mean = losses.reduce(0, +) / Double(losses.count)
    losses = losses.map { mean > 0 ? $0 / mean : 1 }
  }

  /// Takes in one more member of a group.
  mutating func add(_ other: PullChoice) {
    guard other.weight > 0 else { return }
    for place in losses.indices {
      losses[place] = (losses[place] * weight + other.losses[place] * other.weight)
      losses[place] /= weight + other.weight
    }
    weight += other.weight
  }

  /// What a pull of 1 must gain to be believed.
  ///
  /// The shapes and weights behind the forecasts of a
  /// back-test come from the whole past, so these know a little more than a forecast can.
  static let doubt = 0.03

  /// The pull with the least loss of series and group together; 1 where nothing is known.
  func best(with group: PullChoice?) -> Double {
    let worth = min(group?.weight ?? 0, Self.groupWorth)
    guard weight + worth > 0 else { return 1 }
    var best = Self.pulls.count - 1
    var least = Double.infinity
    for place in Self.pulls.indices.reversed() {
      let loss =
        (losses[place] * weight + (group?.losses[place] ?? 0) * worth)
        * (1 + Self.doubt * Self.pulls[place])
      if loss < least { (best, least) = (place, loss) }
    }
    return Self.pulls[best]
  }
}
