/// The search for the constants, eight candidates at a time.
///
/// A pass over the data is a chain in which every step waits for the one before; the processor
/// idles. Eight chains side by side cost hardly more than one, so the grid takes four passes, and
/// each step of the search looks both ways along all four axes at once, then goes towards the
/// bottoms of the four parabolas together. Cost: some fifteen passes of O(values), none of which
/// allocates.
extension SeasonalSmoothing {
  /// Eight candidates, constant by constant.
  struct Lanes {
    var alpha: SIMD8<Double>
    var beta: SIMD8<Double>
    var gamma: SIMD8<Double>
    var phi: SIMD8<Double>

    init(_ constants: Constants) {
      alpha = SIMD8(repeating: constants.alpha)
      beta = SIMD8(repeating: constants.beta)
      gamma = SIMD8(repeating: constants.gamma)
      phi = SIMD8(repeating: constants.phi)
    }

    subscript(lane: Int) -> Constants {
      get {
        Constants(alpha: alpha[lane], beta: beta[lane], gamma: gamma[lane], phi: phi[lane])
      }
      set {
        alpha[lane] = newValue.alpha
        beta[lane] = newValue.beta
        gamma[lane] = newValue.gamma
        phi[lane] = newValue.phi
      }
    }
  }

  /// What is known of a search.
  private struct Search {
    var best: Constants
    var error = Double.infinity
  }

  /// Steps of the search along the axes.
  private static let rounds = 10

  /// The constants with the least squared one-step error: a grid, then the axes.
  func searched(_ values: [Double]) -> Constants {
    var search = Search(best: constants)
    var season = [SIMD8<Double>](repeating: .zero, count: startSeason.count)
    for alphas in [[0.02, 0.1], [0.3, 0.7]] {
      for fades in [false, true] {
        var lanes = Lanes(constants)
        for lane in 0..<8 {
          let alpha = alphas[lane / 4]
          lanes[lane] = Constants(
            alpha: alpha,
            beta: fades ? 0.1 * alpha : 0,
            gamma: min([0.01, 0.05, 0.15, 0.3][lane % 4], 1 - alpha),
            phi: fades ? 0.95 : 1
          )
        }
        _ = consider(lanes, values, &season, &search)
      }
    }
    var scale = 0.5
    for _ in 0..<Self.rounds {
      let (best, before) = (search.best, search.error)
      var lanes = Lanes(best)
      for lane in 0..<8 { lanes[lane] = Self.moved(best, lane / 2, lane % 2 == 0 ? scale : -scale) }
      let errors = consider(lanes, values, &season, &search)
      let steps = (0..<4).map { axis in
        Self.step(scale, before, errors[2 * axis], errors[2 * axis + 1])
      }
      let helped = steps.filter { $0 != 0 }.count
      if helped > 0 {
        // All that helped together, at several lengths.
        for (lane, length) in [0.25, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2].enumerated() {
          var trial = best
          for (axis, step) in steps.enumerated() where step != 0 {
            trial = Self.moved(trial, axis, min(max(step * length, -0.9), 0.9))
          }
          lanes[lane] = trial
        }
        _ = consider(lanes, values, &season, &search)
      }
      if helped == 0 || search.error > before * (1 - 1e-3) { scale *= 0.3 }
      if scale < 0.02 { break }
    }
    return search.best
  }

  /// How far to go along an axis: to the bottom of the parabola through three points where it has
  /// one, else a step to the better side; 0 where both sides are worse and the bottom is here.
  private static func step(_ scale: Double, _ here: Double, _ up: Double, _ down: Double) -> Double
  {
    let bend = up - 2 * here + down
    guard bend > 0, bend.isFinite else {
      return min(up, down) < here ? (up < down ? scale : -scale) : 0
    }
    let bottom = scale * (down - up) / (2 * bend)
    return min(max(bottom, -2 * scale), 2 * scale)
  }

