import HTTPServer
import Operations
import Synchronization
import Warehouse
import WireFormat

/// The body of a request once it was read.
private final class ParsedBody: Sendable {
  let value = Mutex<JSONValue?>(nil)
}

/// A request whose caller is known.
struct Call {
  let request: Request
  let caller: Caller
  private let parsed: ParsedBody?

  init(request: Request, caller: Caller, isUrgent: Bool = false) {
    self.request = request
    self.caller = caller
    scope = isUrgent ? caller.scope.urgent : caller.scope
    parsed = request.body.isEmpty ? nil : ParsedBody()
  }

  /// Whose rows the caller may see.
  let scope: TenantScope

  /// The body as JSON.
  ///
  /// It is read once: the key's fingerprint and the use case want the same.
  func document() throws -> JSONValue {
    if let known = parsed?.value.withLock({ $0 }) { return known }
    do {
      let document = try JSONReader.parse(
        request.body,
        maximumDepth: Limits.jsonDepth,
        maximumBytes: Limits.jsonBodyBytes
      )
      parsed?.value.withLock { $0 = document }
      return document
    } catch {
      throw Failure(
        .malformed,
        "The body is not usable JSON: \(error.description)",
        hint: "Send one JSON document in UTF-8 with Content-Type: application/json."
      )
    }
  }

  /// The body as JSON, an empty one counting as `{}`: for calls that need no member.
  func documentOrNothing() throws -> JSONValue {
    request.body.isEmpty ? .object(JSONObject()) : try document()
  }

  /// The page that the query asks for.
  func page() throws -> PageRequest {
    var page = PageRequest(after: request.query("after"), limit: Limits.pageRowsDefault)
    guard let text = request.query("limit") else { return page }
    guard let limit = Int(text), (1...Limits.pageRows).contains(limit) else {
      let rule = "must be a whole number from 1 to \(Limits.pageRows)"
      throw Failure(
        .invalid,
        "The query item limit \(rule).",
        faults: [.init(place: "?limit", value: String(text.prefix(60)), rule: rule)]
      )
    }
    page.limit = limit
    return page
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
        .invalid,
        "The query item \(name) must be one of \(names).",
        faults: [.init(place: "?\(name)", value: text, rule: "must be one of \(names)")]
      )
    }
    return choice
  }

  /// A whole number of the query, nil where it is absent.
  func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = request.query(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      let rule = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw Failure(
        .invalid,
        "The query item \(name) \(rule).",
        faults: [.init(place: "?\(name)", value: String(text.prefix(60)), rule: rule)]
      )
    }
    return number
  }

  /// A day of the query, nil where it is absent.
  func day(_ name: String) throws -> LocalDay? {
    guard let text = request.query(name) else { return nil }
    guard let day = LocalDay(text) else {
      throw Failure(
        .invalid,
        "The query item \(name) must be a day as YYYY-MM-DD.",
        faults: [.init(place: "?\(name)", value: text, rule: "must be YYYY-MM-DD")]
      )
    }
    return day
  }

  /// A switch of the query: `1`, `true` or nothing behind it turn it on, `0` or `false` off.
  func isOn(_ name: String) throws -> Bool {
    guard let text = request.query(name) else { return false }
    switch text {
    case "", "1", "true": return true
    case "0", "false": return false
    default:
      throw Failure(
        .invalid,
        "The query item \(name) must be 1 or 0.",
        faults: [.init(place: "?\(name)", value: String(text.prefix(60)), rule: "must be 1 or 0")]
      )
    }
  }

  /// The name of the thing in the path.
  func publicID(_ parameter: String) throws -> PublicID {
    guard let id = PublicID(request.path(parameter)) else {
      throw Failure(
        .notFound,
        "There is nothing with the id \(request.path(parameter)).",
        hint: "Ids are UUIDs, as the call that made the thing answered them."
      )
    }
    return id
  }

  /// A name of the query, nil where it is absent.
  func publicID(query name: String) throws -> PublicID? {
    guard let text = request.query(name) else { return nil }
    guard let id = PublicID(text) else {
      throw Failure(
        .invalid,
        "The query item \(name) must be a UUID.",
        faults: [.init(place: "?\(name)", value: String(text.prefix(60)), rule: "must be a UUID")]
      )
    }
    return id
  }

  /// The id under which progress is noted: the client's own request id.
  var progressID: String { request.headers["X-Request-Id"] ?? request.id }
}

extension WarehouseAPI {
  /// Adds a route whose failures become problem documents.
  ///
  /// `query` names the query items that the route takes; any other one is refused, since a
  /// misspelt filter that is dropped in silence answers with everything. Nil takes any. Calls that
  /// take long go through a `lane`.
  func add(
    _ method: Method,
    _ pattern: String,
    query: [String]? = [],
    to router: inout Router,
    _ options: RouteOptions = RouteOptions(),
    lane: Turnstile? = nil,
    handler: @escaping @Sendable (Call) throws -> Response
  ) {
    let fault = surroundings.fault
    router.on(method, pattern, options) { request in
      do {
        if let query { try Self.refuseUnknown(request, known: query) }
        try Self.refuseTwice(request)
        // The gate has let it in; a router that was made without one lets nobody see anything.
        let caller = request.principal as? Caller ?? .stranger
        let call = Call(request: request, caller: caller, isUrgent: options.isPriority)
        let response = try lane?.take { try handler(call) } ?? handler(call)
        return EntityTag.answer(response, to: request).keptSecure(for: request)
      } catch let failure as Failure {
        if failure.code == .internal { fault(failure, request) }
        return failure.response(instance: request.id)
      }
    }
  }

