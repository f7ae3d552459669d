import API
import HTTPServer
import Operations
import Storage
import Testing
import Warehouse
import WireFormat

/// Every route x every role x own and foreign owner: the rows come from the router's own table.
@Suite("The access matrix") struct AccessMatrixTests {
  /// A plant with goods, and with something of every kind that an address can name.
  private struct Stage {
    let plant: Plant
    let driver: MemoryDriver
    /// What stands for a parameter, by the beginning of the pattern: a thing of the home owner.
    let things: [(prefix: String, name: String)]

    private static let supply: [Step] = [
      .post("supplier", "/api/v1/suppliers", #"{"code":"MILL"}"#, 201),
      .post(
        "terms",
        "/api/v1/supply-terms",
        #"{"supplier":"MILL","material":"SKID-1","lead_time_days":7}"#,
        201
      ),
      .post(
        "purchase order",
        "/api/v1/purchase-orders",
        #"{"number":"PO-1","supplier":"MILL","lines":["#
          + #"{"material":"SKID-1","ordered":1,"due":"2026-03-09"}]}"#,
        201
      ),
      .post(
        "order",
        "/api/v1/orders",
        #"{"number":"O-1","due":"2026-03-05T12:00:00Z","lines":["#
          + #"{"material":"SKID-1","ordered":1}]}"#,
        201
      ),
      .get("a row", "/api/v1/transactions?limit=1", keeps: [("row", "/rows/0/id")]),
      .post(
        "printer",
        "/api/v1/printers",
        #"{"name":"ZEBRA","host":"127.0.0.1"}"#,
        201,
        keeps: [("printer", "/id")]
      ),
      .post(
        "print job",
        "/api/v1/printers/{printer}/jobs",
        #"{"labels":[{"kind":"LOT","code":"S1-A"}]}"#,
        201,
        keeps: [("job", "/id")]
      ),
    ]

    private static let moves: [Step] = [
      .post(
        "a lot in its place",
        "/api/v1/imports/opening-stock",
        "material,location,quantity,lot\nPLATE-1,S-01,50,LIES\n",
        type: "text/csv"
      ),
      .get("that lot", "/api/v1/lots/LIES", keeps: [("lies", "/id")]),
      .post(
        "moves",
        "/api/v1/reslotting/plans",
        #"{"moves":[{"lot":"{lies}","from":"S-01","to":"S-02"}]}"#,
        201,
        keeps: [("moves", "/id")]
      ),
    ]

    init() throws {
      plant = try Plant()
      driver = MemoryDriver(router: plant.router)
      var scenario = try Scenario(driver, watching: plant)
      try scenario.walk(Furniture.steps)
      // Before the receipt, whose plan would promise the shelf to somebody else.
      try scenario.walk(Self.moves)
      try scenario.walk([
        .post(
          "receipt",
          "/api/v1/receipts",
          Furniture.receipt,
          201,
          keeps: [("receipt", "/id"), ("lot", "/lines/0/lot")]
        ),
        .post(
          "plan",
          "/api/v1/receipts/{receipt}/plan",
          #"{"budget_ms":0}"#,
          keeps: [("task", "/lines/0/recommendations/0/id")]
        ),
        .post(
          "person",
          "/api/v1/operators",
          #"{"badge":"R-1","name":"Rick","roles":["scanner"],"pin":"480293"}"#,
          201,
          keeps: [("person", "/id")]
        ),
        .post(
          "token",
          "/api/v1/tokens",
          #"{"name":"erp","scopes":["integration"]}"#,
          201,
          keeps: [("token", "/id")]
        ),
        .post(
          "code",
          "/api/v1/devices/pairing-codes",
          "{}",
          201,
          keeps: [("code", "/code")]
        ),
        .post(
          "device",
          "/api/v1/devices/pair",
          #"{"code":"{code}","name":"Handheld","kind":"HANDHELD"}"#,
          201,
          keeps: [("device", "/device/id")]
        ),
      ])
      try scenario.walk(Self.supply)
      let kept = scenario.kept
      let lots = try driver.send(Exchange(method: "GET", target: "/api/v1/lots?limit=1"))
      let lot = try JSONReader.parse(lots.bytes).at("/rows/0/id")?.string ?? ""
      things = [
        ("/api/v1/materials/", "SKID-1"), ("/api/v1/locations/", "P-01"), ("/api/v1/lots/", lot),
        ("/api/v1/receipts/", kept["receipt"] ?? ""),
        ("/api/v1/putaway/recommendations/", kept["task"] ?? ""),
        ("/api/v1/operators/", kept["person"] ?? ""), ("/api/v1/tokens/", kept["token"] ?? ""),
        ("/api/v1/devices/", kept["device"] ?? ""), ("/api/v1/suppliers/", "MILL"),
        ("/api/v1/purchase-orders/", "PO-1"), ("/api/v1/orders/", "O-1"),
        ("/api/v1/transactions/", kept["row"] ?? ""),
        ("/api/v1/printers/", kept["printer"] ?? ""),
        ("/api/v1/print-jobs/", kept["job"] ?? ""), ("/api/v1/jobs/", "audit"),
        ("/api/v1/reslotting/plans/", kept["moves"] ?? ""),
      ]
    }

    /// The address of a pattern: with a thing that is there, or with one that is not.
    func target(_ pattern: String, isThere: Bool) throws -> String {
      var target = pattern.replacing("{kind}", with: "materials")
        .replacing("/{folder}/{file}", with: "/common/nothing.js")
        .replacing("{supplier}", with: "MILL")
      if target.contains("{") {
        let thing = things.first { pattern.hasPrefix($0.prefix) }
        let name = try #require(thing?.name, "name a thing for \(pattern) in AccessMatrixTests")
        let nothing = name.count == 36 ? "019cad8f-ac00-7003-8000-0000000000ff" : "NO-SUCH"
        let from = try #require(target.firstIndex(of: "{"))
        let to = try #require(target.firstIndex(of: "}"))
        target.replaceSubrange(from...to, with: isThere ? name : nothing)
      }
      return pattern == "/api/v1/events" ? target + "?once=1&after=0" : target
    }

    /// Asks with a token; nil asks as a stranger.
    func ask(_ method: Method, _ target: String, _ token: String?, key: String) throws -> Answer {
      let type = target.hasPrefix("/api/v1/imports/") ? "text/csv" : "application/json"
      var headers = [("Authorization", token.map { "Bearer \($0)" } ?? "")]
      let hasBody = method == .post || method == .put
      if hasBody { headers += [("Content-Type", type), ("Idempotency-Key", key)] }
      if method == .put { headers.append(("If-Match", "*")) }
      let body = !hasBody ? "" : type == "text/csv" ? "code\n" : "{}"
      return try driver.send(
        Exchange(
          method: method.rawValue,
          target: target,
          headers: headers,
          body: Array(body.utf8)
        )
      )
    }
  }

