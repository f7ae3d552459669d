import RealModule

/// The regularised incomplete beta function I_x(a, b).
///
/// The continued fraction of Abramowitz and Stegun 26.5.8 by Lentz's method, on the side of the
/// mean where it converges fast; the other side by I_x(a, b) = 1 - I_(1-x)(b, a). Student's t,
/// Fisher's F and the negative binomial distribution stand on it.
public enum IncompleteBeta {
  /// I_x(a, b); NaN where a or b is not positive or x is outside 0...1.
  public static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
    if x == 0 || x == 1 { return x }
    let logFront =
      Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b)
      + a * Double.log(x) + b * Double.log(onePlus: -x)
    let front = Double.exp(logFront)
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a
      : 1 - front * fraction(1 - x, b, a) / b
  }

  /// P(T <= t) of Student's t with `degrees` degrees of freedom.
  public static func studentT(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0 else { return .nan }
    let tail = regularized(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    return t > 0 ? 1 - tail : tail
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var h = d
    for m in 1..<10_000 {
      let k = Double(m)
      let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
      d = 1 + even * d
      if abs(d) < tiny { d = tiny }
      c = 1 + even / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
      d = 1 + odd * d
      if abs(d) < tiny { d = tiny }
      c = 1 + odd / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return h
  }
}
