/// Where a request came from.
public enum RemoteAddress: Sendable, Equatable {
  /// An internet address in text form, and the port.
  case internet(host: String, port: Int)
  /// A process on this machine over the unix socket, as the kernel vouches for it.
  case unix(PeerCredentials)
  /// No socket at all: a router driven in memory.
  case memory

  /// The host as logs show it: an address, `unix` or `memory`.
  public var host: String {
    switch self {
    case .internet(let host, _): host
    case .unix: "unix"
    case .memory: "memory"
    }
  }

  /// A number that differs from connection to connection: what all of them look at is kept in
  /// several parts, and each connection looks at its own.
  ///
  /// Under one lock, every thread that is put aside while it holds it makes all the others wait, at
  /// 64 connections most of the time. Linux hands out ports in steps of two.
  public var spread: Int {
    switch self {
    case .internet(_, let port): port / 2
    case .unix(let credentials): Int(credentials.processID)
    case .memory: 0
    }
  }

  /// Whether the caller sits on this machine.
  public var isLocal: Bool {
    switch self {
    case .internet(let host, _):
      host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    case .unix, .memory: true
    }
  }
}

/// Who is at the other end of a unix socket (SO_PEERCRED), taken when it connected.
public struct PeerCredentials: Sendable, Equatable {
  /// The process.
  public var processID: Int32
  /// Its effective user.
  public var userID: UInt32
  /// Its effective group; supplementary groups are not told by the kernel here.
  public var groupID: UInt32

  /// Makes credentials from their parts.
  public init(processID: Int32, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }
}
