import Upstream
import Warehouse

/// What a receiver must do, in its plainest form: the model that simulations compare with.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class ModelHub: @unchecked Sendable {
  let instance: String
  var stored: [PublicID: [Int64: (body: [UInt8], digest: [UInt8])]] = [:]
  var quarantined = 0
  var now: () -> Instant

  init(instance: String, now: @escaping () -> Instant) {
    self.instance = instance
    self.now = now
  }

  func durableThrough(_ epoch: PublicID) -> Int64 {
    var through: Int64 = 0
    while stored[epoch]?[through + 1] != nil { through += 1 }
    return through
  }

  func acknowledgement(_ epoch: PublicID) -> UplinkAnswer {
    .answered(
      status: 200,
      acknowledgement: Acknowledgement(
        epoch: epoch,
        durableThrough: durableThrough(epoch),
        receiverInstance: instance,
        serverTime: now()
      ),
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
    guard BatchEncoding.digest(batch.body) == batch.digest else {
      return Self.refuse(422, "the digest does not fit the body")
    }
    if let known = stored[batch.epoch]?[batch.sequence] {
      guard known.digest == batch.digest else {
        quarantined += 1
        return Self.refuse(409, "other bytes are stored under this number")
      }
      return acknowledgement(batch.epoch)
    }
    stored[batch.epoch, default: [:]][batch.sequence] = (batch.body, batch.digest)
    return acknowledgement(batch.epoch)
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
