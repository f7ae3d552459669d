import Foundation
import HTTPClient
import HTTPServer
import Logging
import Testing

@Suite("HTTP client") struct HTTPClientTests {
  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A server that answers what the client tests ask for.
  final class Far {
    let listener: Listener
    var base: String { "http://127.0.0.1:\(listener.port ?? 0)" }

    init(tls: TLSIdentity? = nil) throws {
      var router = Router()
      let any = RouteOptions(bodyLimitBytes: 20_000_000, contentTypes: [])
      for method in [HTTPServer.Method.post, .put, .patch, .delete] {
        router.on(method, "/echo", any) { request in
          Response(
            headers: [
              "X-Method": request.method.rawValue,
              "X-Type": request.contentType ?? "none",
              "X-Agent": request.headers["User-Agent"] ?? "none",
              "X-Own": request.headers["X-Own"] ?? "none",
              "X-Length": request.headers["Content-Length"] ?? "none",
            ],
            body: .bytes(request.body)
          )
        }
      }
      router.on(.get, "/hello") { _ in .text("hello") }
      router.on(.get, "/me") { .text($0.clientCertificate?.commonName ?? "nobody") }
      router.on(.get, "/moved") { _ in Response(status: 302, headers: ["Location": "/hello"]) }
      router.on(.get, "/size") { request in
        .text(
          String(repeating: "x", count: try request.queryInt("n", default: 1, in: 0...9_999_999))
        )
      }
      router.on(.get, "/slow") { _ in
        usleep(1_500_000)
        return .text("late")
      }
      router.on(.get, "/dots") { _ in
        .stream(
          type: "text/plain",
          ResponseStream { _ in
            usleep(10_000)
            return .bytes(Array(".".utf8))
          }
        )
      }
      var settings = ServerSettings()
      settings.tls = tls
      listener = try Listener.start(settings, router: router, logger: HTTPClientTests.logger)
    }

    deinit { listener.stop(deadlineMS: 3_000) }
  }

  static func client(_ change: (inout ClientSettings) -> Void = { _ in }) -> HTTPClient {
    var settings = ClientSettings()
    change(&settings)
    return HTTPClient(settings, logger: logger)
  }

  static func failure(_ client: HTTPClient, _ request: ClientRequest) -> ClientError? {
    #expect(throws: ClientError.self) { try client.send(request) }
  }

  @Test(
    "Methods, fields and bodies arrive as they were given",
    arguments: ["POST", "PUT", "PATCH", "DELETE"]
  )
  func echoes(method: String) throws {
    let far = try Far()
    let body = Array("{\"a\":1}".utf8)
    let answer = try Self.client().send(
      ClientRequest(
        method,
        far.base + "/echo",
        headers: [("Content-Type", "application/json"), ("X-Own", "yes")],
        body: body
      )
    )
    #expect(answer.status == 200 && answer.isSuccess)
    #expect(answer.body == body)
    #expect(answer.header("x-method") == method)
    #expect(answer.header("X-Type") == "application/json")
    #expect(answer.header("X-Own") == "yes")
    #expect(answer.header("X-Agent") == "stowage")
  }

  @Test("No content type is made up, and an empty body is a body of length 0")
  func bare() throws {
    let far = try Far()
    let bare = try Self.client().send(ClientRequest("POST", far.base + "/echo", body: [1, 0, 255]))
    #expect(bare.header("X-Type") == "none")
    #expect(bare.body == [1, 0, 255])
    let empty = try Self.client().send(ClientRequest("POST", far.base + "/echo", body: []))
    #expect(empty.header("X-Length") == "0")
  }

  @Test("A body of many megabytes goes there and back")
  func large() throws {
    let far = try Far()
    let body = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let answer = try Self.client().send(ClientRequest("POST", far.base + "/echo", body: body))
    #expect(answer.body == body)
  }

