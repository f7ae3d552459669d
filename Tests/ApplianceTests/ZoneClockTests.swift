import Testing
import Warehouse

@testable import Appliance

@Suite("The facility's clock and calendar")
struct ZoneClockTests {
  @Test("A day begins at local midnight, in winter and in summer")
  func midnight() throws {
    let berlin = try ZoneClock(zone: "Europe/Berlin")
    let winter = try #require(LocalDay("2026-01-15"))
    let summer = try #require(LocalDay("2026-07-15"))
    // One and two hours east of UTC.
    #expect(berlin.start(of: winter).ms == 1_768_431_600_000)
    #expect(berlin.start(of: summer).ms == 1_784_066_400_000)
  }

  @Test("The days on which clocks change have 23 and 25 hours")
  func clockChanges() throws {
    let berlin = try ZoneClock(zone: "Europe/Berlin")
    for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-30", 24)] {
      let day = try #require(LocalDay(day))
      let span = berlin.start(of: day.adding(days: 1)).ms - berlin.start(of: day).ms
      #expect(span == Int64(hours) * 3_600_000)
    }
  }

  @Test("Where midnight is skipped, a day begins with what comes first")
  func skippedMidnight() throws {
    // Beirut's clocks went from 24:00 of 26 March 2022 to 01:00 of the 27th.
    let beirut = try ZoneClock(zone: "Asia/Beirut")
    let day = try #require(LocalDay("2022-03-27"))
    let start = beirut.start(of: day)
    #expect(beirut.day(of: start) == day)
    #expect(beirut.day(of: Instant(ms: start.ms - 1)) == day.adding(days: -1))
  }

  @Test(
    "The first moment of every day of a year belongs to it, and the one before does not",
    arguments: ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]
  )
  func everyDay(zone: String) throws {
    let clock = try ZoneClock(zone: zone)
    let first = try #require(LocalDay("2026-01-01"))
    for offset in 0..<366 {
      let day = first.adding(days: offset)
      let start = clock.start(of: day)
      #expect(clock.day(of: start) == day)
      #expect(clock.day(of: Instant(ms: start.ms - 1)) == day.adding(days: -1))
    }
  }

  @Test("A zone that nobody knows is refused with its name")
  func unknownZone() {
    let failure = #expect(throws: Failure.self) { try ZoneClock(zone: "Middle/Earth") }
    #expect(failure?.message.contains("Middle/Earth") == true)
  }

  @Test("Names of new things are all different, and later ones sort later")
  func names() {
    let made = (0..<1_000).map { _ in ZoneClock.newID().text }
    #expect(Set(made).count == made.count)
    #expect(made.map { $0.prefix(8) } == made.map { $0.prefix(8) }.sorted())
  }
}
