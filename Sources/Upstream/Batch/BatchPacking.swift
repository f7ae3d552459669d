import Warehouse

/// Makes frozen batches of the aggregates that wait in the outbox.
struct BatchPacking: Sendable {
  /// What one step of packing came to.
  struct Step: Sendable, Equatable {
    /// The batch to send next; nil where nothing waits.
    var batch: OutboxBatch?
    /// Aggregates that are larger than a batch may be, and stay in the outbox.
    var oversized: [Int64]
  }

  let encoding: BatchEncoding
  var bytesLimit = Limits.batchBytes
  var eventsLimit = Limits.batchEvents

  /// The oldest batch that is not acknowledged; where there is none, a new one is frozen.
  ///
  /// The body is laid out here and not inside the write, because the writer is the one thread that
  /// every scan waits for: the next number is foretold, and the layout is repeated inside the write
  /// only where it comes out differently.
  func next(from outbox: any Outbox, foretold: Int64, now: Instant) throws -> Step {
    let (pending, waiting) = try outbox.read { outbox in
      let pending = try outbox.nextPendingBatch()
      let waiting = pending == nil ? try outbox.unbatchedEvents(limit: eventsLimit) : []
      return (pending, waiting)
    }
    if let pending { return Step(batch: pending, oversized: []) }
    guard !waiting.isEmpty else { return Step(batch: nil, oversized: []) }
    let epoch = try outbox.epoch()
    let (chosen, oversized) = choose(waiting, epoch)
    guard !chosen.isEmpty else { return Step(batch: nil, oversized: oversized) }
    let prepared = encoding.encode(chosen, epoch: epoch, sequence: foretold)
    let batch = try outbox.write { [encoding] outbox in
      try outbox.freezeBatch(events: chosen.map(\.id), at: now) { realEpoch, sequence in
        realEpoch == epoch && sequence == foretold
          ? prepared : encoding.encode(chosen, epoch: realEpoch, sequence: sequence)
      }
    }
    return Step(batch: batch, oversized: oversized)
  }

  /// The oldest aggregates that fit into one body.
  private func choose(
    _ waiting: [OutboxEvent],
    _ epoch: PublicID
  ) -> (chosen: [OutboxEvent], oversized: [Int64]) {
    var chosen: [OutboxEvent] = []
    var oversized: [Int64] = []
    // The brackets, less the comma that the last event lacks.
    var bytes = 1
    for event in waiting {
      let size = encoding.size(of: event, epoch: epoch)
      if size + 1 > bytesLimit {
        oversized.append(event.id)
      } else if bytes + size > bytesLimit {
        break
      } else {
        chosen.append(event)
        bytes += size
      }
    }
    return (chosen, oversized)
  }
}
