import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the ledger: book a movement, read the rows.
  func addMovementRoutes(to router: inout Router) {
    let masters = Masters(environment)
    let items = Call.stockItems + ["kind", "from", "to", "newest", "as"] + Call.paging
    add(.post, "/api/v1/transactions", to: &router, RouteOptions(isPriority: true)) { call in
      try perform(PostTransaction(environment), call, status: { _ in 201 }) {
        try PostTransaction.Request(document: try call.document())
          .corrected(clockOffsetMS: try call.clockOffsetMS(environment))
      }
    }
    add(.get, "/api/v1/transactions", query: items, to: &router) { call in
      if try call.choice("as", LedgerForm.self) != nil { return try epcis(call) }
      return listing(
        try masters.transactions(
          call.stockQuery,
          kind: try call.choice("kind", LedgerKind.self),
          from: try call.day("from"),
          through: try call.day("to"),
          newestFirst: try call.isOn("newest"),
          try call.page(),
          scope: call.scope
        ),
        call
      )
    }
  }

  /// A page of the ledger as EPCIS, with the `Link` to its next page.
  private func epcis(_ call: Call) throws -> Response {
    let found = try Masters(environment).epcis(
      call.stockQuery,
      kind: try call.choice("kind", LedgerKind.self),
      from: try call.day("from"),
      through: try call.day("to"),
      try call.page(),
      scope: call.scope
    )
    var response = listing(Page<LedgerView>(rows: [], next: found.next), call)
    response.body = .bytes(found.json)
    response.headers["Content-Type"] = "application/ld+json"
    return response
  }
}

/// Another form of the ledger.
private enum LedgerForm: String, CaseIterable {
  case epcis
}
