import Warehouse

/// The multiplicative shapes of a series, over its past and from every origin of a back-test.
///
/// Five of them: `flat`, `shared` (the group's moving season times its yearly shape), `own` (the
/// shared one, moved by the series' own evidence) and `moving` (the shared one times the rise and
/// fall of the whole group, as it last stood) and `drifting` (the same, the trend of the group
/// going on). From an origin only what was known there is used.
struct SeasonProfile {
  /// Which shape.
  enum Shape: Int {
    case flat
    case shared
    case own
    case moving
    case drifting
  }

  /// The shared factor at each position of the past, as known in its own cycle.
  let past: [Double]
  /// The same times the movement of the group; empty where that is unknown.
  private(set) var movingPast: [Double] = []
  /// The future factors of a shape from each stop: `ahead[shape][stop * steps + k]`.
  private(set) var ahead: [[Double]]
  /// Whether the series or its group shows any season or yearly shape.
  let hasShape: Bool

  /// The largest and smallest factor that is believed.
  static let bounds = 0.02...12.0

  /// Makes the shapes for the `steps` periods after each stop.
  init(
    _ series: PreparedSeries,
    season: Int,
    stops: [Int],
    steps: Int,
    pool: GroupPool?
  ) {
    let count = series.values.count
    let year = Self.yearly(series, pool, total: count + steps)
    let shared = season > 1 ? pool?.season : nil
    let start = series.axisStart
    var past = [Double](repeating: 1, count: count)
    if let shared {
      var row: [Double] = []
      var phase = SeasonEvidence.phase(of: series, season: season)
      for index in 0..<count {
        if row.isEmpty || phase == 0 { row = shared.indices(at: start + index) }
        past[index] = row[phase]
        phase += 1
        if phase == season { phase = 0 }
      }
    }
    if let year { for index in 0..<count { past[index] *= year[index] } }
    for index in 0..<count { past[index] = Self.bounded(past[index]) }
    self.past = past
    let owned = season > 1 && count >= 2 * season
    hasShape = shared != nil || year != nil || owned
    let ones = [Double](repeating: 1, count: stops.count * steps)
    ahead = [ones, ones, ones, [], []]
    if hasShape {
      layAhead(series, season: season, stops: stops, steps: steps, shared, year, pool)
    }
    guard let movement = pool?.movements[series.isRare ? 1 : 0] else { return }
    movingPast = past
    for index in 0..<count { movingPast[index] *= movement.past(at: start + index) }
    ahead[3] = ahead[1]
    ahead[4] = ahead[1]
    for (place, stop) in stops.enumerated() {
      let level = movement.level(before: start + stop)
      for step in 0..<steps { ahead[3][place * steps + step] *= level }
      let drift = movement.drift(from: start + stop, steps: steps)
      for step in 0..<steps { ahead[4][place * steps + step] *= drift[step] }
    }
  }

  /// The shared and the own factors of the future, from every stop.
  private mutating func layAhead(
    _ series: PreparedSeries,
    season: Int,
    stops: [Int],
    steps: Int,
    _ shared: SharedSeason?,
    _ year: [Double]?,
    _ pool: GroupPool?
  ) {
    let count = series.values.count
    let start = series.axisStart
    var evidence: SeasonEvidence?
    var expected: [Double] = []
    if season > 1, count >= 2 * season {
      let shift = SeasonEvidence.phase(of: series, season: season)
      evidence = SeasonEvidence(season: season, shift: shift)
      expected = MovingAverage.centred(series.values, reach: season)
      for index in 0..<count { expected[index] *= past[index] }
    }
    for (place, stop) in stops.enumerated() {
      let row = shared?.indices(at: start + stop)
      evidence?.advance(series.values, expected: expected, to: stop)
      let own = evidence.map { $0.shrunk(spread: pool?.seasonSpread ?? $0.spread) }
      var phase =
        season > 1 ? (SeasonEvidence.phase(of: series, season: season) + stop) % season : 0
      for step in 0..<steps {
        let base = (year.map { $0[stop + step] } ?? 1) * (row.map { $0[phase] } ?? 1)
        ahead[1][place * steps + step] = Self.bounded(base)
        ahead[2][place * steps + step] = Self.bounded(base * (own.map { $0[phase] } ?? 1))
        phase += 1
        if phase >= season { phase = 0 }
      }
    }
  }

  /// The yearly factors of past and future positions.
  private static func yearly(
    _ series: PreparedSeries,
    _ pool: GroupPool?,
    total: Int
  ) -> [Double]? {
    guard let year = pool?.year, let first = series.firstDay else { return nil }
    return (0..<total).map { year[YearEvidence.dayOfYear(first.rawValue + Int32($0))] }
  }

  private static func bounded(_ factor: Double) -> Double {
    min(max(factor, bounds.lowerBound), bounds.upperBound)
  }
}
