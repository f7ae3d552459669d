import RealModule

/// The regularised incomplete gamma function and the gamma distribution made of it.
///
/// Below a + 1 the power series converges quickly; above it the continued fraction of the
/// complement does (Abramowitz and Stegun 6.5.29 and 6.5.31, evaluated by Lentz's method).
public enum IncompleteGamma {
  /// P(a, x), the lower function; NaN where a <= 0 or x < 0.
  public static func lower(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 0 }
    if x == .infinity { return 1 }
    return x < a + 1 ? series(a, x) : 1 - fraction(a, x)
  }

  /// Q(a, x) = 1 - P(a, x), without cancellation in the upper tail.
  public static func upper(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 1 }
    if x == .infinity { return 0 }
    return x < a + 1 ? 1 - series(a, x) : fraction(a, x)
  }

  /// The x at which the gamma distribution with `shape` and scale 1 reaches `probability`.
  ///
  /// Starts at Wilson and Hilferty's cube (1931), then Newton steps kept inside a bracket.
  public static func quantile(shape: Double, probability: Double) -> Double {
    guard shape > 0, probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return 0 }
    if probability == 1 { return .infinity }
    let z = NormalDistribution.quantile(probability)
    let cube = 1 - 1 / (9 * shape) + z / (3 * Double.sqrt(shape))
    var x = shape * cube * cube * cube
    if !(x > 0) || shape < 0.5 {
      // Near zero P(a, x) is about x^a / (a Gamma(a)).
      let small = (Double.log(probability) + Double.logGamma(shape + 1)) / shape
      x = Swift.max(Double.exp(Swift.min(small, 3)), 1e-300)
    }
    var low = 0.0
    var high = Double.infinity
    for _ in 0..<80 {
      let error = lower(shape, x) - probability
      if error > 0 { high = x } else { low = x }
      let logDensity = (shape - 1) * Double.log(x) - x - Double.logGamma(shape)
      var next = x - error / Swift.max(Double.exp(logDensity), 1e-300)
      if !(next > low && next < high) { next = high.isFinite ? (low + high) / 2 : x * 2 }
      if abs(next - x) <= 1e-13 * next { return next }
      x = next
    }
    return x
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var n = a
    for _ in 0..<10_000 {
      n += 1
      term *= x / n
      sum += term
      if abs(term) < abs(sum) * 1e-16 { break }
    }
    return sum * Double.exp(-x + a * Double.log(x) - Double.logGamma(a))
  }

  private static func fraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / (abs(b) < tiny ? tiny : b)
    var h = d
    for i in 1..<10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = an * d + b
      if abs(d) < tiny { d = tiny }
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return h * Double.exp(-x + a * Double.log(x) - Double.logGamma(a))
  }
}
