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
    let (jobs, upstream) = (surroundings.jobs, surroundings.upstream)
    for (path, read) in [("/api/v1/jobs", jobs), ("/api/v1/sync", upstream)] {
      add(.get, path, to: &router) { call in
        guard try seesAll(call) else {
          throw Failure(
            .forbidden,
            "The jobs work on the goods of all owners, and this token does not see all of them.",
            hint: "Sign in as somebody who works for all owners."
          )
        }
        return Response.json(try read().bytes).with("Cache-Control", "no-store")
      }
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

  /// Whether a caller sees every owner's goods.
  private func seesAll(_ call: Call) throws -> Bool {
    guard let visible = call.scope.visible else { return true }
    return try visible.count >= surroundings.access.owners()
  }
}
