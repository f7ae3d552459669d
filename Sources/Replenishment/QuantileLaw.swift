import RealModule

/// A law of demand, held as its quantiles at some normal scores.
///
/// Between two scores the quantile is taken as straight, which makes the law exact for a normal
/// demand and close for any other; beyond the ends the last slope goes on. Everything that stock
/// control asks (quantile, share, expected shortage) has a closed form on each piece. The scores
/// are those of a fixed grid and of the levels that are known, so that these are met exactly.
struct QuantileLaw: Sendable {
  /// The scores that every law has: -4 to 4 in quarters.
  static let grid: [Double] = (0...32).map { -4 + 0.25 * Double($0) }

  /// The scores, rising, and what the normal law says of them.
  let table: ScoreTable
  /// The demand at each score; never falls, never below zero.
  let values: [Double]

  /// Makes a law from a quantile function over normal scores, looked at there.
  init(at table: ScoreTable = .grid, _ quantile: (Double) -> Double) {
    var values: [Double] = []
    values.reserveCapacity(table.scores.count)
    var least = 0.0
    for score in table.scores {
      least = max(quantile(score), least)
      values.append(least)
    }
    self.table = table
    self.values = values
  }

  /// Makes a law from quantiles at given levels (rising, between 0 and 1).
  init(levels: [Double], quantiles: [Double]) {
    let pairs = zip(levels, quantiles).filter { $0.0 > 0 && $0.0 < 1 && $0.1.isFinite }
    self.init(LevelScores(pairs.map(\.0)), quantiles: pairs.map(\.1))
  }

  /// Makes a law from quantiles at levels whose scores are known.
  ///
  /// Both the scores of the table and those of the levels rise, so that one walk finds all places.
  init(_ levels: LevelScores, quantiles: [Double]) {
    let known = levels.known
    let last = known.count - 1
    guard last > 0 else {
      let value = quantiles.first ?? 0
      self.init(at: levels.table) { _ in value }
      return
    }
    var low = 0
    self.init(at: levels.table) { score in
      while low < last - 1, known[low + 1] <= score { low += 1 }
      let slope = (quantiles[low + 1] - quantiles[low]) / (known[low + 1] - known[low])
      return quantiles[low] + slope * (score - known[low])
    }
  }

  /// The scores, rising.
  var scores: [Double] { table.scores }

  /// The demand that is not passed with the probability of that normal score.
  func quantile(score: Double) -> Double {
    max(0, Self.interpolated(score, scores, values))
  }

  /// The demand that is not passed with that probability.
  func quantile(_ probability: Double) -> Double {
    quantile(score: Normal.quantile(min(max(probability, 1e-12), 1 - 1e-12)))
  }

