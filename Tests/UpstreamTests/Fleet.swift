import StowageTesting
import Warehouse

@testable import Upstream

/// A batch of the fleet's simulation: its content is a list of numbers, each a subject and its
/// revision.
struct FleetBatch {
  var sequence: Int64
  var first: Int64
  var content: [Int32]
  var digest: UInt64
  /// By the facility's own clock; nil while it is not acknowledged.
  var acknowledgedAt: Int64?
  /// By head office's clock.
  var receiverAt: Int64 = 0

  init(sequence: Int64, first: Int64, content: [Int32], epoch: Int) {
    self.sequence = sequence
    self.first = first
    self.content = content
    digest = Self.digest(content, sequence, epoch)
  }

  /// FNV-1a, in place of SHA-256: the same role, a hundredth of the time.
  static func digest(_ content: [Int32], _ sequence: Int64, _ epoch: Int) -> UInt64 {
    var hash: UInt64 =
      0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: sequence &* 31 &+ Int64(epoch))
    for number in content {
      hash = (hash ^ UInt64(truncatingIfNeeded: number)) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}

/// The outbox of one facility, in its plainest form.
struct FleetOutbox {
  /// The newest revision of each subject.
  var revisions: [Int32] = []
  /// Which epoch and batch hold it; 0 and 0 for none yet.
  var places: [(epoch: Int, sequence: Int64)] = []
  var epoch: Int
  var batches: [FleetBatch] = []
  var lastSequence: Int64 = 0
  var acknowledgedThrough: Int64 = 0
  /// Batches that were given up: their content is owed.
  var letters: [Int64] = []

  init(epoch: Int) { self.epoch = epoch }

  /// Corrects an aggregate, or makes it.
  mutating func make(_ subject: Int) {
    while revisions.count <= subject {
      revisions.append(0)
      places.append((0, -1))
    }
    revisions[subject] += 1
    places[subject] = (0, 0)
  }

  /// The pending batch with the lowest number, frozen where there is none; nil where all is sent.
  mutating func next() -> FleetBatch? {
    if let pending = batches.first(where: { $0.acknowledgedAt == nil }) { return pending }
    var content: [Int32] = []
    for subject in revisions.indices {
      let place = places[subject]
      guard place.sequence >= 0, place.epoch != epoch || place.sequence == 0 else { continue }
      content.append(Int32(subject) << 16 | revisions[subject])
      places[subject] = (epoch, lastSequence + 1)
      if content.count == 4 { break }
    }
    guard !content.isEmpty else { return nil }
    lastSequence += 1
    let batch = FleetBatch(
      sequence: lastSequence,
      first: lastSequence,
      content: content,
      epoch: epoch
    )
    batches.append(batch)
    return batch
  }

  mutating func acknowledge(_ through: Int64, at ours: Int64, receiver: Int64) {
    for index in batches.indices where batches[index].sequence <= through {
      guard batches[index].acknowledgedAt == nil else { continue }
      batches[index].acknowledgedAt = ours
      batches[index].receiverAt = receiver
    }
    acknowledgedThrough = max(acknowledgedThrough, min(through, lastSequence))
  }

  mutating func reopen(_ missing: [ClosedRange<Int64>]) {
    for range in missing {
      for number in range where number <= lastSequence {
        if let kept = batches.firstIndex(where: { $0.first <= number && number <= $0.sequence }) {
          batches[kept].acknowledgedAt = nil
          continue
        }
        insertTombstone(number)
        queueAgain(number)
      }
      acknowledgedThrough = min(acknowledgedThrough, range.lowerBound - 1)
    }
  }

  private mutating func insertTombstone(_ number: Int64) {
    let place = batches.firstIndex { $0.sequence > number } ?? batches.endIndex
    let batch = FleetBatch(sequence: number, first: number, content: [], epoch: epoch)
    batches.insert(batch, at: place)
  }

  private mutating func queueAgain(_ number: Int64) {
    for subject in places.indices where places[subject] == (epoch, number) {
      places[subject] = (0, 0)
    }
  }

  mutating func bury(_ sequence: Int64) {
    batches.removeAll { $0.sequence == sequence }
    insertTombstone(sequence)
    letters.append(sequence)
  }

  mutating func requeue() {
    for letter in letters { queueAgain(letter) }
    letters = []
  }

  /// A new epoch: everything newest is queued again by `next`, since its place has another epoch.
  mutating func renew(_ epoch: Int) {
    self.epoch = epoch
    batches = []
    letters = []
    lastSequence = 0
    acknowledgedThrough = 0
  }

  /// Deletes what both clocks say was acknowledged long enough ago; returns the numbers.
  mutating func prune(_ through: Int64, before: Int64, receiverBefore: Int64) -> [Int64] {
    var pruned: [Int64] = []
    batches.removeAll { batch in
      guard let at = batch.acknowledgedAt, at < before, batch.receiverAt < receiverBefore,
        batch.sequence <= through
      else { return false }
      pruned.append(batch.sequence)
      return true
    }
    return pruned
  }
}

/// What head office holds of one facility.
struct FleetBooks {
  /// The epochs in the order in which they were first heard of, each with its batches by number.
  var epochs: [(epoch: Int, batches: [FleetBatch])] = []

  func standing(_ epoch: Int) -> (durable: Int64, highest: Int64, gaps: [ClosedRange<Int64>]) {
    var (durable, last): (Int64, Int64) = (0, 0)
    var gaps: [ClosedRange<Int64>] = []
    guard let index = epochs.firstIndex(where: { $0.epoch == epoch }) else { return (0, 0, []) }
    for batch in epochs[index].batches {
      if batch.first > last + 1 { gaps.append(last + 1...batch.first - 1) }
      last = batch.sequence
      if gaps.isEmpty { durable = last }
    }
    return (durable, last, gaps)
  }

  func batch(_ sequence: Int64, _ epoch: Int) -> FleetBatch? {
    epochs.first { $0.epoch == epoch }?.batches.first { $0.sequence == sequence }
  }

  func isSuperseded(_ epoch: Int) -> Bool {
    epochs.last.map { $0.epoch != epoch } ?? false && epochs.contains { $0.epoch == epoch }
  }

  enum Verdict { case stored, repeated, conflicting }

  mutating func store(_ batch: FleetBatch, _ epoch: Int) -> Verdict {
    let index =
      epochs.firstIndex { $0.epoch == epoch }
      ?? {
        epochs.append((epoch, []))
        return epochs.count - 1
      }()
    let place = epochs[index].batches.firstIndex { $0.sequence >= batch.sequence }
    if let place, epochs[index].batches[place].sequence == batch.sequence {
      return epochs[index].batches[place].digest == batch.digest ? .repeated : .conflicting
    }
    epochs[index].batches.insert(batch, at: place ?? epochs[index].batches.endIndex)
    return .stored
  }

  /// The revision of each subject that counts: the latest epoch's, then the highest.
  func newest() -> [Int32] {
    var revisions: [Int32] = []
    for (_, batches) in epochs {
      var own: [Int: Int32] = [:]
      for batch in batches {
        for number in batch.content {
          own[Int(number >> 16)] = max(own[Int(number >> 16)] ?? 0, number & 0xFFFF)
        }
      }
      for (subject, revision) in own {
        while revisions.count <= subject { revisions.append(0) }
        revisions[subject] = revision
      }
    }
    return revisions
  }
}
