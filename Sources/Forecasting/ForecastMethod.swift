/// The forecasting methods, by the names that files, the API and the database use.
public enum ForecastMethod: String, Sendable, CaseIterable, Hashable {
  /// The last value, again and again.
  case naive = "NAIVE"
  /// The last season, again and again.
  case seasonalNaive = "SEASONAL_NAIVE"
  /// The last value of the seasonally adjusted series, with the season put back.
  case naive2 = "NAIVE2"
  /// The mean of the last periods.
  case movingAverage = "MOVING_AVERAGE"
  /// Simple exponential smoothing (Brown 1956).
  case ses = "SES"
  /// Exponential smoothing with a linear trend (Holt 1957).
  case holt = "HOLT"
  /// Exponential smoothing with a trend that fades (Gardner and McKenzie 1985).
  case damped = "DAMPED"
  /// Exponential smoothing with trend and season (Winters 1960).
  case holtWinters = "HOLT_WINTERS"
  /// The theta method (Assimakopoulos and Nikolopoulos 2000).
  case theta = "THETA"
  /// The exponential smoothing model with the best information criterion (Hyndman et al. 2002).
  case autoETS = "AUTO_ETS"
  /// Sizes and intervals smoothed apart (Croston 1972).
  case croston = "CROSTON"
  /// Croston without its bias (Syntetos and Boylan 2005).
  case sba = "SBA"
  /// Sizes and probabilities smoothed apart; fades with obsolescence (Teunter et al. 2011).
  case tsb = "TSB"
  /// A combination of what proved itself from rolling origins.
  case auto = "AUTO"
}
