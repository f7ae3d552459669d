import HTTPServer
import Testing
import Warehouse
import WireFormat

/// Files as they really come: each fault gets clear words, and nothing of the file is written.
@Suite("Bad files") struct ImportFaultTests {
  /// One bad file: what is wrong with it, its bytes, and what the answer must say.
  struct BadFile: Sendable, CustomTestStringConvertible {
    var name: String
    var kind = "materials"
    var bytes: [UInt8]
    var status = 422
    var type = "text/csv"
    var holds: [String]

    var testDescription: String { name }

    init(
      _ name: String,
      kind: String = "materials",
      _ text: String,
      status: Int = 422,
      type: String = "text/csv",
      holds: [String]
    ) {
      self.init(
        name,
        kind: kind,
        bytes: Array(text.utf8),
        status: status,
        type: type,
        holds: holds
      )
    }

    init(
      _ name: String,
      kind: String = "materials",
      bytes: [UInt8],
      status: Int = 422,
      type: String = "text/csv",
      holds: [String]
    ) {
      self.name = name
      self.kind = kind
      self.bytes = bytes
      self.status = status
      self.type = type
      self.holds = holds
    }
  }

  private static let ndjson = "application/x-ndjson"
  private static let deep = String(repeating: "[", count: 200_000)

  static let files: [BadFile] = [
    BadFile(
      "a wrong header",
      "code,wieght_kg\nX-1,5\n",
      holds: ["wieght_kg", "did you mean", "weight_kg"]
    ),
    BadFile(
      "a unit left out",
      "code,weight\nX-1,5\n",
      holds: ["say the unit in the name", "weight_kg"]
    ),
    BadFile("a column missing", "name\nThing\n", holds: ["code"]),
    BadFile("no row at all", "code,name\n", holds: ["no rows"]),
    BadFile("nothing at all", "", holds: ["is empty"]),
    BadFile(
      "a quote that never ends",
      "code,name\nX-1,\"cut of",
      holds: [#""row":"#, "quote"]
    ),
    BadFile(
      "a line cut off",
      "code,name,base_unit\nX-1,Thing,EACH\nX-2,Th\n",
      holds: [#""row":3"#]
    ),
    BadFile(
      "1e18",
      "code,handling_unit_quantity\nX-1,1e18\n",
      holds: [#""row":2,"column":"handling_unit_quantity","value":"1e18""#]
    ),
    BadFile(
      "a negative number",
      "code,weight_kg\nX-1,-4\n",
      holds: [#""value":"-4","rule":"must not be negative""#]
    ),
    BadFile(
      "NaN",
      "code,weight_kg\nX-1,NaN\n",
      holds: [#""value":"NaN","rule":"must be a number"#]
    ),
    BadFile(
      "a duplicate code",
      "code,name\nX-1,Thing\nX-2,Other\nX-1,Thing\n",
      holds: [#""row":4,"column":"code","value":"X-1""#]
    ),
    BadFile(
      "an unknown material",
      kind: "demand",
      "material,day,quantity\nNO-SUCH,2026-01-05,3\n",
      holds: [#""row":2,"column":"material","value":"NO-SUCH""#]
    ),
    BadFile(
      "a day that does not exist",
      kind: "demand",
      "material,day,quantity\nSKID-1,2026-02-30,3\n",
      holds: [#""column":"day","value":"2026-02-30""#]
    ),
    BadFile(
      "invalid UTF-8",
      bytes: Array("code,name\nX-1,".utf8) + [0xC3, 0x28, 0xFF] + Array("\n".utf8),
      holds: ["UTF-8"]
    ),
    BadFile("not a table", bytes: [0x50, 0x4B, 3, 4, 0, 0, 0, 0], holds: [#""code":"invalid""#]),
    BadFile("broken JSON", #"{"code":"X-1","name":}"# + "\n", type: ndjson, holds: [#""row":1"#]),
    BadFile(
      "a wrong type",
      #"{"code":"X-1","weight_kg":[1]}"# + "\n",
      type: ndjson,
      holds: [#""column":"weight_kg""#]
    ),
    BadFile("deep nesting", #"{"code":"# + deep, type: ndjson, holds: [#""row":1"#]),
    BadFile("an array of rows", #"[{"code":"X-1"}]"# + "\n", type: ndjson, holds: [#""row":1"#]),
    BadFile(
      "a kind that is not there",
      kind: "material",
      "code\nX\n",
      status: 404,
      holds: ["materials"]
    ),
    BadFile(
      "another media type",
      "code\nX\n",
      status: 415,
      type: "application/pdf",
      holds: ["text/csv"]
    ),
  ]

  @Test("Each is refused whole and by name", arguments: Way.allCases)
  func refused(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    let before = try plant.rowCounts()
    for file in Self.files {
      let step = Step.post(
        file.name,
        "/api/v1/imports/\(file.kind)",
        "",
        file.status,
        type: file.type,
        holds: [#""detail":""#, #""instance":""#] + file.holds
      )
      var sent = step
      sent.body = file.bytes
      let answer = try scenario.take(raw: sent)
      #expect(answer.header("Content-Type") == "application/problem+json", "\(file.name)")
      let after = try plant.rowCounts()
      #expect(after == before, "\(file.name) has left something behind")
    }
    // The same surface still answers, and takes the file once it is corrected.
    try scenario.take(.get("alive", "/healthz", members: [("/status", "ALIVE")]))
    try scenario.take(
      .post(
        "a wrong header",
        "/api/v1/imports/materials",
        "code,weight_kg\nX-1,5\n",
        type: "text/csv",
        members: [("/applied", 1)]
      )
    )
    #expect(plant.faults.all.isEmpty)
  }

  @Test("What is odd but clear is read: BOM, CRLF, quotes, semicolons, their own column names")
  func odd() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    let file = "\u{FEFF}code;name;unit_cost_eur\r\n\"A;1\";\"says \"\"hello\"\"\";12.50\r\n"
    try scenario.walk([
      .post(
        "BOM, CRLF, quotes",
        "/api/v1/imports/materials",
        file,
        type: "text/csv; charset=utf-8",
        members: [("/applied", 1)]
      ),
      .get(
        "it was read",
        "/api/v1/materials/A%3B1",
        members: [("/name", #"says "hello""#), ("/unit_cost_eur", 12.5)]
      ),
      .post(
        "their names",
        "/api/v1/imports/materials?map=SKU%3Dcode&map=Bezeichnung%3Dname&map=Preis%3D-",
        "SKU,Bezeichnung,Preis\nB-1,Papier,1\n",
        type: "text/csv",
        members: [("/applied", 1), ("/columns/2/ours", "-")]
      ),
      .post(
        "a long path as the name",
        "/api/v1/imports/suppliers?name=" + String(repeating: "folder/", count: 60) + "s.csv",
        "code\nS-1\n",
        type: "text/csv",
        members: [("/applied", 1)]
      ),
      .post(
        "a map that maps nothing",
        "/api/v1/imports/materials?map=SKU",
        "SKU\nB-1\n",
        422,
        type: "text/csv",
        holds: ["theirs=ours"]
      ),
    ])
  }

  @Test("Good rows can be kept, a dry run writes nothing, and a dry run needs no key")
  func kept() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    let file = "code,weight_kg\nX-1,5\nX-2,-1\nX-3,7\n"
    var dry = Step.post(
      "a dry run",
      "/api/v1/imports/materials?dry_run=1&keep_good=1",
      file,
      type: "text/csv",
      holds: [#""rejects_csv":"#],
      members: [("/dry_run", true), ("/valid", 2), ("/faulty", 1), ("/applied", 0)]
    )
    dry.headers.removeAll { $0.0 == "Idempotency-Key" }
    try scenario.take(dry)
    let keep = Step.post(
      "good rows",
      "/api/v1/imports/materials?keep_good=1",
      file,
      type: "text/csv",
      members: [
        ("/outcome", "PARTLY"), ("/applied", 2), ("/faulty", 1), ("/faults/0/row", 3),
        (
          "/rejects_csv",
          "code,weight_kg,rejected_because\r\nX-2,-1,weight_kg: must not be negative\r\n"
        ),
      ]
    )
    try scenario.take(keep)
    let repeated = try scenario.take(keep)
    #expect(repeated.header("Idempotent-Replayed") == "true")
    try scenario.take(.get("kept", "/api/v1/materials", lacks: ["X-2"]))
  }

  @Test("A body beyond its limit is refused before it is read")
  func oversized() throws {
    let plant = try Plant()
    let driver = try SocketDriver(plant.router)
    let port = try #require(driver.listener.port)
    let cases = [
      ("/api/v1/imports/demand", "text/csv", Limits.importBodyBytes),
      ("/api/v1/receipts", "application/json", Limits.jsonBodyBytes),
    ]
    for (path, type, limit) in cases {
      // Only the head is sent: an answer proves that nobody waited for the body.
      let wire = try #require(Wire(port: port))
      let head =
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n"
        + "Authorization: Bearer \(Plant.token)\r\n"
        + "Idempotency-Key: k\r\nContent-Length: \(limit + 1)\r\n\r\n"
      let answer = wire.exchange(head)
      #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
      #expect(answer.contains(#""code":"too_large""#))
      #expect(answer.contains("\(limit) bytes"))
    }
    #expect(try driver.send(Exchange(method: "GET", target: "/healthz")).status == 200)
  }
}
