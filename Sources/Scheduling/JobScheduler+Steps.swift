import Dispatch
import Synchronization
import Warehouse

extension JobScheduler {
  /// Queues what is due and tells jobs that ran over their time to stop.
  func step() {
    let now = clock.now()
    let uptime = clock.uptimeMS()
    let (woken, late) = state.withLock { state -> (Set<Job.Lane>, [JobContext]) in
      guard !state.isStopping else { return ([], []) }
      var woken: Set<Job.Lane> = []
      for name in state.planner.takeDue(now: now) {
        guard let job = jobs[name] else { continue }
        state.queues[job.lane, default: []].append(name)
        woken.insert(job.lane)
      }
      var late: [JobContext] = []
      for (name, running) in state.running where !running.isOverTime {
        guard let job = jobs[name], uptime - running.beganMS > Int64(job.timeLimitS) * 1_000
        else { continue }
        state.running[name]?.isOverTime = true
        late.append(running.context)
      }
      return (woken, late)
    }
    for context in late { context.stop("Stopped because it ran over its time limit.") }
    for lane in woken { lanes[lane]?.signal() }
  }

  /// Takes the next job of a lane, which counts as running from here.
  func take(_ lane: Job.Lane) -> (Job, JobContext)? {
    let now = clock.now()
    let began = clock.uptimeMS()
    return state.withLock { state -> (Job, JobContext)? in
      guard !state.isStopping, let name = state.queues[lane]?.first, let job = jobs[name]
      else { return nil }
      state.queues[lane]?.removeFirst()
      state.planner.started(name)
      let context = JobContext(startedAt: now, now: clock.now)
      state.running[name] = Running(context: context, beganMS: began)
      return (job, context)
    }
  }

  /// Files a run that has ended.
  func finish(_ run: JobRun) {
    let now = clock.now()
    state.withLock { state in
      state.running[run.job] = nil
      state.lastRuns[run.job] = run
      state.planner.ended(run.job, now: now)
    }
    ticker.signal()
  }

  /// Queues a job by hand; fails where it is unknown, waiting or running.
  public func runNow(_ name: String) throws {
    let now = clock.now()
    guard let job = jobs[name] else { throw JobPlanner.unknown(name) }
    try state.withLock { state in
      try state.planner.request(name, now: now)
      state.queues[job.lane, default: []].append(name)
    }
    lanes[job.lane]?.signal()
  }

  /// Tells a running job to stop, or takes a waiting one out of its queue.
  public func cancel(_ name: String) throws {
    let now = clock.now()
    guard let job = jobs[name] else { throw JobPlanner.unknown(name) }
    let context = try state.withLock { state -> JobContext? in
      if let running = state.running[name] { return running.context }
      guard let place = state.queues[job.lane]?.firstIndex(of: name) else {
        throw Failure(.conflict, "The job \(name) is neither running nor waiting.")
      }
      state.queues[job.lane]?.remove(at: place)
      state.planner.ended(name, now: now)
      return nil
    }
    context?.stop("Stopped by hand.")
  }

  /// Where each job stands, in the order in which they were given.
  public func states() -> [JobState] {
    let now = clock.now()
    return state.withLock { state in
      state.planner.states(now: now).map { planned in
        var shown = planned
        if let running = state.running[shown.name] {
          shown.runningSince = running.context.startedAt
          shown.progress = running.context.progress
          shown.isOverTime = running.isOverTime
        }
        shown.lastRun = state.lastRuns[shown.name]
        return shown
      }
    }
  }
}
