import Warehouse
import WireFormat

@testable import Upstream

/// What a receiver must do, in its plainest form: the model that simulations compare with.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class ModelHub: @unchecked Sendable {
  /// One stored batch.
  struct Stored {
    var plain: [UInt8]
    var digest: [UInt8]
    /// The numbers that it stands for.
    var covers: ClosedRange<Int64>
  }

  /// What a backup of it holds.
  struct Books {
    var instance: String
    var stored: [PublicID: [Int64: Stored]] = [:]
    /// Epochs in the order in which they were first heard of.
    var epochs: [PublicID] = []
  }

  var books: Books
  var quarantined = 0
  var isFull = false
  var now: () -> Instant

  init(instance: String, now: @escaping () -> Instant) {
    books = Books(instance: instance)
    self.now = now
  }

  var stored: [PublicID: [Int64: Stored]] { books.stored }

  /// The watermark, the highest number, and what is missing between them.
  func standing(
    _ epoch: PublicID
  ) -> (durable: Int64, highest: Int64, gaps: [ClosedRange<Int64>]) {
    let ranges = (books.stored[epoch] ?? [:]).values.map(\.covers)
      .sorted { $0.lowerBound < $1.lowerBound }
    var (durable, last): (Int64, Int64) = (0, 0)
    var gaps: [ClosedRange<Int64>] = []
    for range in ranges {
      if range.lowerBound > last + 1 { gaps.append(last + 1...range.lowerBound - 1) }
      last = max(last, range.upperBound)
      if gaps.isEmpty { durable = last }
    }
    return (durable, last, gaps)
  }

  func durableThrough(_ epoch: PublicID) -> Int64 { standing(epoch).durable }

  func acknowledgement(_ epoch: PublicID) -> UplinkAnswer {
    let standing = standing(epoch)
    var said = Acknowledgement(
      epoch: epoch,
      durableThrough: standing.durable,
      receiverInstance: books.instance,
      gaps: standing.gaps,
      highest: standing.highest,
      durableDigest: books.stored[epoch]?[standing.durable].map {
        HTTPUplinkTransport.hexadecimal($0.digest)
      },
      serverTime: now()
    )
    said.isSuperseded = books.epochs.contains(epoch) && books.epochs.last != epoch
    return .answered(
      status: 200,
      acknowledgement: said,
      retryAfterS: nil,
      problem: ""
    )
  }

  static func refuse(_ status: Int, _ problem: String, retryAfterS: Int64? = nil) -> UplinkAnswer {
    .answered(
      status: status,
      acknowledgement: nil,
      retryAfterS: retryAfterS,
      problem: problem
    )
  }

  func receive(_ batch: OutboxBatch) -> UplinkAnswer {
    guard let plain = try? batch.plainBody() else { return Self.refuse(400, "torn") }
    guard BatchEncoding.digest(plain) == batch.digest else {
      return Self.refuse(400, "the digest does not fit the body")
    }
    if isFull { return Self.refuse(507, "disk full") }
    if let known = books.stored[batch.epoch]?[batch.sequence] {
      guard known.digest == batch.digest else {
        quarantined += 1
        return Self.refuse(409, "other bytes are stored under this number")
      }
      return acknowledgement(batch.epoch)
    }
    if !books.epochs.contains(batch.epoch) { books.epochs.append(batch.epoch) }
    books.stored[batch.epoch, default: [:]][batch.sequence] = Stored(
      plain: plain,
      digest: batch.digest,
      covers: batch.coversFrom...batch.sequence
    )
    return acknowledgement(batch.epoch)
  }

  /// The newest event of each kind and subject: a later epoch goes before an earlier one, then the
  /// higher revision.
  func newest() throws -> [String: String] {
    var newest: [String: (Int, Int64, String)] = [:]
    for (ordinal, epoch) in books.epochs.enumerated() {
      for stored in (books.stored[epoch] ?? [:]).values {
        for event in try JSONReader.parse(stored.plain).array ?? [] {
          guard let type = event["type"]?.string, type != "org.stowage.tombstone",
            let subject = event["subject"]?.string, let revision = event["revision"]?.integer
          else { continue }
          let name = "\(type) \(subject)"
          if let present = newest[name], (present.0, present.1) >= (ordinal, revision) { continue }
          newest[name] = (ordinal, revision, event["data"]?.text ?? "")
        }
      }
    }
    return newest.mapValues(\.2)
  }
}

/// A transport whose behaviour is two closures.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class ScriptedTransport: UplinkTransport, @unchecked Sendable {
  var onSend: (OutboxBatch) -> UplinkAnswer
  var onWatermark: (PublicID) -> UplinkAnswer

  init(
    onSend: @escaping (OutboxBatch) -> UplinkAnswer,
    onWatermark: @escaping (PublicID) -> UplinkAnswer
  ) {
    self.onSend = onSend
    self.onWatermark = onWatermark
  }

  convenience init(_ hub: ModelHub) {
    self.init(onSend: { hub.receive($0) }, onWatermark: { hub.acknowledgement($0) })
  }

  func send(_ batch: OutboxBatch) -> UplinkAnswer { onSend(batch) }
  func watermark(epoch: PublicID) -> UplinkAnswer { onWatermark(epoch) }
}

/// A clock that simulations move, and that moves by itself while something sleeps.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class SimulatedClock: @unchecked Sendable {
  var ms: Int64

  init(_ ms: Int64 = 1_774_746_000_000) { self.ms = ms }

  var now: Instant { Instant(ms: ms) }
}
