import Logging
import Metrics
import Synchronization
import Warehouse

extension UplinkSession {
  /// How many batches one write deletes.
  private static let pruneBatches = 16

  /// What one run has done so far.
  struct Work {
    /// After this, the session waits no more.
    var deadline: Instant
    var outcome = UplinkReport.Outcome.drained
    var sentBatches = 0
    var sentEvents = 0
    var sentBytes = 0
    var oversized = 0
    var buried = 0
    /// The batch that was loaded and is about to be sent.
    var batch: OutboxBatch?
  }

  /// Performs the actions; the next input, or nil where the session ends.
  func perform(
    _ actions: [Sender.Action],
    _ sender: Sender,
    _ work: inout Work,
    _ shouldStop: () -> Bool
  ) throws -> Sender.Input? {
    var next: Sender.Input?
    for action in actions {
      switch action {
      case .askWatermark:
        let answer = heard(transport.watermark(epoch: sender.books.epoch))
        next = .watermark(answer, isOurs: try isOurs(answer))
      case .load:
        next = try load(sender, &work)
      case .send:
        guard let batch = work.batch else { return nil }
        next = .answered(heard(transport.send(batch)))
      case .acknowledge(let through, let receiver, let time):
        try acknowledge(through, receiver, time, &work)
      case .recordFailure(let sequence, let message):
        try recordFailure(sequence, message, sender)
      case .reopen(let missing):
        try reopen(missing)
      case .bury(let sequence, let status, let reason):
        try bury(sequence, status, reason)
        work.buried += 1
      case .renewEpoch(let reason):
        next = .renewed(try renewEpoch(reason, shouldStop))
      case .wait(let until):
        next = wait(until: until, sender, &work, shouldStop)
      case .finish:
        work.outcome = .drained
        next = nil
      }
    }
    return next
  }

  /// Passes settings that came with an answer on, once it is clear that a receiver spoke.
  private func heard(_ answer: UplinkAnswer) -> UplinkAnswer {
    if case .answered(200..<300, let said?, _, _) = answer, let directive = said.directive {
      takeDirective(directive)
    }
    return answer
  }

  /// Whether the newest batch that the receiver holds is ours, byte for byte; nil where it does not
  /// say, or where ours was deleted long ago.
  ///
  /// Numbers alone cannot tell: both databases may have been put back, and grown again differently.
  func isOurs(_ answer: UplinkAnswer) throws -> Bool? {
    guard case .answered(200..<300, let said?, _, _) = answer, let digest = said.durableDigest,
      said.durableThrough > 0
    else { return nil }
    let kept = try outbox.read {
      try $0.keptBatches(after: said.durableThrough - 1, limit: 1).first
    }
    guard let kept, kept.sequence == said.durableThrough, kept.epoch == said.epoch else {
      return nil
    }
    return HTTPUplinkTransport.hexadecimal(kept.digest) == digest
  }

  private func load(_ sender: Sender, _ work: inout Work) throws -> Sender.Input {
    let step = try packing.next(
      from: outbox,
      foretold: sender.books.frozenThrough + 1,
      now: now()
    )
    work.batch = step.batch
    if !step.oversized.isEmpty, work.oversized != step.oversized.count {
      work.oversized = step.oversized.count
      logger.error(
        "Aggregates are larger than a batch may be and stay in the outbox.",
        metadata: ["events": "\(step.oversized.prefix(10))", "limit": "\(packing.bytesLimit)"]
      )
    }
    return .loaded(
      step.batch.map {
        Sender.Load(sequence: $0.sequence, bytes: $0.body.count, isTombstone: $0.isTombstone)
      }
    )
  }