  /// Takes the best of eight candidates if it beats the best so far; gives all their errors.
  private func consider(
    _ lanes: Lanes,
    _ values: [Double],
    _ season: inout [SIMD8<Double>],
    _ search: inout Search
  ) -> SIMD8<Double> {
    let errors =
      isMultiplicative
      ? multiplicativeErrors(values, lanes, &season) : additiveErrors(values, lanes, &season)
    for lane in 0..<8 where errors[lane] < search.error {
      search.error = errors[lane]
      search.best = lanes[lane]
    }
    return errors
  }

  /// A candidate a step along one axis away, within the bounds.
  private static func moved(_ from: Constants, _ axis: Int, _ step: Double) -> Constants {
    var trial = from
    switch axis {
    case 0: trial.alpha = min(max(trial.alpha * (1 + step), 1e-4), 0.99)
    case 1:
      trial.beta = max(trial.beta, 1e-3 * trial.alpha) * (1 + step)
    case 2: trial.gamma = max(trial.gamma * (1 + step), 1e-4)
    default: trial.phi = min(max(trial.phi + step * 0.1, 0.8), 0.98)
    }
    trial.beta = min(trial.beta, trial.alpha)
    trial.gamma = min(trial.gamma, 1 - trial.alpha)
    return trial
  }

  /// Mean squared one-step errors with an additive season, one per lane.
  private func additiveErrors(
    _ values: [Double],
    _ lanes: Lanes,
    _ season: inout [SIMD8<Double>]
  ) -> SIMD8<Double> {
    let length = startSeason.count
    for phase in 0..<length { season[phase] = SIMD8(repeating: startSeason[phase]) }
    var level = SIMD8(repeating: startLevel)
    var trend = SIMD8(repeating: startTrend)
    var (sum, seen, phase, warm) = (SIMD8<Double>.zero, 0.0, 0, 0)
    for value in values {
      trend *= lanes.phi
      level += trend
      if !value.isNaN {
        let error = SIMD8(repeating: value) - level - season[phase]
        if warm >= length {
          sum += error * error
          seen += 1
        }
        level += lanes.alpha * error
        trend += lanes.beta * error
        season[phase] += lanes.gamma * error
      }
      warm += 1
      phase += 1
      if phase == length { phase = 0 }
    }
    return Self.mean(sum, seen)
  }

  /// The same with a multiplicative season.
  private func multiplicativeErrors(
    _ values: [Double],
    _ lanes: Lanes,
    _ season: inout [SIMD8<Double>]
  ) -> SIMD8<Double> {
    let length = startSeason.count
    for phase in 0..<length { season[phase] = SIMD8(repeating: startSeason[phase]) }
    var level = SIMD8(repeating: startLevel)
    var trend = SIMD8(repeating: startTrend)
    let floor = SIMD8(repeating: 1e-6 * startLevel)
    let leastIndex = SIMD8(repeating: 0.01)
    var (sum, seen, phase, warm) = (SIMD8<Double>.zero, 0.0, 0, 0)
    for value in values {
      trend *= lanes.phi
      level += trend
      if !value.isNaN {
        let index = season[phase]
        let error = SIMD8(repeating: value) - level * index
        if warm >= length {
          sum += error * error
          seen += 1
        }
        let share = error / Self.larger(index, leastIndex)
        season[phase] = Self.larger(
          index + lanes.gamma * error / Self.larger(level, floor),
          .zero
        )
        level = Self.larger(level + lanes.alpha * share, floor)
        trend += lanes.beta * share
      }
      warm += 1
      phase += 1
      if phase == length { phase = 0 }
    }
    return Self.mean(sum, seen)
  }

  /// The larger of each lane; the library's own is a call for each.
  @inline(__always)
  private static func larger(_ left: SIMD8<Double>, _ right: SIMD8<Double>) -> SIMD8<Double> {
    left.replacing(with: right, where: left .< right)
  }

  private static func mean(_ sum: SIMD8<Double>, _ seen: Double) -> SIMD8<Double> {
    guard seen > 0 else { return SIMD8(repeating: .infinity) }
    var mean = sum / seen
    for lane in 0..<8 where !mean[lane].isFinite { mean[lane] = .infinity }
    return mean
  }
}
