import HTTPServer
import Operations
import Testing
import Warehouse
import WireFormat

@testable import API

@Suite("Conditional requests") struct ConditionalTests {
  private static let material = "/api/v1/materials/OFFSET-90"

  private static func body(_ name: String) -> String {
    #"{"code":"OFFSET-90","name":"\#(name)","base_unit":"SHEET"}"#
  }

  @Test("A GET whose tag is known is answered 304, without a body", arguments: Way.allCases)
  func notModified(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.take(.post("receipt", "/api/v1/receipts", Furniture.receipt, 201))
    let lots = try JSONReader.parse(
      try driver.send(Exchange(method: "GET", target: "/api/v1/lots")).bytes
    )
    let lot = try #require(lots["rows"]?[0]?["id"]?.string)
    let location = try #require(
      try JSONReader.parse(
        try driver.send(Exchange(method: "GET", target: "/api/v1/locations")).bytes
      )["rows"]?[0]?["code"]?.string
    )
    for target in [
      "/", "/docs", "/openapi.json", "/assets/common/stowage.css", "/assets/office/office.js",
      "/api/v1/lots/\(lot)", "/api/v1/locations/\(location)", "/api/v1/utilization",
    ] {
      let first = try driver.send(Exchange(method: "GET", target: target))
      let tag = try #require(first.header("ETag"), "\(target)")
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 30, "\(target): \(tag)")
      let conditions = [
        (tag, 304), ("W/\(tag)", 304), ("\"x\", \(tag)", 304), ("*", 304), ("\"x\"", 200),
        ("", 200), (String(tag.dropLast()), 200),
      ]
      for (condition, status) in conditions {
        for method in ["GET", "HEAD"] {
          let answer = try driver.send(
            Exchange(method: method, target: target, headers: [("If-None-Match", condition)])
          )
          #expect(answer.status == status, "\(method) \(target) \(condition)")
          #expect(answer.header("ETag") == tag, "\(method) \(target) \(condition)")
          #expect(answer.bytes.isEmpty == (status == 304 || method == "HEAD"))
          #expect(answer.header("Cache-Control") == first.header("Cache-Control"))
        }
      }
    }
  }

  @Test("The tag changes with the bytes, and with nothing else")
  func tags() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    var scenario = try Scenario(driver, watching: plant)
    func tag() throws -> String {
      try driver.send(Exchange(method: "GET", target: Self.material)).header("ETag") ?? "none"
    }
    try scenario.take(.post("made", "/api/v1/materials", Self.body("Offset"), 201))
    let first = try tag()
    #expect(try tag() == first)
    try scenario.take(.post("renamed", "/api/v1/materials", Self.body("Offset paper")))
    #expect(try tag() != first)
    let refused = try driver.send(
      Exchange(method: "GET", target: "/api/v1/materials/NONE", headers: [("If-None-Match", "*")])
    )
    #expect(refused.status == 404)
  }

  @Test("An edit stands on the version that it names", arguments: Way.allCases)
  func edits(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    func edit(_ name: String, _ field: String, _ value: String, _ status: Int) -> Step {
      .post(name, "/api/v1/materials", Self.body(name), status, headers: [(field, value)])
    }
    try scenario.walk([
      edit("change of nothing", "If-Match", "*", 412),
      edit("change of a version of nothing", "If-Match", "\"1-a\"", 412),
      edit("made", "If-None-Match", "*", 201),
      edit("made again", "If-None-Match", "*", 412),
    ])
    let tag = try #require(
      try driver.send(Exchange(method: "GET", target: Self.material)).header("ETag")
    )
    try scenario.walk([
      edit("somebody else's", "If-Match", tag, 200),
      // The first tag names a version that is gone now.
      edit("mine", "If-Match", tag, 412),
      edit("any version", "If-Match", "*", 200),
      edit("two versions", "If-Match", "\(tag), \"9-b\"", 412),
      edit("not ours", "If-Match", "\"abc\"", 412),
      edit("no tag", "If-Match", "7", 422),
      edit("an empty condition", "If-Match", "", 422),
      edit("an old tag of a change", "If-None-Match", tag, 422),
      .get("what stands", Self.material, members: [("/name", "any version")]),
    ])
    // A repeat of what was done is answered as it was, whatever has changed since.
    let again = try driver.send(
      Exchange(
        method: "POST",
        target: "/api/v1/materials",
        headers: [
          ("Content-Type", "application/json"), ("Idempotency-Key", "somebody-else's"),
          ("If-Match", tag),
        ],
        body: Array(Self.body("somebody else's").utf8)
      )
    )
    #expect(again.status == 200)
    #expect(again.header("Idempotent-Replayed") == "true")
  }

  @Test("A person is changed on the version that was read, and two admins do not overwrite")
  func people() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    func body(_ name: String) -> String {
      #"{"badge":"R-1","name":"\#(name)","roles":["scanner"],"pin":"480293"}"#
    }
    let path = "/api/v1/operators"
    try scenario.walk([
      .post("made", path, body("Rick"), 201, headers: [("If-None-Match", "*")]),
      .post("made twice", path, body("Rick"), 412, headers: [("If-None-Match", "*")]),
      .get("listed", path, keeps: [("id", "/rows/0/id")]),
    ])
    let tag = try #require(try scenario.take(.get("read", "\(path)/{id}")).header("ETag"))
    #expect(tag.hasPrefix("\"1-"))
    try scenario.walk([
      .post("one admin", path, body("Ricky"), headers: [("If-Match", tag)]),
      .post("another", path, body("Richard"), 412, headers: [("If-Match", tag)]),
      .get("kept", "\(path)/{id}", members: [("/name", "Ricky"), ("/version", 2)]),
    ])
  }

  @Test("An edit that needs a condition and has none is refused with 428")
  func required() throws {
    let plain = Call(request: try Request(.put, "/x"), caller: .stranger)
    let failure = #expect(throws: Failure.self) { try plain.expectation(isRequired: true) }
    #expect(failure?.code == .preconditionRequired)
    #expect(failure.map { $0.response(instance: "1").status } == 428)
    #expect(try plain.expectation() == .anything)
    let request = try Request(.put, "/x", headers: ["If-Match": "\"12-ab\""])
    let call = Call(request: request, caller: .stranger)
    #expect(try call.expectation(isRequired: true) == .version(12))
  }
}
