import Foundation
import Scheduling
import Synchronization
import Warehouse

/// The clock and the calendar of the facility: the one place where the time of day is read.
struct ZoneClock: Sendable {
  /// Local time as the scheduler and the ledger need it.
  let calendar: FacilityCalendar

  /// Opens the zone; fails where the machine does not know it.
  init(zone name: String) throws {
    guard let zone = TimeZone(identifier: name) else {
      throw Failure(
        .invalid,
        "The time zone '\(name)' is not known.",
        hint: "Use an IANA name such as Europe/Berlin in facility.time-zone."
      )
    }
    self.calendar = FacilityCalendar { moment in
      zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.ms) / 1_000))
    }
  }

  /// The moment now.
  static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(ms: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Milliseconds that never jump.
  static func uptimeMS() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// The facility's calendar day of a moment.
  func day(of moment: Instant) -> LocalDay {
    calendar.day(of: moment)
  }

  /// Seconds by which the facility's clocks are ahead of UTC at a moment.
  func offsetS(at moment: Instant) -> Int { calendar.offsetS(moment) }

  /// The first moment of a day: midnight, or what comes first where midnight is skipped.
  func start(of day: LocalDay) -> Instant {
    let guess = Instant(ms: Int64(day.rawValue) * 86_400_000)
    var low = guess.adding(seconds: -15 * 3_600).ms
    var high = guess.adding(seconds: 15 * 3_600).ms
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if calendar.day(of: Instant(ms: middle)) < day { low = middle } else { high = middle }
    }
    return Instant(ms: high)
  }

  /// A new name for a thing, by the clock and the system's randomness.
  static func newID() -> PublicID {
    var generator = SystemRandomNumberGenerator()
    return PublicID(at: now(), random: (generator.next(), generator.next()))
  }
}
