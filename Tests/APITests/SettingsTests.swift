import Operations
import Storage
import Testing
import Warehouse
import WireFormat

@testable import API

/// The settings and features of the site through the API: read, replaced, told of, refused.
@Suite("Settings and features through the API") struct SettingsTests {
  private static let settings = "/api/v1/settings"
  private static let flags = "/api/v1/flags"
  private static let budget =
    #"{"values":{"putaway.plan-budget-ms":500},"reason":"slower handhelds"}"#

  /// The row of a key or feature, as an answer shows it.
  private static func row(_ driver: any Driver, _ target: String, _ name: String) throws
    -> JSONValue
  {
    let answer = try driver.send(Exchange(method: "GET", target: target))
    let rows = try JSONReader.parse(answer.bytes)["rows"]?.array ?? []
    return try #require(rows.first { ($0["key"] ?? $0["flag"])?.string == name }, "\(name)")
  }

  @Test(
    "What the site sets is in force at once, and goes back when it is left out",
    arguments: Way.allCases
  )
  func replaced(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    let first = try scenario.take(
      .get("at first", Self.settings, members: [("/version", 0), ("/changed_by", nil)])
    )
    let tag = try #require(first.header("ETag"))
    #expect(try Self.row(driver, Self.settings, "putaway.plan-budget-ms")["source"] == "DEFAULT")
    let changed = try scenario.take(
      .put("changed", Self.settings, Self.budget, match: tag, members: [("/version", 1)])
    )
    #expect(plant.inForce.value.putaway.planBudgetMS == 500)
    let row = try Self.row(driver, Self.settings, "putaway.plan-budget-ms")
    #expect(row["value"] == 500 && row["site"] == 500 && row["source"] == "SITE")
    #expect(row["default"] == 250 && row["minimum"] == 0 && row["kind"] == "INTEGER")
    #expect(row["changed_by"] == "token:test")
    let second = try #require(changed.header("ETag"))
    #expect(second != tag && second.hasPrefix("\"1-"))
    try scenario.walk([
      .put("on the old version", Self.settings, #"{"values":{}}"#, 412, match: tag),
      .put("without one", Self.settings, #"{"values":{}}"#, 428, match: ""),
      .put("the same again", Self.settings, Self.budget, members: [("/version", 1)]),
      .get(
        "who",
        "\(Self.settings)/changes",
        members: [
          ("/rows/0/document", "SETTINGS"), ("/rows/0/version", 1),
          ("/rows/0/reason", "slower handhelds"), ("/rows/0/changed_by", "token:test"),
          ("/rows/0/changes/0/key", "putaway.plan-budget-ms"), ("/rows/0/changes/0/from", nil),
          ("/rows/0/changes/0/to", 500), ("/rows/1", "nothing"),
        ]
      ),
      .get("in the log", "/api/v1/audit", holds: ["settings.changed", "putaway.plan-budget-ms"]),
      .get("told", "/api/v1/events?once=1&after=0", holds: [##""kind":"settings.changed""##]),
      .put("back", Self.settings, #"{"values":{}}"#, match: second, members: [("/version", 2)]),
    ])
    #expect(plant.inForce.value == FacilitySettings())
  }

  @Test("They are in force after a restart, and a replayed change does nothing twice")
  func kept() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    let key = [("Idempotency-Key", "one")]
    try scenario.walk(Furniture.steps)
    try scenario.take(.put("changed", Self.settings, Self.budget, headers: key))
    let again = try scenario.take(
      .put("again", Self.settings, Self.budget, headers: key, members: [("/version", 1)])
    )
    #expect(again.header("Idempotent-Replayed") == "true")
    #expect(again.header("ETag")?.hasPrefix("\"1-") == true)
    try scenario.walk([
      .put("another body", Self.settings, #"{"values":{}}"#, 422, headers: key),
      .put(
        "rules",
        Self.flags,
        #"{"rules":[{"flag":"algorithm","kind":"FACILITY","value":"BFD"},"#
          + #"{"flag":"cross-dock","kind":"MATERIAL","target":"04012345678901","value":false}]}"#
      ),
    ])
    let next = SettingsInForce(FacilitySettings())
    #expect(try next.resume(in: plant.store, plant.desk.facility) == [])
    #expect(next.value == plant.inForce.value)
    #expect(next.value.putaway.algorithm == .bfd && next.value.putaway.planBudgetMS == 500)
  }

  @Test("Each value that cannot be used is refused with its key, and nothing is changed")
  func refused() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    let before = (try plant.rowCounts(), plant.inForce.value)
    let cases: [(String, String)] = [
      (#""putaway.plan-budget-ms":-1"#, "must be 0 to"),
      (#""putaway.plan-budget-ms":1.5"#, "must be a whole number"),
      (#""putaway.plan-budget-ms":null"#, "must be a whole number"),
      (#""putaway.plan-budget":1"#, "did you mean putaway.plan-budget-ms?"),
      (#""putaway.min-support":"much""#, "must be a number"),
      (#""replenishment.fill-rate":"perhaps""#, "must be true or false"),
      (#""slotting.routing":"S_SHAP""#, "did you mean S_SHAPE?"),
      (#""forecast.method":"BEST""#, "must be one of"),
      (#""forecast.levels":[0.9,0.1]"#, "rising"), (#""forecast.levels":[]"#, "rising"),
      (#""forecast.levels":0.5"#, "must be a list"),
      (#""putaway.default-dock":"P-01""#, "no dock has this code"),
      (#""putaway.default-dock":7"#, "must be a text"),
      (#""putaway.utilization-low":0.9"#, "must not be more than"),
      (#""classes.share-a":0.99"#, "must not be more than"),
      (#""http.port":80"#, "is not a key"), (#""flags.cross-dock":false"#, "/api/v1/flags"),
      (#""putaway.algorithm":"BFD""#, "/api/v1/flags"),
    ]
    for (member, word) in cases {
      let key = member.split(separator: "\"")[0]
      let answer = try scenario.take(
        .put(member, Self.settings, #"{"values":{\#(member)}}"#, 422, holds: [word])
      )
      let fault = try JSONReader.parse(answer.bytes)["errors"]?[0]
      #expect(fault?["pointer"]?.string == "/values/\(key)")
    }
    let list = (1...101).map { "0.\($0 + 100)" }.joined(separator: ",")
    try scenario.walk([
      .put("too long", Self.settings, #"{"values":{"forecast.levels":[\#(list)]}}"#, 422),
      .put("no values", Self.settings, "{}", 422, holds: ["/values"]),
      .put("no object", Self.settings, #"{"values":[]}"#, 422, holds: ["/values"]),
      .put("unknown", Self.settings, #"{"values":{},"why":"x"}"#, 422, holds: ["/why"]),
      .put("broken", Self.settings, "{", 400), .put("a tag", Self.settings, "{}", 422, match: "1"),
      .put("no version", Self.settings, #"{"values":{}}"#, 412, match: #""x""#),
      .post("no POST", Self.settings, "{}", 405),
    ])
    #expect(try plant.rowCounts() == before.0)
    #expect(plant.inForce.value == before.1)
  }

  @Test("Each rule that cannot be used is refused with its place, and nothing is changed")
  func refusedRules() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    let before = (try plant.rowCounts(), plant.inForce.value)
    let zone = #"{"flag":"congestion","kind":"ZONE","target":"SKIDS","value":false}"#
    let cases: [(String, String)] = [
      (#"{"flag":"cross-docks","kind":"FACILITY","value":true}"#, "did you mean cross-dock?"),
      (#"{"flag":"cross-dock","kind":"AISLE","value":true}"#, "/rules/0/kind"),
      (#"{"flag":"cross-dock","kind":"ZONE","value":true}"#, "/rules/0/target"),
      (#"{"flag":"cross-dock","kind":"ZONE","target":"NONE","value":true}"#, "no location is in"),
      (#"{"flag":"cross-dock","kind":"MATERIAL","target":"NONE","value":true}"#, "no material has"),
      (
        #"{"flag":"cross-dock","kind":"CLASS","target":"D","value":true}"#, "must be one of A, B, C"
      ),
      (#"{"flag":"cross-dock","kind":"FACILITY","target":"X","value":true}"#, "left out"),
      (#"{"flag":"cross-dock","kind":"FACILITY","value":"BFD"}"#, "must be true or false"),
      (#"{"flag":"algorithm","kind":"FACILITY","value":true}"#, "must be one of FFD, BFD, HYBRID"),
      (#"{"flag":"cross-dock","kind":"FACILITY"}"#, "/rules/0/value"),
      (#"{"flag":"cross-dock","kind":"FACILITY","value":true,"for":1}"#, "/rules/0/for"),
      ("\(zone),\(zone)", "says the same"), ("7", "must be an object"),
    ]
    for (rule, word) in cases {
      try scenario.take(.put(rule, Self.flags, #"{"rules":[\#(rule)]}"#, 422, holds: [word]))
    }
    let many = [String](repeating: zone, count: Limits.featureRules + 1).joined(separator: ",")
    try scenario.take(.put("too many", Self.flags, #"{"rules":[\#(many)]}"#, 422, holds: ["most"]))
    try scenario.take(.put("none", Self.flags, "{}", 422, holds: ["/rules"]))
    #expect(try plant.rowCounts() == before.0)
    #expect(plant.inForce.value == before.1)
  }

  @Test(
    "Features are for the site or for a pilot, and head office has the last word",
    arguments: Way.allCases
  )
  func features(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.take(
      .put(
        "a pilot",
        Self.flags,
        #"{"rules":[{"flag":"cross-dock","kind":"FACILITY","value":false},"#
          + #"{"flag":"cross-dock","kind":"CLASS","target":"A","value":true}]}"#,
        members: [("/version", 1)]
      )
    )
    var row = try Self.row(driver, Self.flags, "cross-dock")
    #expect(row["value"] == false && row["source"] == "SITE" && row["configured"] == true)
    #expect(row["rules"]?[1]?["kind"] == "CLASS" && row["rules"]?[1]?["target"] == "A")
    #expect(row["words"]?.string?.hasPrefix("Whether goods") == true)
    let document = #"{"settings":{"putaway.plan-budget-ms":99},"flags":{"cross-dock":true}}"#
    plant.inForce.direct(try HeadOfficeSettings(document, version: 7))
    row = try Self.row(driver, Self.flags, "cross-dock")
    #expect(row["value"] == true && row["source"] == "HEAD_OFFICE" && row["head_office"] == true)
    try scenario.walk([
      .get("version", Self.flags, members: [("/head_office_version", 7)]),
      .put("decided", Self.flags, #"{"rules":[]}"#, 422, holds: ["is set by head office"]),
      .put("decided too", Self.settings, Self.budget, 422, holds: ["is set by head office"]),
    ])
    #expect(plant.inForce.value.pilots == Pilots())
    plant.inForce.direct(nil)
    try scenario.take(.put("ended", Self.flags, #"{"rules":[]}"#, members: [("/version", 2)]))
    #expect(plant.inForce.value == FacilitySettings())
  }

  @Test("An admin of another owner neither sees nor changes them")
  func foreign() throws {
    let plant = try Plant()
    let now = plant.desk.environment.now()
    let other = try plant.store.addTenant(code: "OTHER", name: "Other", at: now)
    try plant.addToken("stw_other", [.admin, .supervisor], tenant: other)
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    let them = [("Authorization", "Bearer stw_other")]
    try scenario.walk([
      .get("settings", Self.settings, 403, headers: them),
      .get("flags", Self.flags, 403, headers: them),
      .get("changes", "\(Self.settings)/changes", 403, headers: them),
      .put("change", Self.settings, Self.budget, 403, headers: them),
      .put("rule", Self.flags, #"{"rules":[]}"#, 403, headers: them),
    ])
    #expect(plant.inForce.value == FacilitySettings())
  }

  @Test("Changes are remembered up to a limit; the version goes on")
  func bounded() throws {
    let plant = try Plant()
    let save = SaveSettings(plant.api.environment, plant.inForce)
    for number in 1...(Limits.settingsChanges + 5) {
      let body: JSONValue = ["values": ["putaway.plan-budget-ms": .integer(Int64(number))]]
      _ = try save(.init(document: body, expectation: .present), scope: plant.desk.facility)
    }
    let (count, newest) = try plant.store.read(plant.desk.facility) { transaction in
      var page = PageRequest(limit: Limits.pageRows)
      var count = 0
      while true {
        let rows = try transaction.settingsChanges(page)
        count += rows.rows.count
        guard let next = rows.next else { break }
        page.after = next
      }
      return (count, try transaction.newestChange(of: .settings)?.version)
    }
    #expect(count == Limits.settingsChanges)
    #expect(newest == Int64(Limits.settingsChanges + 5))
  }
}
