import Glibc
import HTTPServer
import Synchronization
import Testing

/// A board that streams read news from.
private final class Board: Sendable {
  private let state = Mutex<(news: [ServerSentEvent], controls: [StreamControl])>(([], []))

  func open(_ control: StreamControl) { state.withLock { $0.controls.append(control) } }

  func post(_ event: ServerSentEvent) {
    let controls = state.withLock { state in
      state.news.append(event)
      return state.controls
    }
    for control in controls { control.wake() }
  }

  func take() -> [ServerSentEvent] {
    state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }
}

@Suite("Streams", .serialized) struct StreamTests {
  private static func server(
    _ board: Board,
    heartbeatMS: Int = 10_000,
    _ change: (inout ServerSettings) -> Void = { _ in }
  ) throws -> TestServer {
    var router = TestServer.router()
    router.on(.get, "/events") { _ in
      .events(heartbeatMS: heartbeatMS, opened: { board.open($0) }, poll: { board.take() })
    }
    router.on(.get, "/export") { _ in
      let rows = Counter()
      return .stream(
        type: "application/x-ndjson",
        ResponseStream { _ in
          rows.add()
          return rows.value > 5_000 ? .end : .bytes(Array("{\"row\":\(rows.value)}\n".utf8))
        }
      )
    }
    router.on(.get, "/broken") { _ in
      let rows = Counter()
      return .stream(
        type: "text/plain",
        ResponseStream { _ in
          rows.add()
          if rows.value > 2 { throw Refusal(status: 500, code: "internal", message: "disk") }
          return .bytes([65, 10])
        }
      )
    }
    router.on(.get, "/known") { _ in
      let pieces = Counter()
      return .stream(
        type: "text/plain",
        ResponseStream(length: 30_000) { _ in
          pieces.add()
          return pieces.value > 3 ? .end : .bytes([UInt8](repeating: 66, count: 10_000))
        }
      )
    }
    return try TestServer(router, change)
  }

  @Test("An event arrives at once after its wake, not with the next heartbeat")
  func delivery() throws {
    let board = Board()
    let server = try Self.server(board)
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/events"))
    let opening = wire.read(until: { $0.contains("retry: 3000\n\n") })
    #expect(opening.ending == .found)
    #expect(opening.text.contains("text/event-stream"))
    #expect(opening.text.contains("Cache-Control: no-store"))
    for number in 1...3 {
      board.post(ServerSentEvent(id: "\(number)", event: "stock", data: "a\nb"))
      let reading = wire.read(until: { $0.contains("data: a\ndata: b\n\n") }, milliseconds: 2_000)
      #expect(reading.ending == .found)
      #expect(reading.text.contains("id: \(number)\nevent: stock\n"))
    }
  }

  @Test("Heartbeats keep a stream open far beyond the idle time")
  func heartbeats() throws {
    let server = try Self.server(Board(), heartbeatMS: 1_400) { $0.idleTimeoutS = 1 }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/events"))
    let twice = wire.read(until: { $0.split(separator: ": ping").count > 2 })
    #expect(twice.ending == .found)
  }

  @Test("A client that goes away is noticed at once, not at a heartbeat")
  func gone() throws {
    let server = try Self.server(Board(), heartbeatMS: 60_000)
    var wire = Wire(port: server.port)
    wire?.send(TestServer.get("/events"))
    _ = wire?.read(until: { $0.contains("retry") })
    #expect(server.listener.openStreamCount == 1)
    wire = nil
    for _ in 0..<400 where server.listener.openStreamCount > 0 { usleep(5_000) }
    #expect(server.listener.openStreamCount == 0)
  }

