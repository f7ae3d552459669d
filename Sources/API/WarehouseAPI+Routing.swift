import HTTPServer
import Operations
import Warehouse
import WireFormat

/// A request whose tenants are known.
struct Call {
  let request: Request
  let scope: TenantScope

  /// The body as JSON.
  func document() throws -> JSONValue {
    do {
      return try JSONReader.parse(
        request.body, maximumDepth: Limits.jsonDepth, maximumBytes: Limits.jsonBodyBytes)
    } catch {
      throw Failure(
        error.kind == .tooLarge ? .tooLarge : .malformed,
        "The body is not usable JSON: \(error.message)",
        hint: "Send one JSON document in UTF-8 with Content-Type: application/json.")
    }
  }

  /// The page that the query asks for.
  func page() throws -> PageRequest {
    let limit = try request.queryInt(
      "limit", in: 1...Limits.pageRows, default: Limits.pageRowsDefault)
    return PageRequest(after: request.query("after"), limit: limit)
  }

  /// One of the named choices of a query item, nil where it is absent.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String,
    _: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = request.query(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .invalid, "The query item \(name) must be one of \(names).",
        faults: [.init(place: "?\(name)", value: text, rule: "must be one of \(names)")])
    }
    return choice
  }

  /// A day of the query, nil where it is absent.
  func day(_ name: String) throws -> LocalDay? {
    guard let text = request.query(name) else { return nil }
    guard let day = LocalDay(text) else {
      throw Failure(
        .invalid, "The query item \(name) must be a day as YYYY-MM-DD.",
        faults: [.init(place: "?\(name)", value: text, rule: "must be YYYY-MM-DD")])
    }
    return day
  }

  /// A switch of the query: `1`, `true` or nothing turn it on.
  func isOn(_ name: String) -> Bool {
    ["", "1", "true", "yes"].contains(request.query(name) ?? "no")
  }

  /// The name of the thing in the path.
  func publicID(_ parameter: String) throws -> PublicID {
    guard let id = PublicID(request.path(parameter)) else {
      throw Failure(
        .notFound, "There is nothing with the id \(request.path(parameter)).",
        hint: "Ids are UUIDs, as the call that made the thing answered them.")
    }
    return id
  }

  /// The id under which progress is noted: the client's own request id.
  var progressID: String { request.headers["X-Request-Id"] ?? request.id }
}

extension WarehouseAPI {
  /// Adds a route whose failures become problem documents.
  func add(
    _ method: Method,
    _ pattern: String,
    to router: inout Router,
    _ options: RouteOptions = RouteOptions(),
    handler: @escaping @Sendable (Call) throws -> Response
  ) {
    let scope = surroundings.scope
    let fault = surroundings.fault
    var options = options
    if method == .post, options.contentTypes.isEmpty {
      options.contentTypes = ["application/json"]
    }
    router.on(method, pattern, options) { request in
      do {
        return try handler(Call(request: request, scope: try scope(request)))
      } catch let failure as Failure {
        if failure.code == .internal { fault(failure, request) }
        return failure.response(instance: request.id)
      }
    }
  }

  /// An answer of a listing, with the `Link` to its next page.
  func listing<Row: JSONDocument>(_ page: Page<Row>, _ call: Call) -> Response {
    var response = Response.json(page.json)
    response.headers["Cache-Control"] = "no-store"
    if let next = page.next {
      var items = call.request.target.query.filter { $0.name != "after" }
        .map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
      items.append("after=\(Self.escaped(next))")
      let path = call.request.target.raw.prefix { $0 != "?" }
      response.headers["Link"] = "<\(path)?\(items.joined(separator: "&"))>; rel=\"next\""
    }
    return response
  }

  /// An answer that is one document.
  func document(_ document: some JSONDocument, status: Int = 200) -> Response {
    Response.json(document.json, status: status).with("Cache-Control", "no-store")
  }

  /// Runs a durable use case under the request's key.
  func perform<UseCase: DurableUseCase>(
    _ useCase: UseCase,
    _ request: UseCase.Request,
    _ call: Call,
    status: Int = 200
  ) throws -> Response where UseCase.Outcome: JSONDocument {
    let key = try Idempotency.key(of: call.request)
    let performed = try useCase(request, scope: call.scope, key: key) { outcome in
      StoredAnswer(status: status, body: outcome.json)
    }
    return Idempotency.response(performed)
  }

  /// A query value, escaped.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
