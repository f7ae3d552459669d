import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the beep: what is this code, and what did my scanner send.
  ///
  /// A scan changes nothing, so it is the one POST that wants no key.
  func addScanRoutes(to router: inout Router) {
    add(.post, "/api/v1/scans", to: &router, RouteOptions(isPriority: true)) { call in
      let request = try ReadScan.Request(document: try call.document())
      return document(try ReadScan(environment)(request, scope: call.scope))
    }
    add(.get, "/api/v1/scans/recent", query: ["device", "limit"], to: &router) { call in
      let scans = RecentScans(environment)
      return listing(
        scans(
          device: call.request.query("device"),
          limit: try call.page().limit,
          scope: call.scope
        ),
        call
      )
    }
  }
}