  @Test("Streams that stay open have a limit; the next one gets 503, and room comes back")
  func limit() throws {
    let server = try Self.server(Board()) { $0.maximumOpenStreams = 2 }
    var wires = try (0..<2).map { _ in try #require(Wire(port: server.port)) }
    for wire in wires {
      wire.send(TestServer.get("/events"))
      #expect(wire.read(until: { $0.contains("retry") }).statuses == [200])
    }
    let third = try #require(Wire(port: server.port))
    third.send(TestServer.get("/events"))
    #expect(third.read(until: { $0.contains("overloaded") }).statuses == [503])
    #expect(
      try #require(Wire(port: server.port)).exchange(
        TestServer.get("/export", "Connection: close\r\n")
      ).statuses == [200]
    )
    wires.removeFirst()
    for _ in 0..<400 where server.listener.openStreamCount > 1 { usleep(5_000) }
    third.send(TestServer.get("/events"))
    #expect(third.read(until: { $0.contains("retry") }).statuses == [200])
  }

  @Test("An export arrives whole and in order, in chunks, and the connection lives on")
  func export() throws {
    let server = try Self.server(Board())
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/export"))
    let reading = wire.read(until: { $0.hasSuffix("\r\n0\r\n\r\n") })
    #expect(reading.ending == .found)
    #expect(reading.text.contains("Transfer-Encoding: chunked"))
    #expect(Self.rows(reading.text) == Array(1...5_000))
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
  }

  private static func rows(_ text: String) -> [Int] {
    guard let head = text.range(of: "\r\n\r\n") else { return [] }
    var rest = Substring(text[head.upperBound...])
    var body = ""
    while let end = rest.range(of: "\r\n") {
      guard let size = Int(rest[..<end.lowerBound], radix: 16), size > 0 else { break }
      let stop = rest.index(end.upperBound, offsetBy: size)
      body += rest[end.upperBound..<stop]
      rest = rest[stop...].dropFirst()
    }
    return body.split(separator: "\n").compactMap { line in
      line.hasPrefix("{\"row\":") ? Int(line.dropFirst(7).dropLast()) : nil
    }
  }

  @Test("HTTP/1.0 gets a stream without chunks, ended by the close")
  func oldClient() throws {
    let server = try Self.server(Board())
    let wire = try #require(Wire(port: server.port))
    let reading = wire.exchange("GET /export HTTP/1.0\r\n\r\n")
    #expect(reading.ending == .closed)
    #expect(reading.text.hasSuffix("{\"row\":5000}\n"))
    #expect(!reading.text.contains("chunked"))
  }

  @Test("A stream of known length says so; HEAD gets its head alone and asks no producer")
  func knownLength() throws {
    let server = try Self.server(Board())
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/known"))
    let whole = wire.read(until: { $0.hasSuffix(String(repeating: "B", count: 30_000)) })
    #expect(whole.ending == .found)
    #expect(whole.text.contains("Content-Length: 30000\r\n"))
    wire.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n")
    let head = wire.read()
    #expect(head.statuses == [200])
    #expect(head.ending == .closed)
    #expect(server.listener.openStreamCount == 0)
  }

  @Test("HEAD of a stream without a length closes, since the library ends it with a stray chunk")
  func headWithoutLength() throws {
    // Left open, the next answer on the connection began with the "0" of that chunk.
    let server = try Self.server(Board())
    let wire = try #require(Wire(port: server.port))
    let reading = wire.exchange("HEAD /export HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(reading.ending == .closed)
    #expect(reading.text.contains("Connection: close"))
    #expect(!reading.text.contains("row"))
  }

  @Test("A producer that fails cuts the connection, so that nobody takes half for the whole")
  func broken() throws {
    let server = try Self.server(Board())
    let wire = try #require(Wire(port: server.port))
    let reading = wire.exchange(TestServer.get("/broken"))
    #expect(reading.isClosed)
    #expect(!reading.text.hasSuffix("0\r\n\r\n"))
  }

  @Test("Events are written as the standard wants, whatever their text holds")
  func eventText() {
    let event = ServerSentEvent(id: "7\n8", event: "a\r\nb", data: "x\r\ny\n\nz")
    let text = String(decoding: event.bytes, as: UTF8.self)
    #expect(text == "id: 78\nevent: ab\ndata: x\ndata: y\ndata: \ndata: z\n\n")
  }
}

extension Substring {
  /// Where a text stands first.
  func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
