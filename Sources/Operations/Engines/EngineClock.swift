/// The clocks of an engine run: engines read none themselves.
public struct EngineClock: Sendable {
  /// Nanoseconds that never jump.
  public let wallNS: @Sendable () -> UInt64
  /// Nanoseconds of processor time that this process has used.
  public let processorNS: @Sendable () -> UInt64

  /// Joins two clocks.
  public init(
    wallNS: @escaping @Sendable () -> UInt64,
    processorNS: @escaping @Sendable () -> UInt64
  ) {
    self.wallNS = wallNS
    self.processorNS = processorNS
  }
}