  @Test("Every route lets exactly the roles in that the table names, and strangers nowhere else")
  func roles() throws {
    let stage = try Stage()
    for role in Role.allCases {
      try stage.plant.addToken("stw_only-\(role.rawValue)", [role])
    }
    var cells = 0
    for (method, pattern, _) in stage.plant.router.table {
      let target = try stage.target(pattern, isThere: false)
      let rule = try #require(
        AccessTable.rule(method, pattern),
        "\(method.rawValue) \(pattern) has no rule"
      )
      let name = "\(method.rawValue) \(pattern)"
      let stranger = try stage.ask(method, target, nil, key: "s-\(cells)")
      let isPublic = rule == .anyone
      // Pairing and setting up answer 401 for a wrong code, which is no matter of the table.
      if stranger.status != 422 || !isPublic {
        #expect((stranger.status == 401) == !isPublic, "\(name) stranger: \(stranger.text)")
      }
      if stranger.status == 401 { #expect(stranger.header("WWW-Authenticate") != nil) }
      for role in Role.allCases {
        cells += 1
        let token = "stw_only-\(role.rawValue)"
        let answer = try stage.ask(method, target, token, key: "k-\(cells)")
        let isLetIn = rule.allows([role])
        // A program's token may ask for a session and is told that people sign in at devices.
        let isProgram = name == "POST /api/v1/sessions"
        #expect(
          (answer.status == 403) == (!isLetIn || isProgram),
          "\(name) as \(role.rawValue): \(answer.status) \(answer.text.prefix(300))"
        )
        #expect(answer.status != 401 || isPublic, "\(name) as \(role.rawValue)")
        #expect(answer.status < 500, "\(name) as \(role.rawValue): \(answer.text.prefix(300))")
      }
    }
    #expect(cells == stage.plant.router.table.count * Role.allCases.count)
  }

