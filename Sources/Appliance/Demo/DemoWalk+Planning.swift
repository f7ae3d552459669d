import Warehouse
import WireFormat

/// Goods are asked for: demand, forecasts, policies, suggestions.
extension DemoWalk {
  /// A pick raises the demand of its day by exactly that, and a repeat of it by nothing.
  func pick() throws -> DemoFinding {
    guard let confirmed else { throw DemoFault("nothing was confirmed to pick from") }
    let material = try confirmed.task.text("material")
    let lot = try confirmed.task.text("lot")
    let stockBefore = try stock(lot: lot)
    let before = try demand(of: material)
    let body: JSONValue = [
      "kind": "PICK", "lot": .string(lot), "from": .string(confirmed.location), "quantity": 1,
      "device": "demo-check",
    ]
    let key = ZoneClock.newID().text
    let answer = try server.post("/api/v1/transactions", body, key: key)
    try server.post("/api/v1/transactions", body, key: key)
    guard let day = answer["transaction"]?["local_day"]?.string, let today = LocalDay(day) else {
      throw DemoFault("the pick does not say on which day it counts")
    }
    self.today = today
    var wanted = before
    wanted[day, default: 0] += 1_000
    let after = try demand(of: material)
    try DemoFault.unless(after[day] ?? 0, equals: wanted[day] ?? 0, "demand of \(material) today")
    try DemoFault.unless(after == wanted, "the demand of other days has changed")
    let left = (stockBefore[confirmed.location] ?? 0) - 1_000
    try DemoFault.unless(
      try stock(lot: lot)[confirmed.location] ?? 0,
      equals: left,
      "stock in \(confirmed.location)"
    )
    return DemoFinding(
      "1 of \(material) from \(confirmed.location): demand of \(day) rose by 1 to "
        + Self.text(after[day] ?? 0) + ", its repeat counts nothing",
      [("day", .string(day)), ("demand", Self.decimal(after[day] ?? 0))]
    )
  }

  private func demand(of material: String) throws -> [String: Int64] {
    let answer = try server.get("/api/v1/materials/\(GatewayCall.segment(material))/demand")
    var days: [String: Int64] = [:]
    for row in try answer.list("rows") { days[try row.text("day")] = try row.milli("quantity") }
    return days
  }

  /// Runs the forecasts, and looks at one path day by day.
  func forecast() throws -> DemoFinding {
    let run = try server.post("/api/v1/forecasts", .object(JSONObject()))
    let count = try run.whole("materials")
    try DemoFault.unless(count > 0, "no material was forecast")
    let counted = (run["methods"]?.object?.members ?? []).reduce(0) {
      $0 + ($1.value.integer ?? 0)
    }
    try DemoFault.unless(counted, equals: count, "materials by method")
    let active = try server.get("/api/v1/forecasts")
    try DemoFault.unless(try active.text("run"), equals: try run.text("run"), "the active run")
    guard let confirmed else { throw DemoFault("nothing was confirmed") }
    forecastMaterial = try confirmed.task.text("material")
    let path = try server.get(
      "/api/v1/materials/\(GatewayCall.segment(forecastMaterial))/forecast"
    )
    let rows = try path.list("rows")
    try DemoFault.unless(
      Int64(rows.count),
      equals: try active.whole("horizon"),
      "days of the forecast"
    )
    try checkPath(rows, after: try path.text("origin_day"))
    let cumulative = try path.list("cumulative")
    try DemoFault.unless(!cumulative.isEmpty, "the forecast has no sums over the first days")
    var last = 0.0
    for sum in cumulative {
      let mean = sum["mean"]?.double ?? -1
      try DemoFault.unless(mean >= last - 0.002, "the sums of the forecast fall with more days")
      last = mean
    }
    let method = try path.text("method")
    let elapsed = try run.whole("elapsed_ms")
    return DemoFinding(
      "\(count) materials in \(elapsed) ms; \(forecastMaterial) by \(method): \(rows.count) days, "
        + "quantiles in order, nothing negative",
      [
        ("materials", .integer(count)), ("engine_ms", .integer(elapsed)),
        ("method", .string(method)), ("days", .integer(Int64(rows.count))),
        ("failures", .integer(Int64(try run.list("failures").count))),
      ]
    )
  }

