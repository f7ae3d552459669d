/// A moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// Integers inside, RFC 3339 outside (`WireFormat`). Pure code never reads a clock: a moment is an
/// argument.
public struct Instant: RawRepresentable, Hashable, Comparable, Sendable {
  /// Milliseconds since the Unix epoch.
  public var rawValue: Int64

  /// Makes a moment from milliseconds since the Unix epoch.
  public init(rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Makes a moment from milliseconds since the Unix epoch.
  public init(ms: Int64) {
    self.rawValue = ms
  }

  /// Milliseconds since the Unix epoch.
  public var ms: Int64 { rawValue }

  /// Whether `left` is before `right`.
  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The moment that many milliseconds later (earlier, where negative).
  public func adding(ms: Int64) -> Instant {
    Instant(rawValue: rawValue + ms)
  }

  /// The moment that many seconds later (earlier, where negative).
  public func adding(seconds: Int64) -> Instant {
    Instant(rawValue: rawValue + seconds * 1_000)
  }

  /// The calendar day of this moment in UTC.
  public var utcDay: LocalDay {
    LocalDay(rawValue: Int32(rawValue.dividingFloor(by: 86_400_000)))
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity, as calendars need it.
  func dividingFloor(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
