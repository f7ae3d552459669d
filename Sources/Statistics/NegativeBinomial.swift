import RealModule

/// Counts with a variance above their mean: a Poisson rate that is itself gamma distributed.
///
/// Kept as mean and size (often called k or r): variance = mean + mean^2 / size. A size of
/// infinity is the Poisson distribution. This is the natural law of demand in whole units when
/// the rate is known with error.
public struct NegativeBinomial: Sendable, Hashable {
  /// The mean, >= 0.
  public let mean: Double
  /// The size, > 0; infinite means Poisson.
  public let size: Double

  /// Makes the distribution from its mean and size, both clamped into their range.
  public init(mean: Double, size: Double) {
    self.mean = mean > 0 ? mean : 0
    self.size = size > 1e-9 ? size : 1e-9
  }

  /// Makes the distribution from its mean and variance; a variance at or below it gives Poisson.
  public init(mean: Double, variance: Double) {
    let excess = variance - mean
    self.init(mean: mean, size: excess > 1e-12 * mean ? mean * mean / excess : .infinity)
  }

  /// The variance.
  public var variance: Double { size == .infinity ? mean : mean + mean * mean / size }

  /// P(X = count).
  public func probability(_ count: Int) -> Double {
    guard count >= 0 else { return 0 }
    let x = Double(count)
    if mean == 0 { return count == 0 ? 1 : 0 }
    if size == .infinity {
      return Double.exp(x * Double.log(mean) - mean - Double.logGamma(x + 1))
    }
    let logValue =
      Double.logGamma(x + size) - Double.logGamma(size) - Double.logGamma(x + 1)
      + size * Double.log(size / (size + mean)) + x * Double.log(mean / (size + mean))
    return Double.exp(logValue)
  }

  /// P(X <= count), by the incomplete beta (Poisson: gamma) function.
  public func cumulative(_ count: Int) -> Double {
    guard count >= 0 else { return 0 }
    if mean == 0 { return 1 }
    if size == .infinity { return IncompleteGamma.upper(Double(count) + 1, mean) }
    return IncompleteBeta.regularized(size / (size + mean), size, Double(count) + 1)
  }

  /// The smallest count whose cumulative probability reaches `level`.
  ///
  /// Starts at the normal approximation and brackets from there, so that large means are cheap.
  public func quantile(_ level: Double) -> Int {
    guard level > 0, mean > 0 else { return 0 }
    let top = Swift.min(level, 1 - 1e-12)
    let guess = mean + NormalDistribution.quantile(top) * Double.sqrt(variance)
    let ceiling = 1e15
    var high = Int(Swift.min(Swift.max(guess, 0), ceiling))
    var step = Swift.max(1, Int(Swift.min(Double.sqrt(variance) / 4, ceiling)))
    var low: Int
    if cumulative(high) >= top {
      low = high - step
      while low >= 0, cumulative(low) >= top {
        high = low
        step *= 2
        low = high - step
      }
      low = Swift.max(low, -1)
    } else {
      low = high
      high = low + step
      while cumulative(high) < top, Double(high) < ceiling {
        low = high
        step *= 2
        high = low + step
      }
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if cumulative(middle) >= top { high = middle } else { low = middle }
    }
    return high
  }
}
