import Synchronization

/// What is remembered of one open connection: its socket, its deadline, whether it is at work.
///
/// Written by the connection's thread, read by the janitor and by a stop.
final class Peer: Sendable {
  /// No deadline.
  static let never = UInt64.max

  let socketFD: Int32
  let remote: RemoteAddress
  let connectedNS: UInt64
  /// When the connection is overdue, in nanoseconds of the server's clock.
  let deadlineNS: Atomic<UInt64>
  /// Whether a request is between its first line and the end of its answer.
  let isAtWork = Atomic<Bool>(false)
  /// Whether a handler runs right now, which nothing can interrupt.
  let isHandling = Atomic<Bool>(false)
  /// How many requests were finished on it.
  let served = Atomic<Int>(0)
  /// Whether its reading half was shut by a stop.
  let isShutForReading = Atomic<Bool>(false)
  /// Whether the janitor cut it.
  let isOverdue = Atomic<Bool>(false)
  /// What is known of the client's certificate, found out with the first request.
  let certificate = Mutex<ClientCertificate.Verdict>(.unknown)
  /// What it shows of us in its handshake, nil where it speaks plain HTTP.
  let identity: LoadedIdentity?
  /// Whether the body of a refused request may still be on its way.
  let shouldLinger = Atomic<Bool>(false)

  init(
    socketFD: Int32,
    remote: RemoteAddress,
    connectedNS: UInt64,
    deadlineNS: UInt64,
    identity: LoadedIdentity?
  ) {
    self.socketFD = socketFD
    self.remote = remote
    self.connectedNS = connectedNS
    self.deadlineNS = Atomic(deadlineNS)
    self.identity = identity
  }

  /// Sets the moment at which the janitor cuts the connection.
  func setDeadline(_ moment: UInt64) {
    deadlineNS.store(moment, ordering: .relaxed)
  }
}
