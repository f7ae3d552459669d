import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// Batches that the receiver refused for good and that were not queued again, newest first.
  func deadLetters(limit: Int) throws -> [DeadLetter] {
    try db.all(
      """
      SELECT epoch, sequence, status, reason, events, buried_at FROM sync_dead_letters
      WHERE requeued_at IS NULL ORDER BY id DESC LIMIT ?
      """,
      [limit]
    ) { row in
      DeadLetter(
        epoch: try row.publicID(0),
        sequence: row[1],
        status: row[2],
        reason: row[3],
        events: row[4],
        buriedAt: row.instant(5)
      )
    }
  }
}

/// What happens when sender and receiver have come apart.
extension WriteSession {
  /// Makes batches pending again that the receiver has lost; tombstones stand for those that were
  /// pruned since, and what is newest in those is queued again.
  func reopen(
    _ missing: [ClosedRange<Int64>],
    at: Instant,
    tombstone: (_ epoch: PublicID, _ range: ClosedRange<Int64>) throws -> FrozenBody
  ) throws -> Int {
    let epoch = try facility().epoch
    let last = try outboxState().lastSequence
    let ranges = missing.compactMap { range -> ClosedRange<Int64>? in
      let (low, high) = (max(1, range.lowerBound), min(last, range.upperBound))
      return low <= high ? low...high : nil
    }
    guard let lowest = ranges.map(\.lowerBound).min() else { return 0 }
    var reopened = 0
    for range in ranges {
      try db.run(
        """
        UPDATE sync_batches SET acknowledged_at = NULL, acknowledged_receiver_at = NULL
        WHERE epoch = ? AND sequence >= ? AND covers_from <= ? AND acknowledged_at IS NOT NULL
        """,
        [epoch.text, range.lowerBound, range.upperBound]
      )
      reopened += db.changesCount
      for gone in try prunedRuns(of: range, epoch) {
        try freezeTombstone(gone, of: epoch, at: at, try tombstone(epoch, gone))
        reopened += 1
        try db.run(
          """
          UPDATE outbox SET batch_epoch = NULL, batch_sequence = NULL
          WHERE batch_epoch = ? AND batch_sequence BETWEEN ? AND ?
          """,
          [epoch.text, gone.lowerBound, gone.upperBound]
        )
      }
    }
    try db.run(
      "UPDATE sync_state SET acknowledged_through = min(acknowledged_through, ?) WHERE epoch = ?",
      [lowest - 1, epoch.text]
    )
    return reopened
  }

  /// The numbers of a range for which no batch is kept.
  private func prunedRuns(
    of range: ClosedRange<Int64>,
    _ epoch: PublicID
  ) throws -> [ClosedRange<Int64>] {
    let kept = try db.all(
      """
      SELECT covers_from, sequence FROM sync_batches
      WHERE epoch = ? AND sequence >= ? AND covers_from <= ? ORDER BY sequence
      """,
      [epoch.text, range.lowerBound, range.upperBound]
    ) { row -> (Int64, Int64) in (row[0], row[1]) }
    var runs: [ClosedRange<Int64>] = []
    var expected = range.lowerBound
    for (first, last) in kept {
      if first > expected { runs.append(expected...first - 1) }
      expected = max(expected, last + 1)
    }
    if expected <= range.upperBound { runs.append(expected...range.upperBound) }
    return runs
  }

  /// Moves a refused batch to the dead letters, and freezes a tombstone under its number.
  func bury(
    sequence: Int64,
    status: Int,
    reason: String,
    at: Instant,
    tombstone: (_ epoch: PublicID, _ digest: [UInt8]) throws -> FrozenBody
  ) throws {
    let epoch = try facility().epoch
    let digest = try db.first(
      "SELECT digest FROM sync_batches WHERE epoch = ? AND sequence = ? AND events > 0",
      [epoch.text, sequence]
    ) { Array($0[0] as Data) }
    guard let digest else {
      throw Failure(.notFound, "There is no batch \(sequence) to give up.")
    }
    try db.run(
      """
      INSERT INTO sync_dead_letters
        (epoch, sequence, status, reason, digest, events, is_packed, body, buried_at)
      SELECT epoch, sequence, ?, ?, digest, events, is_packed, body, ?
      FROM sync_batches JOIN sync_bodies USING (epoch, sequence)
      WHERE epoch = ? AND sequence = ?
      """,
      [status, reason, at.ms, epoch.text, sequence]
    )
    try db.run(
      "DELETE FROM sync_batches WHERE epoch = ? AND sequence = ?",
      [epoch.text, sequence]
    )
    let body = try tombstone(epoch, digest)
    try freezeTombstone(sequence...sequence, of: epoch, at: at, body)
    try db.run(
      """
      DELETE FROM sync_dead_letters WHERE id NOT IN (
        SELECT id FROM sync_dead_letters ORDER BY id DESC LIMIT ?)
      """,
      [Limits.deadLetters]
    )
  }

  /// Queues the events of dead letters for a new batch; returns how many letters and events.
  func requeueDeadLetters(at: Instant) throws -> (letters: Int, events: Int) {
    try db.run(
      """
      UPDATE outbox SET batch_epoch = NULL, batch_sequence = NULL
      WHERE (batch_epoch, batch_sequence) IN (
        SELECT epoch, sequence FROM sync_dead_letters WHERE requeued_at IS NULL)
      """
    )
    let events = db.changesCount
    try db.run("UPDATE sync_dead_letters SET requeued_at = ? WHERE requeued_at IS NULL", [at.ms])
    return (db.changesCount, events)
  }

  /// Begins a new epoch of this database.
  func renewEpoch(_ epoch: PublicID) throws {
    try db.run("UPDATE facility SET epoch = ? WHERE id = 1", [epoch.text])
  }

  /// Queues what belongs to earlier epochs for batches of the current one, a slice at a time.
  func reclaimStale(limit: Int) throws -> Int {
    let epoch = try facility().epoch.text
    try db.run(
      """
      UPDATE outbox SET batch_epoch = NULL, batch_sequence = NULL WHERE id IN (
        SELECT o.id FROM outbox o
        WHERE o.batch_sequence IS NOT NULL
          AND (o.batch_epoch < ?1 OR o.batch_epoch > ?1) AND (
          o.revision = (
            SELECT max(n.revision) FROM outbox n WHERE n.kind = o.kind AND n.subject = o.subject)
          OR EXISTS (
            SELECT 1 FROM sync_batches b WHERE b.epoch = o.batch_epoch
              AND b.sequence = o.batch_sequence AND b.acknowledged_at IS NULL))
        LIMIT ?2)
      """,
      [epoch, limit]
    )
    let queued = db.changesCount
    if queued > 0 { return queued }
    try db.run(
      """
      DELETE FROM sync_batches WHERE (epoch, sequence) IN (
        SELECT epoch, sequence FROM sync_batches
        WHERE (epoch < ?1 OR epoch > ?1) AND acknowledged_at IS NULL LIMIT 16)
      """,
      [epoch]
    )
    return db.changesCount
  }
}
