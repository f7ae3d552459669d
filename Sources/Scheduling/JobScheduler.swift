import Dispatch
import Foundation
import Logging
import Synchronization
import Warehouse

/// Runs the jobs: one thread that watches the clock, and one for each lane.
///
/// Jobs block for minutes, so none of this touches Swift's cooperative pool. What starts when is
/// decided by `JobPlanner`; here are only the threads, the queues and the stop flags.
public final class JobScheduler: Sendable {
  struct Running {
    var context: JobContext
    var beganMS: Int64
    var isOverTime = false
  }

  struct State {
    var planner: JobPlanner
    var queues: [Job.Lane: [String]] = [:]
    var running: [String: Running] = [:]
    var lastRuns: [String: JobRun]
    var isStopping = false
    var isStarted = false
  }

  let jobs: [String: Job]
  let clock: JobClock
  let runner: JobRunner
  let logger: Logger
  let state: Mutex<State>
  /// How often the clock is looked at, since it may jump, in milliseconds.
  let pollMS: Int
  let ticker = DispatchSemaphore(value: 0)
  let lanes: [Job.Lane: DispatchSemaphore]
  let threads = DispatchGroup()

  /// Plans the jobs, reading from the history what was missed; nothing runs before `start()`.
  ///
  /// - Parameters:
  ///   - jobs: the jobs; their names must differ, and `follows` must name other jobs.
  ///   - facility: the facility's code, from which jitter follows.
  ///   - calendar: the facility's local time.
  ///   - history: where runs are recorded; a fault in reading it is thrown.
  ///   - clock: the clocks.
  ///   - pollMS: how often the clock is looked at.
  ///   - logger: where starts and ends are told.
  public init(
    jobs: [Job],
    facility: String,
    calendar: FacilityCalendar,
    history: any JobHistory,
    clock: JobClock,
    pollMS: Int = 1_000,
    logger: Logger = Logger(label: "stowage.jobs")
  ) throws {
    let runs = Dictionary(grouping: try history.runs(limit: 2), by: \.job)
      .mapValues { $0.sorted { $0.startedAt > $1.startedAt } }
    let timings = jobs.map {
      JobPlanner.Timing(
        name: $0.name,
        schedule: $0.schedule,
        lane: $0.lane,
        follows: $0.follows,
        jitterS: $0.jitterS(in: facility)
      )
    }
    let planner = try JobPlanner(timings, calendar: calendar, history: runs, now: clock.now())
    self.jobs = Dictionary(jobs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.clock = clock
    self.logger = logger
    self.runner = JobRunner(history: history, clock: clock, logger: logger)
    self.pollMS = max(1, pollMS)
    self.state = Mutex(State(planner: planner, lastRuns: runs.compactMapValues(\.first)))
    self.lanes = Dictionary(
      uniqueKeysWithValues: Job.Lane.allCases.map { ($0, DispatchSemaphore(value: 0)) }
    )
  }

  /// Starts the threads; a second call does nothing.
  public func start() {
    let isFirst = state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted && !state.isStopping
    }
    guard isFirst else { return }
    launch("jobs-clock") { [self] in
      while !state.withLock({ $0.isStopping }) {
        step()
        _ = ticker.wait(timeout: .now() + .milliseconds(pollMS))
      }
    }
    for (lane, signal) in lanes {
      launch("jobs-\(lane.rawValue)") { [self] in
        while !state.withLock({ $0.isStopping }) {
          signal.wait()
          while let (job, context) = take(lane) { finish(runner.run(job, context: context)) }
        }
      }
    }
  }

  /// Stops: nothing new starts, running jobs are told to stop, and the threads are waited for;
  /// false where one still runs after that many milliseconds.
  @discardableResult
  public func stop(graceMS: Int = 10_000) -> Bool {
    let contexts = state.withLock { state in
      state.isStopping = true
      return state.running.values.map(\.context)
    }
    for context in contexts { context.stop("Stopped because the program ends.") }
    ticker.signal()
    for signal in lanes.values { signal.signal() }
    return threads.wait(timeout: .now() + .milliseconds(graceMS)) == .success
  }

  private func launch(_ name: String, _ body: @escaping @Sendable () -> Void) {
    threads.enter()
    let group = threads
    let thread = Thread {
      body()
      group.leave()
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }
}
