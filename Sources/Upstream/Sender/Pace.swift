import Warehouse

/// How fast may be sent: the slower of what this site and what the receiver allows.
///
/// A box that comes back after weeks has hundreds of batches to tell; on a thin line they must not
/// stand in the way of everything else. After a batch nothing goes until its bytes have had their
/// time at that rate, so the rate holds over any span longer than one batch.
struct Pace: Sendable, Equatable {
  /// What this site allows, in bytes a second; nil for no limit.
  var ownBytesPerS: Int64?
  /// What the receiver asked for last, in bytes a second; nil for no limit.
  var receiverBytesPerS: Int64?
  /// Before this, the bytes sent last have not had their time.
  private(set) var freeAt: Instant?

  /// The slower of the two; nil where neither limits.
  var bytesPerS: Int64? {
    [ownBytesPerS, receiverBytesPerS].compactMap { $0 }.filter { $0 > 0 }.min()
  }

  /// Counts bytes that went out.
  mutating func sent(_ bytes: Int, _ now: Instant) {
    guard let rate = bytesPerS, bytes > 0 else {
      freeAt = nil
      return
    }
    freeAt = now.adding(ms: (Int64(bytes) * 1_000 + rate - 1) / rate)
  }
}
