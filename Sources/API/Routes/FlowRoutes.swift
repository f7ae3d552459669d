import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds what happens around the main job: leases, undo, returns, what to pick.
  func addFlowRoutes(to router: inout Router) {
    let base = "/api/v1/putaway/recommendations"
    let priority = RouteOptions(isPriority: true)
    add(.post, "/api/v1/putaway/leases", to: &router) { call in
      try perform(LeaseTasks(environment), call) {
        try LeaseTasks.Request(document: try call.document())
      }
    }
    for (name, way) in [("release", ReleaseTask.Way.release), ("cancel", .cancel)] {
      add(.post, "\(base)/{id}/\(name)", to: &router) { call in
        try perform(ReleaseTask(environment), call) {
          try ReleaseTask.Request(
            recommendation: try call.publicID("id"),
            way: way,
            document: try call.documentOrNothing()
          )
        }
      }
    }
    add(.post, "/api/v1/transactions/{id}/undo", to: &router, priority) { call in
      try perform(UndoTransaction(environment), call, status: { _ in 201 }) {
        try UndoTransaction.Request(
          transaction: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
    add(.post, "/api/v1/undo", to: &router, priority) { call in
      try perform(UndoTransaction(environment), call, status: { _ in 201 }) {
        try UndoTransaction.Request(document: try call.document())
      }
    }
    add(.post, "/api/v1/returns", to: &router, priority) { call in
      try perform(ReturnGoods(environment), call, status: { _ in 201 }) {
        try ReturnGoods.Request(document: try call.document())
          .corrected(clockOffsetMS: try call.clockOffsetMS(environment))
      }
    }
    addPickRoutes(to: &router)
  }

  private func addPickRoutes(to router: inout Router) {
    let plan = PickPlan(environment)
    add(.get, "/api/v1/picks", query: ["material", "quantity"], to: &router) { call in
      guard let material = call.request.query("material") else {
        throw Failure(
          .missing,
          "The query item material is missing.",
          hint: "Ask like /api/v1/picks?material=SKID-1&quantity=500."
        )
      }
      return document(
        try plan(material: material, quantityMilli: try call.quantity(), scope: call.scope)
      )
    }
    add(.get, "/api/v1/orders/{number}/picks", to: &router) { call in
      document(try plan(order: call.request.path("number"), scope: call.scope))
    }
  }
}

extension Call {
  /// The quantity that the query names, in milli base units; nil where it names none.
  fileprivate func quantity() throws -> Int64? {
    guard let text = request.query("quantity") else { return nil }
    guard let milli = try? DecimalText.scaled(text, decimals: 3),
      (1...Limits.quantityMilli).contains(milli)
    else {
      let rule = "must be a number more than 0 with at most three decimals"
      throw Failure(
        .invalid,
        "The query item quantity \(rule).",
        faults: [.init(place: "?quantity", value: String(text.prefix(60)), rule: rule)]
      )
    }
    return milli
  }
}
