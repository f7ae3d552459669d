/// The filters: one pass over the past, the state kept at every stop.
extension CandidateBank {
  /// An exponentially weighted mean: two decaying sums.
  func weightedMean(_ alpha: Double, _ past: [Double]) -> [Double] {
    var levels: [Double] = []
    levels.reserveCapacity(stops.count)
    let keep = 1 - alpha
    var (top, bottom) = (0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          top = top * keep + value
          bottom = bottom * keep + past[index]
        }
        index += 1
      }
      levels.append(bottom > 0 ? top / bottom : 0)
    }
    return levels
  }

  /// Periods of a year, or what comes closest to it in this season.
  var yearLength: Int {
    switch season {
    case 7: 364
    case 2...12, 50...: season
    default: max(24, 2 * season)
    }
  }

  /// Periods from which a slow trend is believed: two years, where periods are days or weeks.
  var trendLength: Int { season == 7 || season >= 50 ? 2 * yearLength : max(12, 2 * season) }

  /// The mean over the last whole year, or what comes closest to it in this season.
  func lastYear() -> [Double] {
    let window = yearLength
    var levels: [Double] = []
    var (top, bottom) = (0.0, 0.0)
    var (index, tail) = (0, 0)
    for stop in stops {
      while index < stop {
        if !values[index].isNaN {
          top += values[index]
          bottom += past[index]
        }
        index += 1
      }
      while tail < stop - window {
        if !values[tail].isNaN {
          top -= values[tail]
          bottom -= past[tail]
        }
        tail += 1
      }
      levels.append(bottom > 1e-9 ? max(0, top) / bottom : 0)
    }
    return laid(levels: levels)
  }

  /// Sizes and probabilities apart (TSB), each as a weighted mean.
  func probability(size: Double, chance: Double) -> [Double] {
    var levels: [Double] = []
    var (top, bottom, hits, tries) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          hits *= 1 - chance
          tries = tries * (1 - chance) + 1
          if value > 0 {
            hits += 1
            top = top * (1 - size) + value
            bottom = bottom * (1 - size) + past[index]
          }
        }
        index += 1
      }
      levels.append(bottom > 0 ? top / bottom * hits / tries : 0)
    }
    return laid(levels: levels)
  }

  /// Sizes and intervals apart, without Croston's bias (SBA).
  func interval(_ alpha: Double) -> [Double] {
    var levels: [Double] = []
    var (top, waits, weights, since) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          since += past[index]
          if value > 0 {
            top = top * (1 - alpha) + value
            waits = waits * (1 - alpha) + since
            weights = weights * (1 - alpha) + 1
            since = 0
          }
        }
        index += 1
      }
      // The correction grows with what the smoothed interval can err: none with daily demand.
      let mean = weights > 0 ? waits / weights : 1
      let factor = mean > 1 ? 1 - alpha / 2 * (1 - 1 / mean) : 1
      levels.append(waits > 0 ? factor * top / waits : 0)
    }
    return laid(levels: levels)
  }

  /// Level and fading trend over the adjusted series, started at the mean of the first values.
  func fadingTrend(
    alpha: Double,
    beta: Double,
    phi: Double,
    shape: SeasonProfile.Shape
  ) -> [Double] {
    var levels: [Double] = []
    var trends: [Double] = []
    var (level, trend, seen) = (0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        let ahead = level + phi * trend
        trend *= phi
        if value.isNaN {
          level = ahead
        } else {
          seen += 1
          let weight = min(1, past[index])
          let error = value / past[index] - ahead
          let speed = max(alpha, 1 / seen) * weight
          level = ahead + speed * error
          if speed <= 2 * alpha { trend += beta * weight * error }
        }
        index += 1
      }
      levels.append(max(0, level))
      trends.append(trend)
    }
    return laid(levels: levels, trends: trends, phi: phi, shape: shape)
  }

  /// A weighted mean with half the long-run slope as drift: the theta method in one pass.
  func halfSlope() -> [Double] {
    var levels: [Double] = []
    var trends: [Double] = []
    let alpha = 0.15
    var (top, bottom) = (0.0, 0.0)
    var (n, st, stt, sy, sty) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var index = 0
    for stop in stops {
      while index < stop {
        let value = values[index]
        if !value.isNaN {
          top = top * (1 - alpha) + value
          bottom = bottom * (1 - alpha) + past[index]
          let (t, x, w) = (Double(index), value / past[index], min(1, past[index]))
          n += w
          st += w * t
          stt += w * t * t
          sy += w * x
          sty += w * t * x
        }
        index += 1
      }
      let spread = n * stt - st * st
      levels.append(bottom > 0 ? top / bottom : 0)
      trends.append(spread > 0 ? (n * sty - st * sy) / spread / 2 : 0)
    }
    return laid(levels: levels, trends: trends, shape: .own)
  }
}
