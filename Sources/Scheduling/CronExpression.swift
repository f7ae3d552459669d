import Warehouse

/// When a job is due: the five fields of a cron line, read once and kept as bits.
///
/// Minute, hour, day of the month, month, day of the week; each is `*`, a number, a range `1-5`, a
/// step `*/15` or `10-50/20`, or a list of these with commas. Months and weekdays have English
/// three-letter names; 7 is Sunday as 0 is. Where both days are restricted, either one suffices,
/// as in POSIX crontab. The times are the facility's local times: `FacilityCalendar` tells what
/// becomes of them when clocks change.
public struct CronExpression: Sendable, Hashable {
  /// The line as it was given.
  public let text: String
  /// Bit m is set where minute m fits.
  let minutes: UInt64
  /// Bit h is set where hour h fits.
  let hours: UInt64
  /// Bit d is set where day d of the month fits (1...31).
  let daysOfMonth: UInt64
  /// Bit m is set where month m fits (1...12).
  let months: UInt64
  /// Bit w is set where weekday w fits (0 is Sunday, as in cron).
  let daysOfWeek: UInt64
  /// Whether the day of the month was not `*`.
  let restrictsDayOfMonth: Bool
  /// Whether the day of the week was not `*`.
  let restrictsDayOfWeek: Bool

  /// Reads a line; the error says which field breaks which rule.
  public init(_ text: String) throws {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    guard parts.count == 5 else {
      throw Failure(
        .invalid,
        "The schedule \"\(text)\" has \(parts.count) fields, five are needed.",
        hint: "Write minute, hour, day of month, month and weekday, for example \"15 3 * * *\"."
      )
    }
    self.text = parts.joined(separator: " ")
    self.minutes = try CronField.minute.bits(of: parts[0], in: text)
    self.hours = try CronField.hour.bits(of: parts[1], in: text)
    self.daysOfMonth = try CronField.dayOfMonth.bits(of: parts[2], in: text)
    self.months = try CronField.month.bits(of: parts[3], in: text)
    let weekdays = try CronField.dayOfWeek.bits(of: parts[4], in: text)
    self.daysOfWeek = weekdays & 1 << 7 == 0 ? weekdays : (weekdays & 0x7F) | 1
    self.restrictsDayOfMonth = !parts[2].hasPrefix("*")
    self.restrictsDayOfWeek = !parts[4].hasPrefix("*")
    try checkThatItEverFits()
  }

  /// Whether the line fits every hour, so that it tells a rhythm and not a time of day.
  ///
  /// Such a job follows the hours as they pass when clocks change: it keeps its rhythm through a
  /// repeated hour, and nothing is made up for a missing one.
  public var isPeriodic: Bool { hours == 0xFF_FFFF }

  /// Whether the line fits on that day at all.
  func fits(_ day: LocalDay) -> Bool {
    let (_, month, dayOfMonth) = day.civil
    guard months & 1 << UInt64(month) != 0 else { return false }
    let fitsMonthDay = daysOfMonth & 1 << UInt64(dayOfMonth) != 0
    let fitsWeekday = daysOfWeek & 1 << UInt64((day.weekday + 1) % 7) != 0
    if restrictsDayOfMonth && restrictsDayOfWeek { return fitsMonthDay || fitsWeekday }
    return fitsMonthDay && fitsWeekday
  }

  /// The minutes of a fitting day, counted from its midnight, in order.
  var minutesOfDay: [Int] {
    var found: [Int] = []
    for hour in 0..<24 where hours & 1 << UInt64(hour) != 0 {
      for minute in 0..<60 where minutes & 1 << UInt64(minute) != 0 {
        found.append(hour * 60 + minute)
      }
    }
    return found
  }

  /// Refuses a line such as `0 0 31 2 *`, which no calendar ever fits.
  private func checkThatItEverFits() throws {
    guard restrictsDayOfMonth, !restrictsDayOfWeek else { return }
    let longest: [UInt64] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for month in 1...12 where months & 1 << UInt64(month) != 0 {
      let existing: UInt64 = (1 << (longest[month - 1] + 1)) - 2
      if daysOfMonth & existing != 0 { return }
    }
    throw Failure(
      .invalid,
      "The schedule \"\(text)\" never comes due: no such day is in those months.",
      hint: "Change the third field (day of month) or the fourth (month)."
    )
  }
}

extension CronExpression: CustomStringConvertible {
  /// The line, with single spaces.
  public var description: String { text }
}
