import HTTPServer
import Synchronization
import Testing
import WireFormat

@Suite("Answers over the wire") struct AnswerTests {
  private static let page = String(repeating: "<p>pallet</p>\n", count: 400)

  private static func server(_ change: (inout ServerSettings) -> Void = { _ in }) throws
    -> TestServer
  {
    var router = TestServer.router()
    let shared = SharedBody(Array(page.utf8))
    router.on(.get, "/page") { _ in
      .asset(shared, type: "text/html; charset=utf-8").with("ETag", "\"v1\"")
    }
    router.on(.get, "/long") { _ in .text(String(repeating: "x", count: 5_000)) }
    router.on(.get, "/picture") { _ in
      Response(
        headers: ["Content-Type": "image/png"],
        body: .bytes([UInt8](repeating: 0, count: 5_000))
      )
    }
    router.on(.get, "/cookie") { _ in
      Response.text(String(repeating: "x", count: 5_000)).with("Set-Cookie", "a=b")
    }
    router.on(.get, "/secret-text") { _ in
      Response.text(String(repeating: "x", count: 5_000))
        .with("Cache-Control", "no-store, no-transform")
    }
    router.on(.get, "/tags") { .text($0.headers["If-None-Match"] ?? "none") }
    router.on(.get, "/unchanged") { _ in Response(status: 304, headers: ["ETag": "\"a\""]) }
    router.on(.get, "/bad-field") { _ in Response.text("ok").with("X-Bad", "a\r\nSet-Cookie: b") }
    router.on(.get, "/id") { .text($0.id) }
    router.on(.get, "/who") { .text($0.remote.host) }
    return try TestServer(router, change)
  }

  private static func ask(_ server: TestServer, _ request: String) throws -> Reading {
    try #require(Wire(port: server.port)).exchange(request)
  }

  private static func get(_ target: String, _ more: String = "") -> String {
    TestServer.get(target, more + "Connection: close\r\n")
  }

  private static func body(_ reading: Reading) -> [UInt8] {
    let mark = Array("\r\n\r\n".utf8)
    for index in reading.bytes.indices where reading.bytes[index...].starts(with: mark) {
      return Array(reading.bytes[(index + 4)...])
    }
    return []
  }

  @Test("Every answer has a date, the security default and an id, and names no product")
  func defaults() throws {
    let server = try Self.server()
    let reading = try Self.ask(server, Self.get("/hello"))
    #expect(reading.text.contains("\r\nDate: "))
    #expect(reading.text.contains("\r\nX-Content-Type-Options: nosniff\r\n"))
    #expect(reading.text.contains("\r\nX-Request-Id: "))
    #expect(!reading.text.lowercased().contains("\r\nserver:"))
    #expect(!reading.text.lowercased().contains("microhttpd"))
    #expect(try Self.ask(server, Self.get("/who")).text.hasSuffix("127.0.0.1"))
  }

  @Test("A harmless request id is echoed, a harmful one is replaced")
  func requestID() throws {
    let server = try Self.server()
    let kept = try Self.ask(server, Self.get("/id", "X-Request-Id: scan-7.a_B\r\n"))
    #expect(kept.text.hasSuffix("scan-7.a_B"))
    #expect(kept.text.contains("X-Request-Id: scan-7.a_B\r\n"))
    for bad in ["a b", "<x>", "a\"b", String(repeating: "a", count: 65), ""] {
      let reading = try Self.ask(server, Self.get("/id", "X-Request-Id: \(bad)\r\n"))
      #expect(reading.statuses == [200])
      #expect(!reading.text.contains("X-Request-Id: \(bad)\r\n"))
    }
  }

