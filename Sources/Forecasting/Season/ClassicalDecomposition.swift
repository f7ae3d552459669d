/// Multiplicative indices by ratio to a centred moving average (Macaulay 1931).
///
/// The moving average covers one season (with halved ends where the season is even); the ratios
/// of each phase are averaged, and the indices scaled to mean 1. Needs two seasons and positive
/// moving averages; otherwise nil.
enum ClassicalDecomposition {
  /// Indices by phase, phase 0 being the first value's.
  static func multiplicativeIndices(_ values: [Double], season: Int) -> [Double]? {
    let count = values.count
    guard season > 1, count >= 2 * season else { return nil }
    let half = season / 2
    let even = season % 2 == 0
    var sums = [Double](repeating: 0, count: season)
    var counts = [Double](repeating: 0, count: season)
    for centre in half..<(count - half) {
      var total = 0.0
      for index in (centre - half)...(centre + half) { total += values[index] }
      if even { total -= (values[centre - half] + values[centre + half]) / 2 }
      let average = total / Double(season)
      guard average > 0 else { return nil }
      sums[centre % season] += values[centre] / average
      counts[centre % season] += 1
    }
    guard counts.allSatisfy({ $0 > 0 }) else { return nil }
    var indices = [Double](repeating: 1, count: season)
    for phase in 0..<season { indices[phase] = sums[phase] / counts[phase] }
    let mean = indices.reduce(0, +) / Double(season)
    guard mean > 0, indices.allSatisfy({ $0 > 0 }) else { return nil }
    return indices.map { $0 / mean }
  }
}
