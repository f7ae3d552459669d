import Glibc
import HTTPServer
import Synchronization
import Testing

@Suite("Bodies over the wire") struct BodyTests {
  private static func post(_ target: String, _ head: String, _ body: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: x\r\n\(head)\r\n\(body)"
  }

  @Test("A body up to the limit is taken, by length and in chunks")
  func atLimit() throws {
    let server = try TestServer()
    let body = String(repeating: "b", count: 1_000)
    let wire = try #require(Wire(port: server.port))
    wire.send(Self.post("/echo", "Content-Length: 1000\r\n", body))
    #expect(wire.read(until: { $0.hasSuffix(body) }).ending == .found)
    wire.send(Self.post("/echo", "Transfer-Encoding: chunked\r\n", "3e8\r\n\(body)\r\n0\r\n\r\n"))
    #expect(wire.read(until: { $0.hasSuffix(body) }).ending == .found)
  }

  @Test("A body beyond the limit is refused before it is read, and the answer arrives")
  func beyondLimit() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    // The refusal must come although not one byte of the body was sent.
    let reading = wire.exchange(Self.post("/echo", "Content-Length: 100000000\r\n"))
    #expect(reading.statuses == [413])
    #expect(reading.text.contains("problem+json"))
    #expect(reading.ending == .closed)
  }

  @Test("A client that sends its whole body first still gets to read why it was refused")
  func writesFirst() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    wire.send(Self.post("/echo", "Content-Length: 3000000\r\n"))
    for _ in 0..<300 where !wire.send([UInt8](repeating: 98, count: 10_000)) { break }
    let reading = wire.read()
    #expect(reading.statuses == [413])
    #expect(reading.ending == .closed)
  }

  @Test("Chunks beyond the limit are refused when the body ends, and cut when it does not")
  func chunksBeyondLimit() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    let chunk = "3e8\r\n" + String(repeating: "b", count: 1_000) + "\r\n"
    let head = Self.post("/echo", "Transfer-Encoding: chunked\r\n")
    let reading = wire.exchange(head + chunk + chunk + "0\r\n\r\n")
    #expect(reading.statuses == [413])
    #expect(reading.isClosed)
    let endless = try #require(Wire(port: server.port))
    endless.send(head)
    var isCut = false
    for _ in 0..<20_000 where !isCut { isCut = !endless.send(chunk) }
    #expect(isCut)
  }

  @Test("100-continue is answered for a body that fits, and 413 instead for one that does not")
  func expectation() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    wire.send(Self.post("/echo", "Content-Length: 5\r\nExpect: 100-continue\r\n"))
    #expect(wire.read(until: { $0.contains("100 Continue\r\n\r\n") }).ending == .found)
    wire.send("hello")
    #expect(wire.read(until: { $0.hasSuffix("hello") }).statuses == [200])
    let other = try #require(Wire(port: server.port))
    let reading = other.exchange(
      Self.post("/echo", "Content-Length: 5000\r\nExpect: 100-continue\r\n")
    )
    #expect(reading.statuses == [413])
    let odd = try #require(Wire(port: server.port))
    #expect(odd.exchange(Self.post("/echo", "Expect: miracles\r\n")).statuses == [417])
  }

  @Test("Who may not ask is told so before the body is read")
  func admission() throws {
    let hooks = RouterHooks(admit: { request in
      guard request.headers["Authorization"] == "Bearer good" else {
        let fields: Headers = ["WWW-Authenticate": "Bearer"]
        throw Refusal(status: 401, code: "unauthorized", message: "Sign in.", headers: fields)
      }
      return "ann"
    })
    var router = Router(hooks: hooks, defaultBodyLimitBytes: 10_000_000)
    router.on(.post, "/import", RouteOptions(contentTypes: [])) { request in
      .text("\(request.principal as? String ?? "nobody") \(request.body.count)")
    }
    let server = try TestServer(router)
    let stranger = try #require(Wire(port: server.port))
    let refused = stranger.exchange(Self.post("/import", "Content-Length: 9000000\r\n"))
    #expect(refused.statuses == [401])
    #expect(refused.text.contains("WWW-Authenticate: Bearer\r\n"))
    let known = try #require(Wire(port: server.port))
    let head = "Authorization: Bearer good\r\nContent-Length: 3\r\nConnection: close\r\n"
    #expect(known.exchange(Self.post("/import", head, "abc")).text.hasSuffix("ann 3"))
  }

  @Test("The wrong content type is refused; a small body does not cost the connection")
  func contentType() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    wire.send(Self.post("/json", "Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}"))
    #expect(wire.read(until: { $0.contains("unsupported_media") }).statuses == [415])
    let json = "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"
    #expect(wire.exchange(Self.post("/json", json, "{}")).statuses == [200])
  }

  @Test("Refusals without a body keep the connection")
  func keepAlive() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/nothing"))
    #expect(wire.read(until: { $0.contains("not_found") }).statuses == [404])
    wire.send("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n")
    let refused = wire.read(until: { $0.contains("method_not_allowed") })
    #expect(refused.statuses == [405])
    #expect(refused.text.contains("Allow: GET, HEAD, OPTIONS\r\n"))
    wire.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(wire.read(until: { $0.hasSuffix("\r\n\r\n") }).statuses == [204])
    #expect(wire.exchange(TestServer.get("/hello", "Connection: close\r\n")).statuses == [200])
  }

  @Test("A GET that brings a body is refused, and malformed chunks are too")
  func oddBodies() throws {
    let server = try TestServer()
    let get = try #require(Wire(port: server.port))
    let reading = get.exchange(
      TestServer.get("/hello", "Content-Length: 3\r\n") + "abc",
      milliseconds: 500
    )
    #expect(reading.statuses == [413])
    for chunks in [
      "x\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n", "ffffffffffffffffff\r\n", "3\r\nabcd\r\n0\r\n\r\n",
    ] {
      let wire = try #require(Wire(port: server.port))
      let head = Self.post("/echo", "Transfer-Encoding: chunked\r\n")
      let reading = wire.exchange(head + chunks, milliseconds: 1_500)
      #expect(reading.statuses.allSatisfy { $0 >= 400 }, "\(chunks)")
      #expect(reading.isClosed, "\(chunks)")
    }
  }

  @Test("The bodies that are on their way have a common budget, which is given back")
  func budget() throws {
    var router = Router()
    let options = RouteOptions(bodyLimitBytes: 50_000, contentTypes: [])
    router.on(.post, "/take", options) { .text("\($0.body.count)") }
    let server = try TestServer(router) { $0.bodyBytesInFlight = 60_000 }
    let slow = try #require(Wire(port: server.port))
    slow.send(Self.post("/take", "Content-Length: 40000\r\nExpect: 100-continue\r\n"))
    // From here on its head is read, and its bytes are counted.
    #expect(slow.read(until: { $0.hasSuffix("\r\n\r\n") }).text.contains("100 Continue"))
    let half = String(repeating: "b", count: 30_000)
    let head = Self.post("/take", "Content-Length: 30000\r\nConnection: close\r\n")
    #expect(try #require(Wire(port: server.port)).exchange(head + half).statuses == [503])
    slow.send(String(repeating: "b", count: 40_000))
    #expect(slow.read(until: { $0.hasSuffix("40000") }).statuses == [200])
    // The budget is given back behind the answer, maybe a moment after it was read here.
    var last: [Int] = []
    for _ in 0..<500 where last != [200] {
      usleep(10_000)
      last = try #require(Wire(port: server.port)).exchange(head + half).statuses
    }
    #expect(last == [200])
  }
}
