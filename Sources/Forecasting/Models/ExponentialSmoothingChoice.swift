import RealModule

/// `AUTO_ETS`: the exponential smoothing model with the best corrected information criterion.
///
/// Without or with a linear or fading trend, without a season or with an additive or (where no
/// zero stands) multiplicative one. AICc = n ln(mse) + 2k + 2k(k + 1) / (n - k - 1), where k
/// counts constants and starting states (Hyndman, Koehler, Snyder and Grose 2002).
struct ExponentialSmoothingChoice {
  /// The path of the forecast.
  var path: [Double]
  /// What was chosen, in words.
  var name: String

  /// Fits all that can be fitted; nil where nothing was observed.
  init?(_ values: [Double], season: Int, horizon: Int) {
    let n = Double(values.lazy.filter { !$0.isNaN }.count)
    guard let level = SimpleSmoothing(values) else { return nil }
    // Errors below what the arithmetic resolves are all alike.
    var square = 0.0
    for value in values where !value.isNaN { square += value * value }
    let floor = max(1e-20 * square / n, 1e-300)
    func criterion(_ meanSquare: Double, _ k: Double) -> Double {
      guard n > k + 1, meanSquare.isFinite else { return .infinity }
      return n * Double.log(max(meanSquare, floor)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    }
    var best = criterion(level.meanSquare, 3)
    path = [Double](repeating: level.level, count: horizon)
    name = "level alone"
    for damped in [false, true] {
      guard let fit = TrendSmoothing(values, damped: damped) else { continue }
      let value = criterion(fit.meanSquare, damped ? 6 : 5)
      if value < best {
        best = value
        path = fit.path(horizon: horizon)
        name = damped ? "fading trend" : "linear trend"
      }
    }
    let positive = values.allSatisfy { $0.isNaN || $0 > 0 }
    for multiplicative in positive ? [false, true] : [false] {
      guard
        let fit = SeasonalSmoothing(values, season: season, multiplicative: multiplicative)
      else { continue }
      let value = criterion(fit.meanSquare, Double(season) + 6)
      if value < best {
        best = value
        path = fit.path(horizon: horizon)
        name = "\(multiplicative ? "multiplicative" : "additive") season"
      }
    }
  }
}
