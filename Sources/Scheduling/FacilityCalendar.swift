import Warehouse

/// The facility's local time, told by the one thing that a zone is: its distance from UTC.
///
/// The composition root hands in the zone's offsets; nothing here knows zone names or reads a
/// clock, so that tests can stand on any moment in any zone.
public struct FacilityCalendar: Sendable {
  /// Seconds east of UTC at a moment.
  public let offsetS: @Sendable (Instant) -> Int

  /// Makes a calendar from the offsets of a zone, in seconds east of UTC at a moment.
  public init(offsetS: @escaping @Sendable (Instant) -> Int) {
    self.offsetS = offsetS
  }

  /// The calendar of UTC.
  public static let utc = FacilityCalendar { _ in 0 }

  /// The local calendar day of a moment.
  public func day(of moment: Instant) -> LocalDay {
    moment.adding(seconds: Int64(offsetS(moment))).utcDay
  }

  /// What a local minute is in UTC.
  enum Resolution: Equatable {
    /// It exists once.
    case once(Instant)
    /// Clocks were set back: it comes twice.
    case twice(Instant, Instant)
    /// Clocks were set forward: it does not come; the first moment after the gap stands for it.
    case missing(firstAfter: Instant)
  }

  /// Finds the moments at which local clocks show that minute of that day.
  ///
  /// A local time is UTC plus one of at most two offsets: the one that held a day before and the
  /// one that holds a day after (no zone lies farther than 14 hours from UTC, and none changes
  /// twice within two days). Each gives a candidate, and a candidate counts where the zone really
  /// has that offset then. Two different ones are a repeated minute, none is a missing one; then
  /// the change itself, found by halving, is the first moment after the gap.
  func resolve(_ day: LocalDay, minuteOfDay: Int) -> Resolution {
    let seconds = Int64(day.rawValue) * 86_400 + Int64(minuteOfDay) * 60
    let shown = Instant(ms: seconds * 1_000)
    let before = offsetS(shown.adding(seconds: -86_400))
    let after = offsetS(shown.adding(seconds: 86_400))
    let early = shown.adding(seconds: -Int64(before))
    let late = shown.adding(seconds: -Int64(after))
    switch (offsetS(early) == before, offsetS(late) == after) {
    case (true, true):
      if early == late { return .once(early) }
      return early < late ? .twice(early, late) : .twice(late, early)
    case (true, false): return .once(early)
    case (false, true): return .once(late)
    case (false, false): return .missing(firstAfter: change(between: late, and: early))
    }
  }

  /// The first whole second at which the offset differs from the one at `start`.
  private func change(between start: Instant, and end: Instant) -> Instant {
    var low = start.ms / 1_000
    var high = end.ms / 1_000
    let offset = offsetS(start)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offsetS(Instant(ms: middle * 1_000)) == offset { low = middle } else { high = middle }
    }
    return Instant(ms: high * 1_000)
  }

  /// Whether one offset holds from half a day before the day to half a day after it.
  ///
  /// Then local minutes follow UTC minutes one by one, which saves asking for each.
  func steadyOffsetS(on day: LocalDay) -> Int? {
    let start = Instant(ms: Int64(day.rawValue) * 86_400_000)
    let offset = offsetS(start.adding(seconds: -86_400))
    for hours in [0, 12, 24, 36, 48] as [Int64]
    where offsetS(start.adding(seconds: hours * 3_600)) != offset {
      return nil
    }
    return offset
  }
}
