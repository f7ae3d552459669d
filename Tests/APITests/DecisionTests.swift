import Testing
import Warehouse
import WireFormat

/// What people at a desk decide: which suggestions become orders, and which moves become tasks.
@Suite("Decisions at the desk") struct DecisionTests {
  private static let decisions = "/api/v1/replenishment/decisions"
  private static let plans = "/api/v1/reslotting/plans"

  /// A plant with a forecast and with suggestions: of skids much is needed, of ink a little.
  private func suggested() throws -> (Plant, Scenario) {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .post(
        "suppliers",
        "/api/v1/imports/suppliers",
        "code,name\nMILL,Mill\nINKS,Inks\n",
        type: "text/csv"
      ),
      .post("terms", "/api/v1/imports/supply-terms", Furniture.supplyTerms, type: "text/csv"),
      .post("demand", "/api/v1/imports/demand", Furniture.demand, type: "text/csv"),
      .post("forecasts", "/api/v1/forecasts", #"{"horizon":28}"#),
      .post("suggestions", "/api/v1/replenishment/run", "{}"),
      .get(
        "the most urgent",
        "/api/v1/replenishment?limit=1",
        members: [("/rows/0/status", "OPEN"), ("/rows/0/decided_by", nil)],
        keeps: [("material", "/rows/0/material"), ("made", "/rows/0/created_at")]
      ),
    ])
    return (plant, scenario)
  }

  private static let seen = #""suggestions":[{"material":"{material}","created_at":"{made}"}]"#

  /// A run, who reads of it, and the order that ends the approval.
  private static let afterwards: [Step] = [
    .post("another run", "/api/v1/replenishment/run", "{}"),
    .get(
      "still approved",
      "/api/v1/replenishment?status=APPROVED",
      members: [("/rows/0/material", "{material}"), ("/rows/0/created_at", "{made}")]
    ),
    .get(
      "the audit log",
      "/api/v1/audit?limit=20",
      holds: [#""action":"replenishment.approved""#, #""note":"as agreed""#]
    ),
    .get(
      "an event",
      "/api/v1/events?once=1&after=0",
      holds: [#""kind":"replenishment.approved""#]
    ),
    .get("an export", "/api/v1/exports/replenishment", holds: [",APPROVED,", ",as agreed"]),
    .post(
      "the order",
      "/api/v1/purchase-orders",
      #"{"number":"PO-1","supplier":"MILL","lines":["#
        + #"{"material":"{material}","ordered":20,"due":"2026-03-09"}]}"#,
      201
    ),
    .post("a run that knows the order", "/api/v1/replenishment/run", "{}"),
    .get(
      "done with",
      "/api/v1/replenishment?status=APPROVED",
      holds: [#""rows":[]"#]
    ),
  ]

  @Test("Approved once, by whom and when; a new run leaves it alone until the books show an order")
  func approve() throws {
    var (plant, scenario) = try suggested()
    try scenario.walk([
      .post(
        "approve",
        Self.decisions,
        #"{"decision":"APPROVE","note":"as agreed",\#(Self.seen)}"#,
        members: [
          ("/status", "APPROVED"), ("/decided_by", "token:test"),
          ("/materials/0", "{material}"),
        ]
      ),
      .post(
        "approve",
        Self.decisions,
        #"{"decision":"APPROVE","note":"as agreed",\#(Self.seen)}"#,
        members: [("/status", "APPROVED")]
      ),
      .post(
        "approve",
        Self.decisions,
        #"{"decision":"REJECT",\#(Self.seen)}"#,
        422,
        holds: ["key_reused"]
      ),
      .post("again", Self.decisions, #"{"decision":"APPROVE",\#(Self.seen)}"#, 409),
      .get(
        "is not open",
        "/api/v1/replenishment?status=OPEN",
        lacks: [#""material":"{material}""#]
      ),
      .get(
        "is approved",
        "/api/v1/replenishment?status=APPROVED",
        members: [
          ("/rows/0/material", "{material}"), ("/rows/0/note", "as agreed"),
          ("/rows/0/decided_by", "token:test"),
        ]
      ),
    ])
    try scenario.walk(Self.afterwards)
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Turned down, taken back; what was seen must be what is there, all or none")
  func reject() throws {
    var (plant, scenario) = try suggested()
    let one = #"{"material":"{material}"}"#
    try scenario.walk([
      .post("reject", Self.decisions, #"{"decision":"REJECT","suggestions":[\#(one)]}"#),
      .get(
        "rejected",
        "/api/v1/replenishment?status=REJECTED",
        members: [("/rows/0/material", "{material}")]
      ),
      .post("reopen", Self.decisions, #"{"decision":"REOPEN","suggestions":[\#(one)]}"#),
      .post(
        "reopen what is open",
        Self.decisions,
        #"{"decision":"REOPEN","suggestions":[\#(one)]}"#,
        409,
        holds: ["is open"]
      ),
      .post(
        "of another run",
        Self.decisions,
        #"{"decision":"APPROVE","suggestions":[{"material":"{material}","#
          + #""created_at":"2026-01-01T00:00:00Z"}]}"#,
        409,
        holds: ["worked out anew", #""pointer":"/suggestions/0/material""#]
      ),
      .post(
        "one that has none",
        Self.decisions,
        #"{"decision":"APPROVE","suggestions":[\#(one),{"material":"ROLL-1"}]}"#,
        409,
        holds: ["has no suggestion", #""pointer":"/suggestions/1/material""#]
      ),
      .post(
        "twice the same",
        Self.decisions,
        #"{"decision":"APPROVE","suggestions":[\#(one),\#(one)]}"#,
        422,
        holds: ["is named twice"]
      ),
      .post(
        "unknown",
        Self.decisions,
        #"{"decision":"APPROVE","suggestions":[{"material":"NO-SUCH"}]}"#,
        422,
        holds: ["no material has this code"]
      ),
      .post(
        "a wrong word",
        Self.decisions,
        #"{"decision":"APPROVED","suggestions":[\#(one)]}"#,
        422,
        holds: ["did you mean APPROVE?"]
      ),
      .post("none", Self.decisions, #"{"decision":"APPROVE","suggestions":[]}"#, 422),
      .get("a status that is none", "/api/v1/replenishment?status=DONE", 422, holds: ["OPEN"]),
      .get(
        "nothing was approved",
        "/api/v1/replenishment?status=APPROVED",
        holds: [#""rows":[]"#]
      ),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  private static let stocked: [Step] = [
    .post(
      "stock",
      "/api/v1/imports/opening-stock",
      "material,location,quantity,lot\nSKID-1,P-05,5000,FAST\nSKID-2,P-01,4000,SLOW\n",
      type: "text/csv"
    ),
    .get("fast", "/api/v1/lots/FAST", keeps: [("fast", "/id")]),
    .get("slow", "/api/v1/lots/SLOW", keeps: [("slow", "/id")]),
  ]
  private static let slow = #"{"lot":"{slow}","from":"P-01","to":"P-06"}"#
  private static let fast = #"{"lot":"{fast}","from":"P-05","to":"P-01"}"#
  private static let refusedMoves: [Step] = [
    .post("the wrong way round", plans, #"{"moves":[\#(fast),\#(slow)]}"#, 409),
    .post(
      "another lot",
      plans,
      #"{"moves":[{"lot":"{fast}","from":"P-01","to":"P-06"}]}"#,
      409,
      holds: ["does not lie alone and free in P-01"]
    ),
    .post(
      "no such place",
      plans,
      #"{"moves":[{"lot":"{fast}","from":"P-05","to":"P-99"}]}"#,
      409,
      holds: ["P-99 is not known"]
    ),
    .post(
      "a shelf is no place for a skid",
      plans,
      #"{"moves":[{"lot":"{fast}","from":"P-05","to":"S-01"}]}"#,
      409,
      holds: ["STORAGE_TYPE"]
    ),
    .post("no lot", plans, #"{"moves":[{"from":"P-05","to":"P-02"}]}"#, 422),
  ]

  @Test("Moves are accepted as tasks; the second waits for the first, and is opened by it")
  func moves() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk(Self.stocked)
    try scenario.walk(Self.refusedMoves)
    let (slow, fast) = (Self.slow, Self.fast)
    try scenario.walk([
      .post(
        "accept",
        Self.plans,
        #"{"moves":[\#(slow),\#(fast)],"note":"before the shift"}"#,
        201,
        members: [
          ("/steps/0/status", "RECOMMENDED"), ("/steps/1/status", "WAITING"),
          ("/steps/1/task", nil), ("/done", 0), ("/ended_at", nil),
          ("/accepted_by", "token:test"),
        ],
        keeps: [("plan", "/id"), ("first", "/steps/0/task")]
      ),
      .post(
        "a second plan",
        Self.plans,
        #"{"moves":[{"lot":"{fast}","from":"P-05","to":"P-02"}]}"#,
        409,
        holds: ["still being carried out"]
      ),
      .get(
        "a task like any other",
        "/api/v1/putaway/recommendations/{first}",
        members: [
          ("/from", "P-01"), ("/location", "P-06"), ("/reslotting_plan", "{plan}"),
          ("/reasons/0", "re-slotting: step 1 of 2"),
        ]
      ),
      .post(
        "the first is done",
        "/api/v1/putaway/recommendations/{first}/confirm",
        #"{"location":"P-06","check_code":"16"}"#,
        members: [
          ("/transaction/kind", "MOVE"), ("/next_tasks/0/from", "P-05"),
          ("/next_tasks/0/location", "P-01"), ("/next_tasks/0/status", "RECOMMENDED"),
        ],
        keeps: [("second", "/next_tasks/0/id")]
      ),
      .post(
        "the second is done",
        "/api/v1/putaway/recommendations/{second}/confirm",
        #"{"location":"P-01","check_code":"11"}"#,
        holds: [#""next_tasks":[]"#],
        members: [("/status", "CONFIRMED")]
      ),
      .get(
        "over",
        "\(Self.plans)/{plan}",
        members: [
          ("/done", 2), ("/steps/1/status", "CONFIRMED"), ("/ended_by", "token:test"),
        ]
      ),
      .get("listed", Self.plans, members: [("/rows/0/id", "{plan}")]),
      .post("too late", "\(Self.plans)/{plan}/cancel", "{}", 409),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Moves are called off; put elsewhere, what waits for them is stopped")
  func stopped() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk(Self.stocked)
    let both =
      #"{"moves":[{"lot":"{slow}","from":"P-01","to":"P-06"},"#
      + #"{"lot":"{fast}","from":"P-05","to":"P-01"}]}"#
    try scenario.walk([
      .post(
        "accept",
        Self.plans,
        both,
        201,
        keeps: [("plan", "/id"), ("first", "/steps/0/task")]
      ),
      .post(
        "call off",
        "\(Self.plans)/{plan}/cancel",
        #"{"note":"the aisle is closed"}"#,
        members: [
          ("/steps/0/status", "CANCELLED"), ("/steps/1/status", "STOPPED"),
          ("/ended_by", "token:test"),
        ]
      ),
      .post(
        "accept again",
        Self.plans,
        both,
        201,
        keeps: [("plan", "/id"), ("first", "/steps/0/task")]
      ),
      .post(
        "put elsewhere",
        "/api/v1/putaway/recommendations/{first}/confirm",
        #"{"location":"P-02","check_code":"12","reason":"BLOCKED"}"#,
        holds: [#""next_tasks":[]"#],
        members: [("/status", "OVERRIDDEN")]
      ),
      .get(
        "the rest is stopped",
        "\(Self.plans)/{plan}",
        members: [("/steps/0/status", "OVERRIDDEN"), ("/steps/1/status", "STOPPED")]
      ),
      .post(
        "a new plan may begin",
        Self.plans,
        #"{"moves":[{"lot":"{fast}","from":"P-05","to":"P-01"}]}"#,
        201
      ),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("The ledger is searched by days, and a plan tells how far it has come")
  func days() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    let ledger = "/api/v1/transactions"
    try scenario.walk([
      .post("receipt", "/api/v1/receipts", Furniture.receipt, 201, keeps: [("receipt", "/id")]),
      .post(
        "reported late",
        ledger,
        #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":1,"#
          + #""occurred_at":"2026-02-27T12:00:00Z"}"#,
        201
      ),
      .get(
        "that day",
        "\(ledger)?from=2026-02-27&to=2026-02-27",
        lacks: ["RECEIPT"],
        members: [("/rows/0/kind", "PICK")]
      ),
      .get("since then", "\(ledger)?from=2026-02-27&limit=100", holds: ["PICK", "RECEIPT"]),
      .get("today", "\(ledger)?from=2026-03-02&newest=1", holds: ["RECEIPT"], lacks: ["PICK"]),
      .get("before", "\(ledger)?to=2026-02-01", holds: [#""rows":[]"#]),
      .get("as EPCIS", "\(ledger)?as=epcis&from=2026-03-02", lacks: ["picking"]),
      .get("no day", "\(ledger)?from=yesterday", 422),
      .get("the wrong way round", "\(ledger)?from=2026-03-02&to=2026-03-01", 422),
      .get(
        "no plan is being made",
        "/api/v1/receipts/{receipt}/plan",
        members: [("/planning", false)]
      ),
      .get(
        "of no receipt",
        "/api/v1/receipts/019cad8f-ac00-7003-8000-0000000000ff/plan",
        404
      ),
      .get("units", "/api/v1/facility", members: [("/units", "METRIC")]),
    ])
    #expect(plant.faults.all.isEmpty)
  }
}
