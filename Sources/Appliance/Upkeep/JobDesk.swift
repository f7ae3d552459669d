import Foundation
import Logging
import Operations
import Scheduling
import Synchronization
import Warehouse
import WireFormat

/// The jobs of the box, and the scheduler that runs them while the appliance serves.
final class JobDesk: Sendable {
  private let jobs: [Job]
  private let history: StoredJobHistory
  private let clock: JobClock
  private let zone: ZoneClock
  private let facility: String
  private let scheduler = Mutex<JobScheduler?>(nil)

  init(
    jobs: [Job],
    store: any Store,
    scope: TenantScope,
    facility: String,
    zone: ZoneClock
  ) {
    self.jobs = jobs
    self.history = StoredJobHistory(store: store, scope: scope)
    self.clock = JobClock(now: { ZoneClock.now() }, uptimeMS: { ZoneClock.uptimeMS() })
    self.zone = zone
    self.facility = facility
  }

  /// Starts to run the jobs by their schedules.
  func start() throws {
    let made = try JobScheduler(
      jobs: jobs,
      facility: facility,
      calendar: zone.calendar,
      history: history,
      clock: clock
    )
    scheduler.withLock { $0 = made }
    made.start()
  }

  /// Stops; a running job is told to end.
  func stop() {
    let running = scheduler.withLock { scheduler in
      defer { scheduler = nil }
      return scheduler
    }
    _ = running?.stop(graceMS: 10_000)
  }

  /// Where each job stands; empty while no scheduler runs.
  func states() -> [JobState] {
    scheduler.withLock { $0 }?.states() ?? []
  }

  /// Runs a job now and waits for its end: in its lane, where the box serves, so that nothing runs
  /// beside itself and it can be cancelled.
  func run(_ name: String) throws -> JSONValue {
    guard let job = jobs.first(where: { $0.name == name }) else {
      let names = jobs.map(\.name).joined(separator: ", ")
      throw Failure(.notFound, "There is no job '\(name)'.", hint: "Jobs: \(names).")
    }
    let run: JobRun
    if let serving = scheduler.withLock({ $0 }) {
      run = try Self.run(name, by: serving) { scheduler.withLock { $0 } === serving }
    } else {
      let context = JobContext(startedAt: clock.now(), now: clock.now)
      run = JobRunner(history: history, clock: clock).run(job, context: context)
    }
    return [
      "job": .string(name), "succeeded": .bool(run.succeeded ?? false),
      "detail": .string(run.detail),
    ]
  }

  /// Queues a job to run now in its lane, and does not wait for it.
  func queue(_ name: String) throws -> JSONValue {
    try require(name)
    guard let serving = scheduler.withLock({ $0 }) else {
      throw Failure(.busy, "No jobs run at the moment.", hint: "Try again when the box serves.")
    }
    let state = serving.states().first { $0.name == name }
    guard state?.phase == .idle else {
      throw Failure(
        .conflict,
        "The job \(name) is \(state?.phase.rawValue ?? "unknown") already.",
        hint: "Its end is shown in the list of jobs."
      )
    }
    try serving.runNow(name)
    return ["job": .string(name), "queued": true]
  }

  /// Queues the job, and waits until it has run; one that is queued already is waited for.
  private static func run(
    _ name: String,
    by scheduler: JobScheduler,
    while isServing: () -> Bool
  ) throws -> JobRun {
    func state() -> JobState? { scheduler.states().first { $0.name == name } }
    let before = state()
    if before?.phase == .running {
      throw Failure(
        .busy,
        "The job \(name) is running already.",
        hint: "Wait for its end: stowage job list",
        retryAfterS: 10
      )
    }
    if before?.phase == .idle { try scheduler.runNow(name) }
    while isServing() {
      if let state = state(), state.phase == .idle {
        if let run = state.lastRun, run.startedAt != before?.lastRun?.startedAt { return run }
        throw Failure(.conflict, "The job \(name) was taken out of its queue.")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    throw Failure(.busy, "The box is stopping.", hint: "Start the job again afterwards.")
  }

  /// The newest runs of a job, as JSON.
  func history(_ name: String, limit: Int) throws -> JSONValue {
    try require(name)
    let runs = try history.runs(limit: limit).filter { $0.job == name }
    return [
      "rows": .array(
        runs.map { run in
          [
            "started_at": .string(Timestamp.text(ms: run.startedAt.ms)),
            "ended_at": run.endedAt.map { .string(Timestamp.text(ms: $0.ms)) } ?? .null,
            "took_ms": run.endedAt.map { .integer($0.ms - run.startedAt.ms) } ?? .null,
            "result": .string(run.succeeded.map { $0 ? "ok" : "failed" } ?? "cut off"),
            "detail": .string(run.detail),
          ]
        }
      )
    ]
  }

  /// Tells a running or waiting job to stop.
  func cancel(_ name: String) throws -> JSONValue {
    try require(name)
    guard let running = scheduler.withLock({ $0 }) else {
      throw Failure(.conflict, "The job \(name) is neither running nor waiting.")
    }
    try running.cancel(name)
    return ["job": .string(name), "cancelled": true]
  }

  private func require(_ name: String) throws {
    guard !jobs.contains(where: { $0.name == name }) else { return }
    let names = jobs.map(\.name).joined(separator: ", ")
    throw Failure(.notFound, "There is no job '\(name)'.", hint: "Jobs: \(names).")
  }

  /// The jobs with their last runs, as JSON.
  func list() throws -> JSONValue {
    let states = Dictionary(states().map { ($0.name, $0) }) { first, _ in first }
    let runs = Dictionary(grouping: try history.runs(limit: 1), by: \.job)
    let rows = jobs.map { job -> JSONValue in
      let state = states[job.name]
      let last = runs[job.name]?.first
      let next =
        state?.nextDue ?? job.schedule?.nextFire(after: clock.now(), in: zone.calendar)
      let open = state?.phase == .running ? "running" : "cut off"
      let result = last.map { $0.succeeded.map { $0 ? "ok" : "failed" } ?? open }
      let progress = state?.progress.map { $0.total > 0 ? "\($0.done)/\($0.total)" : "\($0.done)" }
      return [
        "job": .string(job.name),
        "schedule": state?.schedule.map { .string($0) } ?? job.schedule.map { .string("\($0)") }
          ?? "off",
        "phase": .string(state?.phase.rawValue ?? "idle"),
        "next": next.map { .string(Timestamp.text(ms: $0.ms)) } ?? .null,
        "last_started": last.map { .string(Timestamp.text(ms: $0.startedAt.ms)) } ?? .null,
        "last_result": result.map { .string($0) } ?? .null,
        "late": .bool(state?.isLate ?? false),
        "over_time": .bool(state?.isOverTime ?? false),
        "progress": progress.map { .string($0) } ?? .null,
        "detail": last.map { .string($0.detail) } ?? .null,
      ]
    }
    return ["rows": .array(rows)]
  }
}
