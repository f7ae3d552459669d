import Warehouse

/// Dates with two-digit years, as labels carry them.
///
/// The century is the one that puts the year nearest to the present: a year 51 or more ahead is of
/// the last century, one 50 or more behind is of the next (GS1 General Specifications, section
/// 7.12). The present year is an argument, never a clock. Day 00 means the last day of the month.
public enum CompactDate {
  /// The full year of a two-digit year, seen from `currentYear`.
  public static func year(_ twoDigits: Int, currentYear: Int) -> Int {
    let century = currentYear - currentYear % 100
    let distance = twoDigits - currentYear % 100
    if distance >= 51 { return century - 100 + twoDigits }
    if distance <= -50 { return century + 100 + twoDigits }
    return century + twoDigits
  }

  /// The day that `YYMMDD` names, or nil where there is none.
  public static func day(_ text: some StringProtocol, currentYear: Int) -> LocalDay? {
    let digits = Array(text.utf8).map { Int($0) - 0x30 }
    guard digits.count == 6, digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    return day(
      year: year(digits[0] * 10 + digits[1], currentYear: currentYear),
      month: digits[2] * 10 + digits[3],
      day: digits[4] * 10 + digits[5]
    )
  }

  /// The day of a date whose day may be 0, for the last of its month.
  static func day(year: Int, month: Int, day: Int) -> LocalDay? {
    if day > 0 { return LocalDay(year: year, month: month, day: day) }
    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
    return (1...12).contains(month)
      ? LocalDay(year: next.0, month: next.1, day: 1)?.adding(days: -1) : nil
  }

  /// Why `YYMMDD` is no date, or nil where it is one.
  static func fault(_ text: String, mayEndMonth: Bool, currentYear: Int) -> String? {
    let month = Int(text.dropFirst(2).prefix(2)) ?? 0
    guard (1...12).contains(month) else { return "has no such month" }
    if text.hasSuffix("00"), !mayEndMonth { return "must name a day" }
    return day(text, currentYear: currentYear) == nil ? "has no such day" : nil
  }
}
