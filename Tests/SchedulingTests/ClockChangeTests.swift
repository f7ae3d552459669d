import Scheduling
import Testing
import Warehouse

@Suite("Clock changes")
struct ClockChangeTests {
  private func fires(
    _ line: String,
    _ zone: String,
    from start: String,
    to end: String
  ) throws -> [Instant] {
    let cron = try CronExpression(line)
    let calendar = try Zones.calendar(zone)
    let last = try Zones.utc(end)
    var found: [Instant] = []
    var moment = try Zones.utc(start)
    while let next = cron.nextFire(after: moment, in: calendar), next <= last {
      found.append(next)
      moment = next
    }
    return found
  }

  @Test("Berlin, spring: a job in the missing hour runs once, at the first moment after it")
  func berlinSpring() throws {
    // Clocks go from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
    let found = try fires(
      "30 2 * * *",
      "Europe/Berlin",
      from: "2026-03-28T00:00",
      to: "2026-03-30T23:00"
    )
    #expect(
      found
        == (try ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"].map(Zones.utc))
    )
  }

  @Test("Several missing minutes fall together and are due once")
  func missingFallTogether() throws {
    let found = try fires(
      "*/10 2,3 * * *",
      "Europe/Berlin",
      from: "2026-03-29T00:00",
      to: "2026-03-29T02:00"
    )
    let expected = ["01:00", "01:10", "01:20", "01:30", "01:40", "01:50"]
    #expect(found == (try expected.map { try Zones.utc("2026-03-29T\($0)") }))
  }

  @Test("Berlin, autumn: a job in the repeated hour runs once, in the first pass")
  func berlinAutumn() throws {
    // Clocks go from 03:00 back to 02:00 on 25 October 2026, at 01:00 UTC.
    let found = try fires(
      "30 2 * * *",
      "Europe/Berlin",
      from: "2026-10-24T12:00",
      to: "2026-10-26T12:00"
    )
    #expect(found == (try ["2026-10-25T00:30", "2026-10-26T01:30"].map(Zones.utc)))
  }

  @Test("A job with a rhythm keeps it through the repeated hour and has no burst after the gap")
  func rhythm() throws {
    let autumn = try fires(
      "*/30 * * * *",
      "Europe/Berlin",
      from: "2026-10-24T23:00",
      to: "2026-10-25T03:00"
    )
    let spring = try fires(
      "*/30 * * * *",
      "Europe/Berlin",
      from: "2026-03-28T23:00",
      to: "2026-03-29T03:00"
    )
    for found in [autumn, spring] {
      #expect(found.count == 8)
      for (earlier, later) in zip(found, found.dropFirst()) {
        #expect(later.ms - earlier.ms == 1_800_000)
      }
    }
  }

  @Test("New York: both changes, with a job at 02:15 and one at 01:15")
  func newYork() throws {
    // 8 March 2026 at 07:00 UTC forward, 1 November 2026 at 06:00 UTC back.
    let spring = try fires(
      "15 2 * * *",
      "America/New_York",
      from: "2026-03-08T00:00",
      to: "2026-03-09T12:00"
    )
    #expect(spring == (try ["2026-03-08T07:00", "2026-03-09T06:15"].map(Zones.utc)))
    let autumn = try fires(
      "15 1 * * *",
      "America/New_York",
      from: "2026-11-01T00:00",
      to: "2026-11-02T12:00"
    )
    #expect(autumn == (try ["2026-11-01T05:15", "2026-11-02T06:15"].map(Zones.utc)))
  }

  @Test("Lord Howe's half hour, and Samoa's missing day")
  func oddZones() throws {
    // Lord Howe, 4 October 2026: 02:00 (+10:30) becomes 02:30 (+11:00), at 15:30 UTC on the 3rd.
    let howe = try fires(
      "15 2 * * *",
      "Australia/Lord_Howe",
      from: "2026-10-03T00:00",
      to: "2026-10-04T20:00"
    )
    #expect(howe == (try ["2026-10-03T15:30", "2026-10-04T15:15"].map(Zones.utc)))
    // Samoa left out 30 December 2011: after 29 December 23:59 (-10:00) came the 31st (+14:00).
    let samoa = try fires(
      "0 12 30 12 *",
      "Pacific/Apia",
      from: "2011-12-28T00:00",
      to: "2012-01-01T00:00"
    )
    #expect(samoa == (try ["2011-12-30T10:00"].map(Zones.utc)))
  }

  @Test(
    "Over three years, a daily job runs exactly once each local day in each zone",
    arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
  )
  func oncePerDay(zone: String) throws {
    let calendar = try Zones.calendar(zone)
    for line in ["15 2 * * *", "30 1 * * *", "0 0 * * *", "59 23 * * *"] {
      let cron = try CronExpression(line)
      var moment = try Zones.utc("2020-01-01T20:00")
      var day = calendar.day(of: try #require(cron.nextFire(after: moment, in: calendar)))
      for _ in 0..<1_100 {
        moment = try #require(cron.nextFire(after: moment, in: calendar))
        #expect(calendar.day(of: moment) == day, "\(line) in \(zone)")
        day = day.adding(days: 1)
      }
    }
  }
}
