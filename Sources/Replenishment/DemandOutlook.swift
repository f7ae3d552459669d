import RealModule
import Warehouse

/// What is expected of demand: the mean by day, and how far sums over several days may swing.
///
/// The swings of a sum are not those of a day times the root of the days: errors of neighbouring
/// days move together, and the shortcut misses a promise of 95 % by 14 points over four weeks
/// (measured on 118 real articles; Trapero, Cardos and Kourentzes, Omega 84, 2019, find the same).
/// So the quantiles of sums are taken as the forecast gives them. All figures are base units.
public struct DemandOutlook: Sendable, Equatable {
  /// The day of the first mean.
  public var firstDay: LocalDay
  /// The mean by day; never negative.
  public var dailyMean: [Double]
  /// The levels of the quantiles of the sums, rising.
  public let levels: [Double]
  /// The levels as normal scores.
  private let levelScores: LevelScores
  /// Demand summed over the first days, by rising number of days; may be empty.
  public var sums: [MaterialForecast.Cumulative]
  /// What order cycles ask beyond the quantiles of sums, by rising lead time; may be empty.
  public var bursts: [MaterialForecast.Burst] = [] {
    didSet {
      bursts = bursts.filter { $0.extras.count == levels.count }.sorted { $0.steps < $1.steps }
    }
  }
  /// Standard deviation of the error of a one-day forecast, for the textbook formulas.
  public var dailyDeviation: Double

  /// Makes an outlook; sums come in any order, and need one quantile for each level.
  public init(
    firstDay: LocalDay,
    dailyMean: [Double],
    levels: [Double] = [],
    sums: [MaterialForecast.Cumulative] = [],
    dailyDeviation: Double
  ) {
    self.firstDay = firstDay
    self.dailyMean = dailyMean.map { $0.isFinite ? max(0, $0) : 0 }
    self.levels = levels
    self.levelScores = LevelScores(levels)
    self.sums = sums.filter { $0.steps > 0 && $0.quantiles.count == levels.count }
      .sorted { $0.steps < $1.steps }
    self.dailyDeviation = dailyDeviation.isFinite ? max(0, dailyDeviation) : 0
  }

  /// Takes a stored forecast; the daily deviation is read from its daily quantiles.
  public init(_ forecast: MaterialForecast) {
    self.init(
      firstDay: forecast.firstDay,
      dailyMean: forecast.mean,
      levels: forecast.levels,
      quantiles: forecast.quantiles,
      sums: forecast.cumulative
    )
    bursts = forecast.bursts
  }

  /// Makes an outlook whose daily deviation is read from the daily quantiles, a path per level.
  ///
  /// Each level's distance from the mean is taken as the root of its mean square over four weeks,
  /// and the deviation is that of the law with these distances.
  public init(
    firstDay: LocalDay,
    dailyMean: [Double],
    levels: [Double],
    quantiles: [[Double]],
    sums: [MaterialForecast.Cumulative]
  ) {
    let days = min(28, dailyMean.count)
    var deviation = 0.0
    if levels.count > 1, days > 0 {
      let distances = quantiles.map { path in
        var squares = 0.0
        var sum = 0.0
        for day in 0..<min(days, path.count) {
          let distance = path[day] - dailyMean[day]
          squares += distance * distance
          sum += distance
        }
        let size = (squares / Double(days)).squareRoot()
        return sum < 0 ? -size : size
      }
      let known = levels.map(Normal.quantile)
      deviation = Normal.deviation { QuantileLaw.interpolated($0, known, distances) }
    }
    self.init(
      firstDay: firstDay,
      dailyMean: dailyMean,
      levels: levels,
      sums: sums,
      dailyDeviation: deviation
    )
  }

  /// The mean of a day; beyond the horizon the average of its last four weeks.
  public func mean(on day: LocalDay) -> Double {
    let index = firstDay.days(to: day)
    if index >= 0, index < dailyMean.count { return dailyMean[index] }
    return index < 0 ? dailyMean.first ?? 0 : beyond
  }

  private var beyond: Double {
    let last = dailyMean.suffix(28)
    return last.isEmpty ? 0 : last.reduce(0, +) / Double(last.count)
  }

