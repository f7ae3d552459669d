import Foundation
import Scheduling
import Synchronization
import Testing
import Warehouse

/// A history in memory.
private final class Memory: JobHistory {
  let rows = Mutex<[JobRun]>([])
  let isBroken = Mutex(false)

  func runs(limit: Int) throws -> [JobRun] {
    rows.withLock { $0.reversed() }
  }

  func begin(_ job: String, at moment: Instant) throws -> Int64 {
    if isBroken.withLock({ $0 }) { throw Failure(.readOnly, "The disk is full.") }
    return rows.withLock { rows in
      rows.append(
        JobRun(job: job, startedAt: moment, endedAt: nil, succeeded: nil, detail: "")
      )
      return Int64(rows.count - 1)
    }
  }

  func end(_ run: Int64, succeeded: Bool, detail: String, at moment: Instant) throws {
    rows.withLock { rows in
      rows[Int(run)].endedAt = moment
      rows[Int(run)].succeeded = succeeded
      rows[Int(run)].detail = detail
    }
  }
}

/// Clocks that stand where the test puts them.
private final class Hands: Sendable {
  let now: Mutex<Instant>
  let uptimeMS = Mutex<Int64>(0)

  init(_ start: String) throws { now = Mutex(try Zones.utc(start)) }

  var clock: JobClock {
    JobClock(
      now: { self.now.withLock { $0 } },
      uptimeMS: { self.uptimeMS.withLock { $0 } }
    )
  }
}

@Suite("The scheduler's threads")
struct JobSchedulerTests {
  /// Waits for something that another thread does; a minute is never reached but by a fault.
  private func wait(until condition: () -> Bool) -> Bool {
    for _ in 0..<12_000 {
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return false
  }

  private func scheduler(
    _ jobs: [Job],
    _ memory: Memory,
    _ hands: Hands
  ) throws -> JobScheduler {
    try JobScheduler(
      jobs: jobs,
      facility: "B1",
      calendar: .utc,
      history: memory,
      clock: hands.clock,
      pollMS: 2
    )
  }

  @Test("A job runs when its time comes, and its history says what it did")
  func runsWhenDue() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let job = Job(name: "audit", schedule: try CronExpression("15 1 * * *"), lane: .heavy) {
      $0.report(done: 3, total: 3)
      return "Counted 3 tables."
    }
    let scheduler = try self.scheduler([job], memory, hands)
    scheduler.start()
    scheduler.start()
    #expect(memory.rows.withLock { $0.isEmpty })
    hands.now.withLock { $0 = $0.adding(seconds: 75 * 60) }
    #expect(wait { scheduler.states()[0].lastRun != nil })
    let run = try #require(memory.rows.withLock { $0.first })
    #expect(run.succeeded == true)
    #expect(run.detail == "Counted 3 tables.")
    #expect(memory.rows.withLock { $0.count } == 1)
    #expect(scheduler.states()[0].nextDue == (try Zones.utc("2026-01-02T01:15")))
    #expect(scheduler.stop())
  }

