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
  /// Croston without its bias, to the second order (Shale, Boylan and Johnston 2006).
  case sbj = "SBJ"
  /// Sizes and probabilities smoothed apart; fades with obsolescence (Teunter et al. 2011).
  case tsb = "TSB"
  /// Demand summed over the usual interval, smoothed and spread again (Nikolopoulos et al. 2011).
  case adida = "ADIDA"
  /// The mean of that over all intervals up to the usual one (Petropoulos and Kourentzes 2015).
  case imapa = "IMAPA"
  /// A combination of what proved itself from rolling origins.
  case auto = "AUTO"
}
