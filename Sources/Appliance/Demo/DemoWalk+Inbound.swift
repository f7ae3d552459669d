import Warehouse
import WireFormat

/// Goods come in and are planned.
extension DemoWalk {
  private static let mostLines = 12

  /// Announces a receipt with goods of every storage type, several handling units among them.
  func createReceipt() throws -> DemoFinding {
    var chosen: [JSONValue] = []
    let byType = Dictionary(grouping: materials.values) { $0["storage_type"]?.string ?? "" }
    for (_, goods) in byType.sorted(by: { $0.key < $1.key }) {
      let sorted = goods.sorted { ($0["code"]?.string ?? "") < ($1["code"]?.string ?? "") }
      let sized = sorted.filter { $0["size_mm"]?.array != nil }
      chosen += sized.prefix(2)
      chosen += sized.first { $0["hazard_class"]?.string != nil }.map { [$0] } ?? []
      chosen += sorted.first { $0["size_mm"]?.array == nil }.map { [$0] } ?? []
    }
    for (index, material) in chosen.prefix(Self.mostLines).enumerated() {
      let unit = try material.milli("handling_unit_quantity")
      let quantity = unit * Int64(index % 3 + 1)
      lines.append(Line(material: try material.text("code"), quantityMilli: quantity))
    }
    try DemoFault.unless(lines.count >= 4, "only \(lines.count) kinds of goods to receive")
    let body: JSONValue = [
      "number": .string(number), "dock": .string(dock), "arrived": false,
      "lines": .array(
        lines.enumerated().map { index, line in
          [
            "material": .string(line.material), "quantity": Self.decimal(line.quantityMilli),
            "lot": .string("\(number)-\(index + 1)"),
          ]
        }
      ),
    ]
    let made = try server.post("/api/v1/receipts", body)
    receipt = try made.text("id")
    try DemoFault.unless(try made.list("lines").count, equals: lines.count, "lines of the receipt")
    let read = try server.get("/api/v1/receipts/\(receipt)")
    try DemoFault.unless(try read.text("number"), equals: number, "number of the receipt")
    let types = byType.keys.sorted().joined(separator: ", ")
    return DemoFinding(
      "\(number): \(lines.count) lines of \(types), announced at \(dock)",
      [("number", .string(number)), ("lines", .integer(Int64(lines.count)))]
    )
  }

  /// The goods arrive: what lies on the dock equals the lines.
  func arrive() throws -> DemoFinding {
    let answer = try server.post("/api/v1/receipts/\(receipt)/arrive", .object(JSONObject()))
    let arrived = try answer.list("lines")
    try DemoFault.unless(arrived.count, equals: lines.count, "lines that arrived")
    for (index, row) in arrived.enumerated() {
      lines[index].lot = try row.text("lot")
      let found = try stock(lot: lines[index].lot)
      try DemoFault.unless(
        found,
        equals: [dock: lines[index].quantityMilli],
        "stock of line \(index + 1), \(lines[index].material)"
      )
    }
    let again = try server.offer("/api/v1/receipts", ["number": .string(number), "lines": []])
    try DemoFault.unless(
      (400..<500).contains(again.status),
      "a receipt without lines under the same number was answered \(again.status)"
    )
    return DemoFinding(
      "\(lines.count) lots lie at \(dock), each with the quantity of its line",
      [("lots", .integer(Int64(lines.count)))]
    )
  }