  @Test("Heavy jobs run one after the other, light ones beside them")
  func lanes() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let atWork = Mutex((now: 0, most: 0))
    let gate = DispatchSemaphore(value: 0)
    let heavy: @Sendable (JobContext) throws -> String = { _ in
      atWork.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      gate.wait()
      atWork.withLock { $0.now -= 1 }
      return "done"
    }
    let scheduler = try self.scheduler(
      [
        Job(name: "forecast", schedule: nil, lane: .heavy, work: heavy),
        Job(name: "train", schedule: nil, lane: .heavy, work: heavy),
        Job(name: "cache", schedule: nil, lane: .light) { _ in "quick" },
      ],
      memory,
      hands
    )
    scheduler.start()
    try scheduler.runNow("forecast")
    try scheduler.runNow("train")
    try scheduler.runNow("cache")
    #expect(wait { scheduler.states()[2].lastRun?.detail == "quick" })
    #expect(scheduler.states()[1].phase == .waiting)
    let again = #expect(throws: Failure.self) { try scheduler.runNow("forecast") }
    #expect(again?.code == .inProgress)
    gate.signal()
    gate.signal()
    #expect(wait { scheduler.states().allSatisfy { $0.lastRun != nil } })
    #expect(atWork.withLock { $0.most } == 1)
    #expect(scheduler.stop())
  }

  @Test("A job over its time is told to stop, and the history says why")
  func timeLimit() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let job = Job(name: "slow", schedule: nil, lane: .heavy, timeLimitS: 60) { context in
      while !context.shouldStop { Thread.sleep(forTimeInterval: 0.002) }
      throw Failure(.timedOut, "Half of it was done.")
    }
    let scheduler = try self.scheduler([job], memory, hands)
    scheduler.start()
    try scheduler.runNow("slow")
    #expect(wait { scheduler.states()[0].phase == .running })
    hands.uptimeMS.withLock { $0 = 61_000 }
    #expect(wait { scheduler.states()[0].lastRun != nil })
    let run = try #require(memory.rows.withLock { $0.first })
    #expect(run.succeeded == false)
    #expect(run.detail.contains("time limit"))
    #expect(run.detail.contains("Half of it"))
    #expect(scheduler.stop())
  }

  @Test("Cancelling stops a running job and takes a waiting one out")
  func cancel() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let scheduler = try self.scheduler(
      [
        Job(name: "first", schedule: nil, lane: .heavy) { context in
          while !context.shouldStop { Thread.sleep(forTimeInterval: 0.002) }
          return "ended early"
        },
        Job(name: "second", schedule: nil, lane: .heavy) { _ in "never" },
      ],
      memory,
      hands
    )
    scheduler.start()
    try scheduler.runNow("first")
    #expect(wait { scheduler.states()[0].phase == .running })
    try scheduler.runNow("second")
    try scheduler.cancel("second")
    try scheduler.cancel("first")
    #expect(wait { scheduler.states()[0].lastRun != nil })
    #expect(scheduler.states()[1].lastRun == nil)
    #expect(scheduler.states()[1].phase == .idle)
    let idle = #expect(throws: Failure.self) { try scheduler.cancel("second") }
    #expect(idle?.code == .conflict)
    let unknown = #expect(throws: Failure.self) { try scheduler.runNow("third") }
    #expect(unknown?.code == .notFound)
    #expect(scheduler.stop())
  }

  @Test("Stopping the program stops running jobs and starts no waiting ones")
  func stop() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let scheduler = try self.scheduler(
      [
        Job(name: "first", schedule: nil, lane: .heavy) { context in
          while !context.shouldStop { Thread.sleep(forTimeInterval: 0.002) }
          throw Failure(.timedOut, "Not done.")
        },
        Job(name: "second", schedule: nil, lane: .heavy) { _ in "never" },
      ],
      memory,
      hands
    )
    scheduler.start()
    try scheduler.runNow("first")
    #expect(wait { scheduler.states()[0].phase == .running })
    try scheduler.runNow("second")
    #expect(scheduler.stop())
    #expect(memory.rows.withLock { $0.map(\.job) } == ["first"])
    #expect(memory.rows.withLock { $0[0].detail.contains("program ends") })
  }

  @Test("A job runs even where its history cannot be written")
  func brokenHistory() throws {
    let memory = Memory()
    let hands = try Hands("2026-01-01T00:00")
    let job = Job(name: "retention", schedule: nil, lane: .light) { _ in "freed 1 GB" }
    let scheduler = try self.scheduler([job], memory, hands)
    memory.isBroken.withLock { $0 = true }
    scheduler.start()
    try scheduler.runNow("retention")
    #expect(wait { scheduler.states()[0].lastRun?.detail == "freed 1 GB" })
    #expect(scheduler.stop())
  }
}
