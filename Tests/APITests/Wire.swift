import Glibc

/// A plain socket: tests write exactly the bytes they want to be judged.
final class Wire {
  private let socketFD: Int32

  /// Connects to a port of this machine.
  init?(port: UInt16) {
    let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard made >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      close(made)
      return nil
    }
    socketFD = made
  }

  deinit { close(socketFD) }

  /// Sends text, and reads until the other side closes or is silent for two seconds.
  func exchange(_ text: String) -> String {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { send(socketFD, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    var received: [UInt8] = []
    while true {
      var watched = pollfd(fd: socketFD, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, 2_000) > 0 else { break }
      var room = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socketFD, &room, room.count, 0)
      guard count > 0 else { break }
      received += room[..<count]
    }
    return String(decoding: received, as: UTF8.self)
  }

  /// Sends text, and reads nothing yet.
  func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { send(socketFD, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  /// Reads until a text is there, the other side closes, or it is silent for 20 seconds.
  func hear(until isEnough: (String) -> Bool) -> String {
    var received: [UInt8] = []
    while true {
      let text = String(decoding: received, as: UTF8.self)
      var watched = pollfd(fd: socketFD, events: Int16(POLLIN), revents: 0)
      guard !isEnough(text), poll(&watched, 1, 20_000) > 0 else { return text }
      var room = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socketFD, &room, room.count, 0)
      guard count > 0 else { return text }
      received += room[..<count]
    }
  }
}
