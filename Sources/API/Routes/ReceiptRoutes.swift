import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds receipts: announced, arrived, planned.
  func addReceiptRoutes(to router: inout Router) {
    let receipts = Receipts(environment)
    add(.post, "/api/v1/receipts", to: &router) { call in
      try perform(CreateReceipt(environment), call, status: { _ in 201 }) {
        try CreateReceipt.Request(document: try call.document())
      }
    }
    add(.get, "/api/v1/receipts", query: ["status"] + Call.paging, to: &router) { call in
      listing(
        try receipts.receipts(
          try call.page(),
          status: try call.choice("status", ReceiptStatus.self),
          scope: call.scope
        ),
        call
      )
    }
    add(.get, "/api/v1/receipts/{id}", to: &router) { call in
      document(try receipts.receipt(publicID: try call.publicID("id"), scope: call.scope))
    }
    add(.post, "/api/v1/receipts/{id}/arrive", to: &router) { call in
      try perform(ArriveReceipt(environment), call) {
        try ArriveReceipt.Request(
          receipt: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
    add(.post, "/api/v1/receipts/{id}/plan", to: &router, lane: lanes.plans) { call in
      try perform(PlanReceipt(environment), call) {
        try PlanReceipt.Request(
          receipt: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
    add(.get, "/api/v1/receipts/{id}/plan", to: &router) { call in
      document(try receipts.planning(publicID: try call.publicID("id"), scope: call.scope))
    }
    add(.post, "/api/v1/receipts/{id}/release", to: &router) { call in
      try perform(ReleaseReceipt(environment), call) {
        try ReleaseReceipt.Request(
          receipt: try call.publicID("id"),
          document: try call.documentOrNothing()
        )
      }
    }
    let compare = ComparePlans(environment)
    let plans = "/api/v1/receipts/{id}/plans"
    add(.get, plans, query: ["budget_ms", "objective"], to: &router, lane: lanes.plans) { call in
      let budget = try call.whole("budget_ms", in: 0...Limits.planBudgetMS)
      return document(
        try compare(
          try call.publicID("id"),
          budgetMS: budget,
          objective: try call.choice("objective", PlanObjective.self) ?? .balanced,
          scope: call.scope
        )
      )
    }
  }
}