  /// Consecutive days after the origin, each with quantiles that rise and nothing below zero.
  private func checkPath(_ rows: [JSONValue], after origin: String) throws {
    guard var day = LocalDay(origin) else { throw DemoFault("\(origin) is no day") }
    for row in rows {
      day = day.adding(days: 1)
      try DemoFault.unless(try row.text("day"), equals: day.description, "day of the forecast")
      let mean = row["mean"]?.double ?? -1
      try DemoFault.unless(mean >= 0, "the mean of \(day) is \(mean)")
      let quantiles = (row.object?.members ?? [])
        .compactMap { member -> (level: Double, value: Double)? in
          guard member.key.hasPrefix("q"), let level = Double(member.key.dropFirst()),
            let value = member.value.double
          else { return nil }
          return (level, value)
        }
        .sorted { $0.level < $1.level }
      try DemoFault.unless(quantiles.count >= 3, "\(day) has \(quantiles.count) quantiles")
      for (low, high) in zip(quantiles, quantiles.dropFirst()) {
        try DemoFault.unless(
          0 <= low.value && low.value <= high.value,
          "quantile \(low.level) of \(day) is \(low.value), quantile \(high.level) \(high.value)"
        )
      }
    }
  }

  /// A material's policy: its parts add up.
  func policy() throws -> DemoFinding {
    let policy = try server.get(
      "/api/v1/materials/\(GatewayCall.segment(forecastMaterial))/policy"
    )
    let safety = try policy.milli("safety_stock")
    let point = try policy.milli("reorder_point")
    try DemoFault.unless(safety >= 0, "the safety stock is \(Self.text(safety))")
    try DemoFault.unless(
      point >= safety,
      "the reorder point \(Self.text(point)) is below the safety stock"
    )
    let level = policy["service_level"]?.double ?? 0
    try DemoFault.unless(level > 0.5 && level < 1, "the service level is \(level)")
    guard let position = policy["position"] else { throw DemoFault("it has no position") }
    let sum =
      try position.milli("on_hand") + position.milli("on_order") - position.milli("open_orders")
    try DemoFault.unless(
      try position.milli("inventory_position"),
      equals: sum,
      "on hand + on order - open orders, in milli-units"
    )
    let held = try server.rows(
      "/api/v1/stock?material=\(GatewayCall.segment(forecastMaterial))"
    )
    .filter { $0["hold"]?.isNull ?? true }
    .reduce(Int64(0)) { $0 + (try $1.milli("quantity")) }
    try DemoFault.unless(try position.milli("on_hand"), equals: held, "on hand, in milli-units")
    let urgency = try policy.text("urgency")
    return DemoFinding(
      "\(forecastMaterial): safety stock \(Self.text(safety)), reorder point \(Self.text(point)), "
        + "position \(Self.text(sum)), \(urgency)",
      [
        ("safety_stock", Self.decimal(safety)), ("reorder_point", Self.decimal(point)),
        ("inventory_position", Self.decimal(sum)), ("urgency", .string(urgency)),
      ]
    )
  }

  /// Makes the suggestions; their counts are those of the lists.
  func replenish() throws -> DemoFinding {
    let run = try server.post("/api/v1/replenishment/run", .object(JSONObject()))
    let total = try run.whole("suggestions")
    var words: [String] = []
    var sum: Int64 = 0
    for (urgency, count) in run["by_urgency"]?.object?.members.map({ ($0.key, $0.value) }) ?? [] {
      let rows = try server.rows("/api/v1/replenishment?urgency=\(urgency)")
      try DemoFault.unless(
        Int64(rows.count),
        equals: count.integer ?? -1,
        "suggestions of urgency \(urgency)"
      )
      for row in rows {
        try DemoFault.unless(try row.text("urgency"), equals: urgency, "urgency of a row")
        try DemoFault.unless(
          try row.milli("quantity") >= 0,
          "\(try row.text("material")) has a negative quantity"
        )
      }
      sum += Int64(rows.count)
      words.append("\(rows.count) \(urgency)")
    }
    try DemoFault.unless(sum, equals: total, "suggestions of all urgencies")
    try DemoFault.unless(
      Int64(try server.rows("/api/v1/replenishment").count),
      equals: total,
      "all suggestions"
    )
    return DemoFinding(
      "\(total) suggestions: " + words.joined(separator: ", "),
      [("suggestions", .integer(total))]
    )
  }
}
