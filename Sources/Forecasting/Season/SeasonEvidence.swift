import RealModule
import Warehouse

/// What one series says about its season, as of any point of its past.
///
/// The index of a phase is the sum of its values over the sum of what the shared shape led to
/// expect of them: a centred moving average of two seasons times the shared factor (a ratio of
/// sums stands zeros, where a mean of ratios does not). 1 means: as the shared shape has it.
/// Phases count from the common axis of the batch: the calendar day where it is known, else the
/// column. The evidence grows value by value, so that a back-test sees only its past.
struct SeasonEvidence {
  /// Phase of the first value.
  let shift: Int
  /// Sums of values and of expectations by phase, up to `position`.
  private(set) var sums: [Double]
  private(set) var bases: [Double]
  private var counts: [Double]
  private var squares = 0.0
  private var seen = 0.0
  private(set) var position = 0

  init(season: Int, shift: Int) {
    self.shift = shift
    self.sums = [Double](repeating: 0, count: season)
    self.bases = sums
    self.counts = sums
  }

  /// Takes in values up to position `end`; `expected` is average times shared factor.
  mutating func advance(_ values: [Double], expected: [Double], to end: Int) {
    let season = sums.count
    var phase = (shift + position) % season
    while position < end {
      let value = values[position]
      if !value.isNaN, expected[position] > 0 {
        // Against the index so far, so that the error holds no part of itself.
        let index = bases[phase] > 0 ? sums[phase] / bases[phase] : 1
        let error = value - index * expected[position]
        squares += error * error
        seen += 1
        sums[phase] += value
        bases[phase] += expected[position]
        counts[phase] += 1
      }
      position += 1
      phase += 1
      if phase == season { phase = 0 }
    }
  }

  /// The index of a phase and its sampling variance; nil where the phase was never seen.
  func index(_ phase: Int) -> (value: Double, variance: Double)? {
    guard bases[phase] > 0, seen > 0 else { return nil }
    let error = max(squares / seen, 1e-300)
    return (
      sums[phase] / bases[phase], error * counts[phase] / (bases[phase] * bases[phase])
    )
  }

  /// How far the phases truly differ, judged from this series alone (a variance).
  var spread: Double {
    var (total, count) = (0.0, 0.0)
    for phase in sums.indices {
      guard let (value, variance) = index(phase) else { continue }
      total += (value - 1) * (value - 1) - variance
      count += 1
    }
    return count > 1 ? max(0, total / count) : 0
  }

  /// The indices, drawn towards 1 by their uncertainty (empirical Bayes), with mean 1.
  func shrunk(spread: Double) -> [Double] {
    var result = [Double](repeating: 1, count: sums.count)
    guard spread > 0 else { return result }
    for phase in result.indices {
      guard let (value, variance) = index(phase) else { continue }
      result[phase] = max(0, 1 + spread / (spread + variance) * (value - 1))
    }
    let centre = result.reduce(0, +) / Double(result.count)
    return centre > 0 ? result.map { $0 / centre } : [Double](repeating: 1, count: sums.count)
  }

  /// The phase of a series' first kept value on the common axis.
  static func phase(of series: PreparedSeries, season: Int) -> Int {
    let phase = series.axisStart % season
    return phase < 0 ? phase + season : phase
  }
}
