import Glibc
import HTTPServer
import Logging

/// A plain socket to a listener: tests write exactly the bytes they want to be judged.
final class Wire {
  private let socketFD: Int32
  private let secure: TLSWire?

  /// Connects to a port of this machine, over TLS if wanted.
  init?(port: UInt16?, isSecure: Bool = false) {
    guard let port else { return nil }
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
    secure = isSecure ? TLSWire(made) : nil
    if isSecure, secure == nil { return nil }
  }

  deinit {
    close(socketFD)
  }

  /// Sends text; false where the other side has gone.
  @discardableResult
  func send(_ text: String) -> Bool {
    send(Array(text.utf8))
  }

  /// Sends bytes; false where the other side has gone.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        secure?.send($0) ?? Glibc.send(socketFD, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Shuts the writing half.
  func finishSending() {
    shutdown(socketFD, Int32(SHUT_WR))
  }

  /// Reads until the other side closes, something is found, or the time is over.
  func read(until end: (String) -> Bool = { _ in false }, milliseconds: Int = 5_000) -> Reading {
    var bytes: [UInt8] = []
    let start = MonotonicClock.nowNS()
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if end(text) { return Reading(bytes: bytes, ending: .found) }
      let elapsed = Int((MonotonicClock.nowNS() - start) / 1_000_000)
      var watched = pollfd(fd: socketFD, events: Int16(POLLIN), revents: 0)
      let isThere = secure?.hasPending ?? false
      guard elapsed < milliseconds,
        isThere || poll(&watched, 1, Int32(milliseconds - elapsed)) > 0
      else {
        return Reading(bytes: bytes, ending: .timeOver)
      }
      var room = [UInt8](repeating: 0, count: 65_536)
      let count = secure?.read(into: &room) ?? recv(socketFD, &room, room.count, 0)
      if count == 0 { return Reading(bytes: bytes, ending: .closed) }
      if count < 0 { return Reading(bytes: bytes, ending: .reset) }
      bytes += room[..<count]
    }
  }

  /// Sends a request and reads everything up to the close.
  func exchange(_ text: String, milliseconds: Int = 5_000) -> Reading {
    send(text)
    return read(milliseconds: milliseconds)
  }
}

/// What a wire brought.
struct Reading {
  /// Why reading ended.
  enum Ending {
    case closed, reset, found, timeOver
  }

  let bytes: [UInt8]
  let ending: Ending

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The statuses of all answers in it.
  var statuses: [Int] {
    text.split(separator: "HTTP/1.1 ").dropFirst(text.hasPrefix("HTTP/1.1 ") ? 0 : 1)
      .compactMap { Int($0.prefix(3)) }
  }

  var isClosed: Bool { ending == .closed || ending == .reset }
}

/// A listener for one test, stopped when the test is over.
final class TestServer {
  let listener: Listener
  var port: UInt16? { listener.port }
  var base: String { "http://127.0.0.1:\(listener.port ?? 0)" }

  init(_ router: Router = TestServer.router(), _ change: (inout ServerSettings) -> Void = { _ in })
    throws
  {
    var settings = ServerSettings()
    change(&settings)
    listener = try Listener.start(settings, router: router, logger: TestServer.logger)
  }

  deinit {
    listener.stop(deadlineMS: 1_000)
  }

  static let logger: Logger = {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    return logger
  }()

  /// A request without anything special.
  static func get(_ target: String, _ more: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\n\(more)\r\n"
  }

  /// A few routes that most tests need.
  static func router() -> Router {
    var router = Router()
    router.on(.get, "/hello") { _ in .text("hello") }
    router.on(.post, "/echo", RouteOptions(bodyLimitBytes: 1_000, contentTypes: [])) { request in
      Response(body: .bytes(request.body))
    }
    router.on(.post, "/json") { .json($0.body) }
    router.on(.get, "/path/{one}/{two}") { .text("\($0.path("one"))|\($0.path("two"))") }
    router.on(.get, "/query") { request in
      .text(request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";"))
    }
    router.on(.get, "/secret") { _ in .text("smuggled") }
    return router
  }
}
