import Logging
import Metrics
import Warehouse

/// What is done where sender and receiver have come apart.
extension UplinkSession {
  /// Rows of earlier epochs that one write looks after.
  private static let reclaimedRows = 200

  /// Makes batches pending again that the receiver has lost; tombstones for what is gone here too.
  func reopen(_ missing: [ClosedRange<Int64>]) throws {
    let moment = now()
    let encoding = packing.encoding
    let reopened = try outbox.write {
      try $0.reopen(missing, at: moment) { epoch, range in
        try encoding.tombstone(range, epoch: epoch, reason: "pruned", now: moment)
      }
    }
    guard reopened > 0 else { return }
    Counter(label: "sync_resends_total").increment()
    logger.error(
      "Head office has lost batches that it had acknowledged; they are sent again.",
      metadata: ["missing": "\(missing.prefix(10))", "batches": "\(reopened)"]
    )
  }

  /// Gives a batch up that the receiver refuses for good.
  func bury(_ sequence: Int64, _ status: Int, _ reason: String) throws {
    let moment = now()
    let encoding = packing.encoding
    let short = String(reason.prefix(Limits.noteLength))
    try outbox.write {
      try $0.bury(sequence: sequence, status: status, reason: short, at: moment) { epoch, digest in
        try encoding.tombstone(
          sequence...sequence,
          epoch: epoch,
          reason: "refused",
          digest: digest,
          now: moment
        )
      }
    }
    Counter(label: "sync_batches_total", dimensions: [("outcome", "dead")]).increment()
    logger.error(
      "Head office refuses a batch for good: it is kept among the dead letters.",
      metadata: [
        "sequence": "\(sequence)", "reason": "\(short)",
        "hint": "When head office is mended, run: stowage sync requeue",
      ]
    )
  }

  /// Begins a new epoch, and queues for it what head office must hear again.
  func renewEpoch(_ reason: String, _ shouldStop: () -> Bool) throws -> PublicID {
    let epoch = newEpoch()
    try outbox.write { try $0.renewEpoch(epoch) }
    Counter(label: "sync_epochs_total").increment()
    logger.error(
      "A new epoch begins: this database was put back from a copy, or a copy of it runs elsewhere.",
      metadata: ["epoch": "\(epoch.text)", "reason": "\(reason)"]
    )
    try reclaim(shouldStop)
    return epoch
  }

  /// Queues what belongs to earlier epochs, in slices that leave the writer free for scans.
  func reclaim(_ shouldStop: () -> Bool) throws {
    while !shouldStop() {
      let rows = try outbox.write { try $0.reclaimStale(limit: Self.reclaimedRows) }
      if rows == 0 { return }
    }
  }
}
