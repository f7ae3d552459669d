/// The plain benchmarks: they repeat what was last seen.
enum NaiveModels {
  /// The last observed value, repeated; zero where nothing was observed.
  static func naive(_ values: [Double], horizon: Int) -> [Double] {
    [Double](repeating: values.last { !$0.isNaN } ?? 0, count: horizon)
  }

  /// The value one season before; a missing one is sought further back, season by season.
  ///
  /// Where no season of that phase was observed, the last observed value stands in.
  static func seasonal(_ values: [Double], season: Int, horizon: Int) -> [Double] {
    guard season > 1, !values.isEmpty else { return naive(values, horizon: horizon) }
    let fallback = values.last { !$0.isNaN } ?? 0
    var lastSeason = [Double](repeating: fallback, count: season)
    for step in 0..<season {
      var index = values.count - season + step
      while index >= 0 {
        if !values[index].isNaN {
          lastSeason[step] = values[index]
          break
        }
        index -= season
      }
    }
    return (0..<horizon).map { lastSeason[$0 % season] }
  }

  /// The mean of the last `window` observed values, repeated.
  static func movingAverage(_ values: [Double], window: Int, horizon: Int) -> [Double] {
    var sum = 0.0
    var count = 0
    for value in values.reversed() where !value.isNaN {
      sum += value
      count += 1
      if count == window { break }
    }
    return [Double](repeating: count > 0 ? sum / Double(count) : 0, count: horizon)
  }
}
