import Warehouse
import WireFormat

/// What the box says of itself: how full it is, what it refuses, its metrics and its books.
extension DemoWalk {
  /// Names that monitoring relies on, from each part of the box.
  private static let metricNames = [
    "bin_utilization_average_ratio", "putaway_recommendations_total",
    "batch_putaway_processing_seconds", "forecast_generation_seconds",
    "replenishment_suggestions", "sync_backlog_events", "health_status", "http_requests_total",
    "http_request_duration_seconds", "sqlite_wal_bytes", "process_resident_memory_bytes",
    "build_info",
  ]
  /// Tables that no refused request may have touched.
  private static let guardedTables = [
    "receipts", "receipt_lines", "lots", "stock", "inventory_transactions", "materials",
    "locations", "demand_history",
  ]

  /// Utilisation, location by location and as a whole, is what the stock lines add up to.
  func lookAtUtilization() throws -> DemoFinding {
    var lying: [String: Int64] = [:]
    for row in try server.rows("/api/v1/stock") {
      lying[try row.text("location"), default: 0] += try row.whole("handling_units")
    }
    var occupied: [String: Int64] = [:]
    var storage: Int64 = 0
    for row in try server.rows("/api/v1/locations") {
      let code = try row.text("code")
      let used = try row["used"]?.whole("handling_units") ?? -1
      try DemoFault.unless(used, equals: lying[code] ?? 0, "handling units in \(code)")
      guard try row.text("kind") == "STORAGE" else { continue }
      storage += 1
      if used > 0 { occupied[try row.text("zone"), default: 0] += 1 }
    }
    let report = try server.get("/api/v1/utilization")
    guard let facility = report["facility"] else { throw DemoFault("the facility is missing") }
    let all = occupied.values.reduce(0, +)
    try DemoFault.unless(try facility.whole("locations"), equals: storage, "storage locations")
    try DemoFault.unless(try facility.whole("occupied"), equals: all, "occupied locations")
    for zone in try report.list("zones") {
      let name = try zone.text("zone")
      try DemoFault.unless(
        try zone.whole("occupied"),
        equals: occupied[name] ?? 0,
        "occupied in zone \(name)"
      )
    }
    let ratio = facility["average_ratio"]?.double ?? -1
    try DemoFault.unless((0...1).contains(ratio), "the mean utilisation is \(ratio)")
    let percent = (ratio * 1_000).rounded() / 10
    return DemoFinding(
      "\(all) of \(storage) locations hold goods, \(percent) % full on the mean; every location "
        + "agrees with its stock",
      [
        ("occupied", .integer(all)), ("locations", .integer(storage)),
        ("average_ratio", .double(ratio)),
      ]
    )
  }

  /// Nonsense is refused with the right words, and changes nothing.
  func sendNonsense() throws -> DemoFinding {
    let before = try guardedRows()
    let path = "/api/v1/receipts"
    func receipt(_ line: String) -> String {
      #"{"number":"\#(number)-N","dock":"\#(dock)","lines":[\#(line)]}"#
    }
    let code = lines.first?.material ?? ""
    let deep = String(repeating: "[", count: 2_000) + String(repeating: "]", count: 2_000)
    let cases: [(what: String, body: String, status: Int, pointer: String?)] = [
      ("broken JSON", #"{"number": "#, 400, nil),
      ("NaN", receipt(#"{"material":"\#(code)","quantity":NaN}"#), 400, nil),
      ("deep nesting", deep, 400, nil),
      (
        "an unknown material", receipt(#"{"material":"NO-SUCH-THING","quantity":1}"#), 422,
        "/lines/0/material"
      ),
      (
        "a negative quantity", receipt(#"{"material":"\#(code)","quantity":-1}"#), 422,
        "/lines/0/quantity"
      ),
      ("1e18", receipt(#"{"material":"\#(code)","quantity":1e18}"#), 422, "/lines/0/quantity"),
      (
        "a wrong type", receipt(#"{"material":"\#(code)","quantity":[1]}"#), 422,
        "/lines/0/quantity"
      ),
      (
        "an unknown key", receipt(#"{"material":"\#(code)","quantiy":1}"#), 422, "/lines/0/quantiy"
      ),
    ]
    for one in cases {
      let answer = try server.send(
        "POST",
        path,
        body: Array(one.body.utf8),
        key: ZoneClock.newID().text
      )
      try DemoFault.unless(answer.status, equals: one.status, "status for \(one.what)")
      try DemoFault.unless(
        answer.body["detail"]?.string?.isEmpty == false,
        "\(one.what): no words about it"
      )
      guard let pointer = one.pointer else { continue }
      let named = answer.body["errors"]?.array?.compactMap { $0["pointer"]?.string } ?? []
      try DemoFault.unless(named.contains(pointer), "\(one.what): it points at \(named)")
    }
    let noKey = try server.send("DELETE", path)
    try DemoFault.unless(noKey.status, equals: 405, "status for a method that is not there")
    try DemoFault.unless(try guardedRows(), equals: before, "rows after the nonsense")
    return DemoFinding(
      "\(cases.count + 1) kinds of it refused, nothing changed",
      [("refused", .integer(Int64(cases.count + 1)))]
    )
  }

  private func guardedRows() throws -> [String: Int64] {
    guard let rows = try admin(GatewayCall(.get, "/admin/doctor"))["rows"] else {
      throw DemoFault("doctor does not count the rows")
    }
    var counts: [String: Int64] = [:]
    for table in Self.guardedTables { counts[table] = try rows.whole(table) }
    return counts
  }

  /// Monitoring finds its names, and the tasks of this walk in them.
  func lookAtMetrics() throws -> DemoFinding {
    let answer = try server.send("GET", "/metrics", accept: "text/plain")
    try DemoFault.unless(answer.status, equals: 200, "status of /metrics")
    let text = String(decoding: answer.bytes, as: UTF8.self)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let names = Set(
      lines.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }) }
    )
    for name in Self.metricNames {
      let isThere = names.contains(name) || names.contains("\(name)_count")
      try DemoFault.unless(isThere, "the metric \(name) is not exported")
    }
    return DemoFinding(
      "\(lines.count) series, all \(Self.metricNames.count) names that the walk looks for",
      [("series", .integer(Int64(lines.count)))]
    )
  }

  /// The doctor explains every unit of stock from the ledger, and commits are durable.
  func lookAtBooks() throws -> DemoFinding {
    let report = try admin(GatewayCall(.get, "/admin/doctor"))
    for check in try report.list("checks") {
      let findings = try check.list("findings")
      try DemoFault.unless(
        findings.isEmpty,
        "\(try check.text("name")): \(findings.first?.string ?? "") and \(findings.count) in all"
      )
    }
    try DemoFault.unless(try report.whole("findings"), equals: 0, "findings")
    let vitals = try admin(GatewayCall(.get, "/admin/vitals"))
    try DemoFault.unless(try vitals.whole("synchronous"), equals: 2, "synchronous of the writer")
    let rows = try report["rows"]?.whole("stock") ?? 0
    let ledger = try report["rows"]?.whole("inventory_transactions") ?? 0
    return DemoFinding(
      "\(ledger) ledger rows explain all \(rows) rows of stock; commits are durable",
      [("stock_rows", .integer(rows)), ("ledger_rows", .integer(ledger))]
    )
  }
}
