import RealModule

/// What a sample looks like: count, centre, spread and ends.
///
/// NaN values are left out. Percentiles interpolate linearly between order statistics (type 7 of
/// Hyndman and Fan 1996, the default of R and numpy). The standard deviation is that of a sample
/// (n - 1). Below 30 values the figures are marked as not yet meaningful.
public struct Descriptive: Sendable, Hashable {
  /// How many finite values there are.
  public let count: Int
  /// The mean; 0 where there is no value.
  public let mean: Double
  /// The median; 0 where there is no value.
  public let median: Double
  /// The sample standard deviation; 0 below two values.
  public let standardDeviation: Double
  /// The smallest value; 0 where there is no value.
  public let minimum: Double
  /// The largest value; 0 where there is no value.
  public let maximum: Double
  /// The lower quartile.
  public let p25: Double
  /// The upper quartile.
  public let p75: Double
  /// The 95th percentile.
  public let p95: Double

  /// Fewest values for which the figures are called meaningful.
  public static let meaningfulCount = 30

  /// Whether there are enough values to lean on.
  public var isMeaningful: Bool { count >= Self.meaningfulCount }

  /// Describes a sample.
  public init(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    self.count = sorted.count
    self.mean = Self.mean(sorted)
    self.standardDeviation = Self.standardDeviation(sorted)
    self.minimum = sorted.first ?? 0
    self.maximum = sorted.last ?? 0
    self.median = Self.percentile(ofSorted: sorted, 0.5)
    self.p25 = Self.percentile(ofSorted: sorted, 0.25)
    self.p75 = Self.percentile(ofSorted: sorted, 0.75)
    self.p95 = Self.percentile(ofSorted: sorted, 0.95)
  }

  /// The mean; 0 for no values.
  public static func mean(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    var sum = 0.0
    for value in values { sum += value }
    return sum / Double(values.count)
  }

  /// The sample standard deviation in two passes, for precision; 0 below two values.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let centre = mean(values)
    var sum = 0.0
    for value in values { sum += (value - centre) * (value - centre) }
    return Double.sqrt(sum / Double(values.count - 1))
  }

  /// The `fraction` quantile (0...1) of values that are already sorted; 0 for no values.
  public static func percentile(ofSorted sorted: [Double], _ fraction: Double) -> Double {
    guard let first = sorted.first, let last = sorted.last else { return 0 }
    let position = Swift.min(Swift.max(fraction, 0), 1) * Double(sorted.count - 1)
    let below = Int(position)
    if below >= sorted.count - 1 { return last }
    if sorted.count == 1 { return first }
    let weight = position - Double(below)
    return sorted[below] + weight * (sorted[below + 1] - sorted[below])
  }

  /// The median of unsorted values; 0 for none.
  public static func median(_ values: [Double]) -> Double {
    percentile(ofSorted: values.sorted(), 0.5)
  }
}