  /// Plans the receipt: every line has its places or a reason, and every place takes the goods.
  func plan() throws -> DemoFinding {
    planKey = ZoneClock.newID().text
    planBody = ["algorithm": "HYBRID", "budget_ms": 200, "seed": 1]
    let answer = try server.offer("/api/v1/receipts/\(receipt)/plan", planBody, key: planKey)
    try DemoFault.unless(
      answer.status == 200,
      "the plan was answered \(answer.status): \(DemoServer.words(answer))"
    )
    planAnswer = answer.bytes
    let rows = try answer.body.list("lines")
    try DemoFault.unless(rows.count, equals: lines.count, "lines of the plan")
    var counts: [String: Int64] = ["PLACED": 0, "SPLIT": 0, "REFUSED": 0]
    for (row, line) in zip(rows, lines) {
      let status = try row.text("status")
      counts[status, default: 0] += 1
      let planned = try row.list("recommendations")
      let sum = try planned.reduce(0) { $0 + (try $1.milli("quantity")) }
      if status == "REFUSED" {
        try DemoFault.unless(
          row["reason"]?.string?.isEmpty == false,
          "\(line.material) is refused without a reason"
        )
      } else {
        try DemoFault.unless(sum, equals: line.quantityMilli, "planned of \(line.material)")
        try DemoFault.unless(
          (planned.count > 1) == (status == "SPLIT"),
          "\(line.material) is \(status)"
        )
      }
      for task in planned { try checkPlace(of: task, for: line) }
      tasks += planned
    }
    try DemoFault.unless(counts["PLACED", default: 0] > 0, "no line has found its place")
    for name in ["placed", "split", "refused"] {
      try DemoFault.unless(
        try answer.body.whole(name),
        equals: counts[name.uppercased()] ?? 0,
        "count of \(name)"
      )
    }
    let elapsed = answer.body["elapsed_ms"]?.double ?? 0
    return DemoFinding(
      "\(counts["PLACED"] ?? 0) lines placed, \(counts["SPLIT"] ?? 0) split, "
        + "\(counts["REFUSED"] ?? 0) refused with a reason, \(tasks.count) tasks; "
        + "every place takes its goods",
      counts.sorted { $0.key < $1.key }.map { ($0.key.lowercased(), .integer($0.value)) }
        + [("tasks", .integer(Int64(tasks.count))), ("engine_ms", .double(elapsed))]
    )
  }

  /// A place must take the goods by every rule that its own record states, what is reserved
  /// included.
  private func checkPlace(of task: JSONValue, for line: Line) throws {
    let code = try task.text("location")
    let place = try server.get("/api/v1/locations/\(GatewayCall.segment(code))")
    guard let material = materials[line.material] else {
      throw DemoFault("\(line.material) is not among the materials")
    }
    let what = "\(line.material) is sent to \(code), which"
    let isStaged = task["cross_dock"]?.bool == true
    try DemoFault.unless(
      try place.text("kind"),
      equals: isStaged ? "STAGING" : "STORAGE",
      "\(what) is of kind"
    )
    let types = try place.list("storage_types").compactMap(\.string)
    let type = material["storage_type"]?.string ?? ""
    try DemoFault.unless(
      types.isEmpty || types.contains(type),
      "\(what) takes \(types), not \(type)"
    )
    try DemoFault.unless(
      place["temperature_zone"],
      equals: material["temperature_zone"],
      "\(what) has the climate"
    )
    if let hazard = material["hazard_class"]?.string {
      let allowed = try place.list("hazard_classes").compactMap(\.string)
      try DemoFault.unless(allowed.contains(hazard), "\(what) does not take hazard \(hazard)")
    }
    try DemoFault.unless(place["hold"]?.isNull ?? true, "\(what) is on hold")
    let box = place["size_mm"]?.array?.compactMap(\.integer)
    let volume = place["volume_mm3"]?.integer ?? box?.reduce(1, *)
    let limits = [
      ("volume_mm3", volume), ("weight_g", place["max_weight_g"]?.integer),
      ("handling_units", place["max_handling_units"]?.integer),
    ]
    for (name, limit) in limits {
      guard let limit, let used = place["used"], let reserved = place["reserved"] else { continue }
      let load = try used.whole(name) + reserved.whole(name)
      try DemoFault.unless(load <= limit, "\(what) would hold \(load) of \(limit) \(name)")
    }
    let units = try place["reserved"]?.whole("handling_units") ?? 0
    try DemoFault.unless(
      units >= (try task.whole("handling_units")),
      "\(what) has reserved only \(units)"
    )
  }

  /// The same plan under the same key is the stored answer; another request under it is refused.
  func planAgain() throws -> DemoFinding {
    let path = "/api/v1/receipts/\(receipt)/plan"
    let again = try server.offer(path, planBody, key: planKey)
    try DemoFault.unless(again.isReplay, "the repeat of the plan does not say that it is one")
    try DemoFault.unless(again.bytes == planAnswer, "the repeat of the plan is another answer")
    let other = try server.offer(path, ["algorithm": "FFD"], key: planKey)
    try DemoFault.unless(other.status, equals: 422, "another plan under the same key")
    let open = try server.rows("/api/v1/putaway/recommendations?receipt=\(receipt)").count
    try DemoFault.unless(open, equals: tasks.count, "tasks after the repeat")
    return DemoFinding(
      "the repeat is the stored answer, byte by byte; \(open) tasks as before",
      [("tasks", .integer(Int64(open)))]
    )
  }

  /// Milli-units as an exact JSON number.
  static func decimal(_ milli: Int64) -> JSONValue {
    (try? JSONReader.parse(Array(text(milli).utf8))) ?? .null
  }
}
