import RealModule
import Statistics

/// The season test of the M4 competition: a significant autocorrelation at the season's lag.
///
/// A series passes if it has at least three seasons and |r_m| exceeds
/// 1.645 sqrt((1 + 2 (r_1^2 + ... + r_(m-1)^2)) / n), the 90 % limit under Bartlett's formula.
enum SeasonalTest {
  static func passes(_ values: [Double], season: Int) -> Bool {
    guard season > 1, values.count >= 3 * season else { return false }
    let r = Autocorrelation.coefficients(values, lags: season)
    var sum = 1.0
    for lag in 0..<(season - 1) { sum += 2 * r[lag] * r[lag] }
    return abs(r[season - 1]) > 1.645 * Double.sqrt(sum / Double(values.count))
  }
}
