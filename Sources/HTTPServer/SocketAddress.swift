import CMicroHTTPD
import Glibc

/// Reads the addresses that the kernel hands out.
enum SocketAddress {
  /// The port of an internet address, nil for other families.
  static func port(of storage: sockaddr_storage) -> UInt16? {
    switch Int32(storage.ss_family) {
    case AF_INET:
      withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(as: sockaddr_in.self).sin_port) }
    case AF_INET6:
      withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(as: sockaddr_in6.self).sin6_port) }
    default: nil
    }
  }

  /// The address that a socket is bound to, nil where it is bound to none.
  static func local(of socketFD: Int32) -> sockaddr_storage? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(socketFD, $0, &size)
      }
    }
    return code == 0 ? storage : nil
  }

  /// Who is at the other end of a connected socket.
  static func remote(of socketFD: Int32) -> RemoteAddress {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getpeername(socketFD, $0, &size)
      }
    }
    guard code == 0 else { return .internet(host: "unknown", port: 0) }
    guard let port = port(of: storage) else { return .unix(credentials(of: socketFD)) }
    return .internet(host: host(of: storage), port: Int(port))
  }

  /// The host of an internet address as text.
  static func host(of storage: sockaddr_storage) -> String {
    let isShort = Int32(storage.ss_family) == AF_INET
    let text = withUnsafeBytes(of: storage) { bytes in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { room in
        guard let start = bytes.baseAddress, let out = room.baseAddress else { return "unknown" }
        let offset =
          isShort
          ? MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 4
          : MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
        let family = Int32(storage.ss_family)
        guard inet_ntop(family, start + offset, out, socklen_t(INET6_ADDRSTRLEN)) != nil else {
          return "unknown"
        }
        return String(cString: out)
      }
    }
    return text
  }

  private static func credentials(of socketFD: Int32) -> PeerCredentials {
    // Nobody is vouched for when the kernel does not answer: the ids stay those of no user.
    var found = PeerCredentials(processID: 0, userID: .max, groupID: .max)
    _ = stowage_peer_credentials(socketFD, &found.processID, &found.userID, &found.groupID)
    return found
  }
}

/// The address of a unix socket.
struct UnixAddress {
  /// Longest path, without the closing NUL.
  static let maximumBytes = 107

  private var raw: sockaddr_un

  /// Takes a path; nil where it is empty or too long.
  init?(_ path: String) {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= Self.maximumBytes else { return nil }
    raw = sockaddr_un()
    raw.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Lends the address in the form that the socket calls take.
  func withPointer<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
