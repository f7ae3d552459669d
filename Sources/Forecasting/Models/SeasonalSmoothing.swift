import RealModule

/// Exponential smoothing with level, fading trend and season (Holt and Winters).
///
/// It is written in the error-correction form of Hyndman, Koehler, Ord and Snyder (2008).
/// Additive: f = l + phi b + s, e = y - f; l <- l + phi b + alpha e, b <- phi b + beta e,
/// s <- s + gamma e. Multiplicative: f = (l + phi b) s, and e is divided by s (level, trend) or
/// by l + phi b (season). The multiplicative form is only for series without any zero.
///
/// The start comes from the first seasons: season means give level and trend, averages of the
/// phases over up to five seasons the indices. The constants are searched on a small grid and
/// then along the axes with shrinking steps (see `searched`).
struct SeasonalSmoothing {
  /// The constants of one candidate.
  struct Constants {
    var alpha: Double
    var beta: Double
    var gamma: Double
    var phi: Double
  }

  /// Whether the season multiplies.
  let isMultiplicative: Bool
  /// The constants in use.
  var constants: Constants
  /// The level after the last value.
  private(set) var level = 0.0
  /// The trend after the last value.
  private(set) var trend = 0.0
  /// The indices by phase; phase 0 is the first value's.
  private(set) var season: [Double]
  /// The mean squared one-step error after the first season.
  private(set) var meanSquare = Double.infinity
  /// The number of values seen.
  private(set) var count = 0

  private(set) var startLevel = 0.0
  private(set) var startTrend = 0.0
  private(set) var startSeason: [Double]

  /// Fits; nil below two full seasons, or where a multiplicative season is impossible.
  init?(_ values: [Double], season length: Int, multiplicative: Bool) {
    guard length > 1, values.count >= 2 * length else { return nil }
    self.isMultiplicative = multiplicative
    self.season = [Double](repeating: 0, count: length)
    self.startSeason = season
    self.constants = Constants(alpha: 0.1, beta: 0, gamma: 0.05, phi: 1)
    guard start(values, length) else { return nil }
    constants = searched(values)
    run(values)
  }

  /// Runs with constants and a starting state that are known; the season begins with phase 0.
  init(
    _ values: [Double],
    level: Double,
    trend: Double,
    season: [Double],
    constants: Constants,
    multiplicative: Bool
  ) {
    self.isMultiplicative = multiplicative
    self.season = season
    self.startSeason = season
    self.constants = constants
    (startLevel, startTrend) = (level, trend)
    run(values)
  }

  /// Sets the starting state from the first seasons; false where they do not allow one.
  private mutating func start(_ values: [Double], _ length: Int) -> Bool {
    let cycles = min(values.count / length, 5)
    var means = [Double](repeating: .nan, count: cycles)
    for cycle in 0..<cycles {
      var (sum, seen) = (0.0, 0.0)
      for value in values[(cycle * length)..<((cycle + 1) * length)] where !value.isNaN {
        sum += value
        seen += 1
      }
      if seen > 0 { means[cycle] = sum / seen }
    }
    for phase in 0..<length {
      var (sum, seen) = (0.0, 0.0)
      for cycle in 0..<cycles {
        let value = values[cycle * length + phase]
        guard !value.isNaN, !means[cycle].isNaN else { continue }
        if isMultiplicative && !(value > 0 && means[cycle] > 0) { return false }
        sum += isMultiplicative ? value / means[cycle] : value - means[cycle]
        seen += 1
      }
      startSeason[phase] = seen > 0 ? sum / seen : (isMultiplicative ? 1 : 0)
    }
    let known = means.filter { !$0.isNaN }
    guard let first = known.first, let last = known.last else { return false }
    startTrend =
      known.count > 1 ? (last - first) / Double((known.count - 1) * length) : 0
    startLevel = first - startTrend * Double(length) / 2
    return !isMultiplicative || startLevel > 0
  }

  /// Runs from the start with the present constants and shows the state at each stop, ascending.
  mutating func replay(
    _ values: [Double],
    stops: some Sequence<Int>,
    _ look: (Self) -> Void
  ) {
    for phase in 0..<season.count { season[phase] = startSeason[phase] }
    (level, trend, count) = (startLevel, startTrend, 0)
    for stop in stops {
      advance(values, to: stop)
      look(self)
    }
  }

  /// One pass over the data from the start, with the present constants.
  private mutating func run(_ values: [Double]) {
    for phase in 0..<season.count { season[phase] = startSeason[phase] }
    (level, trend, count) = (startLevel, startTrend, 0)
    advance(values, to: values.count)
  }

  /// Carries the state on to the value before position `end`.
  private mutating func advance(_ values: [Double], to end: Int) {
    let length = season.count
    // Taken out for the loop, so that each step touches a plain array and not the whole state.
    var indices: [Double] = []
    swap(&indices, &season)
    var (l, b) = (level, trend)
    let (alpha, beta, gamma, phi) =
      (constants.alpha, constants.beta, constants.gamma, constants.phi)
    var (sum, seen) = (0.0, 0.0)
    var phase = count % length
    for index in count..<end {
      let value = values[index]
      let base = l + phi * b
      let s = indices[phase]
      l = base
      b *= phi
      if !value.isNaN {
        let e = isMultiplicative ? value - base * s : value - base - s
        if index >= length {
          sum += e * e
          seen += 1
        }
        if isMultiplicative {
          let safe = max(s, 0.01)
          l = max(base + alpha * e / safe, 1e-6 * startLevel)
          b += beta * e / safe
          indices[phase] = max(s + gamma * e / max(base, 1e-6 * startLevel), 0)
        } else {
          l += alpha * e
          b += beta * e
          indices[phase] = s + gamma * e
        }
      }
      phase += 1
      if phase == length { phase = 0 }
    }
    swap(&indices, &season)
    level = l
    trend = b
    count = end
    meanSquare = seen > 0 && sum.isFinite ? sum / seen : .infinity
  }

  /// The path of the forecast.
  func path(horizon: Int) -> [Double] {
    var sum = 0.0
    var power = 1.0
    return (0..<horizon).map { step in
      power *= constants.phi
      sum += power
      let index = season[(count + step) % season.count]
      return isMultiplicative ? (level + sum * trend) * index : level + sum * trend + index
    }
  }
}
