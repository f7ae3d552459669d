/// Simple exponential smoothing with the best constant and the best start.
///
/// The residuals are linear in the starting level l: e_t = r_t - c_t l with c_t = (1 - a)^(t - 1).
/// So for each constant a the best start follows from least squares in the same pass, and only a
/// is searched: a coarse grid (the error may have several valleys), then golden section around
/// the best point. Missing values leave the level as it is.
struct SimpleSmoothing {
  /// The smoothing constant.
  var alpha: Double
  /// The level after the last value.
  var level: Double
  /// The mean squared one-step error.
  var meanSquare: Double

  static let lowest = 1e-4
  static let highest = 0.9999

  /// Fits by least squares of the one-step errors; nil where nothing was observed.
  init?(_ values: [Double]) {
    guard let fixed = Self.pass(values, alpha: 0.2) else { return nil }
    self = fixed
    let grid = [1e-4, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9999]
    var best = 0
    var bestError = Double.infinity
    for (index, alpha) in grid.enumerated() {
      guard let fit = Self.pass(values, alpha: alpha), fit.meanSquare < bestError else { continue }
      best = index
      bestError = fit.meanSquare
      self = fit
    }
    var low = grid[max(best - 1, 0)]
    var high = grid[min(best + 1, grid.count - 1)]
    let golden = 0.618_033_988_749_894_8
    while high - low > 1e-4 {
      let left = high - golden * (high - low)
      let right = low + golden * (high - low)
      guard let a = Self.pass(values, alpha: left), let b = Self.pass(values, alpha: right)
      else { return }
      if a.meanSquare < b.meanSquare { high = right } else { low = left }
      if a.meanSquare < meanSquare { self = a }
      if b.meanSquare < meanSquare { self = b }
    }
  }

  /// Smooths with a given constant and the start that fits best.
  static func pass(_ values: [Double], alpha: Double) -> SimpleSmoothing? {
    var level = 0.0
    var decay = 1.0
    var rr = 0.0
    var rc = 0.0
    var cc = 0.0
    var count = 0
    for value in values where !value.isNaN {
      let residual = value - level
      rr += residual * residual
      rc += residual * decay
      cc += decay * decay
      level += alpha * residual
      decay *= 1 - alpha
      count += 1
    }
    guard count > 0 else { return nil }
    let start = rc / cc
    return SimpleSmoothing(
      alpha: alpha,
      level: level + decay * start,
      meanSquare: max(0, rr - rc * start) / Double(count)
    )
  }

  private init(alpha: Double, level: Double, meanSquare: Double) {
    self.alpha = alpha
    self.level = level
    self.meanSquare = meanSquare
  }
}
