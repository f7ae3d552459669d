import HTTPServer
import Operations

extension WarehouseAPI {
  /// Adds the moves that pay for themselves, and those that somebody accepted.
  func addSlottingRoutes(to router: inout Router) {
    add(.get, "/api/v1/reslotting", to: &router, lane: lanes.bulk) { call in
      document(try ReslotPlaces(environment)(scope: call.scope))
    }
    let plans = ReslottingPlans(environment)
    let path = "/api/v1/reslotting/plans"
    add(.get, path, query: Call.paging, to: &router) { call in
      listing(try plans.list(try call.page(), scope: call.scope), call)
    }
    add(.post, path, to: &router, lane: lanes.bulk) { call in
      try perform(AcceptMoves(environment), call, status: { _ in 201 }) {
        try AcceptMoves.Request(document: try call.document())
      }
    }
    add(.get, "\(path)/{id}", to: &router) { call in
      document(try plans.plan(try call.publicID("id"), scope: call.scope))
    }
    add(.post, "\(path)/{id}/cancel", to: &router) { call in
      try perform(CancelMoves(environment), call) {
        try CancelMoves.Request(
          plan: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
  }
}
