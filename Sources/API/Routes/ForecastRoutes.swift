import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds demand, forecasts and stock policies.
  func addForecastRoutes(to router: inout Router) {
    let queries = ForecastQueries(environment)
    let demand = DemandQueries(environment)
    add(.post, "/api/v1/forecasts", to: &router) { call in
      let request = try RunForecasts.Request(document: try call.document())
      defer { progress.end(call.progressID) }
      return try Idempotency.once(
        call.request, store: environment.store, scope: call.scope, at: environment.now()
      ) {
        let report = try RunForecasts(environment)(
          request, scope: call.scope,
          progress: { done, total in progress.note(call.progressID, done, of: total) },
          mayContinue: { true })
        return StoredAnswer(status: 200, body: report.json)
      }
    }
    add(.get, "/api/v1/forecasts", to: &router) { call in
      document(try queries.run(scope: call.scope))
    }
    add(.get, "/api/v1/materials/{code}/demand", to: &router) { call in
      let view = try demand.demand(
        material: call.request.path("code"), from: try call.day("from"),
        through: try call.day("to"), scope: call.scope)
      return call.wantsCSV ? csv(view.csv) : document(view)
    }
    add(.get, "/api/v1/materials/{code}/forecast", to: &router) { call in
      let view = try queries.forecast(material: call.request.path("code"), scope: call.scope)
      return call.wantsCSV ? csv(view.csv) : document(view)
    }
    add(.get, "/api/v1/materials/{code}/policy", to: &router) { call in
      document(try queries.policy(material: call.request.path("code"), scope: call.scope))
    }
  }

  private func csv(_ bytes: [UInt8]) -> Response {
    Response(
      headers: ["Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store"],
      body: .bytes(bytes))
  }

  /// Adds what to order.
  func addReplenishmentRoutes(to router: inout Router) {
    let suggestions = Suggestions(environment)
    add(.get, "/api/v1/replenishment", to: &router) { call in
      listing(
        try suggestions.list(
          try call.page(), urgency: try call.choice("urgency", Urgency.self),
          scope: call.scope), call)
    }
    add(.post, "/api/v1/replenishment/run", to: &router) { call in
      try Idempotency.once(
        call.request, store: environment.store, scope: call.scope, at: environment.now()
      ) {
        let report = try GenerateSuggestions(environment)(
          scope: call.scope,
          progress: { done, total in progress.note(call.progressID, done, of: total) },
          mayContinue: { true })
        return StoredAnswer(status: 200, body: report.json)
      }
    }
  }
}

extension Call {
  /// Whether the client asks for CSV rather than JSON.
  var wantsCSV: Bool {
    request.headers.list("Accept").contains { $0.hasPrefix("text/csv") }
      || request.query("format") == "csv"
  }
}