  private static func refuseUnknown(_ request: Request, known: [String]) throws {
    guard let item = request.target.query.first(where: { !known.contains($0.name) }) else {
      return
    }
    let near = Spelling.nearest(to: item.name, in: known)
    let takes = known.isEmpty ? "none" : known.joined(separator: ", ")
    throw Failure(
      .invalid,
      "The query item \(item.name.prefix(60)) is not known here.",
      hint: near.map { "Did you mean \($0)?" } ?? "Query items of this call: \(takes).",
      faults: [
        .init(
          place: "?\(item.name.prefix(60))",
          value: String(item.value.prefix(60)),
          rule: "is not known here"
        )
      ]
    )
  }

  /// The query items that make a list: columns of an import by their names.
  private static let repeatable: Set<String> = ["map"]

  /// Refuses a query item that is given twice: of two readers each would take its own.
  private static func refuseTwice(_ request: Request) throws {
    let items = request.target.query
    guard items.count > 1 else { return }
    var seen: Set<String> = []
    guard
      let item = items.first(where: {
        !Self.repeatable.contains($0.name) && !seen.insert($0.name).inserted
      })
    else { return }
    throw Failure(
      .invalid,
      "The query item \(item.name.prefix(60)) is given twice.",
      hint: "Give it once.",
      faults: [
        .init(
          place: "?\(item.name.prefix(60))",
          value: String(item.value.prefix(60)),
          rule: "must be given once"
        )
      ]
    )
  }

  /// An answer of a listing, with the `Link` to its next page.
  func listing<Row: JSONDocument>(_ page: Page<Row>, _ call: Call) -> Response {
    var response = Response.json(page.json)
    response.headers["Cache-Control"] = "no-store"
    if let next = page.next {
      var items = call.request.target.query.filter { $0.name != "after" }
        .map { "\(PercentText.encoded($0.name))=\(PercentText.encoded($0.value))" }
      items.append("after=\(PercentText.encoded(next))")
      let path = call.request.target.raw.prefix { $0 != "?" }
      response.headers["Link"] = "<\(path)?\(items.joined(separator: "&"))>; rel=\"next\""
    }
    return response
  }

  /// An answer that is one document, with its entity tag; `version` is that of a record that can
  /// be edited, for ``Call/expectation(isRequired:)``.
  func document(
    _ document: some JSONDocument,
    status: Int = 200,
    version: Int64? = nil
  ) -> Response {
    let json = document.json
    var response = Response.json(json, status: status)
    response.headers.add("Cache-Control", "no-store")
    response.headers.add("ETag", EntityTag.of(json, version: version))
    return response
  }

  /// Runs a durable use case under the request's key; the key is asked for before the body.
  func perform<UseCase: DurableUseCase>(
    _ useCase: UseCase,
    _ call: Call,
    status: @escaping @Sendable (UseCase.Outcome) -> Int = { _ in 200 },
    _ request: () throws -> UseCase.Request
  ) throws -> Response where UseCase.Outcome: JSONDocument {
    let key = try Idempotency.key(of: call)
    return Idempotency.response(
      try perform(useCase, call, key: key, status: status, try request())
    )
  }

  /// Adds the call that saves one thing: 201 where it is new, 200 where one was replaced.
  func addSave<UseCase: SavingUseCase>(
    _ useCase: UseCase.Type,
    _ path: String,
    to router: inout Router
  ) {
    add(.post, path, to: &router) { call in
      try perform(UseCase(environment), call, status: { $0.isCreated ? 201 : 200 }) {
        try UseCase.Request(document: try call.document(), expectation: try call.expectation())
      }
    }
  }

  /// Runs a durable use case under a key.
  func perform<UseCase: DurableUseCase>(
    _ useCase: UseCase,
    _ call: Call,
    key: IdempotencyKey,
    status: @escaping @Sendable (UseCase.Outcome) -> Int,
    _ request: UseCase.Request
  ) throws -> Performed where UseCase.Outcome: JSONDocument {
    try useCase(request, scope: call.scope, key: key) { outcome in
      let written = outcome.written
      let borrowed = outcome.explained.flatMap { task in
        StoredAnswer.Borrowed(task.id, task.draft.explanationJSON, at: written.members)
      }
      return StoredAnswer(status: status(outcome), body: written.json, borrowed: borrowed)
    }
  }
}

extension Response {
  /// The same page, which the browser asks for by TLS alone from now on, where it came so.
  fileprivate func keptSecure(for request: Request) -> Response {
    guard request.isSecure, headers["Content-Security-Policy"] != nil else { return self }
    return with("Strict-Transport-Security", "max-age=31536000")
  }
}
