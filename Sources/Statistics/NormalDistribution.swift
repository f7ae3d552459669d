import RealModule

/// The normal distribution with mean 0 and standard deviation 1.
///
/// The CDF comes from the complementary error function of the C library, so that far tails keep
/// their relative precision. The quantile uses the rational approximation of P. J. Acklam (2003,
/// relative error below 1.15e-9), polished by one step of Halley's method to double precision.
public enum NormalDistribution {
  /// The density at `x`.
  public static func density(_ x: Double) -> Double {
    0.398_942_280_401_432_7 * Double.exp(-x * x / 2)
  }

  /// P(X <= x).
  public static func cumulative(_ x: Double) -> Double {
    Double.erfc(-x / 1.414_213_562_373_095_1) / 2
  }

  /// The x with P(X <= x) = `probability`; infinite at 0 and 1, NaN outside.
  public static func quantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else {
      if probability == 0 { return -.infinity }
      return probability == 1 ? .infinity : .nan
    }
    let start = acklam(probability)
    // Halley's step: e is the error in probability, u the error in x by the local density.
    let error = cumulative(start) - probability
    let step = error / max(density(start), .leastNormalMagnitude)
    let polished = start - step / (1 + start * step / 2)
    return polished.isFinite ? polished : start
  }

  /// Acklam's three-piece rational approximation: two tails in sqrt(-2 ln p), a centre in p - 1/2.
  private static func acklam(_ probability: Double) -> Double {
    let low = 0.02425
    if probability < low || probability > 1 - low {
      let tail = probability < low ? probability : 1 - probability
      let q = Double.sqrt(-2 * Double.log(tail))
      let top =
        polynomial(
          q,
          -7.784894002430293e-03,
          -3.223964580411365e-01,
          -2.400758277161838,
          -2.549732539343734,
          4.374664141464968,
          2.938163982698783
        )
      let bottom =
        polynomial(
          q,
          7.784695709041462e-03,
          3.224671290700398e-01,
          2.445134137142996,
          3.754408661907416,
          1
        )
      return probability < low ? top / bottom : -top / bottom
    }
    let q = probability - 0.5
    let r = q * q
    let top =
      polynomial(
        r,
        -3.969683028665376e+01,
        2.209460984245205e+02,
        -2.759285104469687e+02,
        1.383577518672690e+02,
        -3.066479806614716e+01,
        2.506628277459239
      )
    let bottom =
      polynomial(
        r,
        -5.447609879822406e+01,
        1.615858368580409e+02,
        -1.556989798598866e+02,
        6.680131188771972e+01,
        -1.328068155288572e+01,
        1
      )
    return q * top / bottom
  }

  private static func polynomial(_ x: Double, _ coefficients: Double...) -> Double {
    var sum = 0.0
    for coefficient in coefficients { sum = sum * x + coefficient }
    return sum
  }
}
