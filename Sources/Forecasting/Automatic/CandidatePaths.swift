/// The forecasts of one candidate from every origin of a back-test, and the one for the future.
struct CandidatePaths {
  /// Its place among all candidates, the same for every series.
  var slot: Int
  /// The method it counts as.
  var method: ForecastMethod
  /// `paths[o * stride + k]`: step k + 1 from origin o; the last origin is the end of the series.
  var paths: [Double]
}
