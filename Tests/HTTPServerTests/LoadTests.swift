import Glibc
import HTTPServer
import Synchronization
import Testing

@Suite("Many connections", .serialized) struct LoadTests {
  /// Opens connections and keeps them all, each with one answered request.
  private static func open(_ count: Int, to server: TestServer) throws -> [Wire] {
    var wires: [Wire] = []
    for _ in 0..<count {
      wires.append(try #require(Wire(port: server.port)))
    }
    return wires
  }

  @Test(
    "All of them are answered, round after round, around the number at which epoll stalls",
    arguments: [127, 128, 129]
  )
  func around128(count: Int) throws {
    let server = try TestServer()
    let wires = try Self.open(count, to: server)
    for round in 0..<5 {
      // All ready at once is what stalls an epoll server: write everywhere, then read everywhere.
      for wire in wires { wire.send(TestServer.get("/hello")) }
      for wire in wires {
        let reading = wire.read(until: { $0.hasSuffix("hello") }, milliseconds: 4_000)
        #expect(reading.ending == .found, "round \(round) of \(count) connections")
      }
    }
  }

  @Test("From a number of connections on, answers close theirs")
  func closing() throws {
    let server = try TestServer {
      $0.closeFromConnections = 8
      $0.shedFromConnections = 100
    }
    let wires = try Self.open(8, to: server)
    for wire in wires.dropFirst() { wire.send("GET /") }
    while server.listener.connectionCount < 8 { usleep(1_000) }
    wires[0].send(TestServer.get("/hello"))
    let reading = wires[0].read()
    #expect(reading.text.contains("Connection: close"))
    #expect(reading.ending == .closed)
  }

  @Test("A scanner that was let in keeps its connection where others lose theirs, up to a number")
  func keptOpen() throws {
    var router = TestServer.router()
    let priority = RouteOptions(contentTypes: [], isPriority: true)
    router.on(.post, "/scans", priority) { _ in .text("beep") }
    router.on(.get, "/refused", priority) { _ in .text("never") }
    router.hooks.admit = { request in
      guard request.target.raw == "/refused" else { return nil }
      throw Refusal(status: 404, code: "not_found", message: "no")
    }
    let server = try TestServer(router) {
      $0.closeFromConnections = 4
      $0.closePriorityFromConnections = 8
      $0.shedFromConnections = 100
    }
    var wires = try Self.open(6, to: server)
    while server.listener.connectionCount < 6 { usleep(1_000) }
    let scan = "POST /scans HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    for _ in 0..<3 {
      wires[0].send(scan)
      let beep = wires[0].read(until: { $0.hasSuffix("beep") })
      #expect(beep.statuses == [200])
      #expect(!beep.text.contains("Connection: close"))
    }
    // Whoever was not let in is one of the crowd, whatever it asks for.
    wires[1].send(TestServer.get("/refused"))
    #expect(wires[1].read().text.contains("Connection: close"))
    wires += try Self.open(4, to: server)
    while server.listener.connectionCount < 9 { usleep(1_000) }
    wires[0].send(scan)
    let last = wires[0].read()
    #expect(last.text.contains("Connection: close"))
    #expect(last.ending == .closed)
  }

  @Test("Beyond another number, only routes with priority are answered; the others get 503")
  func shedding() throws {
    var router = TestServer.router()
    router.on(.post, "/scans", RouteOptions(contentTypes: [], isPriority: true)) { _ in
      .text("beep")
    }
    let server = try TestServer(router) { $0.shedFromConnections = 8 }
    let wires = try Self.open(9, to: server)
    while server.listener.connectionCount < 9 { usleep(1_000) }
    wires[0].send(TestServer.get("/hello"))
    let refused = wires[0].read(until: { $0.contains("overloaded") })
    #expect(refused.statuses == [503])
    #expect(refused.text.contains("Retry-After: 1\r\n"))
    wires[1].send("POST /scans HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    #expect(wires[1].read(until: { $0.hasSuffix("beep") }).statuses == [200])
  }

  @Test("Beyond the library's limit a connection is closed unanswered; afterwards there is room")
  func limit() throws {
    let server = try TestServer { $0.connectionLimit = 4 }
    var wires = try Self.open(4, to: server)
    while server.listener.connectionCount < 4 { usleep(1_000) }
    let late = try #require(Wire(port: server.port))
    late.send(TestServer.get("/hello"))
    let reading = late.read()
    #expect(reading.isClosed)
    #expect(reading.bytes.isEmpty)
    wires.removeAll()
    while server.listener.connectionCount > 0 { usleep(1_000) }
    let next = try #require(Wire(port: server.port))
    #expect(next.exchange(TestServer.get("/hello", "Connection: close\r\n")).statuses == [200])
  }

  @Test("300 connections at once, each a thread, each answered, none of them left behind")
  func threeHundred() throws {
    let server = try TestServer {
      $0.closeFromConnections = 1_000
      $0.shedFromConnections = 1_000
    }
    var wires = try Self.open(300, to: server)
    for wire in wires { wire.send(TestServer.get("/hello")) }
    for wire in wires {
      #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
    }
    #expect(server.listener.connectionCount == 300)
    wires.removeAll()
    for _ in 0..<500 where server.listener.connectionCount > 0 { usleep(10_000) }
    #expect(server.listener.connectionCount == 0)
  }

  /// The library's epoll mode stalls when exactly 128 connections are ready at once.
  @Test(
    "Around 128 connections that ask at once, each is answered, again and again",
    arguments: [127, 128, 129]
  )
  func readyAtOnce(_ count: Int) throws {
    let server = try TestServer()
    let wires = try Self.open(count, to: server)
    while server.listener.connectionCount < count { usleep(1_000) }
    for _ in 0..<5 {
      for wire in wires { wire.send(TestServer.get("/hello")) }
      for wire in wires {
        #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
      }
    }
    #expect(server.listener.connectionCount == count)
  }

  @Test("A handler has room for deep recursion on its connection's stack")
  func stack() throws {
    /// A kilobyte a level, at least.
    @Sendable @inline(never) func deep(_ levels: Int) -> Int {
      var room = InlineArray<128, Int>(repeating: levels)
      if levels > 0 { room[levels % 128] = deep(levels - 1) }
      return room[levels % 128] + 1
    }
    var router = Router()
    router.on(.get, "/deep") { _ in .text("\(deep(150))") }
    let server = try TestServer(router)
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/deep", "Connection: close\r\n"))
    #expect(wire.read().text.hasSuffix("151"))
  }

  @Test("Garbage of any kind never brings the server down", arguments: [1, 2, 3])
  func garbage(seed: UInt64) throws {
    let server = try TestServer { $0.headTimeoutMS = 200 }
    var random = SplitMix(seed: seed)
    for _ in 0..<100 {
      let wire = try #require(Wire(port: server.port))
      var bytes = [UInt8]()
      for _ in 0..<Int.random(in: 1...400, using: &random) {
        let parts: [[UInt8]] = [
          [UInt8.random(in: 0...255, using: &random)], Array("\r\n".utf8), Array("GET ".utf8),
          Array(" HTTP/1.1\r\n".utf8), Array("Content-Length: 3\r\n".utf8), Array(": ".utf8),
          Array("Host: x\r\n".utf8), Array("/%00".utf8),
          Array("Transfer-Encoding: chunked\r\n".utf8),
        ]
        bytes += parts.randomElement(using: &random) ?? []
      }
      wire.send(bytes)
      wire.finishSending()
      _ = wire.read(milliseconds: 20)
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found, "seed \(seed)")
  }
}

/// SplitMix64, for repeatable garbage.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
