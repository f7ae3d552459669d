import Glibc

/// A listening socket that the process was started with (systemd.socket(5), sd_listen_fds(3)).
///
/// Whoever made it holds it too: connections queue there while the service restarts, so that a
/// scanner waits a second instead of being refused.
public struct InheritedSocket: Sendable, Equatable {
  /// Its number in this process.
  public let socketFD: Int32
  /// The address that it is bound to, as text; empty for a unix socket.
  public let host: String
  /// Its port, nil for a unix socket.
  public let port: UInt16?

  /// The number of the first socket that is handed over.
  private static let firstFD: Int32 = 3

  /// Takes a socket over; fails where the number is none that listens for streams.
  public init(socketFD: Int32) throws(ListenerError) {
    var isListening: Int32 = 0
    var type: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(socketFD, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0,
      getsockopt(socketFD, SOL_SOCKET, SO_TYPE, &type, &size) == 0, isListening != 0,
      type == Int32(SOCK_STREAM.rawValue), let local = SocketAddress.local(of: socketFD)
    else {
      throw ListenerError(
        .badAddress,
        "The socket that was handed over does not listen for streams; "
          + "its unit wants ListenStream= and Accept=no."
      )
    }
    // The library polls it, and a child of ours has no business with it.
    _ = fcntl(socketFD, F_SETFL, fcntl(socketFD, F_GETFL) | O_NONBLOCK)
    _ = fcntl(socketFD, F_SETFD, FD_CLOEXEC)
    self.socketFD = socketFD
    self.port = SocketAddress.port(of: local)
    self.host = port == nil ? "" : SocketAddress.host(of: local)
  }

  /// The one socket that the environment speaks of, nil where it speaks of none.
  ///
  /// The variables count only where `LISTEN_PID` is this process: others inherited them by chance.
  /// More than one socket is refused, since nobody could say which is for what.
  public static func fromEnvironment(
    _ environment: [String: String],
    processID: Int32 = getpid()
  ) throws(ListenerError) -> InheritedSocket? {
    guard let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), count > 0,
      environment["LISTEN_PID"].flatMap({ Int32($0) }) == processID
    else { return nil }
    guard count == 1 else {
      throw ListenerError(
        .badAddress,
        "\(count) sockets were handed over where one is wanted; name one ListenStream= in the unit."
      )
    }
    return try InheritedSocket(socketFD: firstFD)
  }
}
