import Warehouse

extension MemoryOutbox.Write {
  package func appendEvent(
    kind: String,
    subject: String,
    dataJSON: String,
    at moment: Instant
  ) throws -> Bool {
    let newest = try rows.newestEvent(kind: kind, subject: subject)
    if newest?.dataJSON == dataJSON { return false }
    if let newest, rows.places[newest.id] == nil {
      rows.events.removeAll { $0.id == newest.id }
    }
    rows.lastEvent += 1
    rows.events.append(
      OutboxEvent(
        id: rows.lastEvent,
        kind: kind,
        subject: subject,
        revision: (newest?.revision ?? 0) + 1,
        createdAt: moment,
        dataJSON: dataJSON
      )
    )
    return true
  }

  package func freezeBatch(
    events: [Int64],
    at moment: Instant,
    encode: (PublicID, Int64) throws -> FrozenBody
  ) throws -> OutboxBatch {
    let known = Set(rows.events.map(\.id))
    guard events.allSatisfy({ rows.places[$0] == nil && known.contains($0) }) else {
      throw Failure(.conflict, "An event is in a batch already.")
    }
    rows.lastSequence += 1
    let batch = OutboxBatch(
      epoch: rows.epoch,
      sequence: rows.lastSequence,
      body: try encode(rows.epoch, rows.lastSequence),
      events: events.count,
      createdAt: moment
    )
    rows.batches.append(batch)
    let place = MemoryOutbox.Place(epoch: rows.epoch, sequence: rows.lastSequence)
    for event in events { rows.places[event] = place }
    return batch
  }

  package func recordSendFailure(sequence: Int64, message: String, at moment: Instant) throws {
    rows.lastError = message
    for index in rows.batches.indices where rows.batches[index].sequence == sequence {
      rows.batches[index].attempts += 1
    }
  }

  package func acknowledge(
    through sequence: Int64,
    receiver: String,
    receiverTime: Instant?,
    at moment: Instant
  ) throws {
    for index in rows.batches.indices where rows.batches[index].epoch == rows.epoch {
      let batch = rows.batches[index]
      guard batch.sequence <= sequence, batch.acknowledgedAt == nil else { continue }
      rows.batches[index].acknowledgedAt = moment
      rows.receiverTimes[.init(epoch: batch.epoch, sequence: batch.sequence)] = receiverTime
    }
    rows.acknowledgedThrough = max(rows.acknowledgedThrough, min(sequence, rows.lastSequence))
    rows.receiver = receiver
    rows.lastSuccessAt = moment
    rows.lastError = nil
  }

  package func reopen(
    _ missing: [ClosedRange<Int64>],
    at moment: Instant,
    tombstone: (PublicID, ClosedRange<Int64>) throws -> FrozenBody
  ) throws -> Int {
    var reopened = 0
    for range in missing {
      for number in range where number <= rows.lastSequence {
        let kept = rows.batches.firstIndex {
          $0.epoch == rows.epoch && $0.coversFrom <= number && number <= $0.sequence
        }
        if let kept {
          if rows.batches[kept].acknowledgedAt != nil { reopened += 1 }
          rows.batches[kept].acknowledgedAt = nil
          continue
        }
        let body = try tombstone(rows.epoch, number...number)
        insertTombstone(number, body, moment)
        reopened += 1
        rows.places = rows.places.filter {
          $0.value != MemoryOutbox.Place(epoch: rows.epoch, sequence: number)
        }
      }
      rows.acknowledgedThrough = min(rows.acknowledgedThrough, range.lowerBound - 1)
    }
    return reopened
  }

  private func insertTombstone(_ number: Int64, _ body: FrozenBody, _ moment: Instant) {
    let batch = OutboxBatch(
      epoch: rows.epoch,
      sequence: number,
      body: body,
      events: 0,
      createdAt: moment
    )
    let place = rows.batches.firstIndex { $0.epoch == rows.epoch && $0.sequence > number }
    rows.batches.insert(batch, at: place ?? rows.batches.endIndex)
  }

  package func bury(
    sequence: Int64,
    status: Int,
    reason: String,
    at moment: Instant,
    tombstone: (PublicID, [UInt8]) throws -> FrozenBody
  ) throws {
    guard
      let index = rows.batches.firstIndex(where: {
        $0.epoch == rows.epoch && $0.sequence == sequence
      })
    else { throw Failure(.notFound, "There is no such batch.") }
    let batch = rows.batches.remove(at: index)
    rows.letters.append(
      DeadLetter(
        epoch: batch.epoch,
        sequence: sequence,
        status: status,
        reason: reason,
        events: batch.events,
        buriedAt: moment
      )
    )
    insertTombstone(sequence, try tombstone(batch.epoch, batch.digest), moment)
  }

  package func requeueDeadLetters(at moment: Instant) throws -> (letters: Int, events: Int) {
    let dead = Set(
      rows.letters.map { MemoryOutbox.Place(epoch: $0.epoch, sequence: $0.sequence) }
    )
    let before = rows.places.count
    rows.places = rows.places.filter { !dead.contains($0.value) }
    defer { rows.letters = [] }
    return (rows.letters.count, before - rows.places.count)
  }

  package func renewEpoch(_ epoch: PublicID) throws {
    rows.epoch = epoch
    rows.lastSequence = 0
    rows.acknowledgedThrough = 0
  }

  package func reclaimStale(limit: Int) throws -> Int {
    let waiting = Set(
      rows.batches.lazy.filter { $0.acknowledgedAt == nil && $0.epoch != self.rows.epoch }
        .map { MemoryOutbox.Place(epoch: $0.epoch, sequence: $0.sequence) }
    )
    var queued = 0
    for event in rows.events where queued < limit {
      guard let place = rows.places[event.id], place.epoch != rows.epoch else { continue }
      let newest = try rows.newestEvent(kind: event.kind, subject: event.subject)
      guard newest?.id == event.id || waiting.contains(place) else { continue }
      rows.places[event.id] = nil
      queued += 1
    }
    if queued > 0 { return queued }
    let (before, epoch) = (rows.batches.count, rows.epoch)
    rows.batches.removeAll { $0.epoch != epoch && $0.acknowledgedAt == nil }
    return before - rows.batches.count
  }

  package func pruneAcknowledged(
    before: Instant,
    receiverBefore: Instant?,
    through: Int64,
    limit: Int
  ) throws -> Int {
    let old = rows.batches.filter { batch in
      guard let since = batch.acknowledgedAt, since < before,
        batch.epoch != rows.epoch || batch.sequence <= through
      else { return false }
      let place = MemoryOutbox.Place(epoch: batch.epoch, sequence: batch.sequence)
      return receiverBefore.map { (rows.receiverTimes[place] ?? since) < $0 } ?? true
    }.prefix(limit)
    rows.pruned += old
    rows.batches.removeAll { batch in
      old.contains { $0.sequence == batch.sequence && $0.epoch == batch.epoch }
    }
    return old.count
  }
}
