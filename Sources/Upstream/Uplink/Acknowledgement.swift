import Warehouse
import WireFormat

/// What the receiver says that it holds for good, sent with each answer and for `/v1/watermark`.
///
/// Only this frees an aggregate from the outbox: a status alone says nothing, since a captive
/// portal also answers 200.
public struct Acknowledgement: Sendable, Equatable {
  /// The epoch that the watermark speaks of.
  public var epoch: PublicID
  /// Every batch of the epoch up to this number is durable there; 0 where none is.
  public var durableThrough: Int64
  /// The receiver's own random id; it changes when the receiver's store is made anew.
  public var receiverInstance: String
  /// Ranges of numbers that are missing there below its highest one.
  public var gaps: [ClosedRange<Int64>]
  /// The receiver's clock.
  public var serverTime: Instant?

  /// Makes an acknowledgement.
  public init(
    epoch: PublicID,
    durableThrough: Int64,
    receiverInstance: String,
    gaps: [ClosedRange<Int64>] = [],
    serverTime: Instant? = nil
  ) {
    self.epoch = epoch
    self.durableThrough = durableThrough
    self.receiverInstance = receiverInstance
    self.gaps = gaps
    self.serverTime = serverTime
  }

  /// Reads the receiver's answer; nil for anything that is not one.
  ///
  /// Unknown members are ignored, so that a newer receiver may say more.
  public init?(json: [UInt8]) {
    guard let value = try? JSONReader.parse(json),
      let epoch = value["durable_through"]?["epoch"]?.string.flatMap({ PublicID($0) }),
      let through = value["durable_through"]?["sequence"]?.integer, through >= 0,
      let instance = value["receiver_instance"]?.string, !instance.isEmpty
    else { return nil }
    self.epoch = epoch
    self.durableThrough = through
    self.receiverInstance = instance
    self.gaps = (value["gaps"]?.array ?? []).compactMap { range in
      guard let first = range[0]?.integer, let last = range[1]?.integer, first <= last else {
        return nil
      }
      return first...last
    }
    self.serverTime = value["server_time"]?.string.flatMap { try? Timestamp.ms($0) }
      .map { Instant(ms: $0) }
  }
}
