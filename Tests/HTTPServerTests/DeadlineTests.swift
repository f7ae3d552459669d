import Foundation
import HTTPServer
import Synchronization
import Testing

@Suite("Deadlines", .serialized) struct DeadlineTests {
  @Test("A head that trickles in is cut by its total deadline, however active it is")
  func slowHead() throws {
    let server = try TestServer { $0.headTimeoutMS = 400 }
    let wire = try #require(Wire(port: server.port))
    let start = MonotonicClock.nowNS()
    wire.send("GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    var isCut = false
    for _ in 0..<60 where !isCut {
      usleep(50_000)
      isCut = !wire.send("a") || wire.read(until: { _ in false }, milliseconds: 1).isClosed
    }
    #expect(isCut)
    #expect(MonotonicClock.nowNS() - start > 350_000_000)
  }

  @Test("A connection that never says anything is cut as well")
  func silent() throws {
    let server = try TestServer { $0.headTimeoutMS = 300 }
    let wire = try #require(Wire(port: server.port))
    #expect(wire.read(milliseconds: 3_000).isClosed)
    #expect(server.listener.connectionCount <= 1)
  }

  @Test("The next head on a kept connection has a deadline too")
  func slowSecondHead() throws {
    let server = try TestServer {
      $0.headTimeoutMS = 300
      $0.idleTimeoutS = 1
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
    var isCut = false
    for _ in 0..<80 where !isCut {
      usleep(50_000)
      isCut = !wire.send("G") || wire.read(until: { _ in false }, milliseconds: 1).isClosed
    }
    #expect(isCut)
  }

  @Test("A body that trickles in is cut; a route may grant more time than the server does")
  func slowBody() throws {
    var router = TestServer.router()
    let patient = RouteOptions(contentTypes: [], bodyTimeoutMS: 10_000)
    router.on(.post, "/patient", patient) { .text("\($0.body.count)") }
    let server = try TestServer(router) { $0.bodyTimeoutMS = 300 }
    func trickle(_ target: String) throws -> (isCut: Bool, wire: Wire) {
      let wire = try #require(Wire(port: server.port))
      wire.send("POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n")
      for _ in 0..<20 {
        usleep(50_000)
        guard wire.send("a") else { return (true, wire) }
      }
      return (false, wire)
    }
    let cut = try trickle("/echo")
    #expect(cut.isCut || cut.wire.read(milliseconds: 1_000).statuses.isEmpty)
    let granted = try trickle("/patient")
    #expect(granted.wire.read(until: { $0.hasSuffix("20") }).statuses == [200])
  }

  @Test("A handler may take longer than the idle time and still be answered")
  func slowHandler() throws {
    var router = Router()
    router.on(.get, "/slow") { _ in
      usleep(2_500_000)
      return .text("done")
    }
    let server = try TestServer(router) {
      $0.idleTimeoutS = 1
      $0.headTimeoutMS = 300
      $0.bodyTimeoutMS = 300
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/slow"))
    #expect(wire.read(until: { $0.hasSuffix("done") }).ending == .found)
  }

  @Test("An idle connection is closed after the idle time, not before")
  func idle() throws {
    let server = try TestServer {
      $0.idleTimeoutS = 1
      $0.headTimeoutMS = 5_000
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
    usleep(500_000)
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
    #expect(wire.read(milliseconds: 4_000).isClosed)
  }

  @Test("A client that does not read its answer is cut")
  func slowReader() throws {
    var router = Router()
    let big = SharedBody([UInt8](repeating: 1, count: 32 * 1_048_576))
    router.on(.get, "/big") { _ in .asset(big, type: "application/octet-stream") }
    let outcome = Mutex<[Observation.Outcome]>([])
    let server = try TestServer(router) {
      $0.responseTimeoutMS = 500
      $0.observe = { seen in outcome.withLock { $0.append(seen.outcome) } }
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/big"))
    for _ in 0..<100 where outcome.withLock({ $0.isEmpty }) { usleep(50_000) }
    #expect(outcome.withLock { $0 } == [.timedOut])
  }

  @Test("Of an answer that nobody reads the kernel holds a quarter of a megabyte, not some")
  func unreadAnswer() throws {
    var router = Router()
    let big = SharedBody([UInt8](repeating: 1, count: 32 * 1_048_576))
    router.on(.get, "/big") { _ in .asset(big, type: "application/octet-stream") }
    let server = try TestServer(router)
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/big"))
    var queued = 0
    try withExtendedLifetime(wire) {
      let port = try #require(server.port)
      // Beside all other tests the answer may take its time; once it comes, it fills what it may.
      for _ in 0..<400 where queued == 0 {
        usleep(50_000)
        queued = try Self.queued(port: port)
      }
      for _ in 0..<10 {
        usleep(50_000)
        queued = max(queued, try Self.queued(port: port))
      }
    }
    #expect((1...320_000).contains(queued), "\(queued) bytes wait in the kernel")
  }

  /// Bytes that wait to be sent on connections of a port (proc_net(5): local address, tx_queue).
  private static func queued(port: UInt16) throws -> Int {
    let hex = String(port, radix: 16, uppercase: true)
    let local = ":" + String(repeating: "0", count: 4 - hex.count) + hex
    // Line by line to the end: the file says that it has no size, and comes in pieces.
    let file = try #require(fopen("/proc/net/tcp", "r"))
    defer { fclose(file) }
    var table = ""
    var piece = [CChar](repeating: 0, count: 512)
    while fgets(&piece, Int32(piece.count), file) != nil {
      let line = piece.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      table += String(decoding: line, as: UTF8.self)
    }
    return table.split(separator: "\n").compactMap { line -> Int? in
      let fields = line.split(separator: " ")
      // 01 is ESTABLISHED.
      guard fields.count > 4, fields[1].hasSuffix(local), fields[3] == "01" else { return nil }
      return Int(fields[4].prefix(8), radix: 16)
    }.max() ?? 0
  }
}
