/// How a code came into the box: read by a scanner, or typed by hand.
///
/// Kept with what is booked: where people type much, a label is bad or missing.
public enum EntryMethod: String, Sendable, CaseIterable {
  case scan = "SCAN"
  case hand = "HAND"
}

/// What a device said of a report: how the code came in, its own clock, its own numbering.
///
/// Kept as it was said, beside the moments that the box trusts.
public struct ClientTrace: Sendable, Equatable {
  /// How the code came in; nil where the device did not say.
  public var entry: EntryMethod?
  /// When it happened by the clock of the device, which may be hours off.
  public var clientAt: Instant?
  /// The number that the device gave it, in the order in which things were done there.
  public var sequence: Int64?

  /// Makes a trace.
  public init(
    entry: EntryMethod? = nil,
    clientAt: Instant? = nil,
    sequence: Int64? = nil
  ) {
    self.entry = entry
    self.clientAt = clientAt
    self.sequence = sequence
  }
}