  @Test("A rule without a route is a mistake too")
  func rules() throws {
    let routes = Set(try Plant().router.table.map { "\($0.method.rawValue) \($0.pattern)" })
    for rule in AccessTable.rules.keys { #expect(routes.contains(rule), "\(rule)") }
  }

  @Test("Another owner's things are answered exactly as if they were not there")
  func owners() throws {
    let stage = try Stage()
    let now = stage.plant.desk.environment.now()
    let other = try stage.plant.store.addTenant(code: "OTHER", name: "Other", at: now)
    try stage.plant.addToken("stw_other", Set(Role.allCases), tenant: other)
    let before = try stage.plant.rowCounts()
    var compared = 0
    for (method, pattern, _) in stage.plant.router.table where pattern.contains("{") {
      guard !pattern.contains("{kind}"), !pattern.contains("{file}") else { continue }
      // Locations, printers and jobs are the building's, and belong to no owner.
      let building = ["/api/v1/locations/", "/api/v1/printers/", "/api/v1/jobs/"]
      guard !building.contains(where: pattern.hasPrefix) else { continue }
      compared += 1
      let there = try stage.target(pattern, isThere: true)
      let nothing = try stage.target(pattern, isThere: false)
      let foreign = try stage.ask(method, there, "stw_other", key: "f-\(compared)")
      let absent = try stage.ask(method, nothing, "stw_other", key: "a-\(compared)")
      let name = "\(method.rawValue) \(pattern)"
      #expect(foreign.status == absent.status, "\(name): \(foreign.text)")
      #expect(
        Self.plain(foreign.text, there) == Self.plain(absent.text, nothing),
        "\(name) tells a foreign thing from none"
      )
      if method == .get {
        #expect(foreign.status == 404, "\(name)")
        let own = try stage.ask(method, there, Plant.token, key: "o-\(compared)")
        // There are no forecasts yet, and that is what the owner is told.
        let isForecast =
          own.text.contains("No forecasts have been made yet")
          || own.text.contains("has been set beside its day yet")
        #expect(own.status == 200 || isForecast, "\(name) of the owner: \(own.text)")
      }
    }
    #expect(compared >= 15)
    #expect(try stage.plant.rowCounts() == before, "a foreign call changed something")
  }

  /// An answer without the name of the thing and the number of the request.
  private static func plain(_ text: String, _ target: String) -> String {
    let names = target.split(separator: "/").map(String.init)
    return names.reduce(text) { $0.replacing($1, with: "*") }
  }