  @Test("HEAD has a head alone; a redirect is an answer, not a journey")
  func headAndRedirect() throws {
    let far = try Far()
    let head = try Self.client().send(ClientRequest("HEAD", far.base + "/hello"))
    #expect(head.status == 200 && head.body.isEmpty)
    #expect(head.header("Content-Length") == "5")
    let moved = try Self.client().send(ClientRequest("GET", far.base + "/moved"))
    #expect(moved.status == 302)
    #expect(moved.header("Location") == "/hello")
    #expect(try Self.client().send(ClientRequest("GET", far.base + "/none")).status == 404)
  }

  @Test("One client serves many requests and many threads")
  func reuse() throws {
    let far = try Far()
    let client = Self.client()
    for _ in 0..<50 {
      #expect(try client.send(ClientRequest("GET", far.base + "/hello")).text == "hello")
    }
    #expect(far.listener.connectionCount == 1)
    let base = far.base
    let group = DispatchGroup()
    for _ in 0..<8 {
      DispatchQueue.global().async(group: group) {
        for _ in 0..<10 {
          let answer = try? client.send(ClientRequest("GET", base + "/hello"))
          #expect(answer?.text == "hello")
        }
      }
    }
    group.wait()
  }

  @Test("An answer up to the limit is taken, one byte more is refused")
  func limit() throws {
    let far = try Far()
    let client = Self.client { $0.maximumResponseBytes = 10_000 }
    #expect(try client.send(ClientRequest("GET", far.base + "/size?n=10000")).body.count == 10_000)
    let error = Self.failure(client, ClientRequest("GET", far.base + "/size?n=10001"))
    #expect(error?.kind == .tooLarge)
    var wide = ClientRequest("GET", far.base + "/size?n=10001")
    wide.maximumResponseBytes = 20_000
    #expect(try client.send(wide).body.count == 10_001)
  }

  @Test("Each kind of trouble has its name")
  func troubles() throws {
    let far = try Far()
    let quick = Self.client { $0.totalTimeoutMS = 300 }
    #expect(Self.failure(quick, ClientRequest("GET", far.base + "/slow"))?.kind == .timedOut)
    let client = Self.client { $0.connectTimeoutMS = 2_000 }
    let port = far.listener.port ?? 0
    far.listener.stop(deadlineMS: 2_000)
    let gone = Self.failure(client, ClientRequest("GET", "http://127.0.0.1:\(port)/hello"))
    #expect(gone?.kind == .cannotConnect)
    let unknown = Self.failure(client, ClientRequest("GET", "http://no.such.host.invalid/"))
    #expect(unknown?.kind == .cannotResolve)
    for url in ["", "nonsense://x/", "file:///etc/passwd", "http://"] {
      #expect(Self.failure(client, ClientRequest("GET", url))?.kind == .badRequest, "\(url)")
    }
    let injected = ClientRequest("GET", far.base, headers: [("X-A", "b\r\nX-C: d")])
    #expect(Self.failure(client, injected)?.kind == .badRequest)
    let socket = Self.client { $0.unixSocketPath = "/nonexistent/socket" }
    #expect(Self.failure(socket, ClientRequest("GET", "http://x/"))?.kind == .cannotConnect)
    #expect(gone?.message.isEmpty == false)
  }

  @Test("A proxy is used when it is named")
  func proxy() throws {
    let far = try Far()
    let proxied = Self.client { $0.proxy = "http://127.0.0.1:1" }
    let error = Self.failure(proxied, ClientRequest("GET", far.base + "/hello"))
    #expect(error?.kind == .cannotConnect)
    // Our own server takes the absolute form that a proxy gets.
    let through = Self.client { $0.proxy = far.base }
    #expect(
      try through.send(ClientRequest("GET", "http://elsewhere.invalid/hello")).text == "hello"
    )
  }

  @Test("A body can be heard as it comes, and the hearer may end it")
  func streams() throws {
    let far = try Far()
    var heard = 0
    let error = #expect(throws: ClientError.self) {
      try Self.client().stream(ClientRequest("GET", far.base + "/dots")) { piece in
        heard += piece.count
        return heard < 5
      }
    }
    #expect(error?.kind == .cancelled)
    #expect((5...50).contains(heard))
  }
}
