/// Exponential smoothing with a linear or a fading trend (Holt; Gardner and McKenzie).
///
/// In error-correction form, with f = l + phi b the one-step forecast and e = y - f:
/// l <- f + alpha e, b <- phi b + beta e. The residuals are linear in the starting level and
/// trend; two more filters without data carry their influence along, and least squares (two
/// unknowns) gives the best start for any constants in one pass. Only the constants are searched.
/// Bounds as in R's `ets`: beta <= alpha, phi in 0.8...0.98 (1 without damping).
struct TrendSmoothing {
  /// The constants of one candidate.
  struct Constants {
    var alpha: Double
    var beta: Double
    var phi: Double
  }

  /// The constants that were used.
  var constants: Constants
  /// The level after the last value.
  var level: Double
  /// The trend after the last value.
  var trend: Double
  /// The mean squared one-step error.
  var meanSquare: Double

  /// Fits by least squares; nil below three observed values.
  init?(_ values: [Double], damped: Bool) {
    guard values.lazy.filter({ !$0.isNaN }).count >= 3 else { return nil }
    func constants(_ point: [Double]) -> Constants {
      let alpha = min(max(point[0], 1e-4), 0.9999)
      return Constants(
        alpha: alpha,
        beta: min(max(point[1], 1e-4), 1) * alpha,
        phi: damped ? min(max(point[2], 0.8), 0.98) : 1
      )
    }
    func error(_ point: [Double]) -> Double {
      Self.pass(values, constants(point)).meanSquare
    }
    var starts: [(Double, [Double])] = []
    for alpha in [0.05, 0.2, 0.5, 0.9] {
      for share in [0.02, 0.2, 0.6] {
        for phi in damped ? [0.85, 0.96] : [1.0] {
          let point = damped ? [alpha, share, phi] : [alpha, share]
          starts.append((error(point), point))
        }
      }
    }
    starts.sort { $0.0 < $1.0 }
    var best = starts[0]
    for start in starts.prefix(6) {
      let found = SimplexSearch.minimum(from: start.1, steps: 300, of: error)
      if found.value < best.0 { best = (found.value, found.point) }
    }
    self = Self.pass(values, constants(best.1))
  }

  /// One pass over the data with the start that fits these constants best.
  static func pass(_ values: [Double], _ constants: Constants) -> TrendSmoothing {
    let (alpha, beta, phi) = (constants.alpha, constants.beta, constants.phi)
    // Three filters: the data from a start of zero, and the influence of a unit level and trend.
    var (level, trend) = (0.0, 0.0)
    var (levelOfLevel, trendOfLevel) = (1.0, 0.0)
    var (levelOfTrend, trendOfTrend) = (0.0, 1.0)
    var (rr, r1, r2, c11, c12, c22) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var count = 0
    for value in values {
      let f = level + phi * trend
      let f1 = levelOfLevel + phi * trendOfLevel
      let f2 = levelOfTrend + phi * trendOfTrend
      if value.isNaN {
        (level, trend) = (f, phi * trend)
        (levelOfLevel, trendOfLevel) = (f1, phi * trendOfLevel)
        (levelOfTrend, trendOfTrend) = (f2, phi * trendOfTrend)
        continue
      }
      let e = value - f
      rr += e * e
      r1 += e * f1
      r2 += e * f2
      c11 += f1 * f1
      c12 += f1 * f2
      c22 += f2 * f2
      count += 1
      (level, trend) = (f + alpha * e, phi * trend + beta * e)
      (levelOfLevel, trendOfLevel) = ((1 - alpha) * f1, phi * trendOfLevel - beta * f1)
      (levelOfTrend, trendOfTrend) = ((1 - alpha) * f2, phi * trendOfTrend - beta * f2)
    }
    let determinant = c11 * c22 - c12 * c12
    var (a, b) = (c11 > 0 ? r1 / c11 : 0, 0.0)
    if determinant > 1e-12 * c11 * c22 {
      a = (r1 * c22 - r2 * c12) / determinant
      b = (r2 * c11 - r1 * c12) / determinant
    }
    let square = max(0, rr - a * r1 - b * r2) / Double(max(count, 1))
    return TrendSmoothing(
      constants: constants,
      level: level + a * levelOfLevel + b * levelOfTrend,
      trend: trend + a * trendOfLevel + b * trendOfTrend,
      meanSquare: square
    )
  }

  /// The path of the forecast.
  func path(horizon: Int) -> [Double] {
    var sum = 0.0
    var power = 1.0
    return (0..<horizon).map { _ in
      power *= constants.phi
      sum += power
      return level + sum * trend
    }
  }

  private init(constants: Constants, level: Double, trend: Double, meanSquare: Double) {
    self.constants = constants
    self.level = level
    self.trend = trend
    self.meanSquare = meanSquare
  }
}
