import Scheduling
import StowageTesting
import Testing
import Warehouse

@Suite("Cron lines")
struct CronExpressionTests {
  private func fires(
    _ line: String,
    after start: String,
    count: Int,
    in calendar: FacilityCalendar = .utc
  ) throws -> [Instant] {
    let cron = try CronExpression(line)
    var moment = try Zones.utc(start)
    var found: [Instant] = []
    for _ in 0..<count {
      moment = try #require(cron.nextFire(after: moment, in: calendar))
      found.append(moment)
    }
    return found
  }

  private func expect(
    _ line: String,
    after start: String,
    fires expected: [String],
    in calendar: FacilityCalendar = .utc
  ) throws {
    let found = try fires(line, after: start, count: expected.count, in: calendar)
    #expect(found == (try expected.map(Zones.utc)), "\(line) after \(start)")
  }

  @Test("Steps, ranges, lists and names mean what crontab(5) says")
  func fields() throws {
    try expect(
      "*/15 * * * *",
      after: "2026-01-01T00:00",
      fires: ["2026-01-01T00:15", "2026-01-01T00:30", "2026-01-01T00:45", "2026-01-01T01:00"]
    )
    try expect("10-50/20 3 * * *", after: "2026-01-01T03:10", fires: ["2026-01-01T03:30"])
    try expect("45 5 * * sun", after: "2026-07-01T00:00", fires: ["2026-07-05T05:45"])
    try expect("45 5 * * 7", after: "2026-07-01T00:00", fires: ["2026-07-05T05:45"])
    try expect(
      "0 8 * FEB,nov mon-fri",
      after: "2026-01-30T00:00",
      fires: ["2026-02-02T08:00", "2026-02-03T08:00"]
    )
    try expect("5/20 0 * * *", after: "2026-01-01T00:00", fires: ["2026-01-01T00:05"])
    try expect(
      "0 0 * * sat,sun",
      after: "2026-01-01T00:00",
      fires: ["2026-01-03T00:00", "2026-01-04T00:00", "2026-01-10T00:00"]
    )
  }

  @Test("Where both days are restricted, either suffices; otherwise both must fit")
  func days() throws {
    // 13 January 2026 is a Tuesday; Fridays are the 2nd, 9th and 16th.
    try expect(
      "0 0 13 * fri",
      after: "2026-01-08T00:00",
      fires: ["2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"]
    )
    try expect("0 0 13 * *", after: "2026-01-13T00:00", fires: ["2026-02-13T00:00"])
  }

  @Test("The 29th of February is found across a century without a leap day")
  func leapDay() throws {
    try expect(
      "0 0 29 2 *",
      after: "2096-03-01T00:00",
      fires: ["2104-02-29T00:00"]
    )
  }

  @Test(
    "A line that cannot be read is refused with the field and the rule",
    arguments: [
      ("* * * *", "4 fields"), ("60 * * * *", "minute"), ("* 24 * * *", "hour"),
      ("* * 0 * *", "day of month"), ("* * * 13 *", "month"), ("* * * * 8", "weekday"),
      ("*/0 * * * *", "step"), ("*/99 * * * *", "step"), ("5-1 * * * *", "backwards"),
      ("1,,2 * * * *", "minute"), ("+5 * * * *", "minute"), ("-5 * * * *", "minute"),
      ("1-2-3 * * * *", "minute"), ("* * * foo *", "month"), ("0 0 31 2,4 *", "never"),
      ("", "0 fields"), ("@daily", "1 fields"), ("* * * * * *", "6 fields"),
    ]
  )
  func faults(line: String, word: String) throws {
    let failure = try #require(throws: Failure.self) { _ = try CronExpression(line) }
    #expect(failure.code == .invalid)
    #expect(failure.message.contains(word))
    #expect(failure.hint != nil)
  }

  @Test("The next moment is the one that a minute-by-minute search finds")
  func agreesWithSearch() throws {
    let lines = [
      "*/7 * * * *", "3,33 1-5/2 * * *", "0 0 1,15 * mon", "59 23 28-31 * *", "17 4 * 2 *",
    ]
    let seed: UInt64 = 20_260_301
    var generator = SeededGenerator(seed: seed)
    for line in lines {
      let cron = try CronExpression(line)
      for _ in 0..<40 {
        let start = Instant(
          ms: 1_750_000_000_000 + Int64.random(in: 0..<40_000_000, using: &generator) * 1_000
        )
        let found = try #require(cron.nextFire(after: start, in: .utc))
        #expect(found == search(line, after: start), "\(line) after \(start.ms), seed \(seed)")
      }
    }
  }

  /// The plain way: look at each minute of the days that fit, reading the fields afresh.
  private func search(_ line: String, after start: Instant) -> Instant {
    let fields = line.split(separator: " ").map(String.init)
    var minute = start.ms / 60_000 + 1
    while true {
      let day = LocalDay(rawValue: Int32(minute / 1_440))
      let (_, month, date) = day.civil
      let weekday = (day.weekday + 1) % 7
      let dateFits = Self.fits(fields[2], date, 1, 31)
      let weekdayFits = Self.fits(fields[4], weekday, 0, 6)
      let both = fields[2] != "*" && fields[4] != "*"
      guard Self.fits(fields[3], month, 1, 12),
        both ? dateFits || weekdayFits : dateFits && weekdayFits
      else {
        minute = (Int64(day.rawValue) + 1) * 1_440
        continue
      }
      if Self.fits(fields[0], Int(minute % 60), 0, 59),
        Self.fits(fields[1], Int(minute / 60 % 24), 0, 23)
      {
        return Instant(ms: minute * 60_000)
      }
      minute += 1
    }
  }

  private static func fits(_ field: String, _ value: Int, _ low: Int, _ high: Int) -> Bool {
    field.split(separator: ",").contains { part in
      let halves = part.split(separator: "/")
      let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
      var range = low...high
      if halves[0] == "mon" {
        range = 1...1
      } else if halves[0] != "*" {
        let ends = halves[0].split(separator: "-").compactMap { Int($0) }
        range = ends[0]...(ends.count > 1 ? ends[1] : ends[0])
      }
      return range.contains(value) && (value - range.lowerBound) % step == 0
    }
  }
}
