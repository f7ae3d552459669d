import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the ledger: book a movement, read the rows.
  func addMovementRoutes(to router: inout Router) {
    let masters = Masters(environment)
    let items = Call.stockItems + ["kind", "newest"] + Call.paging
    add(.post, "/api/v1/transactions", to: &router, RouteOptions(isPriority: true)) { call in
      try perform(PostTransaction(environment), call, status: { _ in 201 }) {
        try PostTransaction.Request(document: try call.document())
      }
    }
    add(.get, "/api/v1/transactions", query: items, to: &router) { call in
      listing(
        try masters.transactions(
          call.stockQuery,
          kind: try call.choice("kind", LedgerKind.self),
          newestFirst: try call.isOn("newest"),
          try call.page(),
          scope: call.scope
        ),
        call
      )
    }
  }
}
