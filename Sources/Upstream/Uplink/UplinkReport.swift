import Warehouse

/// What a session of sending came to.
public struct UplinkReport: Sendable, Equatable {
  /// How it ended.
  public enum Outcome: Sendable, Equatable {
    /// Everything is acknowledged.
    case drained
    /// Something went wrong that may pass; the next attempt is due then.
    case waiting(until: Instant, reason: String)
    /// The receiver refuses a batch for good; it is kept and tried again then.
    case held(sequence: Int64, until: Instant, reason: String)
    /// The session was told to stop.
    case stopped
    /// Another session is at work.
    case busy
  }

  /// How it ended.
  public var outcome: Outcome
  /// Batches that were acknowledged in it.
  public var sentBatches = 0
  /// Events in them.
  public var sentEvents = 0
  /// Bytes sent, before packing.
  public var sentBytes = 0
  /// The last acknowledged number of the epoch.
  public var acknowledgedThrough: Int64 = 0
  /// Batches that are not acknowledged.
  public var pendingBatches = 0
  /// Aggregates that no batch holds yet.
  public var unbatchedEvents = 0
  /// Aggregates that are larger than a batch may be, and stay in the outbox.
  public var oversizedEvents = 0
  /// Batches that the receiver refused for good in this session.
  public var buriedBatches = 0
  /// Acknowledged batches that were deleted, being old enough.
  public var prunedBatches = 0

  /// Makes a report of nothing done.
  init(_ outcome: Outcome) {
    self.outcome = outcome
  }

  /// The report in a sentence, for the history of jobs.
  public var sentence: String {
    let lost = buriedBatches == 0 ? "" : " (\(buriedBatches) refused for good)"
    let (batches, events) = (
      counted(sentBatches, "batch", "batches"), counted(sentEvents, "aggregate")
    )
    let sent = "Sent \(batches) with \(events)\(lost)"
    return switch outcome {
    case .drained: "\(sent); everything is acknowledged."
    case .waiting(_, let reason): "\(sent); \(pendingBatches) wait: \(reason)."
    case .held(let sequence, _, let reason): "\(sent); batch \(sequence) is held: \(reason)."
    case .stopped: "\(sent); stopped."
    case .busy: "Another session is at work."
    }
  }
}

/// Where the sending stands, for `stowage sync status`, metrics and health.
public struct UplinkStatus: Sendable, Equatable {
  /// The receiver's id, once it was heard.
  public var receiver: String?
  /// Failures in a row.
  public var failures: Int
  /// When the next attempt is due, where one is waited for.
  public var nextAttemptAt: Instant?
  /// The number and the reason of a batch that is held.
  public var heldSequence: Int64?
  /// Why it is held.
  public var heldReason: String?
  /// What went wrong last, nil after a success.
  public var lastProblem: String?
  /// The receiver's clock minus ours, in milliseconds.
  public var clockSkewMS: Int64?
  /// Whether so much went wrong that only a small question is tried before the next batch.
  public var isCircuitOpen: Bool
  /// Whether the receiver lacks batches that it had acknowledged.
  public var isReceiverBehind: Bool
  /// Whether a session is at work.
  public var isRunning: Bool
}
