import HTTPServer
import Testing
import Warehouse
import WireFormat

/// Bodies as they should not come: each fault gets its own words and pointer, and nothing changes.
@Suite("Bad bodies") struct BodyFaultTests {
  private static func receipt(_ line: String) -> String {
    #"{"number":"BAD","dock":"DOCK-1","lines":[\#(line)]}"#
  }

  private static func line(_ quantity: String) -> String {
    receipt(#"{"material":"SKID-1","quantity":\#(quantity)}"#)
  }

  private static let receipts = "/api/v1/receipts"
  private static let transactions = "/api/v1/transactions"

  static let steps: [Step] = [
    .post("no body", receipts, "", 400, holds: ["usable JSON"]),
    .post("broken JSON", receipts, #"{"number": "#, 400, holds: ["usable JSON"]),
    .post("two documents", receipts, "{} {}", 400),
    .post("NaN", receipts, line("NaN"), 400),
    .post("a duplicate key", receipts, #"{"number":"A","number":"B"}"#, 400),
    .post(
      "deep nesting",
      receipts,
      String(repeating: "[", count: 100_000),
      400,
      holds: [#""code":"malformed""#]
    ),
    .post("an array", receipts, "[]", 422, holds: ["must be a JSON object"]),
    .post(
      "an unknown material",
      receipts,
      receipt(#"{"material":"NO-SUCH","quantity":1}"#),
      422,
      members: [("/errors/0/pointer", "/lines/0/material"), ("/errors/0/value", "NO-SUCH")]
    ),
    .post(
      "a negative quantity",
      receipts,
      line("-1"),
      422,
      members: [("/errors/0/pointer", "/lines/0/quantity")]
    ),
    .post(
      "1e18",
      receipts,
      line("1e18"),
      422,
      members: [("/errors/0/pointer", "/lines/0/quantity"), ("/errors/0/value", "1e18")]
    ),
    .post("1e400", receipts, line("1e400"), 400, holds: ["usable JSON"]),
    .post(
      "too many decimals",
      receipts,
      line("1.0005"),
      422,
      members: [("/errors/0/detail", "must have at most 3 decimals")]
    ),
    .post(
      "half a sheet",
      receipts,
      line("0.5"),
      422,
      holds: ["must be whole, since SHEET is counted"]
    ),
    .post(
      "a wrong type",
      receipts,
      line("[1]"),
      422,
      members: [
        ("/errors/0/pointer", "/lines/0/quantity"),
        ("/errors/0/detail", "must be a number, is an array"),
      ]
    ),
    .post(
      "an unknown key",
      receipts,
      receipt(#"{"material":"SKID-1","quantiy":1}"#),
      422,
      holds: [#""pointer":"/lines/0/quantiy""#, "did you mean quantity?"]
    ),
    .post(
      "many faults at once",
      receipts,
      #"{"numbr":"X","due":"2026-02-30","lines":[{"material":7,"quantity":"x"}]}"#,
      422,
      holds: [
        #""pointer":"/number""#, #""pointer":"/numbr""#, #""pointer":"/due""#,
        #""pointer":"/lines/0/material""#, #""pointer":"/lines/0/quantity""#,
      ]
    ),
    .post(
      "a license plate with a wrong check digit",
      receipts,
      receipt(#"{"material":"SKID-1","quantity":1,"sscc":"123456789012345678"}"#),
      422,
      holds: [#""pointer":"/lines/0/sscc""#]
    ),
    .post(
      "a dock that is none",
      receipts,
      #"{"number":"X","dock":"P-01","lines":[{"material":"SKID-1","quantity":1}]}"#,
      422,
      holds: ["is no dock"]
    ),
    .post(
      "an unknown lot",
      transactions,
      #"{"kind":"PICK","lot":"NO-SUCH","from":"P-01","quantity":1}"#,
      404,
      holds: [#""code":"not_found""#, #""hint":""#]
    ),
    .post(
      "an unknown kind",
      transactions,
      #"{"kind":"PIK","lot":"X","quantity":1}"#,
      422,
      holds: ["did you mean PICK?"]
    ),
    .post(
      "a receipt that is not there",
      "/api/v1/receipts/019cad8f-ac00-7003-8000-0000000000ff/plan",
      "{}",
      404
    ),
    .post("an id that is none", "/api/v1/receipts/7/plan", "{}", 404, holds: ["UUID"]),
    .post(
      "an unknown algorithm",
      "/api/v1/receipts/019cad8f-ac00-7003-8000-0000000000ff/plan",
      #"{"algorithm":"BEST"}"#,
      422,
      holds: ["FFD", "BFD", "HYBRID"]
    ),
    .post("an unknown method", "/api/v1/forecasts", #"{"method":"GUESS"}"#, 422),
    .post(
      "a body where none is wanted",
      "/api/v1/replenishment/run",
      #"{"urgency":"LOW"}"#,
      422,
      members: [("/errors/0/pointer", "/urgency")]
    ),
    .post(
      "a location too large",
      "/api/v1/locations",
      #"{"code":"X","zone":"Z","aisle":"1","width_m":2000,"depth_m":1,"height_m":1}"#,
      422,
      holds: [#""pointer":"/width_m""#]
    ),
    .post(
      "a media type that is not JSON",
      receipts,
      "number=1",
      415,
      type: "application/x-www-form-urlencoded",
      holds: [#""code":"unsupported_media""#]
    ),
    .get("a limit too large", "/api/v1/materials?limit=1001", 422, holds: [#""pointer":"?limit""#]),
    .get("a limit that is none", "/api/v1/materials?limit=many", 422),
    .get("a cursor that is none", "/api/v1/stock?after=nonsense", 422),
    .get(
      "a misspelt filter",
      "/api/v1/stock?materail=SKID-1",
      422,
      holds: ["Did you mean material?"]
    ),
    .get("a wrong choice", "/api/v1/receipts?status=LOST", 422, holds: ["EXPECTED"]),
    .get("a wrong day", "/api/v1/materials/SKID-1/demand?from=yesterday", 422),
    .get(
      "days the wrong way round",
      "/api/v1/materials/SKID-1/demand?from=2026-02-02&to=2026-01-01",
      422
    ),
    .get("a wrong format", "/api/v1/exports/stock?format=xml", 422),
    .get(
      "an export that is not there",
      "/api/v1/exports/stok",
      404,
      holds: ["Did you mean stock?"]
    ),
    .get("a material that is not there", "/api/v1/materials/NO-SUCH", 404),
    .get("a location that is not there", "/api/v1/locations/NO-SUCH", 404),
    .get("an address that is not there", "/api/v1/nothing", 404, holds: [#""code":"not_found""#]),
  ]

  @Test("Each is refused with its own words, and nothing changes", arguments: Way.allCases)
  func refused(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Furniture.steps)
    let before = try plant.rowCounts()
    for step in Self.steps {
      let answer = try scenario.take(step)
      #expect(answer.header("Content-Type") == "application/problem+json", "\(step.name)")
      let problem = try JSONReader.parse(answer.bytes)
      let code = problem["code"]?.string ?? ""
      #expect(problem["type"]?.string == "urn:stowage:problem:\(code)", "\(step.name)")
      #expect(problem["status"]?.integer == Int64(step.status), "\(step.name)")
      for member in ["title", "detail", "instance"] {
        #expect(problem[member]?.string?.isEmpty == false, "\(step.name) has \(member)")
      }
    }
    #expect(try plant.rowCounts() == before)
    try scenario.take(.get("alive", "/healthz", members: [("/status", "ALIVE")]))
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Invalid UTF-8 in JSON is refused, in values and in keys")
  func utf8() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let halves: [(String, String)] = [(#"{"number":""#, #""}"#), (#"{"num"#, #"":1}"#)]
    for (before, after) in halves {
      for bad: [UInt8] in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF0, 0x9F]] {
        let answer = try driver.send(
          Exchange(
            method: "POST",
            target: "/api/v1/receipts",
            headers: [("Content-Type", "application/json"), ("Idempotency-Key", "k")],
            body: Array(before.utf8) + bad + Array(after.utf8)
          )
        )
        #expect(answer.status == 400, "\(bad): \(answer.text)")
        #expect(answer.text.contains("UTF-8"), "\(answer.text)")
      }
    }
  }

  @Test("Every code of a failure has a status and a title of its own kind")
  func codes() {
    for code in Failure.Code.allCases {
      let answer = ProblemResponseProbe.answer(code)
      #expect((400...599).contains(answer.status))
      #expect(answer.text.contains(#""code":"\#(code.rawValue)""#))
      let retries: Set<Failure.Code> = [
        .overloaded, .limited, .busy, .inProgress, .timedOut, .readOnly,
      ]
      #expect((answer.header("Retry-After") != nil) == retries.contains(code), "\(code)")
    }
  }
}
