import RealModule

/// The standard normal law: what the textbook formulas stand on.
enum Normal {
  /// The density at z.
  static func density(_ z: Double) -> Double {
    0.398_942_280_401_432_7 * Double.exp(-0.5 * z * z)
  }

  /// The share below z.
  static func cumulative(_ z: Double) -> Double {
    0.5 * Double.erfc(-z * 0.707_106_781_186_547_5)
  }

  /// The z below which a share of `probability` lies; infinite at 0 and 1.
  ///
  /// A rational start (Abramowitz and Stegun, 26.2.23, error below 4.5e-4) and two steps of
  /// Halley's method, each of which triples the right digits.
  static func quantile(_ probability: Double) -> Double {
    guard probability > 0 else { return -.infinity }
    guard probability < 1 else { return .infinity }
    let tail = min(probability, 1 - probability)
    let t = (-2 * Double.log(tail)).squareRoot()
    let start =
      t - (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    var z = -start
    for _ in 0..<2 {
      let density = density(z)
      guard density > 0 else { break }
      let step = (cumulative(z) - tail) / density
      z -= step / (1 + 0.5 * z * step)
    }
    return probability < 0.5 ? z : -z
  }

  /// The expected shortage beyond k, in standard deviations: G(k) = density(k) - k (1 - share(k)).
  static func loss(_ k: Double) -> Double {
    density(k) - k * cumulative(-k)
  }

  /// The k whose expected shortage is `loss`; negative where `loss` is above G(0).
  ///
  /// Newton's method on the logarithm of G, which falls and bends one way only.
  static func inverseLoss(_ loss: Double) -> Double {
    guard loss > 0 else { return .infinity }
    if loss > 5 { return -loss }
    var low = -6.0
    var high = 9.0
    var k = 0.0
    for _ in 0..<80 {
      let value = Self.loss(k)
      if value > loss { low = k } else { high = k }
      let slope = -cumulative(-k)
      var next = k - (value > 0 ? value * Double.log(value / loss) / slope : 0)
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if abs(next - k) < 1e-13 { return next }
      k = next
    }
    return k
  }

  /// The root mean square, under the normal law, of a function of the score.
  ///
  /// A sum over quarters of a score from -4 to 4, which for smooth functions is as good as exact.
  static func deviation(_ value: (Double) -> Double) -> Double {
    var sum = 0.0
    for (score, density) in zip(QuantileLaw.grid, gridDensities) {
      let distance = value(score)
      sum += density * distance * distance
    }
    return (sum / gridDensities.reduce(0, +)).squareRoot()
  }

  private static let gridDensities = QuantileLaw.grid.map(density)
}