  /// Calls that name a thing in their body or query: the call, with `~` for the name, and what the
  /// home owner calls such a thing.
  private static let naming: [(method: Method, target: String, body: String, name: String)] = [
    (.post, "/api/v1/putaway/recommendations", #"{"lot":"~"}"#, "S1-A"),
    (.post, "/api/v1/putaway/recommendations", #"[{"lot":"~"}]"#, "S1-A"),
    (
      .post, transactions,
      #"{"kind":"MOVE","lot":"~","from":"DOCK-1","to":"P-01","quantity":1}"#, "S1-A"
    ),
    (.post, transactions, #"{"kind":"PICK","lot":"~","from":"DOCK-1","quantity":1}"#, "S1-A"),
    (.post, transactions, #"{"kind":"COUNT","lot":"~","from":"DOCK-1","counted":1}"#, "S1-A"),
    (.post, transactions, #"{"kind":"HOLD","lot":"~","reason":"x"}"#, "S1-A"),
    (.post, transactions, #"{"kind":"SCRAP","lot":"~","from":"DOCK-1","quantity":1}"#, "S1-A"),
    (.post, "/api/v1/returns", #"{"source":"PRESS","lot":"~","quantity":1}"#, "S1-A"),
    (
      .post, "/api/v1/returns",
      #"{"source":"PRESS","lot":"N","material":"~","quantity":1}"#, "SKID-1"
    ),
    (
      .post, "/api/v1/receipts",
      #"{"number":"N","lines":[{"material":"~","quantity":1}]}"#, "SKID-1"
    ),
    (
      .post, "/api/v1/receipts",
      #"{"number":"N","lines":[{"material":"~","quantity":1}]}"#, "04012345678901"
    ),
    (
      .post, "/api/v1/purchase-orders",
      #"{"number":"N","supplier":"~","lines":[{"material":"X","ordered":1,"due":"2026-03-09"}]}"#,
      "MILL"
    ),
    (
      .post, "/api/v1/orders",
      #"{"number":"N","due":"2026-03-05T12:00:00Z","lines":[{"material":"~","ordered":1}]}"#,
      "SKID-1"
    ),
    (.post, "/api/v1/supply-terms", #"{"supplier":"~","material":"X","lead_time_days":1}"#, "MILL"),
    (
      .post, "/api/v1/supply-terms",
      #"{"supplier":"X","material":"~","lead_time_days":1}"#, "SKID-1"
    ),
    (
      .post, "/api/v1/replenishment/decisions",
      #"{"decision":"APPROVE","suggestions":[{"material":"~"}]}"#, "SKID-1"
    ),
    (.post, "/api/v1/scans", #"{"text":"~"}"#, "S1-A"),
    (.post, "/api/v1/scans", #"{"text":"~"}"#, "SKID-1"),
    (.post, "/api/v1/scans", #"{"text":"~"}"#, "R-1"),
    (.post, "/api/v1/scans", #"{"text":"~"}"#, "PO-1"),
    (.post, "/api/v1/scans", #"{"text":"~"}"#, "O-1"),
    (.get, "/api/v1/lots?material=~", "", "SKID-1"),
    (.get, "/api/v1/stock?material=~", "", "SKID-1"),
    (.get, "/api/v1/stock?lot=~", "", "S1-A"),
    (.get, "/api/v1/transactions?lot=~", "", "S1-A"),
    (.get, "/api/v1/picks?material=~", "", "SKID-1"),
    (.post, "/api/v1/undo", #"{"device":"~"}"#, "Handheld"),
  ]
  private static let transactions = "/api/v1/transactions"

  @Test("Another owner's things are not told from none where a body or a query names them")
  func named() throws {
    let stage = try Stage()
    let now = stage.plant.desk.environment.now()
    let other = try stage.plant.store.addTenant(code: "OTHER", name: "Other", at: now)
    try stage.plant.addToken("stw_other", Set(Role.allCases), tenant: other)
    let before = try stage.plant.rowCounts()
    for (number, call) in Self.naming.enumerated() {
      func ask(_ name: String) throws -> (Int, String) {
        var headers = [("Authorization", "Bearer stw_other")]
        if call.method == .post {
          headers += [("Content-Type", "application/json")]
          headers += [("Idempotency-Key", "n-\(number)-\(name)")]
        }
        let answer = try stage.driver.send(
          Exchange(
            method: call.method.rawValue,
            target: call.target.replacing("~", with: name),
            headers: headers,
            body: Array(call.body.replacing("~", with: name).utf8)
          )
        )
        var text = answer.text.replacing(name, with: "*")
        // The number of the request, and how often somebody scanned, are nobody's goods.
        text = text.replacing(/"instance":"[^"]*"/, with: "")
        text = text.replacing(/"scan":[0-9]+/, with: "")
        text = text.replacing(/"(hex|shown)":"[^"]*"/, with: "")
        text = text.replacing(/"bytes":[0-9]+/, with: "")
        return (answer.status, text)
      }
      let foreign = try ask(call.name)
      // As long, and of the same kind of signs: a GTIN with its own check digit is one, too.
      let nothing = call.name == "04012345678901" ? "04012345678918" : "Q9-Z"
      let absent = try ask(nothing)
      #expect(foreign == absent, "\(call.target) \(call.body) tells of \(call.name)")
    }
    #expect(try stage.plant.rowCounts() == before, "a foreign call changed something")
  }

  @Test("A row's own name that another owner has used already tells nothing, and breaks nothing")
  func usedNames() throws {
    let stage = try Stage()
    let now = stage.plant.desk.environment.now()
    let other = try stage.plant.store.addTenant(code: "OTHER", name: "Other", at: now)
    try stage.plant.addToken("stw_other", Set(Role.allCases), tenant: other)
    let them = [("Authorization", "Bearer stw_other")]
    let row = try #require(stage.things.first { $0.prefix == "/api/v1/transactions/" }).name
    var scenario = try Scenario(stage.driver, watching: stage.plant)
    try scenario.walk([
      .post("their article", "/api/v1/materials", #"{"code":"T"}"#, 201, headers: them),
      .post(
        "their goods",
        "/api/v1/receipts",
        #"{"number":"R-1","dock":"DOCK-1","lines":[{"material":"T","quantity":5,"lot":"S1-A"}]}"#,
        201,
        headers: them
      ),
      .post(
        "the name of a row of ours",
        "/api/v1/transactions",
        #"{"id":"\#(row)","kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":1}"#,
        409,
        headers: them,
        lacks: ["SKID-1", "OWN"]
      ),
    ])
  }

  @Test("Another owner's listings, exports and events hold nothing of ours")
  func listings() throws {
    let stage = try Stage()
    let now = stage.plant.desk.environment.now()
    let other = try stage.plant.store.addTenant(code: "OTHER", name: "Other", at: now)
    try stage.plant.addToken("stw_other", Set(Role.allCases), tenant: other)
    let building = [
      "/api/v1/locations", "/api/v1/utilization/map.svg", "/api/v1/utilization", "/api/v1/printers",
    ]
    // The rules of the site, which name materials, are the business of its own owner.
    let sites = ["/api/v1/settings", "/api/v1/settings/changes", "/api/v1/flags"]
    let secrets = ["SKID-1", "S1-A", "R-1", "Rick", "Handheld", "erp", "OWN"]
    for (method, pattern, _) in stage.plant.router.table where method == .get {
      guard AccessTable.rule(method, pattern) != .anyone, !pattern.contains("{") else { continue }
      let target = try stage.target(pattern, isThere: true)
      let answer = try stage.ask(method, target, "stw_other", key: "")
      let own = try stage.ask(method, target, Plant.token, key: "")
      let isSites = sites.contains(pattern)
      if pattern == "/metrics" || isSites { #expect(answer.status == 403, "\(pattern)") }
      for secret in secrets where !building.contains(pattern) {
        let marked = "\"\(secret)\""
        #expect(!answer.text.contains(marked), "\(pattern) shows \(secret): \(answer.text)")
      }
      guard own.text.contains("\"rows\":[{"), !building.contains(pattern), !isSites
      else { continue }
      // Its own token is all that the other owner has.
      let isEmpty = answer.text.contains("\"rows\":[]")
      #expect(isEmpty || ["/api/v1/tokens", "/api/v1/audit"].contains(pattern), "\(pattern)")
    }
    for kind in ExportKind.allCases where kind != .locations {
      let target = "/api/v1/exports/\(kind.rawValue)?format=ndjson"
      let answer = try stage.ask(.get, target, "stw_other", key: "")
      #expect(answer.status == 200, "\(kind)")
      for secret in secrets { #expect(!answer.text.contains("\"\(secret)\""), "\(kind)") }
    }
  }
}
