import RealModule
import Warehouse

/// The yearly shape of a group's summed demand, by the day of the year.
///
/// Each series enters relative to its own mean, so that large ones do not drown the rest. The
/// daily sums are set against their own level (a centred mean of a year, which the yearly shape
/// cannot bend), collected by day of year, smoothed around the circle of the year, and drawn
/// towards flat by the disagreement between the years. Needs two years of calendar days.
enum YearEvidence {
  /// Days on either side over which the shape is smoothed (a triangular kernel): that is taken
  /// by which each year is told best from the others.
  static let reaches = [4, 7, 12, 20]
  /// The same where there is but one whole year.
  static let usualReach = 12

  /// The indices by day of year 0...365, or nil where there are less than two years.
  static func indices(_ sums: GroupSums) -> [Double]? {
    guard sums.isCalendar, sums.values.count >= 730 else { return nil }
    let start = Int32(sums.start)
    let daily = sums.relative
    let level = MovingAverage.centred(daily, reach: 182)
    // Only days with a full year around them: at the ends the level still holds the season.
    var tops = [Double](repeating: 0, count: 366)
    var bottoms = tops
    var perYear: [[Double]] = []
    for from in stride(from: 182, through: daily.count - 182 - 365, by: 365) {
      var ratios = [Double](repeating: .nan, count: 366)
      for index in from..<(from + 365) where !daily[index].isNaN && level[index] > 0 {
        let day = dayOfYear(start + Int32(index))
        tops[day] += daily[index]
        bottoms[day] += level[index]
        ratios[day] = daily[index] / level[index]
      }
      perYear.append(ratios)
    }
    guard !perYear.isEmpty else { return nil }
    let raw = (0..<366).map { bottoms[$0] > 0 ? tops[$0] / bottoms[$0] : .nan }
    let reach = bestReach(perYear)
    let smooth = smoothed(raw, reach)
    let sure = trust(perYear.map { smoothed($0, reach) }, smooth)
    let centre = smooth.reduce(0, +) / 366
    guard centre > 0, sure > 0 else { return nil }
    return smooth.map { 1 + sure * ($0 / centre - 1) }
  }

  /// The day of the year, 0...365, with 29 February at 59 in every year.
  static func dayOfYear(_ day: Int32) -> Int {
    let (_, month, date) = LocalDay(rawValue: day).civil
    let before = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
    return before[month - 1] + date - 1
  }

  /// The reach at which the other years, smoothed, lie closest to the days of each year.
  private static func bestReach(_ years: [[Double]]) -> Int {
    guard years.count > 1 else { return usualReach }
    var best = (loss: Double.infinity, reach: usualReach)
    for reach in reaches {
      let shapes = years.map { smoothed($0, reach) }
      var loss = 0.0
      for (place, year) in years.enumerated() {
        for day in 0..<366 where !year[day].isNaN {
          var others = 0.0
          for (other, shape) in shapes.enumerated() where other != place { others += shape[day] }
          let error = year[day] - others / Double(years.count - 1)
          loss += error * error
        }
      }
      if loss < best.loss { best = (loss, reach) }
    }
    return best.reach
  }

  /// Smoothed around the year, missing days left out.
  private static func smoothed(_ raw: [Double], _ reach: Int) -> [Double] {
    (0..<366).map { day in
      var (sum, weights) = (0.0, 0.0)
      for distance in -reach...reach {
        let value = raw[(day + distance + 366) % 366]
        guard !value.isNaN else { continue }
        let weight = Double(reach + 1 - abs(distance))
        sum += weight * value
        weights += weight
      }
      return weights > 0 ? sum / weights : 1
    }
  }

  /// How far the years agree: variance of the shape over itself plus that of its mean's error.
  private static func trust(_ years: [[Double]], _ shape: [Double]) -> Double {
    let centre = shape.reduce(0, +) / 366
    var total = 0.0
    for value in shape { total += (value - centre) * (value - centre) }
    total /= 366
    guard years.count > 1 else { return total > 0 ? 0.5 : 0 }
    var noise = 0.0
    for year in years {
      for day in 0..<366 { noise += (year[day] - shape[day]) * (year[day] - shape[day]) }
    }
    noise /= 366 * Double(years.count - 1) * Double(years.count)
    return total > 0 ? max(0, 1 - noise / total) : 0
  }
}
