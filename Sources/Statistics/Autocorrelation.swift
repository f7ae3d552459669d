/// How strongly a series resembles itself some periods before.
public enum Autocorrelation {
  /// The autocorrelations at lags 1...`lags`, as R's `acf` makes them: one mean, one variance.
  ///
  /// Lags that are not shorter than the series give 0, and so does a constant series.
  public static func coefficients(_ values: [Double], lags: Int) -> [Double] {
    let mean = Descriptive.mean(values)
    var variance = 0.0
    for value in values { variance += (value - mean) * (value - mean) }
    var result = [Double](repeating: 0, count: Swift.max(lags, 0))
    guard variance > 0 else { return result }
    for lag in 1...Swift.max(lags, 1) where lag <= lags && lag < values.count {
      var sum = 0.0
      for index in lag..<values.count {
        sum += (values[index] - mean) * (values[index - lag] - mean)
      }
      result[lag - 1] = sum / variance
    }
    return result
  }
}
