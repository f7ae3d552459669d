import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds demand, forecasts and stock policies.
  func addForecastRoutes(to router: inout Router) {
    let queries = ForecastQueries(environment)
    let demand = DemandQueries(environment)
    add(.post, "/api/v1/forecasts", to: &router, lane: lanes.bulk) { call in
      defer { progress.end(call.progressID) }
      return try longCalls.once(call, environment) {
        let request = try RunForecasts.Request(document: try call.documentOrNothing())
        let report = try RunForecasts(environment)(
          request,
          scope: call.scope,
          progress: { done, total in progress.note(call.progressID, done, of: total) }
        )
        return Self.done(report)
      }
    }
    add(.get, "/api/v1/forecasts", to: &router) { call in
      document(try queries.run(scope: call.scope))
    }
    add(.get, "/api/v1/materials/{code}/demand", query: ["from", "to", "format"], to: &router) {
      call in
      let view = try demand.demand(
        material: call.request.path("code"),
        from: try call.day("from"),
        through: try call.day("to"),
        scope: call.scope
      )
      return try call.wantsCSV() ? csv(view.csv) : document(view)
    }
    add(.get, "/api/v1/materials/{code}/forecast", query: ["format"], to: &router) { call in
      let view = try queries.forecast(material: call.request.path("code"), scope: call.scope)
      return try call.wantsCSV() ? csv(view.csv) : document(view)
    }
    add(.get, "/api/v1/forecasts/totals", to: &router) { call in
      document(try queries.totals(scope: call.scope))
    }
    let accuracy = AccuracyQueries(environment)
    add(.get, "/api/v1/forecasts/accuracy", to: &router) { call in
      document(try accuracy.summary(scope: call.scope))
    }
    add(.get, "/api/v1/materials/{code}/accuracy", to: &router) { call in
      document(try accuracy.accuracy(material: call.request.path("code"), scope: call.scope))
    }
    add(.get, "/api/v1/materials/{code}/policy", to: &router) { call in
      document(try queries.policy(material: call.request.path("code"), scope: call.scope))
    }
  }

  private func csv(_ bytes: [UInt8]) -> Response {
    Response(
      headers: [
        "Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store", "Vary": "Accept",
      ],
      body: .bytes(bytes)
    )
  }

  /// Adds what to order.
  func addReplenishmentRoutes(to router: inout Router) {
    let suggestions = Suggestions(environment)
    add(.get, "/api/v1/replenishment", query: ["urgency", "status"] + Call.paging, to: &router) {
      call in
      listing(
        try suggestions.list(
          try call.page(),
          urgency: try call.choice("urgency", Urgency.self),
          status: try call.choice("status", SuggestionStatus.self),
          scope: call.scope
        ),
        call
      )
    }
    add(.post, "/api/v1/replenishment/decisions", to: &router) { call in
      try perform(DecideSuggestions(environment), call) {
        try DecideSuggestions.Request(document: try call.document())
      }
    }
    let review = ReviewStock(environment)
    add(.get, "/api/v1/replenishment/matrix", to: &router) { call in
      document(try review.matrix(scope: call.scope))
    }
    add(.get, "/api/v1/replenishment/stock-health", query: ["limit"], to: &router) { call in
      document(try review.health(limit: try call.page().limit, scope: call.scope))
    }
    add(.get, "/api/v1/replenishment/simulation", query: ["days"], to: &router, lane: lanes.bulk) {
      call in
      var request = SimulateStock.Request()
      if let days = try call.whole("days", in: SimulateStock.Request.dayRange) {
        request.days = days
      }
      return document(try SimulateStock(environment)(request, scope: call.scope))
    }
    add(.post, "/api/v1/replenishment/run", to: &router, lane: lanes.bulk) { call in
      defer { progress.end(call.progressID) }
      return try longCalls.once(call, environment) {
        try call.refuseMembers()
        let report = try GenerateSuggestions(environment)(
          scope: call.scope,
          progress: { done, total in progress.note(call.progressID, done, of: total) }
        )
        return Self.done(report)
      }
    }
  }

  /// The answer of long work that succeeded.
  private static func done(_ report: some JSONDocument) -> LongAnswer {
    let body = report.json
    return LongAnswer(
      response: Response.json(body).with("Cache-Control", "no-store"),
      stored: StoredAnswer(status: 200, body: body)
    )
  }
}

extension Call {
  /// Whether the client asks for CSV rather than JSON: by `format`, or else by `Accept`.
  func wantsCSV() throws -> Bool {
    switch request.query("format") {
    case "csv": return true
    case "json": return false
    case nil: return request.headers.list("Accept").contains { $0.hasPrefix("text/csv") }
    case let other?:
      throw Failure(
        .invalid,
        "The query item format must be json or csv.",
        faults: [
          .init(place: "?format", value: String(other.prefix(60)), rule: "must be json or csv")
        ]
      )
    }
  }

  /// Refuses a body that says anything, for calls that take no member.
  func refuseMembers() throws {
    let body = try documentOrNothing()
    guard let object = body.object else {
      throw Failure(.invalid, "The body must be a JSON object, it is \(body.kindName).")
    }
    guard let member = object.keys.first else { return }
    throw Failure(
      .invalid,
      "This call takes no member \(member.prefix(60)); its body is {}.",
      faults: [.init(place: "/\(member.prefix(60))", rule: "is not known here")]
    )
  }
}
