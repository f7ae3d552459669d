import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds devices, people, tokens, and the record of who changed what.
  func addRightsRoutes(to router: inout Router) {
    let queries = AccessQueries(environment)
    addDeviceRoutes(to: &router, queries)
    addOperatorRoutes(to: &router, queries)
    addTokenRoutes(to: &router, queries)
    add(.get, "/api/v1/audit", query: Call.paging, to: &router) { call in
      listing(try queries.audit(try call.page(), scope: call.scope), call)
    }
  }

  private func addDeviceRoutes(to router: inout Router, _ queries: AccessQueries) {
    let desk = surroundings.access
    add(.get, "/api/v1/devices", query: Call.paging, to: &router) { call in
      listing(try queries.devices(try call.page(), scope: call.scope), call)
    }
    add(.delete, "/api/v1/devices/{id}", to: &router) { call in
      let gone = try RevokeDevice(environment)(try call.publicID("id"), scope: call.scope)
      gate.cache.forget()
      return document(gone)
    }
    add(.post, "/api/v1/devices/pairing-codes", to: &router) { call in
      let code = SecretText.code(desk.secrets)
      let key = try Idempotency.key(of: call.request)
      let performed = try perform(
        OfferPairing(desk),
        call,
        key: key,
        status: { _ in 201 },
        OfferPairing.Request(
          document: try call.documentOrNothing(),
          code: code,
          mayPairScripts: call.caller.has(.admin)
        )
      )
      let link = "\(address(of: call.request))/pair#\(SecretText.spaced(code))"
      return try Self.showing(
        [
          ("code", .string(SecretText.spaced(code))), ("link", .string(link)),
          ("qr_svg", LinkPicture.svg(of: link).map { .string($0) } ?? .null),
        ],
        in: performed
      )
    }
  }

  private func addOperatorRoutes(to router: inout Router, _ queries: AccessQueries) {
    let desk = surroundings.access
    add(.get, "/api/v1/operators", query: Call.paging, to: &router) { call in
      listing(try queries.operators(try call.page(), scope: call.scope), call)
    }
    add(.get, "/api/v1/operators/{id}", to: &router) { call in
      let found = try queries.operatorAccount(try call.publicID("id"), scope: call.scope)
      return document(found, version: Int64(found.account.version))
    }
    add(.post, "/api/v1/operators", to: &router) { call in
      let key = try Idempotency.key(of: call.request, keyed: desk.secrets.keyed)
      let performed = try perform(
        SaveOperator(desk),
        call,
        key: key,
        status: { $0.isCreated ? 201 : 200 },
        SaveOperator.Request(
          document: try call.document(),
          mayTakeLastAdmin: call.caller.isBox,
          expectation: try call.expectation()
        )
      )
      gate.cache.forget()
      return Idempotency.response(performed)
    }
  }

  private func addTokenRoutes(to router: inout Router, _ queries: AccessQueries) {
    let desk = surroundings.access
    add(.get, "/api/v1/tokens", query: Call.paging, to: &router) { call in
      listing(try queries.tokens(try call.page(), scope: call.scope), call)
    }
    add(.post, "/api/v1/tokens", to: &router) { call in
      let secret = SecretText.token(desk.secrets)
      let key = try Idempotency.key(of: call.request)
      let performed = try perform(
        IssueToken(desk),
        call,
        key: key,
        status: { _ in 201 },
        IssueToken.Request(document: try call.document(), secret: secret)
      )
      return try Self.showing([("secret", .string(secret))], in: performed)
    }
    add(.delete, "/api/v1/tokens/{id}", to: &router) { call in
      let gone = try RevokeToken(environment)(try call.publicID("id"), scope: call.scope)
      gate.cache.forget()
      return document(gone)
    }
  }

  /// The answer with its secrets, which are not stored with it: a repeat shows them as null.
  private static func showing(
    _ secrets: [(String, JSONValue)],
    in performed: Performed
  ) throws -> Response {
    guard !performed.isReplay, var body = try JSONReader.parse(performed.answer.body).object else {
      return Idempotency.response(performed)
    }
    for (name, value) in secrets { body[name] = value }
    let answer = StoredAnswer(
      status: performed.answer.status,
      body: JSONValue.object(body).bytes
    )
    return Idempotency.response(Performed(answer: answer, isReplay: false))
  }

  /// The address at which the caller reached the box, which is the one that devices reach too.
  private func address(of request: Request) -> String {
    guard case .internet = request.remote, let host = request.headers["Host"] else {
      return surroundings.address
    }
    return "\(request.isSecure ? "https" : "http")://\(host)"
  }
}
