import Warehouse

/// Which days ahead are open: on a closed day nobody asks for anything, however busy its weekday.
///
/// A day is closed where the request says so (the facility's calendar), and on a weekday on which
/// the series was never observed though it was on others. Such a weekday is not a quiet one, of
/// which the shape of the week would tell: it is missing from the record, week after week.
struct OpenDays {
  /// Weekdays without an observation, Monday as 0.
  let closedWeekdays: [Int]
  private let closedDays: Set<LocalDay>
  private let firstDay: LocalDay?

  /// Fewest days of a weekday, all missing, by which it is held to be closed.
  static let fewest = 3
  /// Share of the days of all other weekdays that must have been observed, unless none is left.
  static let share = 0.5

  /// Looks at a prepared series; `firstDay` is the day of step 0, nil without a calendar.
  init(_ series: PreparedSeries, firstDay: LocalDay?, closedDays: Set<LocalDay>) {
    self.firstDay = firstDay
    self.closedDays = firstDay == nil ? [] : closedDays
    closedWeekdays = series.firstDay.map { Self.weekdays(series.values, from: $0) } ?? []
  }

  private static func weekdays(_ values: [Double], from first: LocalDay) -> [Int] {
    var days = [Int](repeating: 0, count: 7)
    var seen = days
    var weekday = first.weekday
    for value in values {
      days[weekday] += 1
      if !value.isNaN { seen[weekday] += 1 }
      weekday = weekday == 6 ? 0 : weekday + 1
    }
    let closed = (0..<7).filter { seen[$0] == 0 && days[$0] >= fewest }
    let open = (0..<7).filter { seen[$0] > 0 }
    let (known, all) = open.reduce((0, 0)) { ($0.0 + seen[$1], $0.1 + days[$1]) }
    return Double(known) >= share * Double(max(all, 1)) ? closed : []
  }

  /// Whether all days are open.
  var areAll: Bool { closedWeekdays.isEmpty && closedDays.isEmpty }

  /// Whether a step, counted from 0, is on an open day.
  func contains(step: Int) -> Bool {
    guard let day = firstDay?.adding(days: step) else { return true }
    return !closedWeekdays.contains(day.weekday) && !closedDays.contains(day)
  }

  /// What is said of weekdays that are closed; nil where none is.
  var reason: String? {
    guard !closedWeekdays.isEmpty else { return nil }
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    let list = closedWeekdays.map { names[$0] + "s" }.joined(separator: ", ")
    return "Never observed on \(list), which are taken as closed."
  }
}
