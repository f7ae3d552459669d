import Warehouse

/// What came of a call to the receiver.
public enum UplinkAnswer: Sendable, Equatable {
  /// An answer, of whatever status; `problem` is what it says went wrong, shortened.
  case answered(
    status: Int,
    acknowledgement: Acknowledgement?,
    retryAfterS: Int64?,
    problem: String
  )
  /// No answer at all.
  case unreachable(String)
}

/// The way to the receiver; real over HTTP, and in memory for simulations.
public protocol UplinkTransport: Sendable {
  /// Sends a batch and waits for the answer.
  func send(_ batch: OutboxBatch) -> UplinkAnswer
  /// Asks what the receiver holds of an epoch.
  func watermark(epoch: PublicID) -> UplinkAnswer
}
