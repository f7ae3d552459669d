import RealModule
import Warehouse

/// What one series says about its season: an index per phase, and how sure it is of each.
///
/// The index of a phase is the sum of its values over the sum of a centred moving average of two
/// seasons (a ratio of sums stands zeros, where a mean of ratios does not). Its variance is that
/// of the values around index times average. Phases count from the common axis of the batch: the
/// calendar day where it is known, else the column.
struct SeasonEvidence {
  /// The indices; 1 where a phase was never seen.
  var indices: [Double]
  /// Their sampling variances; infinite where a phase was never seen.
  var variances: [Double]

  /// Longest past that is looked at, in seasons; older habits are not today's.
  static let cycles = 156

  /// Looks at a series; nil without a season or below two of them.
  init?(_ series: PreparedSeries, season: Int) {
    let values = series.values
    guard season > 1, values.count >= 2 * season, series.mean > 0 else { return nil }
    let base = MovingAverage.centred(values, reach: season)
    let shift = Self.phase(of: series, season: season)
    let first = max(0, values.count - Self.cycles * season)
    var sums = [Double](repeating: 0, count: season)
    var bases = sums
    var phase = (shift + first) % season
    for index in first..<values.count {
      if !values[index].isNaN, base[index] > 0 {
        sums[phase] += values[index]
        bases[phase] += base[index]
      }
      phase += 1
      if phase == season { phase = 0 }
    }
    indices = [Double](repeating: 1, count: season)
    for phase in 0..<season where bases[phase] > 0 { indices[phase] = sums[phase] / bases[phase] }
    var squares = [Double](repeating: 0, count: season)
    var counts = squares
    phase = (shift + first) % season
    for index in first..<values.count {
      if !values[index].isNaN, base[index] > 0 {
        let error = values[index] - indices[phase] * base[index]
        squares[phase] += error * error
        counts[phase] += 1
      }
      phase += 1
      if phase == season { phase = 0 }
    }
    variances = [Double](repeating: .infinity, count: season)
    // One error variance for all phases keeps phases with few values from looking certain.
    let total = squares.reduce(0, +)
    let degrees = max(counts.reduce(0, +) - Double(season), 1)
    let error = max(total / degrees, 1e-12 * series.mean * series.mean)
    for phase in 0..<season where bases[phase] > 0 {
      variances[phase] = error * counts[phase] / (bases[phase] * bases[phase])
    }
  }

  /// The phase of a series' first kept value on the common axis.
  static func phase(of series: PreparedSeries, season: Int) -> Int {
    let origin = series.firstDay.map { Int($0.rawValue) } ?? series.offset
    let phase = origin % season
    return phase < 0 ? phase + season : phase
  }

  /// The shape that many series share, and how far its members differ from it.
  ///
  /// A weighted mean by precision; the variance between members by moments (DerSimonian and Laird
  /// 1986); the pooled shape itself is drawn towards flat by its own uncertainty.
  static func pooled(_ evidence: [SeasonEvidence], season: Int) -> ([Double], Double) {
    let flat = [Double](repeating: 1, count: max(season, 1))
    guard season > 1, !evidence.isEmpty else { return (flat, 0.05) }
    var mean = flat
    var spread = 0.02
    var certainty = 0.0
    for _ in 0..<2 {
      var squares = 0.0
      var weights = 0.0
      for phase in 0..<season {
        var (top, bottom) = (0.0, 0.0)
        for one in evidence where one.variances[phase].isFinite {
          let weight = 1 / (one.variances[phase] + spread)
          top += weight * one.indices[phase]
          bottom += weight
        }
        mean[phase] = bottom > 0 ? top / bottom : 1
        for one in evidence where one.variances[phase].isFinite {
          let weight = 1 / (one.variances[phase] + spread)
          let distance = one.indices[phase] - mean[phase]
          squares += weight * (distance * distance - one.variances[phase])
          weights += weight
        }
        certainty = bottom
      }
      spread = weights > 0 ? max(squares / weights, 1e-4) : 0.05
    }
    let centre = mean.reduce(0, +) / Double(season)
    guard centre > 0 else { return (flat, 0.05) }
    var between = 0.0
    for phase in 0..<season {
      mean[phase] /= centre
      between += (mean[phase] - 1) * (mean[phase] - 1)
    }
    between /= Double(season - 1)
    let noise = certainty > 0 ? 1 / certainty : 1
    let signal = max(0, between - noise)
    let trust = signal > 0 ? signal / (signal + noise) : 0
    return (mean.map { 1 + trust * ($0 - 1) }, spread)
  }

  /// The indices to use: the prior shape, moved by this series' evidence (empirical Bayes).
  ///
  /// Without a pool the prior is flat, and the spread comes from the series itself.
  func shrunk(towards prior: [Double]?, spread: Double?) -> [Double] {
    let season = indices.count
    var result = prior ?? [Double](repeating: 1, count: season)
    let known = (0..<season).filter { variances[$0].isFinite }
    guard !known.isEmpty else { return result }
    var between = spread ?? 0
    if spread == nil {
      for phase in known {
        let distance = indices[phase] - result[phase]
        between += distance * distance - variances[phase]
      }
      between = max(0, between / Double(known.count))
    }
    for phase in known {
      let trust = between > 0 ? between / (between + variances[phase]) : 0
      result[phase] = max(0, result[phase] + trust * (indices[phase] - result[phase]))
    }
    let centre = result.reduce(0, +) / Double(season)
    return centre > 0 ? result.map { $0 / centre } : [Double](repeating: 1, count: season)
  }
}
