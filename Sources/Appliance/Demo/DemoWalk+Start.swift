import WireFormat

/// The walk's start: the server, its master data, the hub.
extension DemoWalk {
  /// Alive, ready, of a known version, a demo plant, and the one whose socket we hold.
  func lookAtServer() throws -> DemoFinding {
    let alive = try server.get("/healthz")
    try DemoFault.unless(alive["status"]?.string ?? "", equals: "ALIVE", "/healthz")
    let ready = try server.send("GET", "/readyz")
    try DemoFault.unless(ready.status == 200, "it is not ready: \(DemoServer.words(ready))")
    try takeToken()
    let health = try server.get("/api/v1/health")
    let version = try health.text("version")
    try DemoFault.unless(version, equals: ProgramVersion.text, "the server's version")
    facility = try health.text("facility")
    // The walk books goods: never into a warehouse that somebody runs a business with.
    try DemoFault.unless(
      facility.hasPrefix("PLANT-"),
      "\(facility) is no demo plant, and the walk books goods; make one: stowage demo --data DIR"
    )
    let here = try admin(GatewayCall(.get, "/api/v1/health"))
    try DemoFault.unless(
      try here.text("facility"),
      equals: facility,
      "the facility behind \(settings.commandSocket)"
    )
    let status = try health.text("status")
    return DemoFinding(
      "\(facility) at \(server.address), version \(version), ready, health \(status)",
      [
        ("facility", .string(facility)), ("version", .string(version)),
        ("health", .string(status)),
      ]
    )
  }

  /// Materials and locations are there, and a dock to receive at.
  func lookAtMasters() throws -> DemoFinding {
    for row in try server.rows("/api/v1/materials") { materials[try row.text("code")] = row }
    for row in try server.rows("/api/v1/locations") { locations[try row.text("code")] = row }
    let storage = locations.values.filter { $0["kind"]?.string == "STORAGE" }.count
    try DemoFault.unless(materials.count >= 100, "only \(materials.count) materials are there")
    try DemoFault.unless(storage >= 100, "only \(storage) storage locations are there")
    let docks = locations.filter { $0.value["kind"]?.string == "DOCK" }.keys.sorted()
    guard let first = docks.first else { throw DemoFault("there is no dock to receive at") }
    dock = first
    let lots = try server.rows("/api/v1/lots").count
    try DemoFault.unless(lots > 0, "no lot lies in the warehouse")
    return DemoFinding(
      "\(materials.count) materials, \(storage) storage locations, \(docks.count) docks, "
        + "\(lots) lots",
      [
        ("materials", .integer(Int64(materials.count))),
        ("storage_locations", .integer(Int64(storage))), ("lots", .integer(Int64(lots))),
      ]
    )
  }

  /// The hub that the appliance sends to, started for the walk where none runs.
  func lookAtHub() throws -> DemoFinding {
    let state = try admin(GatewayCall(.get, "/admin/sync"))
    let isConfigured = state["configured"]?.bool ?? false
    guard isConfigured else {
      return DemoFinding(
        "none is configured (sync.url, or serve --hub): aggregates will wait in the outbox",
        [("configured", false)]
      )
    }
    guard let url = state["url"]?.string ?? settings.uplink.url else {
      throw DemoFault("the appliance sends to a hub that neither it nor the settings name")
    }
    let found = try DemoHub.reach(url, folder: settings.dataDirectory + "/demo-hub")
    hub = found
    return DemoFinding(
      "\(url), " + (found.isOwn ? "started for this walk" : "running"),
      [("configured", true), ("url", .string(url)), ("started", .bool(found.isOwn))]
    )
  }
}
