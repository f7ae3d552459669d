import RealModule

/// The seasonal shape of a group as it moves through time.
///
/// Habits change: a weekday loses its rush, a shop opens on Sundays. So the shape is a weighted
/// mean over past cycles, and how fast it forgets is chosen by how well the shape as it was
/// known a few cycles before each cycle fitted that cycle, late cycles counting more.
struct SharedSeason: Sendable {
  /// Axis position (day or column) of the first value of cycle 0.
  private let start: Int
  private let season: Int
  /// The indices after each cycle; row c holds the shape as known once cycle c - 1 is complete.
  private let rows: [[Double]]

  /// How much of the past one cycle makes it forget.
  static let speeds = [0.008, 0.025, 0.08, 0.2]
  /// Cycles between what is known and what it is judged by.
  static let lead = 3
  /// Cycles after which a judgement counts half.
  static let halfLife = 26.0

  /// The factors by phase as known at an axis position.
  func indices(at position: Int) -> [Double] {
    let cycle = (position - start) / season
    return rows[min(max(cycle, 0), rows.count - 1)]
  }

  /// Learns from the summed demand of a group; nil below two cycles.
  ///
  /// - Parameters:
  ///   - values: summed relative demand by axis position, from `start` on; `start` is in phase 0.
  ///   - expected: what its level led to expect.
  ///   - noise: the variance of one value around its expectation, relative to expected squared.
  init?(start: Int, season: Int, values: [Double], expected: [Double]) {
    let cycles = values.count / season + (values.count % season > 0 ? 1 : 0)
    guard season > 1, values.count >= 2 * season else { return nil }
    self.start = start
    self.season = season
    var best: (loss: Double, rows: [[Double]])?
    for speed in Self.speeds {
      let rows = Self.walk(values, expected, season: season, cycles: cycles, speed: speed)
      let loss = Self.loss(rows, values, expected, season: season, cycles: cycles)
      if best.map({ loss < $0.loss }) ?? true { best = (loss, rows) }
    }
    // A shape that does not beat a flat one is none.
    let flat = [[Double]](
      repeating: [Double](repeating: 1, count: season),
      count: cycles + 1
    )
    let none = Self.loss(flat, values, expected, season: season, cycles: cycles)
    guard let best, best.loss < none else { return nil }
    self.rows = best.rows
  }

  /// The shapes after each cycle, at one speed of forgetting.
  private static func walk(
    _ values: [Double],
    _ expected: [Double],
    season: Int,
    cycles: Int,
    speed: Double
  ) -> [[Double]] {
    var tops = [Double](repeating: 0, count: season)
    var bottoms = tops
    var rows = [[Double](repeating: 1, count: season)]
    let average = expected.reduce(0, +) / Double(max(expected.count, 1))
    for cycle in 0..<cycles {
      for phase in 0..<season {
        let place = cycle * season + phase
        tops[phase] *= 1 - speed
        bottoms[phase] *= 1 - speed
        guard place < values.count, expected[place] > 0 else { continue }
        tops[phase] += values[place]
        bottoms[phase] += expected[place]
      }
      // Half a cycle of the flat shape is the starting belief.
      var row = (0..<season).map {
        (tops[$0] + 0.5 * average) / max(bottoms[$0] + 0.5 * average, 1e-300)
      }
      let centre = row.reduce(0, +) / Double(season)
      for phase in row.indices { row[phase] = centre > 0 ? row[phase] / centre : 1 }
      rows.append(row)
    }
    return rows
  }

  /// The squared error of shapes known `lead` cycles before, late cycles counting more.
  private static func loss(
    _ rows: [[Double]],
    _ values: [Double],
    _ expected: [Double],
    season: Int,
    cycles: Int
  ) -> Double {
    var (sum, weights) = (0.0, 0.0)
    let first = min(lead + 1, cycles - 1)
    for cycle in first..<cycles {
      let known = rows[max(cycle - lead, 1)]
      let weight = Double.exp2(Double(cycle - cycles) / halfLife)
      for phase in 0..<season {
        let place = cycle * season + phase
        guard place < values.count, expected[place] > 0 else { continue }
        let error = values[place] - known[phase] * expected[place]
        sum += weight * error * error
        weights += weight
      }
    }
    return weights > 0 ? sum / weights : .infinity
  }
}
