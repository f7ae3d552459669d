import Synchronization
import Warehouse

/// What a running job is given: when it began, whether to stop, and where to tell its progress.
public final class JobContext: Sendable {
  /// When it began.
  public let startedAt: Instant
  /// The clock of the scheduler.
  public let now: @Sendable () -> Instant

  private let stopping = Atomic<Bool>(false)
  private let state: Mutex<(progress: JobProgress?, reason: String?)>

  /// Makes a context; jobs that are run by hand outside the scheduler get one of their own.
  public init(startedAt: Instant, now: @escaping @Sendable () -> Instant) {
    self.startedAt = startedAt
    self.now = now
    self.state = Mutex((progress: nil, reason: nil))
  }

  /// Whether the job should end at the next good place: it was cancelled, ran over its time, or
  /// the program stops.
  public var shouldStop: Bool { stopping.load(ordering: .relaxed) }

  /// Tells how far the job has come; `total` is 0 where nobody knows.
  public func report(done: Int, total: Int) {
    state.withLock { $0.progress = JobProgress(done: done, total: total) }
  }

  /// Asks the job to stop; the first reason given is kept.
  public func stop(_ reason: String) {
    state.withLock { if $0.reason == nil { $0.reason = reason } }
    stopping.store(true, ordering: .relaxed)
  }

  /// The reason for stopping, where there is one.
  var stopReason: String? { state.withLock { $0.reason } }

  /// The progress told last.
  var progress: JobProgress? { state.withLock { $0.progress } }
}

/// The clocks that the scheduler reads.
public struct JobClock: Sendable {
  /// The time of day; it may jump.
  public let now: @Sendable () -> Instant
  /// Milliseconds that never jump, for time limits.
  public let uptimeMS: @Sendable () -> Int64

  /// Makes clocks.
  public init(
    now: @escaping @Sendable () -> Instant,
    uptimeMS: @escaping @Sendable () -> Int64
  ) {
    self.now = now
    self.uptimeMS = uptimeMS
  }
}