  private func acknowledge(
    _ through: Int64,
    _ receiver: String,
    _ receiverTime: Instant?,
    _ work: inout Work
  ) throws {
    let moment = now()
    try outbox.write {
      try $0.acknowledge(
        through: through,
        receiver: receiver,
        receiverTime: receiverTime,
        at: moment
      )
    }
    Meter(label: "sync_last_success_timestamp_seconds").set(Double(moment.ms) / 1_000)
    guard let batch = work.batch, batch.sequence <= through else { return }
    work.batch = nil
    work.sentBatches += 1
    work.sentEvents += batch.events
    work.sentBytes += batch.body.count
    Counter(label: "sync_batches_total", dimensions: [("outcome", "acknowledged")]).increment()
    Counter(label: "sync_sent_bytes_total").increment(by: batch.body.count)
  }

  private func recordFailure(_ sequence: Int64, _ message: String, _ sender: Sender) throws {
    let moment = now()
    let short = String(message.prefix(Limits.noteLength))
    try outbox.write {
      try $0.recordSendFailure(sequence: sequence, message: short, at: moment)
    }
    Counter(label: "sync_batches_total", dimensions: [("outcome", "failed")]).increment()
    logger.warning(
      "A batch was not taken.",
      metadata: [
        "sequence": "\(sequence)", "problem": "\(short)", "failures": "\(sender.failures)",
      ]
    )
  }

  /// Waits in short steps where there is patience for all of it; otherwise the session ends here.
  private func wait(
    until: Instant,
    _ sender: Sender,
    _ work: inout Work,
    _ shouldStop: () -> Bool
  ) -> Sender.Input? {
    let reason = sender.lastProblem ?? "keeping to the agreed pace"
    work.outcome =
      sender.held.map {
        .held(sequence: $0.sequence, until: until, reason: $0.reason)
      } ?? .waiting(until: until, reason: reason)
    guard until <= work.deadline else { return nil }
    var left = until.ms - now().ms
    while left > 0 {
      if shouldStop() { return .stop }
      let step = min(left, 200)
      sleepMS(step)
      // By our own count too, so that a clock set back does not lengthen the wait.
      left = min(left - step, until.ms - now().ms)
    }
    return .waited
  }

  /// Deletes what was acknowledged long enough ago, and tells what was done.
  func finish(_ outcome: UplinkReport.Outcome, _ work: Work) throws -> UplinkReport {
    var report = UplinkReport(outcome)
    report.sentBatches = work.sentBatches
    report.sentEvents = work.sentEvents
    report.sentBytes = work.sentBytes
    report.oversizedEvents = work.oversized
    report.buriedBatches = work.buried
    report.prunedBatches = try prune()
    let left = try outbox.read { try $0.outboxState() }
    report.acknowledgedThrough = left.acknowledgedThrough
    report.pendingBatches = left.pendingBatches
    report.unbatchedEvents = left.unbatchedEvents
    Meter(label: "sync_backlog_batches").set(Double(left.pendingBatches))
    Meter(label: "sync_backlog_events").set(Double(left.unbatchedEvents))
    Meter(label: "sync_dead_letters").set(Double(left.deadLetters))
    if let skew = status().clockSkewMS {
      Meter(label: "sync_clock_skew_seconds").set(Double(skew) / 1_000)
    }
    return report
  }

  /// Deletes acknowledged batches that are some days old.
  ///
  /// They stay that long because a receiver that is restored from its backup may need them again.
  /// Nothing goes unless the receiver has said in this very session that it holds it still, and
  /// both clocks, ours and its, say that the days have passed. A few at a time, since the writer
  /// must stay free for scans.
  private func prune() throws -> Int {
    let heard = state.withLock { state -> (through: Int64, time: Instant?)? in
      guard let sender = state.sender, !sender.isReceiverBehind,
        let through = sender.heardThrough
      else { return nil }
      return (through, sender.receiverTime)
    }
    guard let heard else { return 0 }
    let days = Int64(keptDays) * 86_400
    let before = now().adding(seconds: -days)
    let receiverBefore = heard.time?.adding(seconds: -days)
    var pruned = 0
    while true {
      let count = try outbox.write {
        try $0.pruneAcknowledged(
          before: before,
          receiverBefore: receiverBefore,
          through: heard.through,
          limit: Self.pruneBatches
        )
      }
      pruned += count
      if count < Self.pruneBatches { return pruned }
    }
  }
}
