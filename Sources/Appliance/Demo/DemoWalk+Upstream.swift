import Warehouse
import WireFormat

/// The day's aggregates reach head office: exactly what the appliance counts.
extension DemoWalk {
  /// Sends what waits, and compares the hub with the appliance row by row.
  func sync() throws -> DemoFinding {
    let state = try admin(.post("/admin/sync/run", []))
    let waiting = try state.whole("unbatched_events") + state.whole("pending_batches")
    guard let hub else {
      try DemoFault.unless(waiting > 0, "no hub is configured, and no aggregate waits")
      return DemoFinding(
        "\(try state.whole("unbatched_events")) aggregates wait in the outbox for a hub",
        [("waiting", .integer(waiting))]
      )
    }
    try DemoFault.unless(
      waiting == 0,
      "\(waiting) still wait: \(state["outcome"]?.string ?? "") \(state["held"]?.string ?? "")"
    )
    guard let today else { throw DemoFault("nothing was picked today") }
    let day = today.description
    let query = "facility=\(GatewayCall.segment(facility))"
    let demand = try checkDemand(hub.server, day, query)
    let stock = try checkStock(hub.server, day, query)
    return DemoFinding(
      "the hub holds the demand of \(day) of \(demand) materials and the stock of \(stock), "
        + "as the appliance counts them",
      [
        ("materials_with_demand", .integer(Int64(demand))),
        ("materials_in_stock", .integer(Int64(stock))),
      ]
    )
  }

  private func checkDemand(_ hub: DemoServer, _ day: String, _ query: String) throws -> Int {
    var here: [String: Int64] = [:]
    for code in materials.keys {
      let path = "/api/v1/materials/\(GatewayCall.segment(code))/demand?from=\(day)&to=\(day)"
      for row in try server.get(path).list("rows") { here[code] = try row.milli("quantity") }
    }
    var there: [String: Int64] = [:]
    for row in try hub.rows("/v1/demand?\(query)&from=\(day)&to=\(day)") {
      there[try row.text("material")] = try row.milli("quantity")
    }
    try DemoFault.unless(there, equals: here, "demand of \(day) at the hub, in milli-units")
    let events = try hub.get("/v1/events?\(query)&kind=demand.daily").list("rows")
      .filter { $0["subject"]?.string?.hasPrefix(day) == true }
    let raw = try events.flatMap { try ($0["data"] ?? .null).list("rows") }
    try DemoFault.unless(raw.count, equals: here.count, "rows of demand.daily at the hub")
    return here.count
  }

  private func checkStock(_ hub: DemoServer, _ day: String, _ query: String) throws -> Int {
    var here: [String: Int64] = [:]
    for row in try server.rows("/api/v1/stock") {
      here[try row.text("material"), default: 0] += try row.milli("quantity")
    }
    var there: [String: Int64] = [:]
    for event in try hub.get("/v1/events?\(query)&kind=stock.daily").list("rows")
    where event["subject"]?.string?.hasPrefix(day) == true {
      for row in try (event["data"] ?? .null).list("rows") {
        there[try row.text("material")] = try row.milli("on_hand")
      }
    }
    try DemoFault.unless(
      there,
      equals: here.filter { $0.value != 0 },
      "stock of \(day) at the hub, in milli-units"
    )
    return there.count
  }
}
