import RealModule

/// How good forecasts were, against what then happened.
///
/// Every measure says nothing (nil) where it is undefined, instead of a misleading number. Errors
/// are actual minus forecast; `bias` has the sign of the forecast: positive means too much was
/// forecast. Periods whose actual is missing (`.nan`) are left out of everything.
///
/// - MAPE (mean |e| / y) leaves out the periods without demand and says how many remained; on
///   demand with zeros it favours forecasts that are too low. It is shown, never used to choose.
/// - WAPE: sum |e| / sum y. sMAPE: mean 200 |e| / (|y| + |f|), both zero counting as 0.
/// - MASE: mean |e| over the mean |y_t - y_(t-m)| of the training part (Hyndman and Koehler 2006).
/// - RMSSE: root of mean e^2 over mean (y_t - y_(t-1))^2 of the training part (M5).
/// - Tracking signal: sum e / mean |e|; beyond 4 in either direction the forecast has lost track.
public struct Accuracy: Sendable, Hashable {
  /// Periods that were scored.
  public let periods: Int
  /// Mean absolute percentage error in per cent, over `mapePeriods`.
  public let mape: Double?
  /// Periods with demand, the only ones in `mape`.
  public let mapePeriods: Int
  /// Sum of absolute errors over sum of actuals, in per cent.
  public let wape: Double?
  /// Symmetric percentage error, 0...200.
  public let smape: Double?
  /// Mean absolute error in units of the seasonal naive error in training.
  public let mase: Double?
  /// Root mean squared error in units of the naive error in training.
  public let rmsse: Double?
  /// Root mean squared error, in units of demand.
  public let rmse: Double?
  /// (Sum of forecasts - sum of actuals) / sum of actuals, in per cent.
  public let bias: Double?
  /// Sum of errors over mean absolute error.
  public let trackingSignal: Double?

  /// Scores forecasts; `training` is the past that they were made from, `season` the m of MASE.
  public init(actuals: [Double], forecasts: [Double], training: [Double] = [], season: Int = 1) {
    var (count, shown) = (0, 0)
    var (errors, absolute, squares, total) = (0.0, 0.0, 0.0, 0.0)
    var (percent, symmetric) = (0.0, 0.0)
    for (y, f) in zip(actuals, forecasts) where !y.isNaN && !f.isNaN {
      let e = y - f
      count += 1
      errors += e
      absolute += abs(e)
      squares += e * e
      total += y
      if y != 0 {
        percent += abs(e / y)
        shown += 1
      }
      let both = abs(y) + abs(f)
      if both > 0 { symmetric += 200 * abs(e) / both }
    }
    let n = Double(count)
    self.periods = count
    self.mapePeriods = shown
    self.mape = shown > 0 ? 100 * percent / Double(shown) : nil
    self.wape = total > 0 ? 100 * absolute / total : nil
    self.smape = count > 0 ? symmetric / n : nil
    self.rmse = count > 0 ? Double.sqrt(squares / n) : nil
    self.bias = total > 0 ? -100 * errors / total : nil
    self.trackingSignal = absolute > 0 ? errors / (absolute / n) : nil
    let seasonal = Self.naiveError(training, lag: max(season, 1), squared: false)
    let naive = Self.naiveError(training, lag: 1, squared: true)
    self.mase = count > 0 ? seasonal.map { absolute / n / $0 } : nil
    self.rmsse = count > 0 ? naive.map { Double.sqrt(squares / n / $0) } : nil
  }

  /// Mean pinball loss at a quantile level: level (y - f) above, (1 - level) (f - y) below.
  public static func pinball(level: Double, actuals: [Double], forecasts: [Double]) -> Double? {
    var (sum, count) = (0.0, 0)
    for (y, f) in zip(actuals, forecasts) where !y.isNaN && !f.isNaN {
      sum += y >= f ? level * (y - f) : (1 - level) * (f - y)
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Shares (0...1) of actuals strictly below, and at most at, the forecast quantile.
  ///
  /// A quantile of whole units is honest if its level lies between the two.
  public static func coverage(
    actuals: [Double],
    forecasts: [Double]
  ) -> (below: Double, atMost: Double)? {
    var (below, atMost, count) = (0.0, 0.0, 0.0)
    for (y, f) in zip(actuals, forecasts) where !y.isNaN && !f.isNaN {
      if y < f - 1e-9 { below += 1 }
      if y <= f + 1e-9 { atMost += 1 }
      count += 1
    }
    return count > 0 ? (below / count, atMost / count) : nil
  }

  /// The mean error of the naive forecast in training; nil where there is none or it is zero.
  private static func naiveError(_ training: [Double], lag: Int, squared: Bool) -> Double? {
    guard training.count > lag else { return nil }
    var (sum, count) = (0.0, 0.0)
    for index in lag..<training.count {
      let change = training[index] - training[index - lag]
      guard !change.isNaN else { continue }
      sum += squared ? change * change : abs(change)
      count += 1
    }
    return count > 0 && sum > 0 ? sum / count : nil
  }
}
