import Foundation
import Operations
import Storage
import Testing
import Warehouse
import WireFormat

@Suite("Aggregates and the schemas that head office reads them by")
struct AggregateSchemaTests {
  private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("schema/events")

  private func schema(_ kind: String) throws -> JSONValue {
    let path = Self.folder.appendingPathComponent(kind + ".schema.json")
    return try JSONReader.parse(Array(try Data(contentsOf: path)))
  }

  /// Where an object has members that its schema does not foresee, or lacks some that it must have.
  private func misfits(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard let object = value.object else { return ["\(place) is no object"] }
    let foreseen = schema["properties"]?.object?.keys ?? []
    let required = (schema["required"]?.array ?? []).compactMap(\.string)
    var found = required.filter { object[$0] == nil }.map { "\(place) lacks \($0)" }
    found += object.keys.filter { !foreseen.contains($0) }.map { "\(place) has also \($0)" }
    for member in object.members where foreseen.contains(member.key) {
      let rule = schema["properties"]?[member.key] ?? .null
      let types = rule["type"]?.array?.compactMap(\.string) ?? [rule["type"]?.string ?? ""]
      if !types.contains(where: { fits(member.value, $0) }) {
        found.append("\(place)/\(member.key) is no \(types.joined(separator: " or "))")
      }
      for element in member.value.array ?? [] {
        found += misfits(element, rule["items"] ?? .null, "\(place)/\(member.key)")
      }
    }
    return found
  }

  private func fits(_ value: JSONValue, _ type: String) -> Bool {
    switch type {
    case "string": value.string != nil
    case "integer": value.integer != nil
    case "number": value.double != nil
    case "boolean": value.bool != nil
    case "array": value.array != nil
    case "object": value.object != nil
    case "null": value.isNull
    default: false
    }
  }

  @Test("The hour's utilisation keeps one subject an hour, and a later look is a correction")
  func hours() throws {
    let plant = try Plant()
    try plant.furnish()
    let build = BuildDailyAggregates(
      plant.environment,
      software: SoftwareVersion(version: "0.0.1", schemaVersion: 1)
    )
    func newest(_ subject: String) throws -> OutboxEvent? {
      try plant.read { try $0.newestEvent(kind: "utilization.hourly", subject: subject) }
    }
    _ = try build(day: plant.now.utcDay, scope: plant.scope)
    #expect(try newest("2026-03-02T08")?.revision == 1)
    plant.wait(seconds: 1_800)
    try plant.load(.openingStock, "material,location,quantity,lot\nINK,B-11,60,L1\n")
    _ = try build(day: plant.now.utcDay, scope: plant.scope)
    #expect(try newest("2026-03-02T08")?.revision == 2)
    plant.wait(seconds: 1_800)
    _ = try build(day: plant.now.utcDay, scope: plant.scope)
    #expect(try newest("2026-03-02T08")?.revision == 2)
    #expect(try newest("2026-03-02T09")?.revision == 1)
  }

  @Test("The audit log's head goes up as its newest row, and nobody's name with it")
  func auditHead() throws {
    let plant = try Plant()
    try plant.furnish()
    let build = BuildDailyAggregates(
      plant.environment,
      software: SoftwareVersion(version: "0.0.1", schemaVersion: 1)
    )
    let scope = plant.scope.acting(as: "operator:B-4711")
    let now = plant.now
    try plant.store.write(scope) {
      try $0.audit("device.paired", subject: "Anneliese", detailJSON: "{}", at: now)
    }
    _ = try build(day: plant.now.utcDay, scope: plant.scope)
    let events = try plant.read { try $0.unbatchedEvents(limit: 100) }
    let head = try #require(events.first { $0.kind == "audit.head" })
    let newest = try #require(
      try plant.read { try $0.auditRecords(PageRequest(limit: 1)).rows.first }
    )
    let told = try JSONReader.parse(head.dataJSON)
    #expect(told["row"]?.integer == newest.id)
    let digits = newest.digest.map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    #expect(told["sha256"]?.string == digits.joined())
    for event in events {
      #expect(!event.dataJSON.contains("Anneliese") && !event.dataJSON.contains("4711"))
    }
  }

  @Test("Every aggregate of a day has a schema and fits it, and every schema has an aggregate")
  func everyKind() throws {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(.openingStock, "material,location,quantity,lot\nINK,B-11,60,L1\n")
    _ = try PostTransaction(plant.environment)(
      .init(kind: .pick, lot: LotReference(text: "L1"), from: "B-11", quantityMilli: 5_000),
      scope: plant.scope
    )
    let software = SoftwareVersion(version: "0.0.1", schemaVersion: 1, settingsVersion: 7)
    let health = [HealthLine(name: "disk", kind: "fitness", status: "HEALTHY")]
    let build = BuildDailyAggregates(plant.environment, software: software) { health }
    _ = try build(day: plant.now.utcDay, scope: plant.scope)
    let events = try plant.read { try $0.unbatchedEvents(limit: 100) }
    for event in events {
      let found = misfits(
        try JSONReader.parse(event.dataJSON),
        try schema(event.kind),
        event.kind
      )
      #expect(found == [])
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(
      Set(events.map(\.kind)) == Set(names.map { $0.replacing(".schema.json", with: "") })
    )
    // The checker itself sees what is amiss.
    let demand = try schema("demand.daily")
    let row = "{\"material\":1,\"unit\":\"EA\",\"quantity\":1,\"stock_out\":false,\"who\":\"x\"}"
    let broken = try JSONReader.parse(
      "{\"day\":\"2026-03-02\",\"part\":1,\"parts\":1,\"rows\":[\(row)]}"
    )
    #expect(
      misfits(broken, demand, "x") == ["x/rows has also who", "x/rows/material is no string"]
    )
  }
}
