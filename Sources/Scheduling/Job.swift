import Warehouse

/// A piece of work that the box does by itself: when, in which lane, and what.
public struct Job: Sendable {
  /// Which jobs wait for each other: of one lane, one runs at a time.
  public enum Lane: String, Sendable, CaseIterable {
    /// Short work that must come on time, such as refreshing a cache.
    case light
    /// Work that keeps a core busy: forecasts, audits, training, backups.
    case heavy
    /// Work that mostly waits for another machine.
    case network
  }

  /// The name in the history, the metrics and on the command line.
  public let name: String
  /// When it is due; nil for a job that is only run by hand.
  public let schedule: CronExpression?
  /// The lane that it runs in.
  public let lane: Lane
  /// Jobs that must not be due, queued or running when this one starts, whether they succeed or
  /// fail.
  public let follows: [String]
  /// Up to how many seconds after the schedule it starts; the share is fixed by facility and job,
  /// so that many facilities do not call head office in the same second.
  public let jitterS: Int
  /// After how many seconds it is told to stop.
  public let timeLimitS: Int
  /// The work; returns what it did in a sentence for the history, and looks at
  /// `JobContext.shouldStop` between its slices.
  public let work: @Sendable (JobContext) throws -> String

  /// Makes a job; the time limit is an hour where none is given.
  public init(
    name: String,
    schedule: CronExpression?,
    lane: Lane,
    follows: [String] = [],
    jitterS: Int = 0,
    timeLimitS: Int = 3_600,
    work: @escaping @Sendable (JobContext) throws -> String
  ) {
    self.name = name
    self.schedule = schedule
    self.lane = lane
    self.follows = follows
    self.jitterS = max(0, jitterS)
    self.timeLimitS = max(1, timeLimitS)
    self.work = work
  }

  /// The seconds of jitter that this job has in that facility: FNV-1a over both names.
  func jitterS(in facility: String) -> Int {
    guard jitterS > 0 else { return 0 }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(facility)/\(name)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    // The low bits of FNV vary least between similar names; fold the high ones in.
    return Int((hash ^ (hash >> 32)) % UInt64(jitterS + 1))
  }
}

/// What a job is and does at this moment, for `stowage job list` and the health page.
public struct JobState: Sendable, Equatable {
  /// Where it stands.
  public enum Phase: String, Sendable {
    /// Not due.
    case idle
    /// Due, and waiting for its lane or for a job that it follows.
    case waiting
    /// At work.
    case running
  }

  /// The job's name.
  public var name: String
  /// The schedule as a cron line; nil where it is only run by hand.
  public var schedule: String?
  /// Its lane.
  public var lane: Job.Lane
  /// Where it stands.
  public var phase: Phase
  /// When it is due next, or since when it has been.
  public var nextDue: Instant?
  /// Since when it runs.
  public var runningSince: Instant?
  /// Steps done and steps in all, as the running job tells them.
  public var progress: JobProgress?
  /// Whether it should have started by now, with ten minutes of patience.
  public var isLate: Bool
  /// Whether it runs for longer than its limit.
  public var isOverTime: Bool
  /// The newest run that ended since this process started, or the one before it in the history.
  public var lastRun: JobRun?
}

/// How far a job has come.
public struct JobProgress: Sendable, Equatable {
  /// Steps done.
  public var done: Int
  /// Steps in all; 0 where nobody knows.
  public var total: Int

  /// Makes a figure.
  public init(done: Int, total: Int) {
    self.done = done
    self.total = total
  }
}
