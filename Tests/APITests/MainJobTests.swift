import HTTPServer
import Testing
import WireFormat

/// The main job, call by call, as one table that is walked in memory and over a socket.
@Suite("The main job through the API") struct MainJobTests {
  @Test("Goods come in, get places, are put away and picked", arguments: Way.allCases)
  func putaway(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Furniture.steps)
    try scenario.walk(Self.inbound)
    try scenario.walk(Self.putaway)
    try scenario.walk(Self.movements)
    #expect(plant.faults.all.isEmpty)
  }

  @Test("Demand becomes forecasts, policies and suggestions", arguments: Way.allCases)
  func planning(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Furniture.steps)
    try scenario.walk(Self.planning)
    #expect(plant.faults.all.isEmpty)
  }

  private static let inbound: [Step] = [
    .get("materials are listed", "/api/v1/materials", holds: [#""code":"INK-1""#]),
    .get(
      "a search finds by name",
      "/api/v1/materials?search=cyan",
      lacks: ["ROLL-1"],
      members: [("/rows/0/name", "Ink, cyan"), ("/next", nil)]
    ),
    .get(
      "a material by its GTIN",
      "/api/v1/materials/4012345678901",
      members: [("/code", "SKID-1"), ("/size_mm", [1_000, 700, 800]), ("/weight_g", 600_000)]
    ),
    .post(
      "a material by itself",
      "/api/v1/materials",
      #"{"code":"GLUE-1","name":"Glue","base_unit":"KG","length_cm":40,"width_cm":30,"#
        + #""height_cm":30,"weight_kg":12.5}"#,
      201,
      members: [("/code", "GLUE-1"), ("/size_mm", [400, 300, 300]), ("/weight_g", 12_500)]
    ),
    .post(
      "the same again is a change",
      "/api/v1/materials",
      #"{"code":"GLUE-1","name":"Glue, white","base_unit":"KG"}"#,
      members: [("/name", "Glue, white"), ("/size_mm", nil)]
    ),
    .post(
      "a location by itself",
      "/api/v1/locations",
      #"{"code":"P-07","zone":"SKIDS","aisle":"01","bay":7,"storage_types":"PALLET","#
        + #""max_handling_units":1,"max_weight_lb":1000,"#
        + #""width_m":1.35,"depth_m":1.1,"height_m":1.65}"#,
      201,
      members: [
        ("/code", "P-07"), ("/max_weight_g", 453_592), ("/check_code_required", false),
        ("/size_mm", [1_350, 1_100, 1_650]),
      ]
    ),
    .post(
      "a receipt",
      "/api/v1/receipts",
      Furniture.receipt,
      201,
      members: [
        ("/number", "R-1"), ("/status", "ARRIVED"), ("/dock", "DOCK-1"),
        ("/lines/2/lot_number", "I1-A"), ("/lines/2/expiry", "2026-12-31"),
      ],
      keeps: [("receipt", "/id"), ("ink", "/lines/2/lot"), ("plates", "/lines/3/lot")]
    ),
    .get("the receipt is there", "/api/v1/receipts/{receipt}", members: [("/number", "R-1")]),
    .get("it is listed", "/api/v1/receipts?status=ARRIVED", members: [("/rows/0/number", "R-1")]),
    .get(
      "its goods lie on the dock",
      "/api/v1/stock?location=DOCK-1&material=SKID-1",
      members: [
        ("/rows/0/quantity", 10_000), ("/rows/0/handling_units", 2),
        ("/rows/0/lot_number", "S1-A"),
      ]
    ),
    .post(
      "an announced one",
      "/api/v1/receipts",
      #"{"number":"R-2","due":"2026-03-03","arrived":false,"#
        + #""lines":[{"material":"04012345678901","quantity":"5000"}]}"#,
      201,
      members: [("/status", "EXPECTED"), ("/lines/0/lot", nil), ("/due", "2026-03-03")],
      keeps: [("announced", "/id")]
    ),
    .post(
      "a plan before it is there",
      "/api/v1/receipts/{announced}/plan",
      "{}",
      409,
      holds: ["Book its arrival first"]
    ),
    .post(
      "it arrives short",
      "/api/v1/receipts/{announced}/arrive",
      #"{"received":[{"line":1,"quantity":4000}]}"#,
      members: [("/status", "ARRIVED"), ("/lines/0/lot_number", "R-2-1")]
    ),
    .get(
      "what came lies there",
      "/api/v1/stock?lot=R-2-1",
      members: [("/rows/0/quantity", 4_000), ("/rows/0/location", "DOCK-1")]
    ),
  ]

  private static let putaway: [Step] = [
    .post(
      "the plan",
      "/api/v1/receipts/{receipt}/plan",
      #"{"algorithm":"HYBRID","budget_ms":20,"seed":7}"#,
      holds: [#""reasons":["#, #""runners_up":["#],
      members: [
        ("/algorithm", "HYBRID"), ("/placed", 4), ("/split", 1), ("/refused", 1),
        ("/lines/0/status", "SPLIT"), ("/lines/0/recommendations/1/quantity", 5_000),
        ("/lines/1/status", "PLACED"), ("/lines/1/recommendations/0/geometry", "CHECKED"),
        ("/lines/2/recommendations/0/location", "I-01"),
        ("/lines/2/recommendations/0/check_code_required", true),
        ("/lines/3/recommendations/0/geometry", "VOLUME_AND_WEIGHT"),
        ("/lines/4/status", "REFUSED"), ("/lines/4/recommendations", []),
      ],
      keeps: [
        ("inktask", "/lines/2/recommendations/0/id"),
        ("platetask", "/lines/3/recommendations/0/id"),
        ("skidtask", "/lines/5/recommendations/0/id"),
        ("skidplace", "/lines/5/recommendations/0/location"),
      ]
    ),
    .get("a plan is a state", "/api/v1/receipts/{receipt}", members: [("/status", "PLANNED")]),
    .get(
      "the reserved place says so",
      "/api/v1/locations/I-01",
      members: [("/reserved/handling_units", 2), ("/used/handling_units", 0)]
    ),
    .post(
      "start",
      "/api/v1/putaway/recommendations/{inktask}/start",
      "",
      members: [("/status", "STARTED")]
    ),
    .post(
      "the wrong check digits",
      "/api/v1/putaway/recommendations/{inktask}/confirm",
      #"{"location":"I-01","check_code":"99"}"#,
      422,
      holds: [#""pointer":"/check_code""#]
    ),
    .post(
      "confirm",
      "/api/v1/putaway/recommendations/{inktask}/confirm",
      #"{"location":"LOC:I-01","check_code":"21","device":"scanner-1"}"#,
      members: [
        ("/status", "CONFIRMED"), ("/warnings", []), ("/transaction/kind", "PUTAWAY"),
        ("/transaction/from", "DOCK-1"), ("/transaction/to", "I-01"),
        ("/recommendation/actual_location", "I-01"),
      ]
    ),
    .post(
      "another place without a reason",
      "/api/v1/putaway/recommendations/{skidtask}/confirm",
      #"{"location":"P-06"}"#,
      422,
      holds: [#""pointer":"/reason""#]
    ),
    .post(
      "override",
      "/api/v1/putaway/recommendations/{skidtask}/confirm",
      #"{"location":"P-06","reason":"BLOCKED"}"#,
      members: [("/status", "OVERRIDDEN"), ("/recommendation/reason", "BLOCKED")]
    ),
    .post(
      "a second confirm",
      "/api/v1/putaway/recommendations/{skidtask}/confirm",
      #"{"location":"{skidplace}"}"#,
      409,
      holds: ["P-06"]
    ),
    .post(
      "reject",
      "/api/v1/putaway/recommendations/{platetask}/reject",
      #"{"reason":"FULL","note":"a trolley stands in it"}"#,
      members: [("/status", "REJECTED"), ("/reason", "FULL")]
    ),
    .get(
      "rejected ones are listed",
      "/api/v1/putaway/recommendations?status=REJECTED&receipt={receipt}",
      members: [("/rows/0/id", "{platetask}"), ("/next", nil)]
    ),
    .post(
      "a place for one lot",
      "/api/v1/putaway/recommendations",
      #"{"lot":"PL-A","material":"PLATE-1","algorithm":"BFD"}"#,
      members: [("/lot", "{plates}"), ("/status", "RECOMMENDED"), ("/quantity", 100)]
    ),
    .post(
      "nothing fits",
      "/api/v1/putaway/recommendations",
      #"{"lot":"T1-A"}"#,
      409,
      holds: [#""errors":[{"pointer":""#, "TOWER-1"]
    ),
  ]

  private static let movements: [Step] = [
    .post(
      "a pick",
      "/api/v1/transactions",
      #"{"kind":"PICK","lot":"I1-A","from":"I-01","quantity":5.5,"device":"scanner-1"}"#,
      201,
      members: [
        ("/transaction/kind", "PICK"), ("/transaction/quantity", 5.5), ("/warnings", []),
        ("/transaction/to", nil), ("/transaction/local_day", "2026-03-02"),
      ]
    ),
    .post(
      "a count finds less",
      "/api/v1/transactions",
      #"{"kind":"COUNT","lot":"{ink}","from":"I-01","counted":34}"#,
      201,
      members: [("/transaction/quantity", 0.5), ("/transaction/counted", 34)]
    ),
    .get(
      "the stock is what the ledger says",
      "/api/v1/stock?location=I-01",
      members: [("/rows/0/quantity", 34), ("/rows/0/material", "INK-1"), ("/next", nil)]
    ),
    .get(
      "the lot says where it lies",
      "/api/v1/lots/I1-A",
      members: [("/id", "{ink}"), ("/stock/0/location", "I-01"), ("/stock/0/quantity", 34)]
    ),
    .get("lots of a material", "/api/v1/lots?material=INK-1", members: [("/rows/0/lot", "I1-A")]),
    .get(
      "the ledger of the lot, newest first",
      "/api/v1/transactions?lot={ink}&newest=1",
      members: [
        ("/rows/0/kind", "COUNT"), ("/rows/1/kind", "PICK"), ("/rows/2/kind", "PUTAWAY"),
        ("/rows/3/kind", "RECEIPT"),
      ]
    ),
    .get(
      "one kind of it",
      "/api/v1/transactions?material=INK-1&kind=PICK",
      members: [("/rows/0/quantity", 5.5), ("/next", nil)]
    ),
    .get(
      "a pick is demand",
      "/api/v1/materials/INK-1/demand",
      members: [("/rows/0/day", "2026-03-02"), ("/rows/0/quantity", 5.5)]
    ),
    .get(
      "places in use are counted",
      "/api/v1/utilization",
      members: [("/facility/occupied", 2), ("/facility/locations", 13)]
    ),
    .get(
      "the floor map",
      "/api/v1/utilization/map.svg?show=tasks",
      holds: ["<svg", "INKS", "aisle 03, bay 1"],
      lacks: ["I1-A"]
    ),
    .get("locations of a zone", "/api/v1/locations?zone=INKS", lacks: ["P-01"]),
  ]

  private static let planning: [Step] = [
    .post(
      "suppliers",
      "/api/v1/imports/suppliers",
      "code,name\nMILL,Paper mill\nINKS,Ink works\n",
      type: "text/csv",
      members: [("/applied", 2)]
    ),
    .post(
      "terms",
      "/api/v1/imports/supply-terms",
      Furniture.supplyTerms,
      type: "text/csv",
      members: [("/applied", 2)]
    ),
    .post(
      "opening stock",
      "/api/v1/imports/opening-stock",
      "material,location,quantity,lot\nSKID-1,P-01,5000,OLD-1\nINK-1,I-01,20,OLD-2\n",
      type: "text/csv",
      members: [
        ("/applied", 2), ("/report/lots", 2), ("/report/materials/0/material", "INK-1"),
        ("/report/materials/1/quantity", 5_000),
      ]
    ),
    .post(
      "orders to us",
      "/api/v1/imports/purchase-orders",
      "number,supplier,ordered_on,material,ordered,due_on\n"
        + "PO-1,MILL,2026-02-27,SKID-1,5000,2026-03-06\n",
      type: "text/csv",
      members: [("/applied", 1)]
    ),
    .post(
      "orders from others",
      "/api/v1/imports/orders",
      #"{"number":"SO-1","due":"2026-03-09","material":"SKID-1","ordered":1500}"# + "\n",
      type: "application/x-ndjson",
      members: [("/applied", 1)]
    ),
    .get("no forecasts yet", "/api/v1/forecasts", 404, holds: ["POST /api/v1/forecasts"]),
    .post(
      "demand",
      "/api/v1/imports/demand",
      Furniture.demand,
      type: "text/csv",
      members: [("/rows", 180), ("/applied", 180)]
    ),
    .get(
      "demand of a range",
      "/api/v1/materials/SKID-1/demand?from=2026-02-27&to=2026-02-28",
      lacks: ["2026-02-26"],
      members: [("/rows/0/day", "2026-02-27"), ("/rows/1/day", "2026-02-28"), ("/unit", "SHEET")]
    ),
    .get(
      "the same as CSV",
      "/api/v1/materials/INK-1/demand?from=2026-01-05&to=2026-01-05",
      headers: [("Accept", "text/csv")],
      holds: ["material,day,quantity,stock_out\r\nINK-1,2026-01-05,7.5,false\r\n"]
    ),
    .post(
      "forecast",
      "/api/v1/forecasts",
      #"{"horizon":28}"#,
      members: [("/materials", 2), ("/horizon", 28), ("/origin_day", "2026-03-01")],
      keeps: [("run", "/run")]
    ),
    .get(
      "the active run",
      "/api/v1/forecasts",
      members: [("/run", "{run}"), ("/status", "ACTIVE"), ("/horizon", 28)]
    ),
    .get(
      "a path",
      "/api/v1/materials/SKID-1/forecast",
      holds: [#""q0.05":"#, #""q0.99":"#],
      members: [
        ("/run", "{run}"), ("/rows/0/day", "2026-03-02"), ("/rows/27/day", "2026-03-29"),
        ("/cumulative/0/days", 1),
      ]
    ),
    .get(
      "a path as CSV",
      "/api/v1/materials/SKID-1/forecast?format=csv",
      holds: ["material,day,mean,q0.01", "\r\nSKID-1,2026-03-02,"]
    ),
    .get("no forecast without demand", "/api/v1/materials/ROLL-1/forecast", 404),
    .get(
      "a policy",
      "/api/v1/materials/SKID-1/policy",
      holds: [#""textbook":{"safety_stock":"#, #""reasons":["#],
      members: [
        ("/supplier", "MILL"), ("/lead_time_days", 7), ("/service_level", 0.98),
        ("/position/on_hand", 5_000), ("/position/on_order", 5_000),
        ("/position/open_orders", 1_500), ("/position/inventory_position", 8_500),
      ]
    ),
    .post(
      "suggest",
      "/api/v1/replenishment/run",
      "",
      holds: [#""by_urgency":{"CRITICAL":"#],
      members: [("/materials", 2)]
    ),
    .get("accuracy before a day is over", "/api/v1/materials/SKID-1/accuracy", 404),
    .get("sums that agree", "/api/v1/forecasts/totals", holds: [#""facility":{"materials":"#]),
    .get("accuracy of all", "/api/v1/forecasts/accuracy", holds: [#""rows":["#]),
    .get(
      "the matrix",
      "/api/v1/replenishment/matrix",
      holds: [#""cells":[{"value_class":"A","steadiness":"X""#]
    ),
    .get(
      "dead and excess stock",
      "/api/v1/replenishment/stock-health?limit=10",
      holds: [#""dead":{"materials":"#, #""excess":{"materials":"#],
      members: [("/dead_after_days", 365)]
    ),
    .get(
      "promised beside achieved",
      "/api/v1/replenishment/simulation?days=28",
      holds: [#""classes":["#],
      members: [("/days", 28)]
    ),
    .get("too many days", "/api/v1/replenishment/simulation?days=9999", 422),
    .get(
      "moves that pay",
      "/api/v1/reslotting",
      holds: [#""moves":["#, #""routing":"S_SHAPE""#, #""left_alone":{"#]
    ),
    .get("nothing to choose", "/api/v1/reslotting?days=9", 422),
    .get(
      "what to order",
      "/api/v1/replenishment",
      holds: [#""material":"INK-1""#, #""urgency":""#, #""order_by":""#, #""supplier":"INKS""#]
    ),
  ]
}
