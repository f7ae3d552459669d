import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds materials, locations, lots and stock.
  func addMasterRoutes(to router: inout Router) {
    addMaterialRoutes(to: &router)
    addLocationRoutes(to: &router)
    let masters = Masters(environment)
    add(.get, "/api/v1/lots", query: ["material"] + Call.paging, to: &router) { call in
      listing(
        try masters.lots(
          try call.page(),
          material: call.request.query("material"),
          scope: call.scope
        ),
        call
      )
    }
    add(.get, "/api/v1/lots/{id}", to: &router) { call in
      try kept(call) {
        document(try masters.lot(LotReference(text: call.request.path("id")), scope: call.scope))
      }
    }
    add(.get, "/api/v1/stock", query: Call.stockItems + Call.paging, to: &router) { call in
      listing(try masters.stock(call.stockQuery, try call.page(), scope: call.scope), call)
    }
    let reports = Reports(environment)
    add(.get, "/api/v1/utilization", to: &router) { call in
      document(try reports.utilization(scope: call.scope))
    }
    add(.get, "/api/v1/performance", query: ["days"], to: &router) { call in
      let days = try call.whole("days", in: 1...Limits.performanceDays) ?? 7
      return document(try reports.performance(days: days, scope: call.scope))
    }
    add(.get, "/api/v1/facility", to: &router) { call in
      document(try reports.facility(scope: call.scope))
    }
  }

  private func addMaterialRoutes(to router: inout Router) {
    let masters = Masters(environment)
    add(.get, "/api/v1/materials", query: ["search"] + Call.paging, to: &router) { call in
      listing(
        try masters.materials(
          try call.page(),
          search: call.request.query("search"),
          scope: call.scope
        ),
        call
      )
    }
    addSave(SaveMaterial.self, "/api/v1/materials", to: &router)
    add(.get, "/api/v1/materials/{code}", to: &router) { call in
      try kept(call) {
        let material = try masters.material(code: call.request.path("code"), scope: call.scope)
        return document(material, version: material.material.version)
      }
    }
  }

  private func addLocationRoutes(to router: inout Router) {
    let masters = Masters(environment)
    add(.get, "/api/v1/locations", query: ["zone"] + Call.paging, to: &router) { call in
      listing(
        try masters.locations(
          try call.page(),
          zone: call.request.query("zone"),
          scope: call.scope
        ),
        call
      )
    }
    addSave(SaveLocation.self, "/api/v1/locations", to: &router)
    add(.get, "/api/v1/locations/{code}", to: &router) { call in
      try kept(call) {
        let location = try masters.location(code: call.request.path("code"), scope: call.scope)
        return document(location, version: location.state.location.version)
      }
    }
  }
}

extension Call {
  /// The query items of every listing.
  static let paging = ["limit", "after"]

  /// The query items that restrict stock and ledger rows.
  static let stockItems = ["material", "location", "lot"]

  /// Which stock or ledger rows the query asks for.
  var stockQuery: StockQuery {
    StockQuery(
      material: request.query("material"),
      location: request.query("location"),
      lot: request.query("lot").map { LotReference(text: $0) }
    )
  }
}
