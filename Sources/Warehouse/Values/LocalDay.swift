/// A calendar day in the facility's zone, counted from 1970-01-01.
///
/// Demand, expiry and stock policy are kept by day; each ledger row stores the day on which it
/// happened where it happened. Conversions follow the proleptic Gregorian calendar (the
/// days-from-civil method: years of 400-year eras that begin in March).
public struct LocalDay: RawRepresentable, Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public var rawValue: Int32

  /// Makes a day from its count since 1970-01-01.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// Makes a day from year, month and day, or nil where there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.rawValue = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `YYYY-MM-DD`; nil for anything else and for days that do not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
    var parts = [0, 0, 0]
    for (part, range) in [(0, 0..<4), (1, 5..<7), (2, 8..<10)] {
      for index in range {
        guard (0x30...0x39).contains(bytes[index]) else { return nil }
        parts[part] = parts[part] * 10 + Int(bytes[index] - 0x30)
      }
    }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }

  /// Year, month and day.
  public var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(rawValue) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The day of the week: 0 is Monday, 6 is Sunday.
  public var weekday: Int {
    let shifted = (Int(rawValue) + 3) % 7
    return shifted < 0 ? shifted + 7 : shifted
  }

  /// Whether `left` is before `right`.
  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The day that many days later (earlier, where negative).
  public func adding(days: Int) -> LocalDay {
    LocalDay(rawValue: rawValue + Int32(days))
  }

  /// Days from this day to `other`; negative where `other` is earlier.
  public func days(to other: LocalDay) -> Int {
    Int(other.rawValue - rawValue)
  }

  /// How many days that month has.
  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension LocalDay: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = civil
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