  @Test("HEAD gives the head of GET, with its length and without its body")
  func head() throws {
    let server = try Self.server()
    let reading = try Self.ask(
      server,
      "HEAD /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    #expect(reading.statuses == [200])
    #expect(reading.text.contains("Content-Length: 5000\r\n"))
    #expect(Self.body(reading).isEmpty)
    let missing = try Self.ask(server, "HEAD /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(missing.statuses == [404])
    #expect(Self.body(missing).isEmpty)
  }

  @Test("Unknown methods are 501, known ones at the wrong place 405")
  func methods() throws {
    let server = try Self.server()
    for (method, status) in [("BREW", 501), ("TRACE", 405), ("PUT", 405), ("get", 501)] {
      let reading = try Self.ask(
        server,
        "\(method) /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      )
      #expect(reading.statuses == [status], "\(method)")
    }
  }

  @Test("A 304 has no body, and the connection goes on behind it")
  func notModified() throws {
    let server = try Self.server()
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/unchanged") + Self.get("/hello"))
    let reading = wire.read()
    #expect(reading.statuses == [304, 200])
    #expect(reading.text.hasSuffix("hello"))
  }

  @Test("Long texts are packed for those who accept it, and unpack to the same")
  func gzip() throws {
    let server = try Self.server()
    for accept in ["gzip", "deflate, gzip;q=0.5", "*", "GZIP"] {
      let reading = try Self.ask(server, Self.get("/page", "Accept-Encoding: \(accept)\r\n"))
      #expect(reading.text.contains("Content-Encoding: gzip\r\n"), "\(accept)")
      #expect(reading.text.contains("Vary: Accept-Encoding\r\n"))
      #expect(reading.text.contains("ETag: \"v1+gzip\"\r\n"))
      let packed = Self.body(reading)
      #expect(packed.count < 500)
      #expect(try Gzip.decompress(packed, maximumBytes: 100_000) == Array(Self.page.utf8))
    }
    for accept in ["identity", "gzip;q=0", "*;q=0", "br", ""] {
      let reading = try Self.ask(server, Self.get("/page", "Accept-Encoding: \(accept)\r\n"))
      #expect(!reading.text.contains("Content-Encoding"), "\(accept)")
      #expect(reading.text.contains("Vary: Accept-Encoding\r\n"))
      #expect(reading.text.contains("ETag: \"v1\"\r\n"))
      #expect(Self.body(reading) == Array(Self.page.utf8))
    }
    let built = try Self.ask(server, Self.get("/long", "Accept-Encoding: gzip\r\n"))
    #expect(built.text.contains("Content-Encoding: gzip"))
  }

  @Test("Short bodies, pictures and answers that hold a secret are not packed")
  func notPacked() throws {
    let server = try Self.server()
    for target in ["/hello", "/picture", "/cookie", "/secret-text"] {
      let reading = try Self.ask(server, Self.get(target, "Accept-Encoding: gzip\r\n"))
      #expect(!reading.text.contains("Content-Encoding"), "\(target)")
    }
  }

  @Test("The tag of a packed body comes back to the handler as the handler's own")
  func tags() throws {
    let server = try Self.server()
    let reading = try Self.ask(
      server,
      Self.get("/tags", "If-None-Match: \"v1+gzip\", W/\"b\", \"c+gzip\"\r\n")
    )
    #expect(reading.text.hasSuffix("\"v1\", W/\"b\", \"c\""))
  }

  @Test("A field that would break the head is left out")
  func headerInjection() throws {
    let server = try Self.server()
    let reading = try Self.ask(server, Self.get("/bad-field"))
    #expect(reading.statuses == [200])
    #expect(!reading.text.contains("Set-Cookie"))
  }

  @Test("Too many fields, and fields too long, are refused with 431")
  func fieldLimits() throws {
    let server = try Self.server()
    let many = (0..<120).map { "X-\($0): y\r\n" }.joined()
    #expect(try Self.ask(server, Self.get("/hello", many)).statuses == [431])
    let long = "X-Long: " + String(repeating: "y", count: 40_000) + "\r\n"
    #expect(try Self.ask(server, Self.get("/hello", long)).statuses == [431])
    let fine = "X-Long: " + String(repeating: "y", count: 8_000) + "\r\n"
    #expect(try Self.ask(server, Self.get("/hello", fine)).statuses == [200])
  }

  @Test("The observer hears of each request once, with its route, status and sizes")
  func observer() throws {
    let seen = Mutex<[Observation]>([])
    let server = try Self.server { $0.observe = { one in seen.withLock { $0.append(one) } } }
    _ = try Self.ask(server, Self.get("/path/a/b"))
    _ = try Self.ask(server, Self.get("/nowhere"))
    _ = try Self.ask(
      server,
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd"
    )
    _ = try Self.ask(server, "GET /hello HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n")
    server.listener.stop(deadlineMS: 2_000)
    let told = seen.withLock { $0 }
    #expect(told.count == 4)
    #expect(told.map(\.status) == [200, 404, 200, 0])
    #expect(told.map(\.route) == ["/path/{one}/{two}", nil, "/echo", nil])
    #expect(told.map(\.requestBytes) == [0, 0, 4, 0])
    #expect(told.first?.responseBytes == 3)
    #expect(told.last?.outcome == .unreadable)
    #expect(told.allSatisfy { $0.durationNS > 0 && $0.durationNS < 5_000_000_000 })
  }
}
