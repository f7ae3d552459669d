import Warehouse
import WireFormat

/// Goods are put away: as recommended, elsewhere, or not at all.
extension DemoWalk {
  private static let tasksPath = "/api/v1/putaway/recommendations"

  /// Confirms a task as recommended: the goods move, and the reservation becomes a load.
  func confirm() throws -> DemoFinding {
    let task = try takeTask()
    let place = try task.text("location")
    let before = try handlingUnits(in: place)
    let lot = try task.text("lot")
    let stockBefore = try stock(lot: lot)
    let path = "\(Self.tasksPath)/\(try task.text("id"))/confirm"
    let body: JSONValue = ["location": .string(place), "device": "demo-check"]
    let key = ZoneClock.newID().text
    let answer = try server.offer(path, body, key: key)
    try DemoFault.unless(
      answer.status == 200,
      "the confirm was answered \(answer.status): "
        + DemoServer.words(answer)
    )
    try DemoFault.unless(try answer.body.text("status"), equals: "CONFIRMED", "status")
    try DemoFault.unless(try answer.body.list("warnings").count, equals: 0, "warnings")
    let moved = try checkMoved(task, lot: lot, to: place, from: stockBefore)
    let units = try task.whole("handling_units")
    let after = try handlingUnits(in: place)
    try DemoFault.unless(after.used, equals: before.used + units, "handling units in \(place)")
    try DemoFault.unless(after.reserved, equals: before.reserved - units, "reserved in \(place)")
    confirmed = Confirmed(
      task: task,
      path: path,
      body: body,
      key: key,
      answer: answer.bytes,
      location: place
    )
    return DemoFinding(
      "\(Self.text(moved)) of \(try task.text("material")) from \(dock) to \(place); "
        + "\(units) reserved became \(units) lying there",
      [("location", .string(place)), ("quantity", Self.decimal(moved))]
    )
  }

  /// Another place without a reason is refused, and nothing has moved.
  func confirmElsewhereWithoutReason() throws -> DemoFinding {
    let task = try takeTask()
    tasks.insert(task, at: 0)
    let other = try otherPlace(for: task)
    let lot = try task.text("lot")
    let before = try stock(lot: lot)
    let id = try task.text("id")
    let answer = try server.offer(
      "\(Self.tasksPath)/\(id)/confirm",
      ["location": .string(other)]
    )
    try DemoFault.unless(answer.status, equals: 422, "another place without a reason")
    let pointer = answer.body["errors"]?[0]?["pointer"]?.string
    try DemoFault.unless(pointer ?? "", equals: "/reason", "what the refusal points at")
    try DemoFault.unless(try stock(lot: lot), equals: before, "stock after the refusal")
    let now = try server.get("\(Self.tasksPath)/\(id)")
    try DemoFault.unless(try now.text("status"), equals: "RECOMMENDED", "status of the task")
    return DemoFinding(
      "\(other) instead of \(try task.text("location")): refused, nothing moved",
      [("status", .integer(Int64(answer.status)))]
    )
  }

  /// With a reason it is booked where the goods really lie.
  func override() throws -> DemoFinding {
    let task = try takeTask()
    let place = try task.text("location")
    let other = try otherPlace(for: task)
    let lot = try task.text("lot")
    let before = try stock(lot: lot)
    let reserved = try handlingUnits(in: place).reserved
    let answer = try server.post(
      "\(Self.tasksPath)/\(try task.text("id"))/confirm",
      ["location": .string(other), "reason": "CLOSER"]
    )
    try DemoFault.unless(try answer.text("status"), equals: "OVERRIDDEN", "status")
    let moved = try checkMoved(task, lot: lot, to: other, from: before)
    let units = try task.whole("handling_units")
    try DemoFault.unless(
      try handlingUnits(in: place).reserved,
      equals: reserved - units,
      "reserved in \(place)"
    )
    return DemoFinding(
      "\(Self.text(moved)) of \(try task.text("material")) booked in \(other); "
        + "\(place) is free again",
      [("recommended", .string(place)), ("actual", .string(other))]
    )
  }

