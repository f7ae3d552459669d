/// The weights, none negative and adding up to 1, that make a combined error smallest.
///
/// Bates and Granger (1969): with the cross products of the candidates' errors in M, the mean
/// squared error of the combination w is w'Mw. Its minimum over the simplex is found by moving
/// weight between pairs, each move to its exact best, until nothing moves. A ridge on the
/// diagonal draws towards equal weights, since errors of a short back-test are known badly.
enum WeightSearch {
  /// Share of the least error that is added to the diagonal, for a single window.
  static let ridge = 6.0

  /// The weights for a symmetric matrix in row order, known from so many separate windows.
  static func weights(_ matrix: [Double], size: Int, windows: Double) -> [Double] {
    guard size > 1 else { return [Double](repeating: 1, count: size) }
    var m = matrix
    var trace = 0.0
    for index in 0..<size { trace += m[index * size + index] }
    guard trace > 0, trace.isFinite else {
      return [Double](repeating: 1 / Double(size), count: size)
    }
    // The ridge counts from the best candidate: noise that all share must not level them.
    var least = Double.infinity
    for index in 0..<size { least = min(least, m[index * size + index]) }
    for index in 0..<size {
      m[index * size + index] +=
        max(ridge / max(windows * windows, 1), 0.1) * max(least, 1e-3 * trace / Double(size))
    }
    var w = [Double](repeating: 1 / Double(size), count: size)
    var slope = [Double](repeating: 0, count: size)
    for i in 0..<size {
      for j in 0..<size { slope[i] += m[i * size + j] * w[j] }
    }
    for _ in 0..<(40 * size) {
      // The steepest pair: from the worst candidate that has weight to the best one.
      var (from, to) = (-1, 0)
      for i in 0..<size {
        if slope[i] < slope[to] { to = i }
        if w[i] > 0, from < 0 || slope[i] > slope[from] { from = i }
      }
      guard from >= 0, slope[from] - slope[to] > 1e-9 * trace else { break }
      let curve =
        m[from * size + from] + m[to * size + to] - 2 * m[from * size + to]
      let best = curve > 0 ? (slope[from] - slope[to]) / curve : w[from]
      let moved = min(w[from], best)
      w[from] -= moved
      w[to] += moved
      if w[from] < 1e-12 { w[from] = 0 }
      for i in 0..<size { slope[i] += moved * (m[i * size + to] - m[i * size + from]) }
    }
    // What hardly counts is dropped, so that the answer can be explained.
    var total = 0.0
    for i in 0..<size {
      if w[i] < 0.05 { w[i] = 0 }
      total += w[i]
    }
    return w.map { $0 / total }
  }
}
