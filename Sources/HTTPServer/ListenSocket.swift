import Glibc

/// A bound, listening socket; the library gets it ready-made.
///
/// Making it here gives one path for internet and unix sockets, an exact bind to the address named
/// (never more), and the port that the kernel chose. Whoever starts the library with it keeps the
/// duty to close it.
struct ListenSocket: Sendable {
  let socketFD: Int32
  /// Whether somebody else holds the same socket and goes on listening when we stop.
  let isShared: Bool
  /// The port that it got, nil for unix sockets.
  let port: UInt16?

  /// What the kernel may hold of an answer for one connection, in bytes; it takes twice that, with
  /// what it needs itself.
  ///
  /// Left to itself it grows to some megabytes for each: two hundred readers who do not read would
  /// cost half a gigabyte, and a scanner waits while it is filled. A quarter of a megabyte keeps a
  /// gigabit line busy up to two milliseconds of delay.
  static let sendBufferBytes: Int32 = 131_072

  /// Binds and listens.
  init(_ address: ListenAddress) throws(ListenerError) {
    switch address {
    case .inherited(let inherited):
      socketFD = inherited.socketFD
      port = inherited.port
      isShared = true
      Self.boundSending(on: socketFD)
      return
    case .internet(let host, let port):
      socketFD = try Self.bindInternet(host: host, port: port)
      self.port = SocketAddress.local(of: socketFD).flatMap { SocketAddress.port(of: $0) }
      isShared = false
    case .unix(let path, let mode, let groupID):
      socketFD = try Self.bindUnix(path: path, mode: mode, groupID: groupID)
      self.port = nil
      isShared = false
    }
    Self.boundSending(on: socketFD)
    guard listen(socketFD, SOMAXCONN) == 0 else {
      let error = Self.error("Listening failed", errno)
      close(socketFD)
      throw error
    }
  }

  private static let flags = Int32(
    SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
  )

  /// Bounds what is sent ahead; the connections that come of the socket inherit it (socket(7)).
  private static func boundSending(on socketFD: Int32) {
    var bytes = sendBufferBytes
    setsockopt(socketFD, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func bindInternet(host: String, port: UInt16) throws(ListenerError) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let info = list else {
      throw ListenerError(.badAddress, "\(host) is no address of this machine; name one it has.")
    }
    defer { freeaddrinfo(list) }
    let family = info.pointee.ai_family
    let socketFD = socket(family, flags, 0)
    guard socketFD >= 0 else { throw error("No socket could be made", errno) }
    var one: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(socketFD, SOL_SOCKET, SO_REUSEADDR, &one, size)
    if family == AF_INET6 {
      setsockopt(socketFD, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, size)
    }
    guard bind(socketFD, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 else {
      let failure = error("\(host) port \(port)", errno)
      close(socketFD)
      throw failure
    }
    return socketFD
  }

  private static func bindUnix(
    path: String,
    mode: UInt32,
    groupID: UInt32?
  ) throws(ListenerError) -> Int32 {
    guard let address = UnixAddress(path) else {
      throw ListenerError(
        .badAddress,
        "\(path) is longer than the \(UnixAddress.maximumBytes) bytes that a socket path may have."
      )
    }
    try removeStale(path, address)
    let socketFD = socket(AF_UNIX, flags, 0)
    guard socketFD >= 0 else { throw error("No socket could be made", errno) }
    // The file gets this mode at its birth, less the umask; chmod then sets it exactly.
    _ = fchmod(socketFD, mode)
    guard address.withPointer({ bind(socketFD, $0, $1) }) == 0, chmod(path, mode) == 0 else {
      let failure = error(path, errno)
      close(socketFD)
      throw failure
    }
    if let groupID, chown(path, uid_t.max, groupID) != 0 {
      let failure = error("\(path): its group", errno)
      close(socketFD)
      unlink(path)
      throw failure
    }
    return socketFD
  }

  /// Removes the socket file of a process that has gone; one that answers stays, and so does a
  /// file of any other kind.
  private static func removeStale(
    _ path: String,
    _ address: UnixAddress
  ) throws(ListenerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ListenerError(.badAddress, "\(path) exists and is no socket; move it away.")
    }
    let probe = socket(AF_UNIX, flags, 0)
    defer { close(probe) }
    let answer = address.withPointer { connect(probe, $0, $1) }
    guard answer != 0, errno == ECONNREFUSED else {
      throw ListenerError(.addressInUse, "\(path) is served by another process; stop it first.")
    }
    unlink(path)
  }

  private static func error(_ what: String, _ code: Int32) -> ListenerError {
    let why = String(cString: strerror(code))
    return switch code {
    case EADDRINUSE:
      ListenerError(.addressInUse, "\(what) is in use by another process; stop it or take another.")
    case EACCES, EPERM:
      ListenerError(.notPermitted, "\(what) may not be used by this user: \(why).")
    case EADDRNOTAVAIL:
      ListenerError(.badAddress, "\(what) is no address of this machine; name one it has.")
    default: ListenerError(.failed, "\(what): \(why).")
    }
  }
}
