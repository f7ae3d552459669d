import Warehouse

/// Decides which job starts when; pure, so that months pass in a test within milliseconds.
///
/// The shell tells it the time, what started and what ended; it answers with the jobs to start.
/// Rules: what was missed while the box was down runs once; a job never overlaps itself (what
/// comes due while it runs is dropped); a job that follows others waits until none of them is due,
/// queued or running; a clock that is set back is planned anew, so that no job waits for a moment
/// that was due under the wrong clock.
struct JobPlanner: Sendable {
  /// What the planner needs to know of a job.
  struct Timing: Sendable {
    var name: String
    var schedule: CronExpression?
    var lane: Job.Lane
    var follows: [String]
    var jitterS: Int
  }

  /// How late a job may start before it counts as late, in seconds.
  static let patienceS: Int64 = 600

  private struct Entry {
    var timing: Timing
    var phase = JobState.Phase.idle
    var nextDue: Instant?
    /// Since when it is waiting; lateness is counted from here.
    var dueSince: Instant?
  }

  private var entries: [Entry]
  private let index: [String: Int]
  private let calendar: FacilityCalendar
  private var lastSeen: Instant

  /// Plans the jobs from `now` on; `history` holds the newest runs of each job, newest first.
  init(
    _ timings: [Timing],
    calendar: FacilityCalendar,
    history: [String: [JobRun]],
    now: Instant
  ) throws {
    self.calendar = calendar
    self.lastSeen = now
    self.entries = timings.map { Entry(timing: $0) }
    var index: [String: Int] = [:]
    for (position, timing) in timings.enumerated() {
      guard index.updateValue(position, forKey: timing.name) == nil else {
        throw Failure(.invalid, "Two jobs are named \(timing.name).", hint: "Rename one of them.")
      }
    }
    self.index = index
    for timing in timings {
      for other in timing.follows where index[other] == nil || other == timing.name {
        throw Failure(.invalid, "The job \(timing.name) follows \(other), which is no other job.")
      }
    }
    try Self.refuseCircles(timings)
    // When the box was last known to be up: what a job that has never run may have missed since.
    let alive = history.values.compactMap { $0.first?.startedAt }.filter { $0 <= now }.max() ?? now
    for position in entries.indices {
      let runs = history[entries[position].timing.name] ?? []
      entries[position].nextDue = firstDue(entries[position].timing, runs, now, alive)
    }
  }

  /// The jobs to start now, in the order in which they came due; they count as waiting from here.
  mutating func takeDue(now: Instant) -> [String] {
    if now < lastSeen { planAnew(now) }
    lastSeen = now
    var taken: [(due: Instant, position: Int)] = []
    for position in entries.indices where entries[position].phase == .idle {
      guard let due = entries[position].nextDue, due <= now, !mustWait(position, now) else {
        continue
      }
      taken.append((due, position))
    }
    taken.sort { ($0.due, $0.position) < ($1.due, $1.position) }
    for (due, position) in taken {
      entries[position].phase = .waiting
      entries[position].dueSince = due
    }
    return taken.map { entries[$0.position].timing.name }
  }

  /// Queues a job by hand; fails where it is unknown, waiting or running.
  mutating func request(_ name: String, now: Instant) throws {
    guard let position = index[name] else { throw Self.unknown(name) }
    guard entries[position].phase == .idle else {
      throw Failure(
        .inProgress,
        "The job \(name) is already \(entries[position].phase.rawValue).",
        hint: "Wait for it to end; `stowage job list` shows it.",
        retryAfterS: 10
      )
    }
    entries[position].phase = .waiting
    entries[position].dueSince = now
  }

  /// A job has begun.
  mutating func started(_ name: String) {
    guard let position = index[name] else { return }
    entries[position].phase = .running
  }

  /// A job has ended, or was taken out of the queue; what came due meanwhile is dropped.
  mutating func ended(_ name: String, now: Instant) {
    guard let position = index[name] else { return }
    entries[position].phase = .idle
    entries[position].dueSince = nil
    entries[position].nextDue = next(entries[position].timing, after: now)
  }

  /// When the next job comes due.
  var nextDue: Instant? {
    entries.lazy.filter { $0.phase == .idle }.compactMap(\.nextDue).min()
  }

  /// Where each job stands, in the order in which they were given.
  func states(now: Instant) -> [JobState] {
    entries.map { entry in
      let since = entry.dueSince ?? entry.nextDue
      let isLate =
        entry.phase != .running
        && since.map { $0.adding(seconds: Self.patienceS) < now } == true
      return JobState(
        name: entry.timing.name,
        schedule: entry.timing.schedule?.text,
        lane: entry.timing.lane,
        phase: entry.phase == .idle && entry.nextDue.map { $0 <= now } == true
          ? .waiting : entry.phase,
        nextDue: since,
        isLate: isLate,
        isOverTime: false
      )
    }
  }

  /// The failure for a name that is no job.
  static func unknown(_ name: String) -> Failure {
    Failure(
      .notFound,
      "There is no job named \(name).",
      hint: "`stowage job list` shows their names."
    )
  }

  /// Fails where jobs follow each other in a circle: none of them would ever start.
  private static func refuseCircles(_ timings: [Timing]) throws {
    var waiting = timings
    var free: Set<String> = []
    while !waiting.isEmpty {
      let ready = waiting.filter { $0.follows.allSatisfy(free.contains) }
      guard !ready.isEmpty else {
        let names = waiting.map(\.name).sorted().joined(separator: ", ")
        throw Failure(.invalid, "These jobs follow each other in a circle: \(names).")
      }
      free.formUnion(ready.map(\.name))
      waiting.removeAll { free.contains($0.name) }
    }
  }

  /// When a job is due for the first time after a start.
  ///
  /// A new box waits for the schedule. A run that was cut off is repeated once at once, but not
  /// where the one before was cut off too: a job that takes the program down must not do so again
  /// at each start.
  private func firstDue(
    _ timing: Timing,
    _ runs: [JobRun],
    _ now: Instant,
    _ alive: Instant
  ) -> Instant? {
    guard timing.schedule != nil else { return nil }
    guard let newest = runs.first else {
      // A box that is off every night would else never come to its nightly jobs.
      return next(timing, after: alive).map { $0 <= now ? now : $0 }
    }
    guard newest.startedAt <= now else { return next(timing, after: now) }
    if newest.endedAt == nil {
      let wasCutOffTwice = runs.count > 1 && runs[1].endedAt == nil
      return wasCutOffTwice ? next(timing, after: now) : now
    }
    return next(timing, after: newest.startedAt).map { $0 <= now ? now : $0 }
  }

  private func next(_ timing: Timing, after moment: Instant) -> Instant? {
    let jitter = Int64(timing.jitterS)
    return timing.schedule?.nextFire(after: moment.adding(seconds: -jitter), in: calendar)?
      .adding(seconds: jitter)
  }

  private mutating func planAnew(_ now: Instant) {
    for position in entries.indices where entries[position].phase == .idle {
      entries[position].nextDue = next(entries[position].timing, after: now)
    }
  }

  private func mustWait(_ position: Int, _ now: Instant) -> Bool {
    entries[position].timing.follows.contains { name in
      guard let other = index[name].map({ entries[$0] }) else { return false }
      return other.phase != .idle || other.nextDue.map { $0 <= now } == true
    }
  }
}
