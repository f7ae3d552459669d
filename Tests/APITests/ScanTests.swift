import Testing
import Warehouse
import WireFormat

/// One beep, one call: every sort of code, through the call itself.
@Suite("Scans") struct ScanTests {
  /// A plant with an article, a place, goods on the dock, orders and a person.
  private static let furniture: [Step] = [
    .post(
      "places",
      "/api/v1/imports/locations",
      """
      code,kind,zone,aisle,bay,check_code,max_handling_units
      DOCK-1,DOCK,DOCK,D,1,,
      A-12-03-2,STORAGE,A,12,3,47,1
      A-12-03-3,STORAGE,A,12,4,48,1
      4006381333931,STORAGE,A,12,5,,1

      """,
      type: "text/csv"
    ),
    .post(
      "articles",
      "/api/v1/imports/materials",
      """
      code,name,base_unit,gtin,storage_type
      BOX-1,Boxes,EACH,09521234543213,
      EAN-8,Small boxes,EACH,02345673,
      TWIN-1,Twin,EACH,,
      TWIN-2,Twin,EACH,,

      """,
      type: "text/csv"
    ),
    .post(
      "goods",
      "/api/v1/receipts",
      #"{"number":"R-1","lines":[{"material":"BOX-1","quantity":1,"lot":"LOT9"},"#
        + #"{"material":"BOX-1","quantity":1,"lot":"P-LOT","sscc":"009521234000000017"},"#
        + #"{"material":"TWIN-1","quantity":1,"lot":"SAME"},"#
        + #"{"material":"TWIN-2","quantity":1,"lot":"SAME"},"#
        + #"{"material":"TWIN-1","quantity":1,"lot":"BOX-1"},"#
        + #"{"material":"TWIN-1","quantity":1,"lot":"09521234543213"}]}"#,
      201,
      keeps: [("receipt", "/id"), ("lot9", "/lines/0/lot")]
    ),
    .post(
      "orders",
      "/api/v1/imports/orders",
      "number,due,material,ordered\nO-77,2026-03-05,BOX-1,1\n",
      type: "text/csv"
    ),
  ]

  private static func scan(
    _ name: String,
    _ text: String,
    more: String = "",
    holds: [String] = [],
    members: [(pointer: String, value: JSONValue)]
  ) -> Step {
    .post(
      name,
      "/api/v1/scans",
      #"{"text":\#(JSONValue.string(text).text)\#(more)}"#,
      holds: holds,
      members: members
    )
  }

  private static let kinds: [Step] = [
    Self.scan(
      "place",
      "LOC:A-12-03-2\r",
      members: [
        ("/kind", "LOCATION"), ("/location", "A-12-03-2"), ("/check_code_required", true),
        ("/entry", "SCAN"), ("/actions/0/action", "COUNT"),
      ]
    ),
    Self.scan("place and digits", "A-12-03-2 47", members: [("/kind", "LOCATION")]),
    Self.scan(
      "wrong digits",
      "A-12-03-2 11",
      members: [
        ("/kind", "LOCATION"), ("/warnings/0/code", "CHECK_CODE"), ("/actions", []),
      ]
    ),
    Self.scan(
      "lot",
      "LOT9",
      more: #","entry":"HAND""#,
      members: [
        ("/kind", "LOT"), ("/entry", "HAND"), ("/lot/id", "{lot9}"),
        ("/actions/0/action", "RECOMMEND"),
      ]
    ),
    Self.scan("plate", "009521234000000017", members: [("/kind", "LOT"), ("/lot/lot", "P-LOT")]),
    Self.scan(
      "article code",
      "EAN-8",
      members: [
        ("/kind", "MATERIAL"), ("/material/code", "EAN-8"), ("/actions/0/action", "RECEIVE"),
      ]
    ),
    Self.scan(
      "receipt",
      "R-1",
      members: [
        ("/kind", "RECEIPT"), ("/receipt/number", "R-1"), ("/actions/0/action", "PLAN"),
        ("/actions/0/href", "/api/v1/receipts/{receipt}/plan"),
      ]
    ),
    Self.scan("order", "O-77", members: [("/kind", "ORDER"), ("/number", "O-77")]),
    Self.scan(
      "badge",
      "BADGE:4711",
      members: [
        ("/kind", "BADGE"), ("/badge", "4711"), ("/actions/0/body/badge", "4711"),
        ("/actions/0/needs/0", "pin"),
      ]
    ),
    Self.scan("command", "cmd:x", members: [("/kind", "UNKNOWN")]),
    Self.scan(
      "known command",
      "CMD:undo",
      members: [
        ("/kind", "COMMAND"), ("/command", "UNDO"),
      ]
    ),
    Self.scan(
      "no such command",
      "CMD:JUMP",
      members: [
        ("/kind", "UNKNOWN"), ("/warnings/0/code", "NO_SUCH_COMMAND"),
      ]
    ),
    Self.scan("nothing", "nothing like it", members: [("/kind", "UNKNOWN"), ("/readings", [])]),
    .post(
      "bytes",
      "/api/v1/scans",
      #"{"hex":"5D43313031303935323132333435343332313331304C4F54391D"}"#,
      members: [("/kind", "LOT"), ("/label/symbology", "GS1-128")]
    ),
  ]

