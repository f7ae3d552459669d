import HTTPServer
import Testing

@Suite("Router") struct RouterTests {
  private static func answer(_ router: Router, _ method: HTTPServer.Method, _ target: String)
    throws -> Response
  {
    router.answer(try Request(method, target))
  }

  private static func text(_ response: Response) -> String {
    String(decoding: response.bytes, as: UTF8.self)
  }

  private static func sample() -> Router {
    var router = Router()
    for pattern in ["/", "/lots", "/lots/{id}", "/lots/new", "/lots/{id}/moves", "/lots/{a}/{b}/x"]
    {
      router.on(.get, pattern) { request in
        .text(
          pattern + ":" + request.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        )
      }
    }
    router.on(.post, "/lots/new") { _ in .text("posted") }
    router.on(.delete, "/lots/{id}") { .text("gone \($0.path("id"))") }
    router.on(.get, "/pages/{file*}") { .text("page " + $0.path("file")) }
    return router
  }

  @Test(
    "Literals win, parameters take one segment, and dead ends are left again",
    arguments: [
      ("/", "/:"),
      ("/lots", "/lots:"),
      ("/lots/7", "/lots/{id}:id=7"),
      ("/lots/new", "/lots/new:"),
      ("/lots/a%2Fb", "/lots/{id}:id=a/b"),
      ("/lots/new/moves", "/lots/{id}/moves:id=new"),
      ("/lots/new/y/x", "/lots/{a}/{b}/x:a=new,b=y"),
      ("/pages/css/a.css", "page css/a.css"),
      ("/pages", "page "),
    ]
  )
  func finds(target: String, expected: String) throws {
    let response = try Self.answer(Self.sample(), .get, target)
    #expect(response.status == 200)
    #expect(Self.text(response) == expected)
  }

