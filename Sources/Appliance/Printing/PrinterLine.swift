import Foundation
import Warehouse

/// A connection to a label printer: raw bytes over TCP, as printers take them on port 9100.
///
/// Blocks its thread; every wait has an end. What goes wrong is told in words for whoever stands
/// at the printer.
struct PrinterLine {
  /// What went wrong, in words.
  struct Fault: Error {
    var words: String
  }

  private let socket: Int32
  private let timeoutMS: Int

  /// Connects; tries each address that the name has.
  init(host: String, port: Int, timeoutMS: Int) throws(Fault) {
    self.timeoutMS = timeoutMS
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_family = AF_UNSPEC
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0, let first = found else {
      throw Fault(words: "the name \(host) is not known in the network")
    }
    defer { freeaddrinfo(first) }
    var words = "it has no address"
    var next: UnsafeMutablePointer<addrinfo>? = first
    while let address = next {
      do {
        socket = try Self.connect(address.pointee, timeoutMS)
        return
      } catch {
        words = error.words
      }
      next = address.pointee.ai_next
    }
    throw Fault(words: words)
  }

  /// Ends the connection.
  func close() {
    Foundation.close(socket)
  }

  private static func connect(
    _ address: addrinfo,
    _ timeoutMS: Int
  ) throws(Fault) -> Int32 {
    let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let socket = Foundation.socket(address.ai_family, kind, address.ai_protocol)
    guard socket >= 0 else { throw Fault(words: reason(errno)) }
    var code: Int32 = 0
    if Foundation.connect(socket, address.ai_addr, address.ai_addrlen) != 0 {
      code = errno
      if code == EINPROGRESS {
        code = ETIMEDOUT
        if wait(socket, for: Int16(POLLOUT), timeoutMS) {
          var length = socklen_t(MemoryLayout<Int32>.size)
          getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length)
        }
      }
    }
    guard code == 0 else {
      Foundation.close(socket)
      throw Fault(words: reason(code))
    }
    return socket
  }

  /// Sends all bytes, and waits until the printer's side has taken them.
  func send(_ bytes: [UInt8]) throws(Fault) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EINTR {
        guard Self.wait(socket, for: Int16(POLLOUT), timeoutMS) else {
          throw Fault(words: "it stopped taking data; see whether it has paper and is not paused")
        }
      } else {
        throw Fault(words: Self.reason(errno))
      }
    }
  }

  /// Says that nothing follows, and waits until the printer hangs up or has been silent for a
  /// second with all of it.
  ///
  /// What the printer still says is read: closing over unread words resets the connection, and a
  /// printer that is reset throws away what it has not printed.
  func finish() throws(Fault) {
    shutdown(socket, Int32(SHUT_WR))
    let end = ZoneClock.uptimeMS() + Int64(timeoutMS)
    var bytes = [UInt8](repeating: 0, count: 256)
    while true {
      if Self.wait(socket, for: Int16(POLLIN), 1_000) {
        let count = recv(socket, &bytes, bytes.count, 0)
        if count == 0 { return }
        if count < 0, errno != EAGAIN, errno != EINTR { throw Fault(words: Self.reason(errno)) }
        continue
      }
      var waiting: Int32 = 0
      // What the other side has not acknowledged yet.
      if ioctl(socket, UInt(TIOCOUTQ), &waiting) == 0, waiting == 0 { return }
      guard ZoneClock.uptimeMS() < end else {
        throw Fault(words: "it did not take all of the data; see whether it has paper")
      }
    }
  }

  /// What the printer says to a question, as far as it comes within some time; empty where it is
  /// one that does not answer.
  func ask(_ question: String, lines: Int, waitMS: Int) throws(Fault) -> [String] {
    try send(Array(question.utf8))
    var text: [UInt8] = []
    let end = ZoneClock.uptimeMS() + Int64(waitMS)
    while text.count(where: { $0 == 0x03 }) < lines, text.count < 1_024 {
      let rest = end - ZoneClock.uptimeMS()
      guard rest > 0, Self.wait(socket, for: Int16(POLLIN), Int(rest)) else { break }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = recv(socket, &bytes, bytes.count, 0)
      if count == 0 { throw Fault(words: "it hung up") }
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        throw Fault(words: Self.reason(errno))
      }
      text += bytes.prefix(count)
    }
    // Each line stands between STX and ETX.
    return text.split(separator: 0x03).compactMap { line in
      guard let start = line.firstIndex(of: 0x02) else { return nil }
      return String(decoding: line[line.index(after: start)...], as: UTF8.self)
    }
  }

  private static func wait(_ socket: Int32, for events: Int16, _ timeoutMS: Int) -> Bool {
    var waited = pollfd(fd: socket, events: events, revents: 0)
    return poll(&waited, 1, Int32(clamping: timeoutMS)) > 0
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ECONNREFUSED: "it refuses the connection; see whether it is on and the port is right"
    case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN:
      "it does not answer; see whether it is on and in the network"
    case ECONNRESET, EPIPE: "it hung up"
    default: String(cString: strerror(code))
    }
  }
}
