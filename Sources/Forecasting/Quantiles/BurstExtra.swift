/// What demand asks beyond its usual quantile at the moments when orders are placed.
///
/// A quantile over all spans of the past is honest of a span taken at random. Orders are not placed
/// at random: they go out when demand takes the stock down, on a busy day more likely than on a
/// quiet one, and busy days come together. So a 95 % quantile of the usual kind keeps far less than
/// 95 of 100 order cycles. Here spans count by the demand of the day before them, which is how
/// likely an order is placed on it (the Palm view of a point process; Daley and Vere-Jones, "An
/// Introduction to the Theory of Point Processes", 2003, chapter 3), and to the demand of the span
/// comes how far that day may have gone below the reorder point: any share of it alike.
public struct BurstExtra: Sendable, Hashable {
  /// The lead time, in periods.
  public var steps: Int
  /// For each level, what is asked beyond the quantile of `steps` and one more periods, in periods
  /// of mean demand; never negative.
  public var extras: [Double]

  /// Notes what a lead time asks.
  public init(steps: Int, extras: [Double]) {
    self.steps = steps
    self.extras = extras
  }

  /// Periods of the past that are looked at.
  static let reach = 1_092
  /// How many separate spans draw the extra half-way to none.
  static let balance = 4.0

  /// The extras of a series beyond the forecasts of some sums, each of a lead time and one period
  /// more; periods that are missing count as closed.
  ///
  /// Beyond the quantile of the past, or of the forecast where that is lower: what order cycles ask
  /// is kept either way. Costs two sorts of at most `reach` spans for each lead time.
  static func extras(
    of series: PreparedSeries,
    beyond sums: [CumulativeForecast],
    levels: [Double]
  ) -> [BurstExtra] {
    guard !sums.isEmpty, !levels.isEmpty else { return [] }
    let values = series.values.suffix(reach).map { $0.isNaN ? 0 : $0 }
    var totals = [0.0]
    totals.reserveCapacity(values.count + 1)
    for value in values { totals.append((totals.last ?? 0) + value) }
    let mean = (totals.last ?? 0) / Double(max(values.count, 1))
    guard mean > 0 else { return [] }
    return sums.compactMap { forecast in
      let step = forecast.steps - 1
      let count = values.count - step
      guard step >= 1, count >= 2 * step + 28 else { return nil }
      var usual: [Double] = []
      var placed: [(asked: Double, weight: Double)] = []
      usual.reserveCapacity(count)
      for day in 0..<count {
        usual.append(totals[day + step + 1] - totals[day])
        guard values[day] > 0 else { continue }
        // A share of the day by the golden section: even, and the same each time.
        let part = 0.618_033_988_749_895 * Double(day + 1)
        let below = (part - part.rounded(.down)) * values[day]
        let depth = series.isCount ? below.rounded(.down) : below
        placed.append((depth + totals[day + step + 1] - totals[day + 1], values[day]))
      }
      usual.sort()
      placed.sort { $0.asked < $1.asked }
      let spans = Double(count) / Double(step + 1)
      let share = spans / (spans + balance)
      let daily = forecast.mean / Double(forecast.steps)
      let extras = levels.indices.map { place -> Double in
        let known = usual[min(Int(levels[place] * Double(count)), count - 1)] / mean
        let told = daily > 0 ? forecast.quantiles[place] / daily : known
        return share * max(0, quantile(placed, levels[place]) / mean - min(known, told))
      }
      return BurstExtra(steps: step, extras: extras)
    }
  }

  /// The quantile of weighted values in ascending order.
  private static func quantile(
    _ sorted: [(asked: Double, weight: Double)],
    _ level: Double
  ) -> Double {
    var rest = level * sorted.reduce(0) { $0 + $1.weight }
    for one in sorted {
      rest -= one.weight
      if rest <= 0 { return one.asked }
    }
    return sorted.last?.asked ?? 0
  }
}