  @Test("A literal knows its own methods: its neighbour's parameter lends it none")
  func literalKeepsItsMethods() throws {
    let response = try Self.answer(Self.sample(), .delete, "/lots/new")
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "GET, HEAD, POST, OPTIONS")
    #expect(Self.text(try Self.answer(Self.sample(), .delete, "/lots/7")) == "gone 7")
  }

  @Test("What is not there is 404, as a problem document")
  func notFound() throws {
    for target in ["/x", "/lots/", "/lots/7/", "/lots/7/moves/8", "/lot", "/Lots"] {
      let response = try Self.answer(Self.sample(), .get, target)
      #expect(response.status == 404, "\(target)")
      #expect(response.headers["content-type"] == "application/problem+json")
    }
  }

  @Test("Other methods are 405 with what the path takes, OPTIONS says the same, HEAD follows GET")
  func methods() throws {
    let refused = try Self.answer(Self.sample(), .put, "/lots/7")
    #expect(refused.status == 405)
    #expect(refused.headers["Allow"] == "GET, HEAD, DELETE, OPTIONS")
    let options = try Self.answer(Self.sample(), .options, "/lots/new")
    #expect(options.status == 204)
    #expect(options.headers["Allow"] == "GET, HEAD, POST, OPTIONS")
    #expect(try Self.answer(Self.sample(), .options, "*").status == 204)
    #expect(try Self.answer(Self.sample(), .get, "*").status == 400)
    #expect(try Self.answer(Self.sample(), .head, "/lots/7").status == 200)
    let unknown = HTTPServer.Method(rawValue: "BREW")
    #expect(try Self.answer(Self.sample(), unknown, "/lots").status == 501)
  }

  @Test("Body limits and content types are checked before the handler")
  func bodies() throws {
    var router = Router(defaultBodyLimitBytes: 10)
    router.on(.post, "/a") { .json($0.body) }
    router.on(.post, "/b", RouteOptions(bodyLimitBytes: 3, contentTypes: [])) { .json($0.body) }
    func post(_ target: String, _ type: String?, _ count: Int) throws -> Int {
      var headers = Headers()
      headers["Content-Type"] = type
      let body = [UInt8](repeating: 32, count: count)
      return router.answer(try Request(.post, target, headers: headers, body: body)).status
    }
    #expect(try post("/a", "application/json", 10) == 200)
    #expect(try post("/a", "Application/JSON; charset=utf-8", 10) == 200)
    #expect(try post("/a", "application/json", 11) == 413)
    #expect(try post("/a", "text/plain", 10) == 415)
    #expect(try post("/a", nil, 1) == 415)
    #expect(try post("/a", nil, 0) == 200)
    #expect(try post("/b", nil, 3) == 200)
    #expect(try post("/b", nil, 4) == 413)
    #expect(router.answer(try Request(.get, "/a", body: [1])).status == 405)
  }

  @Test("Handlers' errors become answers: refusals, translated ones, and faults")
  func errors() throws {
    struct Known: Error {}
    struct Unknown: Error {}
    let hooks = RouterHooks(translate: { error, _ in
      error is Known ? Refusal(status: 409, code: "conflict", message: "no") : nil
    })
    var router = Router(hooks: hooks)
    router.on(.get, "/refusal") { _ in throw Refusal(status: 422, code: "x", message: "a \"b\"\n") }
    router.on(.get, "/known") { _ in throw Known() }
    router.on(.get, "/unknown") { _ in throw Unknown() }
    router.on(.get, "/id/{id}") { .text("\(try $0.pathID("id"))") }
    router.on(.get, "/limit") { .text("\(try $0.queryInt("limit", default: 5, in: 1...9))") }
    let refused = try Self.answer(router, .get, "/refusal")
    #expect(refused.status == 422)
    #expect(Self.text(refused).contains("\"detail\":\"a \\\"b\\\"\\n\""))
    #expect(try Self.answer(router, .get, "/known").status == 409)
    let fault = try Self.answer(router, .get, "/unknown")
    #expect(fault.status == 500)
    #expect(!Self.text(fault).contains("Unknown"))
    for (target, status) in [
      ("/id/7", 200), ("/id/0", 404), ("/id/-1", 404), ("/id/x", 404), ("/id/+7", 404),
      ("/id/9223372036854775808", 404), ("/limit", 200), ("/limit?limit=9", 200),
      ("/limit?limit=10", 400), ("/limit?limit=a", 400), ("/limit?limit=", 400),
    ] {
      #expect(try Self.answer(router, .get, target).status == status, "\(target)")
    }
  }

  @Test("The admission sees the head and hands on who it is")
  func admission() throws {
    let hooks = RouterHooks(admit: { request in
      guard let key = request.headers["Authorization"] else {
        throw Refusal(status: 401, code: "unauthorized", message: "Who is it?")
      }
      return key
    })
    var router = Router(hooks: hooks)
    router.on(.get, "/me") { .text($0.principal as? String ?? "nobody") }
    #expect(try Self.answer(router, .get, "/me").status == 401)
    let request = try Request(.get, "/me", headers: ["authorization": "ann"])
    #expect(Self.text(router.answer(request)) == "ann")
  }

  @Test("Packed bodies are unpacked where the route says so, within the same limit")
  func packedBodies() throws {
    var router = Router()
    let options = RouteOptions(bodyLimitBytes: 100, contentTypes: [], acceptsGzip: true)
    router.on(.post, "/packed", options) { .json($0.body) }
    router.on(.post, "/plain", RouteOptions(contentTypes: [])) { .json($0.body) }
    // gzip -n of "hello", by GNU gzip.
    let hello: [UInt8] = [
      0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6,
      0x10, 0x36, 0x05, 0, 0, 0,
    ]
    func post(_ target: String, _ body: [UInt8]) throws -> Response {
      router.answer(
        try Request(.post, target, headers: ["Content-Encoding": "gzip"], body: body)
      )
    }
    #expect(Self.text(try post("/packed", hello)) == "hello")
    #expect(try post("/packed", Array(hello.dropLast(9))).status == 400)
    #expect(try post("/plain", hello).status == 415)
  }
}
