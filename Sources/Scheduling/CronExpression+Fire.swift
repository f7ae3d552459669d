import Warehouse

extension CronExpression {
  /// The first moment after `moment` at which the line comes due; nil where there is none within
  /// the next nine years.
  ///
  /// Clocks that change: a line with fixed hours is due exactly once for each fitting day and
  /// minute. A minute that the day lacks is due at the first moment after the gap (several lacking
  /// minutes fall together there, and are due once); of a minute that comes twice, the first
  /// counts. A line that fits every hour (`isPeriodic`) keeps its rhythm instead: it is due
  /// whenever local clocks show a fitting minute, so it runs in both passes of a repeated hour.
  /// Nine years hold a 29 February whatever the century.
  public func nextFire(after moment: Instant, in calendar: FacilityCalendar) -> Instant? {
    let minutes = minutesOfDay
    var day = calendar.day(of: moment).adding(days: -1)
    let last = day.adding(days: 9 * 366)
    while day < last {
      if fits(day), let due = firstFire(on: day, minutes, after: moment, in: calendar) {
        return due
      }
      day = day.adding(days: 1)
    }
    return nil
  }

  /// The first due moment of one day after `moment`.
  private func firstFire(
    on day: LocalDay,
    _ minutes: [Int],
    after moment: Instant,
    in calendar: FacilityCalendar
  ) -> Instant? {
    if let offset = calendar.steadyOffsetS(on: day) {
      let midnight = Instant(ms: Int64(day.rawValue) * 86_400_000).adding(seconds: -Int64(offset))
      for minute in minutes {
        let due = midnight.adding(seconds: Int64(minute) * 60)
        if due > moment { return due }
      }
      return nil
    }
    var first: Instant?
    for minute in minutes {
      for due in fires(on: day, minute, in: calendar) where due > moment {
        first = min(first ?? due, due)
      }
    }
    return first
  }

  private func fires(
    on day: LocalDay,
    _ minute: Int,
    in calendar: FacilityCalendar
  ) -> [Instant] {
    switch calendar.resolve(day, minuteOfDay: minute) {
    case .once(let due): [due]
    case .twice(let first, let second): isPeriodic ? [first, second] : [first]
    case .missing(let firstAfter): isPeriodic ? [] : [firstAfter]
    }
  }
}
