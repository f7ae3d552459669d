import Testing
import WireFormat

/// Work done without the network: clocks that are off, repeats, gaps, lists of operations.
@Suite("Replays of offline work") struct ReplayTests {
  private func stocked() throws -> (Plant, Scenario) {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201),
      .post(
        "a task",
        "/api/v1/putaway/recommendations",
        #"{"lot":"S2-A"}"#,
        keeps: [("task", "/id"), ("to", "/location")]
      ),
    ])
    return (plant, scenario)
  }

  private static func pick(_ number: Int, quantity: Int = 10) -> String {
    #"{"id":"op-\#(number)","client_sequence":\#(number),"href":"/api/v1/transactions","#
      + #""body":{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":\#(quantity),"#
      + #""client_sequence":\#(number),"occurred_at":"2026-03-02T04:00:00Z","device":"a"}}"#
  }

  private static func batch(_ operations: [String], after: Int? = nil) -> String {
    #"{"device":"a","sent_at":"2026-03-02T05:00:00Z","#
      + (after.map { #""after":\#($0),"# } ?? "")
      + #""operations":[\#(operations.joined(separator: ","))]}"#
  }

  @Test("A wrong clock is put right; what the device said is kept")
  func clock() throws {
    var (plant, scenario) = try stocked()
    let body =
      #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":10,"client_sequence":7,"#
      + #""entry":"HAND","occurred_at":"2026-03-01T22:30:00Z"}"#
    try scenario.walk([
      // The clock shows 23:00 of the day before where it is 8 in the morning: nine hours.
      .post(
        "late",
        "/api/v1/transactions",
        body,
        201,
        headers: [("X-Client-Time", "2026-03-01T23:00:00Z")],
        members: [
          ("/transaction/occurred_at", "2026-03-02T07:30:00.000Z"),
          ("/transaction/client_at", "2026-03-01T22:30:00.000Z"),
          ("/transaction/recorded_at", "2026-03-02T08:00:00.000Z"),
          ("/transaction/local_day", "2026-03-02"), ("/transaction/client_sequence", 7),
          ("/transaction/entry", "HAND"),
        ]
      ),
      .post(
        "early",
        "/api/v1/transactions",
        body,
        201,
        headers: [("X-Client-Time", "2026-03-01T22:30:00Z")],
        members: [("/transaction/occurred_at", "2026-03-02T08:00:00.000Z")]
      ),
      .post(
        "in the future",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":1,"#
          + #""occurred_at":"2026-03-09T00:00:00Z"}"#,
        201,
        members: [("/transaction/occurred_at", "2026-03-02T08:00:00.000Z")]
      ),
      .post(
        "no moment",
        "/api/v1/transactions",
        body,
        422,
        headers: [("X-Client-Time", "yesterday")]
      ),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("A list is taken in the device's order, each operation once, each answered for itself")
  func list() throws {
    var (plant, scenario) = try stocked()
    let confirm =
      #"{"id":"op-3","client_sequence":3,"#
      + #""href":"/api/v1/putaway/recommendations/{task}/confirm","body":{"location":"{to}"}}"#
    let start =
      #"{"id":"op-4","client_sequence":4,"#
      + #""href":"/api/v1/putaway/recommendations/{task}/start","body":{"device":"a"}}"#
    let first = Self.batch([start, Self.pick(2), Self.pick(1), confirm], after: 0)
    try scenario.walk([
      .post(
        "a gap",
        "/api/v1/operations",
        Self.batch([Self.pick(9)], after: 8),
        409,
        holds: [#""last_sequence":"0""#, "from 1 on"]
      ),
      .post(
        "in any order",
        "/api/v1/operations",
        first,
        members: [
          ("/last_sequence", 4), ("/results/0/client_sequence", 1), ("/results/0/status", 201),
          ("/results/0/body/transaction/occurred_at", "2026-03-02T07:00:00.000Z"),
          ("/results/2/status", 200), ("/results/2/body/status", "CONFIRMED"),
          // An intent that no longer holds: the task was completed before it was started.
          ("/results/3/status", 409), ("/results/3/body/context/status", "CONFIRMED"),
          ("/results/3/body/choices/0/action", "MOVE"), ("/results/3/late", false),
        ]
      ),
      .post(
        "again, and one more",
        "/api/v1/operations",
        Self.batch([Self.pick(1), Self.pick(2), Self.pick(5)], after: 0),
        members: [
          ("/results/0/replayed", true), ("/results/0/late", true), ("/results/1/replayed", true),
          ("/results/2/replayed", false), ("/results/2/late", false), ("/last_sequence", 5),
        ]
      ),
      // What was sent in a list is known when it is sent by itself, spaced otherwise.
      .post(
        "by itself",
        "/api/v1/transactions",
        #"{ "kind":"PICK", "lot":"S1-A", "from":"DOCK-1", "quantity":10, "client_sequence":1, "#
          + #""occurred_at":"2026-03-02T04:00:00Z", "device":"a" }"#,
        201,
        key: "op-1"
      ),
      .post(
        "another body",
        "/api/v1/operations",
        Self.batch([Self.pick(1, quantity: 11)]),
        members: [("/results/0/status", 422), ("/results/0/body/code", "key_reused")]
      ),
      .get("three picks", "/api/v1/stock?lot=S1-A", members: [("/rows/0/quantity", 9_970)]),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("A count is of its moment: what moved since then stays moved")
  func lateCount() throws {
    var (plant, scenario) = try stocked()
    try scenario.walk([
      .post(
        "announced",
        "/api/v1/receipts",
        #"{"number":"R-9","arrived":false,"lines":["#
          + #"{"material":"SKID-1","quantity":10000,"lot":"L9"}]}"#,
        201,
        keeps: [("receipt", "/id")]
      ),
      .post(
        "it came at six",
        "/api/v1/receipts/{receipt}/arrive",
        #"{"occurred_at":"2026-03-02T06:00:00Z"}"#
      ),
      .post(
        "a pick at eight",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"L9","from":"DOCK-1","quantity":1000}"#,
        201
      ),
      .post(
        "a count at seven, told now",
        "/api/v1/transactions",
        #"{"kind":"COUNT","lot":"L9","from":"DOCK-1","counted":9900,"#
          + #""occurred_at":"2026-03-02T07:59:00Z"}"#,
        201,
        holds: [#""code":"LATE""#],
        members: [("/transaction/quantity", 100), ("/transaction/from", "DOCK-1")]
      ),
      .get("both count", "/api/v1/stock?lot=L9", members: [("/rows/0/quantity", 8_900)]),
      .post(
        "a pick before the count, told later",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"L9","from":"DOCK-1","quantity":5,"#
          + #""occurred_at":"2026-03-02T07:58:00Z"}"#,
        201,
        holds: [#""code":"COUNTED_SINCE""#]
      ),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test(
    "Bad lists are refused, and nothing is done",
    arguments: [
      ("{}", "/device"), (#"{"device":"a","sent_at":"x","operations":[]}"#, "/sent_at"),
      (batch([]), "/operations"), (batch([pick(1), pick(1)]), "/operations"),
      (batch([pick(1)], after: 1), "/after"),
      (batch([#"{"id":"x","client_sequence":1,"href":"/other"}"#]), "/operations/0/href"),
      (batch([#"{"id":"x y","client_sequence":1,"href":"/api/v1/undo"}"#]), "/operations/0/id"),
      (batch([#"{"id":"x","href":"/api/v1/undo"}"#]), "/operations/0/client_sequence"),
      (batch([String](repeating: pick(1), count: 501)), "/operations"),
    ]
  )
  func refused(_ body: String, _ pointer: String) throws {
    var (plant, scenario) = try stocked()
    let before = try plant.rowCounts()
    try scenario.walk([
      .post("bad", "/api/v1/operations", body, 422, holds: [#""pointer":"\#(pointer)""#])
    ])
    #expect(try plant.rowCounts() == before)
  }
}
