import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds recommendations and the life of their tasks.
  func addPutawayRoutes(to router: inout Router) {
    let base = "/api/v1/putaway/recommendations"
    let priority = RouteOptions(isPriority: true)
    let tasks = Tasks(environment)
    add(.post, base, to: &router) { call in
      try perform(
        Recommend(environment), try Recommend.Request(document: try call.document()), call)
    }
    add(.get, base, to: &router) { call in
      let status = try call.choice("status", RecommendationStatus.self)
      let receipt = try call.request.query("receipt").map { text in
        guard let id = PublicID(text) else {
          throw Failure(.invalid, "The query item receipt must be the receipt's id, a UUID.")
        }
        return id
      }
      return listing(
        try tasks.tasks(
          statuses: status.map { [$0] } ?? [], receipt: receipt, try call.page(),
          scope: call.scope), call)
    }
    add(.get, "\(base)/{id}", to: &router) { call in
      document(try tasks.task(publicID: try call.publicID("id"), scope: call.scope))
    }
    add(.post, "\(base)/{id}/start", to: &router, priority) { call in
      try perform(
        StartPutaway(environment),
        try StartPutaway.Request(
          recommendation: try call.publicID("id"), document: try call.document()), call)
    }
    add(.post, "\(base)/{id}/confirm", to: &router, priority) { call in
      try perform(
        ConfirmPutaway(environment),
        try ConfirmPutaway.Request(
          recommendation: try call.publicID("id"), document: try call.document()), call)
    }
    add(.post, "\(base)/{id}/reject", to: &router, priority) { call in
      try perform(
        RejectPutaway(environment),
        try RejectPutaway.Request(
          recommendation: try call.publicID("id"), document: try call.document()), call)
    }
  }
}
