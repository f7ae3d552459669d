import Testing
import Warehouse

@testable import Scheduling

@Suite("Planning of jobs")
struct JobPlannerTests {
  private func timing(
    _ name: String,
    _ line: String?,
    follows: [String] = [],
    jitterS: Int = 0
  ) throws -> JobPlanner.Timing {
    JobPlanner.Timing(
      name: name,
      schedule: try line.map { try CronExpression($0) },
      lane: .heavy,
      follows: follows,
      jitterS: jitterS
    )
  }

  private func planner(
    _ timings: [JobPlanner.Timing],
    history: [JobRun] = [],
    now: String
  ) throws -> JobPlanner {
    try JobPlanner(
      timings,
      calendar: .utc,
      history: Dictionary(grouping: history, by: \.job),
      now: Zones.utc(now)
    )
  }

  private func run(_ job: String, _ start: String, cutOff: Bool = false) throws -> JobRun {
    let startedAt = try Zones.utc(start)
    return JobRun(
      job: job,
      startedAt: startedAt,
      endedAt: cutOff ? nil : startedAt.adding(seconds: 60),
      succeeded: cutOff ? nil : true,
      detail: ""
    )
  }

  @Test("A new box waits for the schedule")
  func newBox() throws {
    var planner = try self.planner([timing("forecast", "15 3 * * *")], now: "2026-01-05T04:00")
    #expect(planner.takeDue(now: try Zones.utc("2026-01-05T04:00")).isEmpty)
    #expect(planner.nextDue == (try Zones.utc("2026-01-06T03:15")))
    #expect(planner.takeDue(now: try Zones.utc("2026-01-06T03:14:59")).isEmpty)
    #expect(planner.takeDue(now: try Zones.utc("2026-01-06T03:15")) == ["forecast"])
  }

  @Test("A box that is off at night comes to a nightly job that has never run")
  func offAtNight() throws {
    var planner = try self.planner(
      [timing("refresh", "*/10 * * * *"), timing("forecast", "15 3 * * *")],
      history: [run("refresh", "2026-01-05T17:50")],
      now: "2026-01-06T07:04"
    )
    #expect(planner.takeDue(now: try Zones.utc("2026-01-06T07:04")) == ["refresh", "forecast"])
  }

  @Test("A job that has never run and was not due while the box was off waits for its schedule")
  func offByDay() throws {
    var planner = try self.planner(
      [timing("refresh", "*/10 * * * *"), timing("forecast", "15 3 * * *")],
      history: [run("refresh", "2026-01-05T09:00")],
      now: "2026-01-05T15:04"
    )
    #expect(planner.takeDue(now: try Zones.utc("2026-01-05T15:04")) == ["refresh"])
    #expect(planner.nextDue == (try Zones.utc("2026-01-06T03:15")))
  }

  @Test("After three weeks of downtime a daily job runs once, then by its schedule")
  func catchUp() throws {
    var planner = try self.planner(
      [timing("forecast", "15 3 * * *")],
      history: [run("forecast", "2026-01-01T03:15")],
      now: "2026-01-22T09:00"
    )
    let now = try Zones.utc("2026-01-22T09:00")
    #expect(planner.takeDue(now: now) == ["forecast"])
    planner.started("forecast")
    #expect(planner.takeDue(now: now.adding(seconds: 60)).isEmpty)
    planner.ended("forecast", now: now.adding(seconds: 120))
    #expect(planner.takeDue(now: now.adding(seconds: 180)).isEmpty)
    #expect(planner.nextDue == (try Zones.utc("2026-01-23T03:15")))
  }

  @Test("What ran in time does not run again at a restart")
  func noNeedlessCatchUp() throws {
    let planner = try planner(
      [timing("forecast", "15 3 * * *")],
      history: [run("forecast", "2026-01-22T03:15")],
      now: "2026-01-22T09:00"
    )
    #expect(planner.nextDue == (try Zones.utc("2026-01-23T03:15")))
  }

  @Test("A run that was cut off is repeated once, but not a second time")
  func cutOff() throws {
    let once = try planner(
      [timing("forecast", "15 3 * * *")],
      history: [
        run("forecast", "2026-01-22T03:15", cutOff: true), run("forecast", "2026-01-21T03:15"),
      ],
      now: "2026-01-22T03:20"
    )
    #expect(once.nextDue == (try Zones.utc("2026-01-22T03:20")))
    let twice = try planner(
      [timing("forecast", "15 3 * * *")],
      history: [
        run("forecast", "2026-01-22T03:20", cutOff: true),
        run("forecast", "2026-01-22T03:15", cutOff: true),
      ],
      now: "2026-01-22T03:25"
    )
    #expect(twice.nextDue == (try Zones.utc("2026-01-23T03:15")))
  }