  /// A rejected task frees its space, and the goods get another place.
  func reject() throws -> DemoFinding {
    let task = try takeTask()
    let place = try task.text("location")
    let reserved = try handlingUnits(in: place).reserved
    let units = try task.whole("handling_units")
    let done = try server.post(
      "\(Self.tasksPath)/\(try task.text("id"))/reject",
      ["reason": "BLOCKED", "note": "demo check"]
    )
    try DemoFault.unless(try done.text("status"), equals: "REJECTED", "status")
    try DemoFault.unless(
      try handlingUnits(in: place).reserved,
      equals: reserved - units,
      "reserved in \(place)"
    )
    let answer = try server.post(
      Self.tasksPath,
      [
        "lot": .string(try task.text("lot")), "from": .string(dock),
        "quantity": Self.decimal(try task.milli("quantity")),
      ]
    )
    let fresh = answer["rows"]?.array ?? [answer]
    let sum = try fresh.reduce(0) { $0 + (try $1.milli("quantity")) }
    try DemoFault.unless(sum, equals: try task.milli("quantity"), "recommended again")
    let places = try fresh.map { try $0.text("location") }
    try DemoFault.unless(
      !places.contains(place),
      "\(place) was rejected as blocked, and is recommended again"
    )
    return DemoFinding(
      "\(place) is free again; \(try task.text("material")) goes to "
        + places.joined(separator: ", ") + " instead",
      [
        ("rejected", .string(place)),
        ("recommended", .array(places.map { .string($0) })),
      ]
    )
  }

  /// A repeated confirm is answered as before and books nothing; a second one is a conflict.
  func confirmAgain() throws -> DemoFinding {
    guard let confirmed else { throw DemoFault("nothing was confirmed") }
    let lot = try confirmed.task.text("lot")
    let ledger = "/api/v1/transactions?lot=\(lot)"
    let before = (rows: try server.rows(ledger).count, stock: try stock(lot: lot))
    let again = try server.offer(confirmed.path, confirmed.body, key: confirmed.key)
    try DemoFault.unless(again.isReplay, "the repeat does not say that it is one")
    try DemoFault.unless(again.bytes == confirmed.answer, "the repeat is another answer")
    let second = try server.offer(confirmed.path, confirmed.body)
    try DemoFault.unless(second.status, equals: 409, "a second confirm under another key")
    try DemoFault.unless(try server.rows(ledger).count, equals: before.rows, "ledger rows")
    try DemoFault.unless(try stock(lot: lot), equals: before.stock, "stock")
    return DemoFinding(
      "the repeat is the stored answer, a second confirm is a conflict; "
        + "\(before.rows) ledger rows as before",
      [("ledger_rows", .integer(Int64(before.rows)))]
    )
  }

  /// The quantity of a task has left the dock for a place, and nothing else has moved.
  private func checkMoved(
    _ task: JSONValue,
    lot: String,
    to place: String,
    from before: [String: Int64]
  ) throws -> Int64 {
    let quantity = try task.milli("quantity")
    var wanted = before
    wanted[place, default: 0] += quantity
    wanted[dock, default: 0] -= quantity
    let found = try stock(lot: lot)
    try DemoFault.unless(
      found,
      equals: wanted.filter { $0.value != 0 },
      "stock of \(try task.text("material"))"
    )
    return quantity
  }

  /// A place that would take the goods, and that no task of the walk goes to.
  private func otherPlace(for task: JSONValue) throws -> String {
    let place = try task.text("location")
    let zone = locations[place]?["zone"]
    let hazard = materials[try task.text("material")]?["hazard_class"]?.string
    let candidates = locations.filter { code, location in
      code != place && location["zone"] == zone && location["hold"]?.isNull ?? true
        && location["used"]?["handling_units"]?.integer == 0
        && location["storage_types"] == locations[place]?["storage_types"]
        && (hazard == nil
          || location["hazard_classes"]?.array?.contains { $0.string == hazard } == true)
    }
    for code in candidates.keys.sorted() {
      let units = try handlingUnits(in: code)
      if units.used == 0, units.reserved == 0 { return code }
    }
    throw DemoFault("there is no second place for \(try task.text("material"))")
  }
}
