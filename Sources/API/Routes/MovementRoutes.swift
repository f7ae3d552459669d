import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the ledger: book a movement, read the rows.
  func addMovementRoutes(to router: inout Router) {
    let masters = Masters(environment)
    add(.post, "/api/v1/transactions", to: &router, RouteOptions(isPriority: true)) { call in
      try perform(
        PostTransaction(environment),
        try PostTransaction.Request(document: try call.document()), call, status: 201)
    }
    add(.get, "/api/v1/transactions", to: &router) { call in
      listing(
        try masters.transactions(
          call.stockQuery, kind: try call.choice("kind", LedgerKind.self),
          newestFirst: call.isOn("newest"), try call.page(), scope: call.scope), call)
    }
  }
}
