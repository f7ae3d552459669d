/// Moments as RFC 3339 text, to and from milliseconds since 1970-01-01T00:00:00Z.
///
/// Written in UTC with three decimals always, so that texts sort as their moments do. Days are
/// counted by the civil-from-days method (H. Hinnant, "chrono-compatible low-level date
/// algorithms"): integer steps only, several times faster than a date formatter.
public enum Timestamp {
  /// The earliest moment with a four-digit year, 0000-01-01T00:00:00.000Z.
  static let minimumMS: Int64 = -62_167_219_200_000
  /// The latest moment with a four-digit year, 9999-12-31T23:59:59.999Z.
  static let maximumMS: Int64 = 253_402_300_799_999

  /// The text of a moment, such as `2026-03-29T01:30:00.000Z`.
  ///
  /// RFC 3339 has years 0 to 9999; a moment outside is held at the nearest end.
  public static func text(ms: Int64) -> String {
    var bytes: [UInt8] = []
    append(ms: ms, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of a moment to bytes.
  public static func append(ms: Int64, to bytes: inout [UInt8]) {
    let held = min(max(ms, minimumMS), maximumMS)
    let day = (held >= 0 ? held : held - 86_399_999) / 86_400_000
    let time = held - day * 86_400_000
    let (year, month, date) = civil(day)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
      var length = 0
      func put(_ number: Int64, _ width: Int, _ mark: UInt8) {
        var rest = number
        for place in stride(from: length + width - 1, through: length, by: -1) {
          text[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        text[length + width] = mark
        length += width + 1
      }
      put(year, 4, 0x2D)
      put(month, 2, 0x2D)
      put(date, 2, 0x54)
      put(time / 3_600_000, 2, 0x3A)
      put(time / 60_000 % 60, 2, 0x3A)
      put(time / 1_000 % 60, 2, 0x2E)
      put(time % 1_000, 3, 0x5A)
      bytes.append(contentsOf: text)
    }
  }

  /// The moment that RFC 3339 text names, in milliseconds; throws `malformed` for other text.
  ///
  /// Any offset and any number of decimals are read; decimals past the third are cut off. A zone
  /// must be given: a local time without one would mean another moment on another box. The leap
  /// second 23:59:60 UTC is read as the second after it.
  public static func ms(_ text: some StringProtocol) throws(WireFormatError) -> Int64 {
    var fields = Fields(bytes: Array(text.utf8))
    guard let ms = fields.ms() else {
      throw WireFormatError(
        .malformed,
        "\"\(text.prefix(40))\" is not a moment; write it like 2026-03-29T14:05:00Z or "
          + "2026-03-29T14:05:00+02:00"
      )
    }
    return ms
  }

  /// Year, month and day of a count of days since 1970-01-01.
  static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Days since 1970-01-01 of a date that exists.
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The fields of a timestamp, taken from its bytes one after another.
  private struct Fields {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func ms() -> Int64? {
      guard let year = number(4), skip(0x2D), let month = number(2), skip(0x2D),
        let day = number(2), (1...12).contains(month),
        day >= 1, day <= Timestamp.length(ofMonth: month, year: year),
        skip(0x54) || skip(0x74) || skip(0x20),
        let hour = number(2), hour < 24, skip(0x3A), let minute = number(2), minute < 60,
        skip(0x3A), let second = number(2), second <= 60,
        let milli = fraction(), let offset = offset(), position == bytes.count
      else { return nil }
      let minutes = Timestamp.days(year: year, month: month, day: day) * 1_440 + hour * 60 + minute
      let universal = minutes - offset
      if second == 60, (universal % 1_440 + 1_440) % 1_440 != 1_439 { return nil }
      return universal * 60_000 + second * 1_000 + milli
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    private mutating func number(_ width: Int) -> Int64? {
      guard position + width <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[position..<position + width] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      position += width
      return value
    }

    /// The milliseconds after the point; 0 where there is no point.
    private mutating func fraction() -> Int64? {
      guard skip(0x2E) else { return 0 }
      var milli: Int64 = 0
      var weight: Int64 = 100
      let start = position
      while let digit = number(1) {
        milli += digit * weight
        weight /= 10
      }
      return position > start ? milli : nil
    }

    /// Minutes east of UTC.
    private mutating func offset() -> Int64? {
      if skip(0x5A) || skip(0x7A) { return 0 }
      let isEast = skip(0x2B)
      guard isEast || skip(0x2D), let hours = number(2), hours < 24, skip(0x3A),
        let minutes = number(2), minutes < 60
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
  }

  static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
