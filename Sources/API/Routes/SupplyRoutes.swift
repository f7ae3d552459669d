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
    addPurchaseRoutes(to: &router)
    addOrderRoutes(to: &router)
    addCalendarRoutes(to: &router)
  }

  private func addPurchaseRoutes(to router: inout Router) {
    let desk = SupplyDesk(environment)
    let items = ["open"] + Call.paging
    add(.get, "/api/v1/purchase-orders", query: items, to: &router) { call in
      listing(
        try desk.purchaseOrders(
          try call.page(),
          openOnly: try call.isOn("open"),
          scope: call.scope
        ),
        call
      )
    }
    addSave(SavePurchaseOrder.self, "/api/v1/purchase-orders", to: &router)
    add(.get, "/api/v1/purchase-orders/{number}", to: &router) { call in
      let found = try desk.purchaseOrder(number: call.request.path("number"), scope: call.scope)
      return document(found, version: found.version)
    }
  }

  private func addOrderRoutes(to router: inout Router) {
    let desk = SupplyDesk(environment)
    let items = ["open"] + Call.paging
    add(.get, "/api/v1/orders", query: items, to: &router) { call in
      listing(
        try desk.orders(try call.page(), openOnly: try call.isOn("open"), scope: call.scope),
        call
      )
    }
    addSave(SaveOrder.self, "/api/v1/orders", to: &router)
    add(.get, "/api/v1/orders/{number}", to: &router) { call in
      let found = try desk.order(number: call.request.path("number"), scope: call.scope)
      return document(found, version: found.version)
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
