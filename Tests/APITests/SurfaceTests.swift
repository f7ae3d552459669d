import HTTPServer
import Testing
import Warehouse
import WireFormat

@Suite("The surface") struct SurfaceTests {
  @Test("Cursor pages walk everything once", arguments: Way.allCases)
  func pages(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    let file = "code,name\n" + (1...23).map { "T-\($0),Thing \($0)\n" }.joined()
    let lines = (1...23).map { #"{"material":"T-\#($0)","quantity":2,"lot":"LOT-\#($0)"}"# }
    try scenario.walk([
      .post("more", "/api/v1/imports/materials", file, type: "text/csv"),
      .post(
        "goods",
        "/api/v1/receipts",
        #"{"number":"R","lines":[\#(lines.joined(separator: ","))]}"#,
        201
      ),
    ])
    let listings = [
      ("/api/v1/materials", "code", 29), ("/api/v1/materials?search=Thing", "code", 23),
      ("/api/v1/locations", "code", 14), ("/api/v1/locations?zone=SKIDS", "code", 6),
      ("/api/v1/lots", "id", 23), ("/api/v1/stock", "lot", 23),
      ("/api/v1/stock?location=DOCK-1", "lot", 23), ("/api/v1/transactions", "id", 23),
      ("/api/v1/transactions?newest=1&kind=RECEIPT", "id", 23),
      ("/api/v1/receipts", "id", 1),
    ]
    for (path, name, count) in listings {
      for limit in [1, 4, 1_000] {
        let found = try Self.walk(driver, path, limit: limit, name)
        #expect(found.count == count, "\(path) limit \(limit)")
        #expect(Set(found).count == count, "\(path) limit \(limit) gives a row twice")
      }
    }
    let newest = try Self.walk(driver, "/api/v1/transactions?newest=1", limit: 4, "id")
    let oldest = try Self.walk(driver, "/api/v1/transactions", limit: 4, "id")
    #expect(newest == oldest.reversed())
  }

  /// All rows of a listing, following the links.
  private static func walk(
    _ driver: any Driver,
    _ path: String,
    limit: Int,
    _ name: String
  ) throws -> [String] {
    var target: String? = "\(path)\(path.contains("?") ? "&" : "?")limit=\(limit)"
    var found: [String] = []
    while let here = target, found.count < 1_000 {
      let answer = try driver.send(Exchange(method: "GET", target: here))
      #expect(answer.status == 200, "\(here): \(answer.text)")
      let page = try JSONReader.parse(answer.bytes)
      let rows = page["rows"]?.array ?? []
      #expect(rows.count <= limit)
      found += rows.compactMap { $0[name]?.string }
      let link = answer.header("Link")
      #expect((link == nil) == (page["next"]?.isNull ?? true), "\(here)")
      target = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
    }
    return found
  }

  @Test("A query item that is given twice is refused, the same one too", arguments: Way.allCases)
  func twice(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    for query in ["limit=1&limit=2", "limit=1&limit=1", "after=&limit=1&after="] {
      try scenario.take(.get(query, "/api/v1/lots?\(query)", 422, holds: ["is given twice"]))
    }
    try scenario.take(.get("once each", "/api/v1/transactions?limit=1&newest=1"))
    let file = "code,name\nT-1,Thing\n"
    let path = "/api/v1/imports/materials?name=a&name=b"
    try scenario.take(.post("an import", path, file, 422, type: "text/csv"))
  }

  @Test("HEAD, OPTIONS and wrong methods", arguments: Way.allCases)
  func methods(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    for (method, pattern, _) in plant.router.table {
      let target = pattern.replacing("{folder}", with: "common")
        .replacing("{file}", with: "stowage.css").replacing("{kind}", with: "materials")
        .replacing("{code}", with: "X").replacing("{number}", with: "X")
        .replacing("{id}", with: "019cad8f-ac00-7003-8000-0000000000ff")
      let options = try driver.send(Exchange(method: "OPTIONS", target: target))
      #expect(options.status == 204, "\(pattern)")
      let allow = options.header("Allow") ?? ""
      #expect(allow.contains(method.rawValue), "\(pattern) allows \(allow)")
      let patch = try driver.send(Exchange(method: "PATCH", target: target))
      #expect(patch.status == 405, "\(pattern)")
      #expect(patch.header("Allow") == allow)
      #expect(patch.header("Content-Type") == "application/problem+json")
      // The stream of events does not end by itself.
      guard method == .get, pattern != "/api/v1/events" else { continue }
      let got = try driver.send(Exchange(method: "GET", target: target))
      let head = try driver.send(Exchange(method: "HEAD", target: target))
      #expect(head.status == got.status, "\(pattern)")
      #expect(head.bytes.isEmpty, "\(pattern)")
      #expect(head.header("Content-Type") == got.header("Content-Type"), "\(pattern)")
    }
    let unknown = try driver.send(Exchange(method: "BREW", target: "/healthz"))
    #expect(unknown.status == 501)
  }

  @Test("Every export holds what the listings hold, in both formats", arguments: Way.allCases)
  func exports(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .post("receipt", "/api/v1/receipts", Furniture.receipt, 201),
      .post("demand", "/api/v1/imports/demand", Furniture.demand, type: "text/csv"),
      .post("forecasts", "/api/v1/forecasts", #"{"horizon":14}"#),
      .post("suggestions", "/api/v1/replenishment/run", "{}"),
    ])
    let suggestions = try Self.walk(driver, "/api/v1/replenishment", limit: 100, "material").count
    let kinds = [
      ("materials", 6), ("locations", 14), ("lots", 6), ("stock", 6), ("transactions", 6),
      ("demand", 180), ("forecasts", 28), ("replenishment", suggestions),
    ]
    for (kind, count) in kinds {
      let csv = try driver.send(Exchange(method: "GET", target: "/api/v1/exports/\(kind)"))
      #expect(csv.status == 200)
      #expect(csv.header("Content-Type") == "text/csv; charset=utf-8")
      #expect(csv.header("Content-Disposition") == "attachment; filename=\"\(kind).csv\"")
      let rows = try Self.table(csv.bytes)
      #expect(rows.count == count + 1, "\(kind): \(csv.text.prefix(300))")
      #expect(rows.allSatisfy { $0.count == rows.first?.count }, "\(kind) is ragged")
      let lines = try driver.send(
        Exchange(method: "GET", target: "/api/v1/exports/\(kind)?format=ndjson")
      )
      let documents = try lines.text.split(separator: "\n").map {
        try JSONReader.parse(Array($0.utf8))
      }
      #expect(documents.count == count + 1, "\(kind)")
      #expect(documents.last == ["_end": true, "count": .integer(Int64(count))], "\(kind)")
    }
    // What was exported can be imported again.
    let demand = try driver.send(Exchange(method: "GET", target: "/api/v1/exports/demand"))
    try scenario.take(
      .post(
        "back",
        "/api/v1/imports/demand",
        demand.text,
        type: "text/csv",
        members: [("/applied", 180), ("/created", 0)]
      )
    )
    #expect(plant.faults.all.isEmpty)
  }