  @Test("Every sort of code is understood", arguments: Way.allCases)
  func kinds(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Self.furniture)
    try scenario.walk(Self.kinds)
    #expect(plant.faults.all.isEmpty)
  }

  private static let doubts: [Step] = [
    Self.scan(
      "a place that looks like an article",
      "4006381333931",
      members: [
        ("/kind", "LOCATION")
      ]
    ),
    Self.scan(
      "a lot that looks like an article",
      "09521234543213",
      members: [
        ("/kind", "LOT"), ("/lot/material", "TWIN-1"),
      ]
    ),
    Self.scan(
      "the article in its carrier",
      "]E09521234543213",
      members: [
        ("/kind", "MATERIAL"), ("/material/code", "BOX-1"),
      ]
    ),
    Self.scan(
      "a lot of two articles",
      "SAME",
      members: [
        ("/kind", "AMBIGUOUS"), ("/readings/0/kind", "LOT"), ("/readings/1/kind", "LOT"),
      ]
    ),
    Self.scan(
      "a lot that is called like an article",
      "BOX-1",
      members: [
        ("/kind", "AMBIGUOUS"), ("/readings/0/kind", "LOT"), ("/readings/1/kind", "MATERIAL"),
      ]
    ),
    Self.scan(
      "what was asked for decides",
      "BOX-1",
      more: #","expect":"MATERIAL""#,
      members: [
        ("/kind", "MATERIAL"), ("/material/code", "BOX-1"),
      ]
    ),
  ]

  @Test("Own codes win over a chance GTIN, and of two readings none is chosen")
  func doubt() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Self.furniture)
    try scenario.walk(Self.doubts)
    let lost = "]C1010952123454321310LOT915271231"
    let answer = try scenario.take(
      Self.scan(
        "a lost separator",
        lost,
        members: [
          ("/kind", "AMBIGUOUS"), ("/warnings/0/code", "SEPARATOR_LOST"),
          ("/readings/0/text", "(01)09521234543213(10)LOT915271231"),
          ("/readings/1/text", "(01)09521234543213(10)LOT9(15)271231"),
          ("/readings/1/known", true),
        ]
      )
    )
    let chosen = try #require(try JSONReader.parse(answer.bytes).at("/readings/1/kind")?.string)
    #expect(chosen == "LOT")
    try scenario.walk([
      Self.scan(
        "the choice is sent back",
        "(01)09521234543213(10)LOT9(15)271231",
        members: [
          ("/kind", "LOT"), ("/lot/id", "{lot9}"), ("/label/expiry", "2027-12-31"),
        ]
      )
    ])
  }

  private static let held = #","task":"{task}","device":"scanner-1""#

  private static let taskSteps: [Step] = [
    .post(
      "a task",
      "/api/v1/putaway/recommendations",
      #"{"lot":"{lot9}"}"#,
      keeps: [("task", "/id"), ("to", "/location")]
    ),
    Self.scan(
      "its lot",
      "LOT9",
      members: [
        ("/task/id", "{task}"), ("/actions/0/action", "START"),
        ("/actions/0/href", "/api/v1/putaway/recommendations/{task}/start"),
      ]
    ),
    Self.scan(
      "its place",
      "{to}",
      more: held,
      members: [
        ("/kind", "LOCATION"), ("/actions/0/action", "CONFIRM"),
        ("/actions/0/body/location", "{to}"), ("/actions/0/body/entry", "SCAN"),
        ("/actions/0/body/device", "scanner-1"),
      ]
    ),
    Self.scan(
      "another place",
      "A-12-03-3",
      more: held,
      members: [
        ("/actions/0/action", "OVERRIDE"), ("/warnings/0/code", "OTHER_LOCATION"),
      ]
    ),
    Self.scan(
      "another lot",
      "P-LOT",
      more: held,
      members: [
        ("/warnings/0/code", "OTHER_LOT")
      ]
    ),
    Self.scan(
      "a command",
      "CMD:BLOCKED",
      more: held,
      members: [
        ("/actions/0/action", "REJECT"), ("/actions/0/body/reason", "BLOCKED"),
      ]
    ),
    Self.scan(
      "a command without a task",
      "CMD:BLOCKED",
      members: [
        ("/warnings/0/code", "NO_TASK"), ("/actions", []),
      ]
    ),
  ]

  @Test("A scan finds its task and the call that advances it", arguments: Way.allCases)
  func tasks(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Self.furniture)
    try scenario.walk(Self.taskSteps)
    // The call that a scan offers is taken as it stands, and remembers how the code came in.
    let answer = try scenario.take(
      Self.scan(
        "the place again",
        "{to}",
        more: Self.held + #","check_code":"47","entry":"HAND""#,
        members: []
      )
    )
    let action = try #require(try JSONReader.parse(answer.bytes).at("/actions/0"))
    try scenario.walk([
      .post(
        "the action",
        action["href"]?.string ?? "",
        action["body"]?.text ?? "",
        members: [("/transaction/entry", "HAND"), ("/transaction/device", "scanner-1")]
      ),
      Self.scan(
        "a closed task",
        "{to}",
        more: Self.held,
        members: [
          ("/warnings/0/code", "TASK_CLOSED"), ("/actions", []),
        ]
      ),
    ])
  }

  /// `]C1010952123454321310LOT9`, a separator, CR and LF.
  private static let bytesOfOne = "5D4331303130393532313233343534333231333130" + "4C4F54391D0D0A"

  @Test("What the scanner sent is shown byte for byte, by device, and no more than fits")
  func recent() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Self.furniture)
    try scenario.walk([
      Self.scan("one", "]C1010952123454321310LOT9\u{1D}\r\n", more: #","device":"a""#, members: []),
      .get(
        "what it sent",
        "/api/v1/scans/recent?device=a",
        members: [
          ("/rows/0/shown", "]C1010952123454321310LOT9<GS><CR><LF>"), ("/rows/0/kind", "LOT"),
          ("/rows/0/hex", .string(Self.bytesOfOne)),
          ("/rows/0/bytes", 28), ("/rows/0/symbology", "GS1-128"),
        ]
      ),
    ])
    for number in 0...Limits.scanLogScans {
      try scenario.walk([Self.scan("\(number)", "X\(number)", more: #","device":"b""#, members: [])]
      )
    }
    let answer = try scenario.take(.get("all of b", "/api/v1/scans/recent?device=b"))
    let rows = try #require(try JSONReader.parse(answer.bytes)["rows"]?.array)
    #expect(rows.count == Limits.scanLogScans)
    #expect(rows.first?["shown"]?.string == "X\(Limits.scanLogScans)")
    for number in 0..<Limits.scanLogDevices {
      try scenario.walk([
        Self.scan("of \(number)", "X", more: #","device":"d\#(number)""#, members: [])
      ])
    }
    try scenario.walk([
      .get("the silent one gave way", "/api/v1/scans/recent?device=a", members: [("/rows", [])]),
      .get("some", "/api/v1/scans/recent?limit=3", holds: [#""device":"d255""#]),
    ])
  }

  @Test(
    "Bad requests are refused",
    arguments: [
      ("{}", "/text"), (#"{"text":""}"#, "/text"), (#"{"text":7}"#, "/text"),
      (#"{"text":"A","hex":"41"}"#, "/hex"), (#"{"hex":"4"}"#, "/hex"),
      (#"{"hex":"4G"}"#, "/hex"), (#"{"text":"A","entry":"KEYS"}"#, "/entry"),
      (#"{"text":"A","expect":"LOTT"}"#, "/expect"), (#"{"text":"A","task":"x"}"#, "/task"),
      (#"{"text":"A","lot":"x"}"#, "/lot"),
      (#"{"text":"\#(String(repeating: "A", count: Limits.scanBytes + 1))"}"#, "/text"),
    ]
  )
  func refused(_ body: String, _ pointer: String) throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk([
      .post("bad", "/api/v1/scans", body, 422, holds: [#""pointer":"\#(pointer)""#])
    ])
  }
}