  /// The mean demand of `days` days from `start` on; the last day counts with its fraction.
  public func mean(from start: LocalDay, days: Double) -> Double {
    let whole = Int(days)
    var sum = 0.0
    let offset = firstDay.days(to: start)
    for index in offset..<(offset + whole) where dailyMean.indices.contains(index) {
      sum += dailyMean[index]
    }
    let outside = max(0, offset + whole - max(dailyMean.count, offset))
    sum += Double(outside) * beyond
    sum += Double(max(0, min(-offset, whole))) * (dailyMean.first ?? 0)
    return sum + (days - Double(whole)) * mean(on: start.adding(days: whole))
  }

  /// The law of the demand of `days` days from `start` on.
  ///
  /// The distance of each quantile from the mean is taken from the sums on both sides and grows
  /// between them as a power of the days; before the first sum as the root. Without sums the law is
  /// normal, with the daily deviation times the root of the days.
  func law(from start: LocalDay, days: Double) -> QuantileLaw {
    let mean = mean(from: start, days: days)
    guard !sums.isEmpty, levels.count > 1 else {
      let deviation = dailyDeviation * days.squareRoot()
      return QuantileLaw { mean + $0 * deviation }
    }
    let place = sums.firstIndex { Double($0.steps) >= days } ?? sums.count
    let quantiles = levels.indices.map { level in
      mean + spread(level: level, days: days, place: place)
    }
    return QuantileLaw(levelScores, quantiles: quantiles)
  }

  /// The law of an average day among `days` from `start` on: their mean, the swings of one day.
  func dayLaw(from start: LocalDay, days: Double) -> QuantileLaw {
    let mean = mean(from: start, days: max(days, 1)) / max(days, 1)
    guard !sums.isEmpty, levels.count > 1 else {
      return QuantileLaw { mean + $0 * dailyDeviation }
    }
    return QuantileLaw(
      levelScores,
      quantiles: levels.indices.map { mean + spread(level: $0, days: 1, place: 0) }
    )
  }

  /// What order cycles of a lead time ask beyond the quantile of a normal score, in days of mean
  /// demand; nil where that is not known.
  ///
  /// Beyond the lead times and levels that are known, that of the nearest.
  func burst(leadTimeDays: Double) -> ((Double) -> Double)? {
    guard let first = bursts.first, let last = bursts.last, levels.count > 1 else { return nil }
    let days = min(max(leadTimeDays, Double(first.steps)), Double(last.steps))
    let after = bursts.firstIndex { Double($0.steps) >= days } ?? bursts.count - 1
    let before = max(0, after - 1)
    let width = Double(bursts[after].steps - bursts[before].steps)
    let share = width > 0 ? (days - Double(bursts[before].steps)) / width : 0
    let extras = levels.indices.map {
      (1 - share) * bursts[before].extras[$0] + share * bursts[after].extras[$0]
    }
    let scores = levelScores.known
    return { score in
      let held = min(max(score, scores[0]), scores[scores.count - 1])
      return max(0, QuantileLaw.interpolated(held, scores, extras))
    }
  }

  /// How far the quantile of a level lies from the mean after `days` days; `place` is the first sum
  /// of at least as many.
  private func spread(level: Int, days: Double, place: Int) -> Double {
    func known(_ index: Int) -> (days: Double, spread: Double) {
      (Double(sums[index].steps), sums[index].quantiles[level] - sums[index].mean)
    }
    if place == 0 {
      let first = known(0)
      return first.spread * (days / first.days).squareRoot()
    }
    let before = known(place - 1)
    guard place < sums.count else {
      guard place > 1 else { return before.spread * (days / before.days).squareRoot() }
      let earlier = known(place - 2)
      let power = Self.power(earlier, before).map { min(max($0, 0.5), 1) } ?? 0.5
      return before.spread * Double.pow(days / before.days, power)
    }
    let after = known(place)
    if let power = Self.power(before, after) {
      return before.spread * Double.pow(days / before.days, power)
    }
    let share = (days - before.days) / (after.days - before.days)
    return before.spread + share * (after.spread - before.spread)
  }

  /// The power of the days with which a spread grows; nil where it changes its sign.
  private static func power(
    _ first: (days: Double, spread: Double),
    _ second: (days: Double, spread: Double)
  ) -> Double? {
    guard second.days > first.days, first.spread * second.spread > 0 else { return nil }
    return Double.log(second.spread / first.spread) / Double.log(second.days / first.days)
  }
}
