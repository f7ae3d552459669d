import HTTPServer
import Operations

extension WarehouseAPI {
  /// Adds the moves that pay for themselves.
  func addSlottingRoutes(to router: inout Router) {
    add(.get, "/api/v1/reslotting", to: &router, lane: lanes.bulk) { call in
      document(try ReslotPlaces(environment)(scope: call.scope))
    }
  }
}
