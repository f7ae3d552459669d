import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds what machines ask about the box itself: alive, ready, healthy, in figures.
  func addHealthRoutes(to router: inout Router) {
    let priority = RouteOptions(isPriority: true)
    let health = surroundings.health
    let metrics = surroundings.metrics
    add(.get, "/healthz", to: &router, priority) { _ in
      Response.json(Array(#"{"status":"ALIVE"}"#.utf8)).with("Cache-Control", "no-store")
    }
    add(.get, "/readyz", to: &router, priority) { _ in
      let answer = health(true)
      return Response.json(answer.json, status: answer.isFit ? 200 : 503)
        .with("Cache-Control", "no-store")
    }
    add(.get, "/api/v1/health", to: &router, priority) { call in
      // The checks of the work count the goods of all owners; who sees some of them gets fitness.
      Response.json(health(try !seesAll(call)).json).with("Cache-Control", "no-store")
    }
    add(.get, "/metrics", to: &router, priority) { call in
      guard try seesAll(call) else {
        throw Failure(
          .forbidden,
          "The metrics count the goods of all owners, and this token does not see all of them.",
          hint: "Have a token made for all owners, with the scope metrics."
        )
      }
      let isOpenMetrics = call.request.headers.list("Accept")
        .contains { $0.hasPrefix("application/openmetrics-text") }
      let type =
        isOpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8"
      return Response(
        headers: ["Content-Type": type, "Cache-Control": "no-store"],
        body: .bytes(metrics(isOpenMetrics))
      )
    }
  }

  /// Adds the jobs, the sending to head office, and the actions on them.
  func addUpkeepRoutes(to router: inout Router) {
    let upkeep = surroundings.upkeep
    addRead("/api/v1/jobs", to: &router) { _ in try upkeep.jobs() }
    addRead("/api/v1/jobs/{name}/runs", query: ["limit"], to: &router) { call in
      try upkeep.runs(call.request.path("name"), try call.page().limit)
    }
    addRead("/api/v1/sync", to: &router) { _ in try upkeep.upstream() }
    addRead("/api/v1/sync/dead-letters", to: &router) { _ in try upkeep.deadLetters() }
    addAction("/api/v1/jobs/{name}/run", "job.started", status: 202, to: &router) { call in
      try upkeep.start(call.request.path("name"))
    }
    addAction("/api/v1/jobs/{name}/cancel", "job.cancelled", to: &router) { call in
      try upkeep.cancel(call.request.path("name"))
    }
    addAction("/api/v1/sync/requeue", "sync.requeued", to: &router) { _ in try upkeep.requeue() }
  }

  private func addRead(
    _ path: String,
    query: [String] = [],
    to router: inout Router,
    _ read: @escaping @Sendable (Call) throws -> JSONValue
  ) {
    add(.get, path, query: query, to: &router) { call in
      try expectAll(call)
      return Response.json(try read(call).bytes).with("Cache-Control", "no-store")
    }
  }

  /// An action that is done once per key, with who did it in the audit log.
  private func addAction(
    _ path: String,
    _ action: String,
    status: Int = 200,
    to router: inout Router,
    _ act: @escaping @Sendable (Call) throws -> JSONValue
  ) {
    add(.post, path, to: &router) { call in
      try expectAll(call)
      return try longCalls.once(call, environment) {
        try call.refuseMembers()
        let body = try act(call).bytes
        let now = environment.now()
        let subject = String(call.request.target.raw.prefix { $0 != "?" })
        try environment.store.write(call.scope) {
          try $0.audit(action, subject: subject, detailJSON: "{}", at: now)
        }
        return LongAnswer(
          response: Response.json(body, status: status).with("Cache-Control", "no-store"),
          stored: StoredAnswer(status: status, body: body)
        )
      }
    }
  }

  private func expectAll(_ call: Call) throws {
    guard try seesAll(call) else {
      throw Failure(
        .forbidden,
        "The jobs work on the goods of all owners, and this token does not see all of them.",
        hint: "Sign in as somebody who works for all owners."
      )
    }
  }

  /// Whether a caller sees every owner's goods.
  private func seesAll(_ call: Call) throws -> Bool {
    guard let visible = call.scope.visible else { return true }
    return try visible.count >= surroundings.access.owners()
  }
}
