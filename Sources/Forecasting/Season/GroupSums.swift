import Warehouse

/// The demand of a group along the common axis: each series relative to its own mean.
///
/// Relative, so that large series do not drown the rest. Two sums are kept: of demand, and of the
/// members' own means, so that launches and gaps do not look like a change of demand.
struct GroupSums {
  /// How many series were taken in.
  private(set) var count = 0
  /// Axis position of the first sum.
  private(set) var start = 0
  private(set) var values: [Double] = []
  private(set) var members: [Double] = []
  /// Whether positions are calendar days.
  private(set) var isCalendar = true

  /// Takes in one series.
  mutating func add(_ series: PreparedSeries) {
    guard series.mean > 0, !series.values.isEmpty else { return }
    count += 1
    isCalendar = isCalendar && series.firstDay != nil
    let first = series.axisStart
    if values.isEmpty { start = first }
    if first < start {
      let added = [Double](repeating: 0, count: start - first)
      values.insert(contentsOf: added, at: 0)
      members.insert(contentsOf: added, at: 0)
      start = first
    }
    let shift = first - start
    let end = shift + series.values.count
    if end > values.count {
      let added = [Double](repeating: 0, count: end - values.count)
      values.append(contentsOf: added)
      members.append(contentsOf: added)
    }
    // A long, steady series says more about a shape than a short or rare one.
    let weight = 1 / (series.mean * (1 + series.variation))
    for (index, value) in series.values.enumerated() where !value.isNaN {
      values[shift + index] += value * weight
      members[shift + index] += series.mean * weight
    }
  }

  /// Demand relative to the members present, `.nan` where there were none.
  var relative: [Double] {
    values.indices.map { members[$0] > 0 ? values[$0] / members[$0] : .nan }
  }

  /// The moving shape of the season, if there is one.
  func season(_ length: Int) -> SharedSeason? {
    guard length > 1, values.count >= 2 * length else { return nil }
    // Cycles begin in phase 0 of the axis.
    let lead = ((start % length) + length) % length
    let padding = [Double](repeating: .nan, count: lead)
    let padded = padding + relative
    let level = MovingAverage.centred(padded, reach: length)
    let clean = padded.map { $0.isNaN ? 0 : $0 }
    let expected = padded.indices.map { padded[$0].isNaN ? 0 : level[$0] }
    return SharedSeason(
      start: start - lead,
      season: length,
      values: clean,
      expected: expected
    )
  }

  /// The movement of the whole group, with season and year taken out of it.
  func movement(season: SharedSeason?, year: [Double]?, length: Int) -> GroupMovement? {
    var level = relative
    for index in level.indices where !level[index].isNaN {
      let position = start + index
      if let season {
        let phase = ((position % length) + length) % length
        level[index] /= max(season.indices(at: position)[phase], 0.05)
      }
      if let year, isCalendar {
        level[index] /= max(year[YearEvidence.dayOfYear(Int32(position))], 0.05)
      }
    }
    // Days are smoothed over four weeks, longer periods over five of them. Hours of different
    // sources have no common calendar worth the name.
    guard length != 24, length != 48 else { return nil }
    let reach = length == 7 ? 14 : 2
    return GroupMovement(start: start, relative: level, reach: reach, isShort: length == 7)
  }
}