  /// The probability of a demand of at most `demand`.
  func share(upTo demand: Double) -> Double {
    guard demand >= 0 else { return 0 }
    let last = values.count - 1
    guard demand >= values[0] else { return table.shares[0] * demand / values[0] }
    // The last piece that begins at or below the demand; equal values belong below it.
    var low = 0
    var high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if values[middle] <= demand { low = middle } else { high = middle }
    }
    let slope = (values[high] - values[low]) / (scores[high] - scores[low])
    guard slope > 0 else { return 1 }
    return Normal.cumulative(scores[low] + (demand - values[low]) / slope)
  }

  /// The expected demand beyond `stock`: the shortage of one cycle.
  ///
  /// On a piece with quantile a + b z, the integral of (a + b z - stock) against the normal density
  /// is (a - stock) times the share plus b times the fall of the density. Walked from the top down,
  /// and left where the law falls below the stock.
  func shortage(beyond stock: Double) -> Double {
    let scores = table.scores
    let last = values.count - 1
    var sum = 0.0
    var toShare = 1.0
    var toDensity = 0.0
    for piece in stride(from: last, through: 0, by: -1) {
      let lower = min(piece, last - 1)
      let slope = (values[lower + 1] - values[lower]) / (scores[lower + 1] - scores[lower])
      let start = values[lower] - slope * scores[lower]
      let crosses = values[piece] < stock
      if crosses, slope <= 0 { break }
      let from = crosses ? (stock - start) / slope : scores[piece]
      let fromShare = crosses ? Normal.cumulative(from) : table.shares[piece]
      let fromDensity = crosses ? Normal.density(from) : table.densities[piece]
      sum += (start - stock) * (toShare - fromShare) + slope * (fromDensity - toDensity)
      if crosses { break }
      (toShare, toDensity) = (fromShare, fromDensity)
    }
    return max(0, sum)
  }

  /// The mean, and the variance over the square of the mean.
  ///
  /// A sum over the scores, weighed by the normal density and the width around each.
  var moments: (mean: Double, variation: Double) {
    let scores = table.scores
    var (weights, sum, squares) = (0.0, 0.0, 0.0)
    for index in scores.indices {
      let before = index > 0 ? scores[index - 1] : scores[index]
      let after = index + 1 < scores.count ? scores[index + 1] : scores[index]
      let weight = (after - before) * table.densities[index]
      weights += weight
      sum += weight * values[index]
      squares += weight * values[index] * values[index]
    }
    guard sum > 0 else { return (0, 0) }
    let mean = sum / weights
    return (mean, max(0, squares / weights / (mean * mean) - 1))
  }

  /// The law of what is left of a demand of this law at a random moment inside it: the share beyond
  /// u is the expected shortage beyond u over the mean.
  ///
  /// Held at the scores of the grid. Between two depths whose shares are known the share beyond is
  /// taken to fall by a constant rate, as it does for an exponential demand.
  func remainder(mean: Double) -> QuantileLaw {
    // Walked from the top: on a piece with quantile a + b z the shortage grows by b times the
    // difference of the normal losses at its ends.
    let (scores, losses, last) = (table.scores, table.losses, values.count - 1)
    var shortages = values
    let top = (values[last] - values[last - 1]) / (scores[last] - scores[last - 1])
    shortages[last] = losses[last] * top
    for index in stride(from: last - 1, through: 0, by: -1) {
      let slope = (values[index + 1] - values[index]) / (scores[index + 1] - scores[index])
      shortages[index] = shortages[index + 1] + slope * (losses[index] - losses[index + 1])
    }
    var beyond: [Double] = [0]
    var depths: [Double] = [0]
    for (index, value) in values.enumerated() where value > (depths.last ?? 0) {
      let share = min(shortages[index] / mean, 1)
      guard share > 1e-9 else { break }
      beyond.append(Double.log(share))
      depths.append(value)
    }
    guard depths.count > 1 else { return self }
    var low = 0
    let grid = ScoreTable.grid
    return QuantileLaw(at: grid) { score in
      let wanted = Double.log(max(Normal.cumulative(-score), 1e-300))
      while low < depths.count - 2, beyond[low + 1] >= wanted { low += 1 }
      let fall = beyond[low] - beyond[low + 1]
      guard fall > 1e-12 else { return depths[low + 1] }
      return depths[low]
        + (depths[low + 1] - depths[low]) * (beyond[low] - wanted) / fall
    }
  }

  /// The stock beyond which the expected shortage is `shortage`.
  ///
  /// The shortage falls with the slope of the share above, and bends one way: Newton's method from
  /// below never passes the solution.
  func stock(forShortage shortage: Double) -> Double {
    var stock = 0.0
    for _ in 0..<100 {
      let rest = self.shortage(beyond: stock) - shortage
      let above = 1 - share(upTo: stock)
      guard rest > 0, above > 0 else { break }
      let step = rest / above
      stock += step
      if step <= 1e-9 * stock { break }
    }
    return stock
  }

  /// The value at `x` of the broken line through `places` and `values`; its ends go on straight.
  static func interpolated(_ x: Double, _ places: [Double], _ values: [Double]) -> Double {
    let last = places.count - 1
    guard last > 0 else { return values.first ?? 0 }
    var low = 0
    var high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if places[middle] <= x { low = middle } else { high = middle }
    }
    let slope = (values[high] - values[low]) / (places[high] - places[low])
    return values[low] + slope * (x - places[low])
  }
}
