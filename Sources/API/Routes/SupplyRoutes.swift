import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds who delivers what, orders both ways, and the calendar.
  func addSupplyRoutes(to router: inout Router) {
    let desk = SupplyDesk(environment)
    add(.get, "/api/v1/suppliers", query: Call.paging, to: &router) { call in
      listing(try desk.suppliers(try call.page(), scope: call.scope), call)
    }
    addSave(SaveSupplier.self, "/api/v1/suppliers", to: &router)
    add(.get, "/api/v1/suppliers/{code}", to: &router) { call in
      let found = try desk.supplier(code: call.request.path("code"), scope: call.scope)
      return document(found, version: found.version)
    }
    add(.get, "/api/v1/materials/{code}/suppliers", to: &router) { call in
      listing(try desk.terms(material: call.request.path("code"), scope: call.scope), call)
    }
    let path = "/api/v1/materials/{code}/suppliers/{supplier}"
    add(.get, path, to: &router) { call in
      let (code, supplier) = (call.request.path("code"), call.request.path("supplier"))
      let found = try desk.terms(material: code, supplier: supplier, scope: call.scope)
      return document(found, version: found.version)
    }
    add(.delete, path, to: &router) { call in
      document(
        try DeleteTerms(environment)(
          material: call.request.path("code"),
          supplier: call.request.path("supplier"),
          expectation: try call.expectation(),
          scope: call.scope
        )
      )
    }
    addSave(SaveTerms.self, "/api/v1/supply-terms", to: &router)
    addOrderRoutes(EnteredPurchase.self, "/api/v1/purchase-orders", to: &router)
    addOrderRoutes(EnteredOutbound.self, "/api/v1/orders", to: &router)
    addCalendarRoutes(to: &router)
  }

  /// Adds the list, the look-up, the saving and the cancelling of a kind of order.
  private func addOrderRoutes<Entered: EnteredOrder>(
    _: Entered.Type,
    _ path: String,
    to router: inout Router
  ) {
    let desk = SupplyDesk(environment)
    add(.get, path, query: ["open"] + Call.paging, to: &router) { call in
      listing(
        try desk.orders(
          Entered.View.self,
          try call.page(),
          openOnly: try call.isOn("open"),
          scope: call.scope
        ),
        call
      )
    }
    addSave(SaveOrder<Entered>.self, path, to: &router)
    add(.get, "\(path)/{number}", to: &router) { call in
      let number = call.request.path("number")
      let found = try desk.order(Entered.View.self, number: number, scope: call.scope)
      return document(found, version: found.version)
    }
    add(.post, "\(path)/{number}/cancel", to: &router) { call in
      try perform(CancelOrder<Entered>(environment), call) {
        try CancelOrder<Entered>.Request(
          number: call.request.path("number"),
          document: try call.documentOrNothing(),
          expectation: try call.expectation()
        )
      }
    }
  }

  private func addCalendarRoutes(to router: inout Router) {
    let calendar = CalendarDesk(environment)
    add(.get, "/api/v1/calendar", query: ["from", "to"], to: &router) { call in
      listing(
        try calendar(from: try call.day("from"), through: try call.day("to"), scope: call.scope),
        call
      )
    }
    add(.post, "/api/v1/calendar", to: &router) { call in
      try perform(SaveCalendarDay(environment), call) {
        try SaveCalendarDay.Request(document: try call.document())
      }
    }
  }
}
