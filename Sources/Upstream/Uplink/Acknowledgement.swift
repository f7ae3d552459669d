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
  /// SHA-256 of the batch with that number, in hexadecimal; nil where the receiver does not say.
  public var durableDigest: String?
  /// The receiver's own random id; it changes when the receiver's store is made anew.
  public var receiverInstance: String
  /// Ranges of numbers that are missing there below its highest one.
  public var gaps: [ClosedRange<Int64>]
  /// The highest number that is there; nil where the receiver does not say.
  public var highest: Int64?
  /// Whether the receiver has heard of a later epoch of this facility.
  public var isSuperseded = false
  /// The receiver's clock.
  public var serverTime: Instant?
  /// How fast the receiver can take more, in bytes a second; nil for as fast as it answers.
  public var maximumBytesPerS: Int64?
  /// The settings that head office hands down, where it has some for this facility.
  public var directive: Directive?

  /// Makes an acknowledgement.
  public init(
    epoch: PublicID,
    durableThrough: Int64,
    receiverInstance: String,
    gaps: [ClosedRange<Int64>] = [],
    highest: Int64? = nil,
    durableDigest: String? = nil,
    serverTime: Instant? = nil
  ) {
    self.epoch = epoch
    self.durableThrough = durableThrough
    self.receiverInstance = receiverInstance
    self.gaps = gaps
    self.highest = highest
    self.durableDigest = durableDigest
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
    self.highest = value["highest"]?.integer
    self.durableDigest = value["durable_through"]?["sha256"]?.string
    self.maximumBytesPerS = value["max_bytes_per_s"]?.integer
    self.isSuperseded = value["superseded"]?.bool ?? false
    self.directive = value["settings"].flatMap { Directive($0) }
    self.serverTime = value["server_time"]?.string.flatMap { try? Timestamp.ms($0) }
      .map { Instant(ms: $0) }
  }
}