  @Test("A job never overlaps itself; what comes due while it runs is dropped")
  func noOverlap() throws {
    var planner = try self.planner([timing("cache", "*/10 * * * *")], now: "2026-01-01T00:05")
    #expect(planner.takeDue(now: try Zones.utc("2026-01-01T00:10")) == ["cache"])
    planner.started("cache")
    for minute in 11...45 {
      #expect(planner.takeDue(now: try Zones.utc("2026-01-01T00:\(minute)")).isEmpty)
    }
    planner.ended("cache", now: try Zones.utc("2026-01-01T00:46"))
    #expect(planner.takeDue(now: try Zones.utc("2026-01-01T00:46")).isEmpty)
    #expect(planner.nextDue == (try Zones.utc("2026-01-01T00:50")))
  }

  @Test("A job waits for those it follows, whether they succeed or fail")
  func follows() throws {
    var planner = try self.planner(
      [
        timing("accuracy", "0 4 * * *", follows: ["forecast"]), timing("forecast", "15 3 * * *"),
      ],
      now: "2026-01-01T00:00"
    )
    let night = try Zones.utc("2026-01-01T04:10")
    #expect(planner.takeDue(now: night) == ["forecast"])
    #expect(planner.takeDue(now: night).isEmpty)
    planner.started("forecast")
    #expect(planner.takeDue(now: night.adding(seconds: 1_200)).isEmpty)
    #expect(planner.states(now: night.adding(seconds: 1_200))[0].phase == .waiting)
    #expect(planner.states(now: night.adding(seconds: 1_200))[0].isLate)
    planner.ended("forecast", now: night.adding(seconds: 1_201))
    #expect(planner.takeDue(now: night.adding(seconds: 1_202)) == ["accuracy"])
  }

  @Test("A clock that is set back a year is planned anew")
  func clockBack() throws {
    var planner = try self.planner([timing("cache", "*/10 * * * *")], now: "2027-01-01T00:05")
    #expect(planner.takeDue(now: try Zones.utc("2026-01-01T00:05")).isEmpty)
    #expect(planner.nextDue == (try Zones.utc("2026-01-01T00:10")))
    let planned = try self.planner(
      [timing("cache", "*/10 * * * *")],
      history: [run("cache", "2027-01-01T00:00")],
      now: "2026-01-01T00:05"
    )
    #expect(planned.nextDue == (try Zones.utc("2026-01-01T00:10")))
  }

  @Test("A clock that jumps a year ahead runs each job once")
  func clockAhead() throws {
    var planner = try self.planner([timing("cache", "*/10 * * * *")], now: "2026-01-01T00:05")
    let later = try Zones.utc("2027-01-01T00:05")
    #expect(planner.takeDue(now: later) == ["cache"])
    planner.started("cache")
    planner.ended("cache", now: later.adding(seconds: 1))
    #expect(planner.takeDue(now: later.adding(seconds: 2)).isEmpty)
  }

  @Test("Jitter moves a job by the same share each time, and spreads facilities")
  func jitter() throws {
    let job = Job(
      name: "sync",
      schedule: try CronExpression("*/15 * * * *"),
      lane: .network,
      jitterS: 600
    ) { _ in "" }
    let shares = (0..<1_000).map { job.jitterS(in: "F\($0)") }
    #expect(shares == (0..<1_000).map { job.jitterS(in: "F\($0)") })
    #expect(shares.allSatisfy { (0...600).contains($0) })
    // Ten equal slots of a thousand facilities: chi-square with 9 degrees, 27.88 is p = 0.001.
    var slots = [Int](repeating: 0, count: 10)
    for share in shares { slots[min(9, share * 10 / 601)] += 1 }
    let chi = slots.map { Double(($0 - 100) * ($0 - 100)) / 100 }.reduce(0, +)
    #expect(chi < 27.88, "\(slots)")

    var planner = try self.planner(
      [timing("sync", "*/15 * * * *", jitterS: 400)],
      now: "2026-01-01T00:00"
    )
    #expect(planner.nextDue == (try Zones.utc("2026-01-01T00:06:40")))
    _ = planner.takeDue(now: try Zones.utc("2026-01-01T00:06:40"))
    planner.started("sync")
    planner.ended("sync", now: try Zones.utc("2026-01-01T00:06:41"))
    #expect(planner.nextDue == (try Zones.utc("2026-01-01T00:21:40")))
  }

  @Test("Names must differ, and a job follows only jobs that exist")
  func faults() throws {
    #expect(throws: Failure.self) {
      _ = try self.planner([timing("a", nil), timing("a", nil)], now: "2026-01-01T00:00")
    }
    #expect(throws: Failure.self) {
      _ = try self.planner([timing("a", nil, follows: ["b"])], now: "2026-01-01T00:00")
    }
    let circle = try #require(throws: Failure.self) {
      _ = try self.planner(
        [
          timing("a", nil, follows: ["c"]), timing("b", nil, follows: ["a"]),
          timing("c", nil, follows: ["b"]), timing("d", nil),
        ],
        now: "2026-01-01T00:00"
      )
    }
    #expect(circle.message.contains("a, b, c"))
    var planner = try self.planner([timing("a", nil)], now: "2026-01-01T00:00")
    let now = try Zones.utc("2026-01-01T00:00")
    #expect(throws: Failure.self) { try planner.request("b", now: now) }
    try planner.request("a", now: now)
    let failure = #expect(throws: Failure.self) { try planner.request("a", now: now) }
    #expect(failure?.code == .inProgress)
  }
}
