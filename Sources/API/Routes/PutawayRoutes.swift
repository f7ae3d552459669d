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
      try perform(Recommend(environment), call) {
        try Recommend.Request(document: try call.document())
      }
    }
    add(.get, base, query: ["status", "receipt", "leased_to"] + Call.paging, to: &router) { call in
      let status = try call.choice("status", RecommendationStatus.self)
      return listing(
        try tasks.tasks(
          statuses: status.map { [$0] } ?? [],
          receipt: try call.receipt(),
          leasedTo: call.request.query("leased_to"),
          try call.page(),
          scope: call.scope
        ),
        call
      )
    }
    add(.get, "\(base)/{id}", to: &router) { call in
      document(try tasks.task(publicID: try call.publicID("id"), scope: call.scope))
    }
    add(.post, "\(base)/{id}/start", to: &router, priority) { call in
      try perform(StartPutaway(environment), call) {
        try StartPutaway.Request(
          recommendation: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
    add(.post, "\(base)/{id}/confirm", to: &router, priority) { call in
      try perform(ConfirmPutaway(environment), call) {
        try ConfirmPutaway.Request(
          recommendation: try call.publicID("id"),
          document: try call.document()
        ).corrected(clockOffsetMS: try call.clockOffsetMS(environment))
      }
    }
    add(.post, "\(base)/{id}/reject", to: &router, priority) { call in
      try perform(RejectPutaway(environment), call) {
        try RejectPutaway.Request(
          recommendation: try call.publicID("id"),
          document: try call.document()
        )
      }
    }
  }
}

extension Call {
  /// The receipt that the query names, nil where it names none.
  fileprivate func receipt() throws -> PublicID? {
    guard let text = request.query("receipt") else { return nil }
    guard let id = PublicID(text) else {
      throw Failure(
        .invalid,
        "The query item receipt must be the receipt's id, a UUID.",
        faults: [.init(place: "?receipt", value: String(text.prefix(60)), rule: "must be a UUID")]
      )
    }
    return id
  }
}
