import RealModule

/// How far out a value stands, by its modified z-score.
public enum OutlierSeverity: String, Sendable, CaseIterable, Comparable {
  /// |modified z| >= 3.5.
  case mild = "MILD"
  /// |modified z| >= 5.
  case moderate = "MODERATE"
  /// |modified z| >= 7.
  case severe = "SEVERE"
  /// |modified z| >= 10.
  case extreme = "EXTREME"

  /// The severity of a score, or nil where it is no outlier.
  public init?(modifiedZ score: Double) {
    switch abs(score) {
    case 10...: self = .extreme
    case 7...: self = .severe
    case 5...: self = .moderate
    case 3.5...: self = .mild
    default: return nil
    }
  }

  /// The score from which this severity begins.
  public var threshold: Double {
    switch self {
    case .mild: 3.5
    case .moderate: 5
    case .severe: 7
    case .extreme: 10
    }
  }

  /// Whether `left` is the lesser severity.
  public static func < (left: Self, right: Self) -> Bool {
    left.threshold < right.threshold
  }
}

/// The three usual tests for values that stand apart: fences, z and modified z.
///
/// Fences (Tukey 1977) and the modified z-score (Iglewicz and Hoaglin 1993) look at quartiles and
/// medians, so that one wild value cannot hide itself by widening the scale, as it can with z.
public enum Outliers {
  /// The lower and upper fence: 1.5 interquartile ranges (or `reach` of them) beyond the quartiles.
  public static func fences(_ values: [Double], reach: Double = 1.5) -> (
    lower: Double, upper: Double
  ) {
    let sorted = values.filter(\.isFinite).sorted()
    let low = Descriptive.percentile(ofSorted: sorted, 0.25)
    let high = Descriptive.percentile(ofSorted: sorted, 0.75)
    let range = high - low
    return (low - reach * range, high + reach * range)
  }

  /// Positions outside the fences.
  public static func outsideFences(_ values: [Double], reach: Double = 1.5) -> [Int] {
    let (lower, upper) = fences(values, reach: reach)
    return values.indices.filter { values[$0] < lower || values[$0] > upper }
  }

  /// Each value's distance from the mean in standard deviations; 0 where there is no spread.
  public static func zScores(_ values: [Double]) -> [Double] {
    let finite = values.filter(\.isFinite)
    let centre = Descriptive.mean(finite)
    let spread = Descriptive.standardDeviation(finite)
    return values.map { spread > 0 && $0.isFinite ? ($0 - centre) / spread : 0 }
  }

  /// Each value's modified z-score: 0.6745 (x - median) / MAD.
  ///
  /// Where more than half of the values are equal the MAD is 0; the mean absolute deviation then
  /// takes its place with its own constant (1.2533), as Iglewicz and Hoaglin advise.
  public static func modifiedZScores(_ values: [Double]) -> [Double] {
    let finite = values.filter(\.isFinite)
    let centre = Descriptive.median(finite)
    let deviations = finite.map { abs($0 - centre) }
    let mad = Descriptive.median(deviations)
    let meanDeviation = Descriptive.mean(deviations)
    let scale = mad > 0 ? mad / 0.6745 : meanDeviation * 1.253314
    return values.map { scale > 0 && $0.isFinite ? ($0 - centre) / scale : 0 }
  }
}
