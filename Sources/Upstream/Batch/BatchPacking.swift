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

  /// How often what waits is read again, where it changed while it was laid out.
  private static let attempts = 3

  let encoding: BatchEncoding
  var bytesLimit = Limits.batchBytes
  var eventsLimit = Limits.batchEvents

  /// The oldest batch that is not acknowledged; where there is none, a new one is frozen.
  ///
  /// The body is laid out and packed here and not inside the write, because the writer is the one
  /// thread that every scan waits for: the next number is foretold, and the layout is repeated
  /// inside the write only where it comes out differently.
  func next(from outbox: any Outbox, foretold: Int64, now: Instant) throws -> Step {
    if let pending = try outbox.read({ try $0.nextPendingBatch() }) {
      return Step(batch: pending, oversized: [])
    }
    return try freeze(from: outbox, foretold: foretold, now: now)
  }

  /// Freezes one more batch of what waits, whether others are pending or not.
  ///
  /// An aggregate that a newer one took the place of between reading and freezing is found missing;
  /// then what waits is read again.
  func freeze(from outbox: any Outbox, foretold: Int64, now: Instant) throws -> Step {
    for _ in 0..<Self.attempts {
      do {
        return try attempt(from: outbox, foretold: foretold, now: now)
      } catch let failure as Failure where failure.code == .conflict {
        continue
      }
    }
    return try attempt(from: outbox, foretold: foretold, now: now)
  }

  private func attempt(from outbox: any Outbox, foretold: Int64, now: Instant) throws -> Step {
    let waiting = try outbox.read { try $0.unbatchedEvents(limit: eventsLimit) }
    guard !waiting.isEmpty else { return Step(batch: nil, oversized: []) }
    let epoch = try outbox.epoch()
    let (chosen, oversized) = choose(waiting, epoch)
    guard !chosen.isEmpty else { return Step(batch: nil, oversized: oversized) }
    let prepared = try encoding.frozen(chosen, epoch: epoch, sequence: foretold)
    let batch = try outbox.write { [encoding] outbox in
      try outbox.freezeBatch(events: chosen.map(\.id), at: now) { realEpoch, sequence in
        realEpoch == epoch && sequence == foretold
          ? prepared : try encoding.frozen(chosen, epoch: realEpoch, sequence: sequence)
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
