import Glibc

/// Where a listener listens.
public enum ListenAddress: Sendable, Equatable {
  /// An address of this machine and a port; port 0 lets the kernel choose.
  case internet(host: String, port: UInt16)
  /// A socket in the file system with its mode and, if wanted, its group.
  case unix(path: String, mode: UInt32 = 0o660, groupID: UInt32? = nil)
  /// A socket that listens already, made by whoever started us; see ``InheritedSocket``.
  case inherited(InheritedSocket)
}

/// A certificate with its key, both in PEM.
public struct TLSIdentity: Sendable {
  /// The certificate, followed by those between it and the root.
  public var certificatePEM: String
  /// The private key, unencrypted.
  public var keyPEM: String

  /// Authorities whose client certificates are believed; nil asks clients for none.
  public var clientAuthorityPEM: String?
  /// Whether a client without a believed certificate is refused with 403.
  public var requiresClientCertificate: Bool

  /// Makes an identity from PEM texts.
  public init(
    certificatePEM: String,
    keyPEM: String,
    clientAuthorityPEM: String? = nil,
    requiresClientCertificate: Bool = false
  ) {
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
    self.clientAuthorityPEM = clientAuthorityPEM
    self.requiresClientCertificate = requiresClientCertificate
  }
}

/// Everything that bounds a listener; the defaults are the product's.
public struct ServerSettings: Sendable {
  /// Where to listen; whether that may be more than loopback is decided above.
  public var address: ListenAddress
  /// The identity for HTTPS; nil speaks plain HTTP.
  public var tls: TLSIdentity?
  /// Connections that are accepted at all; beyond it they wait in the kernel's queue.
  public var connectionLimit = 320
  /// From this many connections on, an answer closes its connection.
  public var closeFromConnections = 192
  /// The same for admitted requests of routes with priority: whoever scans keeps the connection,
  /// and does not queue for a new one behind the crowd.
  public var closePriorityFromConnections = 304
  /// From this many on, only routes with priority are answered; the others get 503.
  public var shedFromConnections = 256
  /// Connections from one address, nil for no such limit (a site behind one NAT is one address).
  public var connectionsPerAddress: Int?
  /// Streams that stay open, over all connections.
  public var maximumOpenStreams = 96
  /// Seconds to name in `Retry-After` when load is shed.
  public var retryAfterS = 1
  /// Memory of a connection for its head and buffers, in bytes.
  public var connectionMemoryBytes = 32 * 1_024
  /// Stack of a connection's thread, in bytes.
  public var stackBytes = 512 * 1_024
  /// Bodies being read at the same time, over all connections, in bytes.
  public var bodyBytesInFlight = 256 * 1_024 * 1_024
  /// Inactivity after which a connection is closed, in seconds.
  public var idleTimeoutS = 10
  /// Time for a whole head, counted from the connection or from the first line, in milliseconds.
  public var headTimeoutMS = 5_000
  /// Time for a whole body, where the route names none, in milliseconds.
  public var bodyTimeoutMS = 30_000
  /// Time for sending a whole answer, streams excepted, in milliseconds.
  public var responseTimeoutMS = 120_000
  /// Time within which a client must take a piece of a stream, in milliseconds.
  public var streamStallTimeoutMS = 30_000
  /// The monotonic clock, in nanoseconds.
  public var nowNS: @Sendable () -> UInt64 = MonotonicClock.nowNS
  /// Hears of every finished request, on the connection's thread.
  public var observe: @Sendable (Observation) -> Void = { _ in }

  /// Starts from the defaults.
  public init(address: ListenAddress = .internet(host: "127.0.0.1", port: 0)) {
    self.address = address
  }
}

/// The clock that never jumps.
public enum MonotonicClock {
  /// Nanoseconds since some fixed moment.
  public static let nowNS: @Sendable () -> UInt64 = {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}

/// What came of a request, told once when it is over.
public struct Observation: Sendable {
  /// How a request ended.
  public enum Outcome: String, Sendable {
    /// The answer was sent whole.
    case completed
    /// The client went away, or the connection broke.
    case aborted
    /// It took longer than one of the limits.
    case timedOut = "timed_out"
    /// The head could not be read, and the library closed the connection.
    case unreadable
  }

  /// The name of the route, nil where none matched.
  public var route: String?
  /// The method, nil where the head was not readable.
  public var method: Method?
  /// The status that was answered, 0 where none was.
  public var status: Int
  /// From the first line to the last byte of the answer, in nanoseconds.
  public var durationNS: UInt64
  /// Bytes of body that came in.
  public var requestBytes: Int
  /// Bytes of body that went out, as sent.
  public var responseBytes: Int
  /// How it ended.
  public var outcome: Outcome
  /// The request's id.
  public var requestID: String
  /// Who asked.
  public var remote: RemoteAddress
}

/// Why a listener could not start.
public struct ListenerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Kind: Sendable, Equatable {
    /// The address means nothing on this machine.
    case badAddress
    /// Somebody else listens there.
    case addressInUse
    /// The kernel says that we may not.
    case notPermitted
    /// The certificate or key is not usable.
    case badIdentity
    /// Something else; the message has it.
    case failed
  }

  /// The kind.
  public var kind: Kind
  /// What happened, and what to do.
  public var message: String
  /// The message.
  public var description: String { message }

  /// Makes an error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
