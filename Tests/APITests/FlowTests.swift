import Testing
import WireFormat

/// What happens around the main job: damaged deliveries, leases, undo, returns, picks.
@Suite("Flows of goods through the API") struct FlowTests {
  private func furnished() throws -> (Plant, Scenario) {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    return (plant, scenario)
  }

  @Test("A delivery comes short, over and damaged, and its purchase order knows")
  func damaged() throws {
    var (plant, scenario) = try furnished()
    try scenario.walk([
      .post("mill", "/api/v1/imports/suppliers", "code,name\nMILL,Mill\n", type: "text/csv"),
      .post(
        "purchase order",
        "/api/v1/imports/purchase-orders",
        "number,supplier,ordered_on,material,ordered,due_on\n"
          + "PO-1,MILL,2026-02-20,SKID-1,10000,2026-03-02\n",
        type: "text/csv"
      ),
      .post(
        "announced",
        "/api/v1/receipts",
        #"{"number":"R-1","arrived":false,"purchase_order":"PO-1","lines":["#
          + #"{"material":"SKID-1","quantity":10000,"lot":"A"},"#
          + #"{"material":"ROLL-1","quantity":2,"lot":"B"}]}"#,
        201,
        members: [("/lines/0/received", nil), ("/lines/0/difference", nil)],
        keeps: [("receipt", "/id")]
      ),
      .post(
        "nonsense",
        "/api/v1/receipts/{receipt}/arrive",
        #"{"received":[{"line":1,"quantity":5,"damaged":6}]}"#,
        422,
        holds: ["/received/0/damaged"]
      ),
      .post(
        "it arrives",
        "/api/v1/receipts/{receipt}/arrive",
        #"{"received":[{"line":1,"quantity":9000,"damaged":500,"reason":"wet"},"#
          + #"{"line":2,"quantity":3}]}"#,
        members: [
          ("/lines/0/received", 9_000), ("/lines/0/damaged", 500),
          ("/lines/0/difference", "SHORT"), ("/lines/1/difference", "OVER"),
        ],
        keeps: [("damaged", "/lines/0/damaged_lot")]
      ),
      .get(
        "the damaged goods are a lot of their own, on hold",
        "/api/v1/lots/{damaged}",
        members: [
          ("/lot", "A#D1"), ("/hold", "DAMAGED: wet"), ("/stock/0/quantity", 500),
          ("/stock/0/location", "DOCK-1"),
        ]
      ),
      .get("the good ones", "/api/v1/stock?lot=A", members: [("/rows/0/quantity", 8_500)]),
      .post(
        "no such order",
        "/api/v1/receipts",
        #"{"number":"R-2","purchase_order":"PO-9","lines":[{"material":"SKID-1","quantity":1}]}"#,
        422,
        holds: ["/purchase_order"]
      ),
    ])
    try scenario.walk([
      .get(
        "the purchase order knows",
        "/api/v1/purchase-orders/PO-1",
        members: [("/lines/0/received", 9_000), ("/open", true)]
      )
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Tasks are leased, refused to others, confirmed all the same, released and called off")
  func leases() throws {
    var (plant, scenario) = try furnished()
    let base = "/api/v1/putaway/recommendations"
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201, keeps: [("receipt", "/id")]),
      .post("plan", "/api/v1/receipts/{receipt}/plan", #"{"budget_ms":0}"#),
      .post(
        "lease",
        "/api/v1/putaway/leases",
        #"{"device":"a","limit":3}"#,
        members: [
          ("/until", "2026-03-02T20:00:00.000Z"), ("/rows/0/leased_to", "a"),
          ("/rows/0/expires_at", "2026-03-02T20:00:00.000Z"),
        ],
        keeps: [
          ("one", "/rows/0/id"), ("two", "/rows/1/id"), ("to", "/rows/1/location"),
          ("three", "/rows/2/id"),
        ]
      ),
      .post(
        "another device starts it",
        "\(base)/{one}/start",
        #"{"device":"b"}"#,
        409,
        holds: ["belongs to a", #""action":"RELEASE""#]
      ),
      .post("another rejects", "\(base)/{one}/reject", #"{"device":"b","reason":"FULL"}"#, 409),
      .post(
        "its own",
        "\(base)/{one}/start",
        #"{"device":"a"}"#,
        members: [("/status", "STARTED")]
      ),
      .post(
        "a fact is taken from anybody",
        "\(base)/{two}/confirm",
        #"{"location":"{to}","device":"b"}"#,
        holds: [#""code":"LEASED""#],
        members: [("/status", "CONFIRMED")]
      ),
      .post(
        "started again when done",
        "\(base)/{two}/start",
        #"{"device":"a"}"#,
        409,
        holds: ["CONFIRMED", #""action":"MOVE""#, #""location":"{to}""#]
      ),
      .post(
        "a supervisor releases",
        "\(base)/{one}/release",
        #"{"note":"went home"}"#,
        members: [("/status", "RECOMMENDED"), ("/leased_to", nil)]
      ),
      .post(
        "b has it now",
        "\(base)/{one}/start",
        #"{"device":"b"}"#,
        members: [("/leased_to", "b")]
      ),
      .post("called off", "\(base)/{three}/cancel", "{}", members: [("/status", "CANCELLED")]),
      .post("twice", "\(base)/{three}/cancel", "{}", 409, holds: [#""action":"RECOMMEND""#]),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("A lease names its device, and ends within the day")
  func badLeases() throws {
    var (plant, scenario) = try furnished()
    try scenario.walk([
      .post("nobody's", "/api/v1/putaway/leases", "{}", 422, holds: ["/device"]),
      .post(
        "too long",
        "/api/v1/putaway/leases",
        #"{"device":"a","until":"2026-03-05T00:00:00Z"}"#,
        422,
        holds: ["/until"]
      ),
      .post("too many", "/api/v1/putaway/leases", #"{"device":"a","limit":51}"#, 422),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("The last thing is taken back, once, by device or by row")
  func undo() throws {
    var (plant, scenario) = try furnished()
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201),
      .post("nothing yet", "/api/v1/undo", #"{"device":"a"}"#, 404),
      .post(
        "one",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":100,"device":"a"}"#,
        201
      ),
      .post(
        "two",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":7,"device":"a"}"#,
        201,
        keeps: [("two", "/transaction/id")]
      ),
      .post("of another device", "/api/v1/undo", #"{"device":"b"}"#, 404),
      .post(
        "back",
        "/api/v1/undo",
        #"{"device":"a"}"#,
        201,
        members: [("/transaction/kind", "RETURN"), ("/transaction/quantity", 7)]
      ),
      .post("the same row", "/api/v1/transactions/{two}/undo", "{}", 409),
      .post(
        "the one before",
        "/api/v1/undo",
        #"{"device":"a"}"#,
        201,
        members: [("/transaction/quantity", 100)]
      ),
      .post("no more", "/api/v1/undo", #"{"device":"a"}"#, 404),
      .get("as before", "/api/v1/stock?lot=S1-A", members: [("/rows/0/quantity", 10_000)]),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("A remnant comes back as a lot of its own, untouched goods join theirs")
  func returns() throws {
    var (plant, scenario) = try furnished()
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201),
      .post(
        "a roll to the press",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"R1-A","from":"DOCK-1","quantity":2}"#,
        201
      ),
      .post(
        "one comes back whole",
        "/api/v1/returns",
        #"{"source":"PRESS","lot":"R1-A","quantity":1}"#,
        201,
        members: [
          ("/new_lot", false), ("/transaction/source", "PRESS"),
          ("/transaction/to", "DOCK-1"), ("/lot/lot", "R1-A"),
        ]
      ),
      .post(
        "one is half used",
        "/api/v1/returns",
        #"{"source":"PRESS","lot":"R1-A","quantity":1,"weight_kg":210,"#
          + #""size_mm":[700,700,860],"reason":"job done"}"#,
        201,
        members: [
          ("/new_lot", true), ("/lot/lot", "R1-A#R1"), ("/lot/weight_g", 210_000),
          ("/lot/size_mm", [700, 700, 860]), ("/lot/material", "ROLL-1"),
        ],
        keeps: [("remnant", "/lot/id"), ("parent", "/lot/parent")]
      ),
      .get("its lot knows", "/api/v1/lots/{parent}", members: [("/lot", "R1-A")]),
      .post(
        "it gets a place by its own size",
        "/api/v1/putaway/recommendations",
        #"{"lot":"{remnant}"}"#,
        members: [("/lot_number", "R1-A#R1")]
      ),
      .post(
        "broken",
        "/api/v1/returns",
        #"{"source":"CUSTOMER","lot":"S1-A","quantity":10,"damage":"torn"}"#,
        201,
        holds: [#""code":"HELD""#],
        members: [("/lot/lot", "S1-A#D1"), ("/lot/hold", "DAMAGED: torn")]
      ),
      .post(
        "not whole",
        "/api/v1/returns",
        #"{"source":"PRESS","lot":"R1-A","quantity":0.5}"#,
        422,
        holds: ["/quantity"]
      ),
    ])
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Picks go first expired, first out; what must not go is left out and said")
  func picks() throws {
    var (plant, scenario) = try furnished()
    try scenario.walk([
      .post(
        "stock",
        "/api/v1/imports/opening-stock",
        "material,location,quantity,lot,expiry\n"
          + "INK-1,I-01,40,LATE,2027-01-31\nINK-1,I-01,20,SOON,2026-04-30\n"
          + "INK-1,I-02,20,GONE,2026-01-31\nINK-1,I-02,20,HELD,2026-03-31\n",
        type: "text/csv"
      ),
      .post(
        "held",
        "/api/v1/transactions",
        #"{"kind":"HOLD","lot":"HELD","reason":"colour"}"#,
        201
      ),
      .post(
        "order",
        "/api/v1/imports/orders",
        "number,due,material,ordered\nO/1,2026-03-05,INK-1,70\n",
        type: "text/csv"
      ),
      .get(
        "some",
        "/api/v1/picks?material=INK-1&quantity=25",
        members: [
          ("/rows/0/lot_number", "SOON"), ("/rows/0/quantity", 20),
          ("/rows/1/lot_number", "LATE"), ("/rows/1/quantity", 5), ("/short", []),
          ("/skipped/0/lot_number", "GONE"), ("/skipped/1/lot_number", "HELD"),
        ]
      ),
      .get(
        "of an order",
        "/api/v1/orders/O%2F1/picks",
        members: [
          ("/order", "O/1"), ("/rows/1/quantity", 40), ("/short/0/quantity", 10),
        ]
      ),
      .post(
        "a scan of the order",
        "/api/v1/scans",
        #"{"text":"O/1"}"#,
        members: [
          ("/actions/0/href", "/api/v1/orders/O%2F1/picks")
        ]
      ),
      .post(
        "a later lot",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"LATE","from":"I-01","quantity":20,"order":"O/1"}"#,
        201,
        holds: [#""code":"FEFO""#, "SOON"]
      ),
      .post(
        "the right one",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"SOON","from":"I-01","quantity":20,"order":"O/1"}"#,
        201,
        lacks: ["FEFO"]
      ),
      .get("no order", "/api/v1/orders/X/picks", 404),
      .get("no material", "/api/v1/picks", 400),
      .get("no number", "/api/v1/picks?material=INK-1&quantity=x", 422),
    ])
    #expect(plant.faults.all.isEmpty)
  }
}