  private static func table(_ bytes: [UInt8]) throws -> [[String]] {
    var rest: [UInt8]? = bytes
    var reader = CSVReader {
      defer { rest = nil }
      return rest ?? []
    }
    var row = CSVRow()
    var rows: [[String]] = []
    while try reader.next(into: &row) { rows.append(row.fields) }
    return rows
  }

  @Test("An export of many pages comes whole over a socket")
  func largeExport() throws {
    let plant = try Plant()
    let driver = try SocketDriver(plant.router)
    var scenario = try Scenario(driver, watching: plant)
    let name = String(repeating: "x", count: 150)
    let file = "code,name\n" + (1...3_500).map { "M-\($0),\(name)\n" }.joined()
    try scenario.take(.post("many", "/api/v1/imports/materials", file, type: "text/csv"))
    let csv = try driver.send(Exchange(method: "GET", target: "/api/v1/exports/materials"))
    let codes = Set(try Self.table(csv.bytes).dropFirst().compactMap(\.first))
    #expect(codes.count == 3_500)
    let memory = try MemoryDriver(router: plant.router)
      .send(Exchange(method: "GET", target: "/api/v1/exports/materials"))
    #expect(memory.bytes == csv.bytes)
  }

  @Test("Machines learn whether the box is alive, ready and well", arguments: Way.allCases)
  func health(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk([
      .get("alive", "/healthz", members: [("/status", "ALIVE")]),
      .get("ready", "/readyz", members: [("/fitness", true)]),
      .get("health", "/api/v1/health", members: [("/fitness", false)]),
      .get("metrics", "/metrics", holds: ["up 1"]),
      .get(
        "OpenMetrics",
        "/metrics",
        headers: [("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")],
        holds: ["# EOF"]
      ),
    ])
  }

  @Test("A floor map draws every bay once, and escapes what people typed")
  func floorMap() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.take(
      .get("empty", "/api/v1/utilization/map.svg", holds: ["No storage locations yet"])
    )
    try scenario.walk(Furniture.steps)
    try scenario.take(
      .post(
        "a zone with marks in its name",
        "/api/v1/locations",
        #"{"code":"Q-1","zone":"A&B<C>","aisle":"1","bay":1}"#,
        201
      )
    )
    let answer = try scenario.take(
      .get(
        "map",
        "/api/v1/utilization/map.svg",
        holds: ["A&amp;B&lt;C&gt;"],
        lacks: ["A&B", "<C>"]
      )
    )
    #expect(answer.header("Content-Type") == "image/svg+xml")
    #expect(answer.text.ranges(of: "<title>").count == 13)
  }
}
