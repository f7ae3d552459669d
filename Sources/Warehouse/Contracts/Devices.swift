/// How far the operations of a device have been taken.
public struct DeviceSequence: Sendable, Equatable {
  /// The highest number of the device's own counting that was taken.
  public var last: Int64
  /// How far its clock is off, in milliseconds to be added to it.
  public var clockOffsetMS: Int64
  /// When it was last heard of.
  public var seenAt: Instant

  /// Makes a sequence.
  public init(last: Int64, clockOffsetMS: Int64, seenAt: Instant) {
    self.last = last
    self.clockOffsetMS = clockOffsetMS
    self.seenAt = seenAt
  }
}

/// Reads what the box knows of devices and of what they reported.
public protocol DeviceReading {
  /// How far the operations of a device have been taken; nil for one that never sent any.
  func deviceSequence(_ device: String) throws -> DeviceSequence?
  /// The newest row of a device that nobody has taken back, and that takes nothing back itself.
  func lastEntry(of device: String) throws -> LedgerEntry?
  /// What came to a place less what left it after a moment, in milli base units of one lot.
  func movement(of lot: LotID, at location: LocationID, after moment: Instant) throws -> Int64
  /// When a lot was last counted in a place.
  func lastCount(of lot: LotID, at location: LocationID) throws -> Instant?
}

/// Writes what devices hold.
public protocol DeviceWriting {
  /// Notes how far the operations of a device have been taken; never goes back.
  func setDeviceSequence(_ sequence: DeviceSequence, of device: String) throws
  /// Gives a task to a device until a moment; false where another one has it, or it moved on.
  func lease(_ id: RecommendationID, to device: String, until: Instant) throws -> Bool
  /// Says which device works on a task; its expiry stays as it is.
  func setHolder(_ device: String, of id: RecommendationID) throws
  /// Takes an open task away from its device: anybody may have it again, until a moment.
  func release(_ id: RecommendationID, until: Instant, at: Instant) throws
}
