import Testing
import WireFormat

/// Suppliers, orders both ways, the calendar, and the ledger as EPCIS.
@Suite("Supply, orders, calendar and EPCIS through the API") struct SupplyTests {
  private static let supply: [Step] = [
    .post(
      "a supplier",
      "/api/v1/suppliers",
      #"{"code":"MILL","name":"Mill"}"#,
      201,
      members: [("/code", "MILL"), ("/version", 1)]
    ),
    .post(
      "changed",
      "/api/v1/suppliers",
      #"{"code":"MILL","name":"Mill, north"}"#,
      200,
      members: [("/name", "Mill, north"), ("/version", 2)]
    ),
    .post(
      "on an old version",
      "/api/v1/suppliers",
      #"{"code":"MILL"}"#,
      412,
      headers: [("If-Match", #""1-00""#)]
    ),
    .post(
      "create only",
      "/api/v1/suppliers",
      #"{"code":"MILL"}"#,
      412,
      headers: [("If-None-Match", "*")]
    ),
    .get("it", "/api/v1/suppliers/MILL", members: [("/name", "Mill, north")]),
    .get("listed", "/api/v1/suppliers", members: [("/rows/0/code", "MILL")]),
    .get("none", "/api/v1/suppliers/X", 404),
    .post(
      "terms",
      "/api/v1/imports/supply-terms",
      "supplier,material,lead_time_days,unit_cost_eur\nMILL,SKID-1,7,0.05\n",
      type: "text/csv"
    ),
    .get(
      "of a material",
      "/api/v1/materials/SKID-1/suppliers",
      members: [
        ("/rows/0/supplier", "MILL"), ("/rows/0/lead_time_days", 7),
        ("/rows/0/unit_cost_eur", 0.05),
      ]
    ),
    .post(
      "terms by hand",
      "/api/v1/supply-terms",
      #"{"supplier":"MILL","material":"04012345678901","lead_time_days":9,"unit_cost_eur":0.06,"#
        + #""rank":2}"#,
      members: [("/material", "SKID-1"), ("/version", 2), ("/rank", 2)]
    ),
    .get(
      "one supplier's",
      "/api/v1/materials/SKID-1/suppliers/MILL",
      members: [("/lead_time_days", 9), ("/unit_cost_eur", 0.06), ("/rank", 2)]
    ),
    .get("nobody's", "/api/v1/materials/SKID-1/suppliers/X", 404),
    .post(
      "on old terms",
      "/api/v1/supply-terms",
      #"{"supplier":"MILL","material":"SKID-1","lead_time_days":1}"#,
      412,
      headers: [("If-Match", #""1-00""#)]
    ),
    .post("another supplier", "/api/v1/suppliers", #"{"code":"INKS"}"#, 201),
    .post(
      "preferred terms",
      "/api/v1/supply-terms",
      #"{"supplier":"INKS","material":"SKID-1","lead_time_days":3,"rank":1}"#,
      201
    ),
    .get(
      "preferred first",
      "/api/v1/materials/SKID-1/suppliers",
      members: [("/rows/0/supplier", "INKS"), ("/rows/1/supplier", "MILL")]
    ),
    .delete("gone", "/api/v1/materials/SKID-1/suppliers/INKS", members: [("/version", 1)]),
    .delete("gone already", "/api/v1/materials/SKID-1/suppliers/INKS", 404),
    .post(
      "bad terms",
      "/api/v1/supply-terms",
      #"{"supplier":"NONE","material":"NO-SUCH","lead_time_days":-1,"multiple":0,"rank":0,"x":1}"#,
      422,
      holds: [
        "/supplier", "/material", "/lead_time_days", "/multiple", "/rank", "/x",
        "no supplier has this code", "no material has this code or GTIN",
      ]
    ),
    .post("no terms", "/api/v1/supply-terms", "[]", 422),
    .post(
      "a purchase order",
      "/api/v1/purchase-orders",
      #"{"number":"PO-1","supplier":"MILL","lines":["#
        + #"{"material":"SKID-1","ordered":10000,"due":"2026-03-09"}]}"#,
      201,
      members: [("/ordered_on", "2026-03-02"), ("/lines/0/ordered", 10_000), ("/open", true)]
    ),
    .get("open ones", "/api/v1/purchase-orders?open=1", members: [("/rows/0/number", "PO-1")]),
    .get("by number", "/api/v1/purchase-orders/PO-1", members: [("/supplier", "MILL")]),
    .post(
      "unknown material",
      "/api/v1/purchase-orders",
      #"{"number":"PO-2","supplier":"MILL","lines":["#
        + #"{"material":"NOPE","ordered":1,"due":"2026-03-09"}]}"#,
      422,
      holds: ["/lines/0/material"]
    ),
    .post(
      "unknown supplier",
      "/api/v1/purchase-orders",
      #"{"number":"PO-2","supplier":"NOPE","lines":["#
        + #"{"material":"SKID-1","ordered":1,"due":"2026-03-09"}]}"#,
      422
    ),
    .post(
      "no due day",
      "/api/v1/purchase-orders",
      #"{"number":"PO-2","supplier":"MILL","lines":[{"material":"SKID-1","ordered":1}]}"#,
      422,
      holds: ["/lines/0/due"]
    ),
  ]

  private static let orders: [Step] = [
    .post(
      "an order",
      "/api/v1/orders",
      #"{"number":"O-1","due":"2026-03-05T12:00:00Z","lines":["#
        + #"{"material":"SKID-1","ordered":5000},{"material":"INK-1","ordered":20}]}"#,
      201,
      members: [("/lines/1/shipped", 0), ("/open", true)]
    ),
    .post(
      "less of it",
      "/api/v1/orders",
      #"{"number":"O-1","due":"2026-03-06T12:00:00Z","lines":["#
        + #"{"material":"SKID-1","ordered":5000}]}"#,
      200,
      members: [("/version", 2)]
    ),
    .get("open orders", "/api/v1/orders?open=1", members: [("/rows/0/number", "O-1")]),
    .get("the order", "/api/v1/orders/O-1", members: [("/due", "2026-03-06T12:00:00.000Z")]),
    .get("no order", "/api/v1/orders/X", 404),
    .post("no due", "/api/v1/orders", #"{"number":"O-2","lines":[]}"#, 422, holds: ["/due"]),
  ]

  private static let calendar: [Step] = [
    .post(
      "shifts",
      "/api/v1/calendar",
      #"{"day":"2026-03-02","shifts":[{"from":"06:00","to":"14:00"},"#
        + #"{"from":"22:00","to":"06:00"}]}"#,
      members: [("/shifts/1/to", "06:00"), ("/closed", false)]
    ),
    .post(
      "closed",
      "/api/v1/calendar",
      #"{"day":"2026-03-06","closed":true,"note":"stock-taking"}"#
    ),
    .get(
      "both",
      "/api/v1/calendar",
      members: [
        ("/rows/0/day", "2026-03-02"), ("/rows/1/closed", true), ("/rows/1/note", "stock-taking"),
      ]
    ),
    .get("a range", "/api/v1/calendar?from=2026-03-03&to=2026-03-05", members: [("/rows", [])]),
    .get("the wrong way", "/api/v1/calendar?from=2026-03-03&to=2026-03-01", 422),
    .post(
      "no time",
      "/api/v1/calendar",
      #"{"day":"2026-03-06","shifts":[{"from":"6","to":"24:00"}]}"#,
      422,
      holds: ["/shifts/0/from", "/shifts/0/to"]
    ),
    .post(
      "a lease ends with the shift",
      "/api/v1/putaway/leases",
      #"{"device":"a"}"#,
      members: [("/until", "2026-03-02T14:00:00.000Z")]
    ),
  ]

  @Test("They are listed, read, created and replaced", arguments: Way.allCases)
  func resources(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Furniture.steps)
    try scenario.walk(Self.supply)
    try scenario.walk(Self.orders)
    try scenario.walk(Self.calendar)
    #expect(plant.faults.all.isEmpty)
  }

  /// The words of the Core Business Vocabulary 2.0 that are used here.
  private static let steps: Set<String> = [
    "receiving", "storing", "picking", "shipping", "cycle_counting", "holding", "destroying",
  ]
  private static let dispositions: Set<String> = [
    "in_progress", "sellable_not_accessible", "in_transit", "non_sellable_other", "destroyed",
    "returned",
  ]

  /// Of the day before, in the facility's time.
  private static let adjustment = #"""
    {"kind":"ADJUST","lot":"S1-A","to":"DOCK-1","quantity":2,"reason":"found",
     "occurred_at":"2026-03-01T09:00:00Z"}
    """#

  @Test("The ledger as EPCIS: every row is one event with all that the standard wants")
  func epcis() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201),
      .post(
        "pick",
        "/api/v1/transactions",
        #"{"kind":"PICK","lot":"S1-A","from":"DOCK-1","quantity":10}"#,
        201
      ),
      .post(
        "scrap",
        "/api/v1/transactions",
        #"{"kind":"SCRAP","lot":"I1-A","from":"DOCK-1","quantity":1.5,"reason":"leaks"}"#,
        201
      ),
      .post("hold", "/api/v1/transactions", #"{"kind":"HOLD","lot":"S1-A","reason":"wet"}"#, 201),
      .post("adjust", "/api/v1/transactions", Self.adjustment, 201),
      .post(
        "count",
        "/api/v1/transactions",
        #"{"kind":"COUNT","lot":"S1-A","from":"DOCK-1","counted":9000}"#,
        201
      ),
    ])
    let answer = try scenario.take(.get("it", "/api/v1/transactions?as=epcis"))
    #expect(answer.header("Content-Type") == "application/ld+json")
    let document = try JSONReader.parse(answer.bytes)
    #expect(document["type"]?.string == "EPCISDocument")
    #expect(document["schemaVersion"]?.string == "2.0")
    let events = try #require(document.at("/epcisBody/eventList")?.array)
    #expect(events.count == 11)
    for event in events {
      let told = Comment(rawValue: event.text)
      let step = try #require(event["bizStep"]?.string)
      #expect(Self.steps.contains(step) || step.hasPrefix("urn:stowage:"), told)
      #expect(Self.dispositions.contains(event["disposition"]?.string ?? ""), told)
      #expect(event["eventID"]?.string?.hasPrefix("urn:uuid:") == true, told)
      // The zone's offset at the moment of the event, not of the export.
      let isEarlier = event["eventTime"]?.string?.hasPrefix("2026-03-01") == true
      let offset = isEarlier ? "+02:00" : "-03:30"
      #expect(event["eventTimeZoneOffset"]?.string == offset, told)
      #expect(
        event.at("/readPoint/id")?.string?.hasPrefix("urn:stowage:F1:location:") == true,
        told
      )
      #expect(event.at("/quantityList/0/epcClass")?.string?.contains(":") == true, told)
    }
    func first(_ kind: String) -> JSONValue? { events.first { $0["stowage:kind"]?.string == kind } }
    #expect(
      first("PICK")?.at("/quantityList/0/epcClass")?.string
        == "https://id.gs1.org/01/04012345678901/10/S1-A"
    )
    #expect(first("SCRAP")?["action"]?.string == "DELETE")
    #expect(first("SCRAP")?.at("/quantityList/0/uom")?.string == "KGM")
    #expect(first("SCRAP")?.at("/quantityList/0/quantity")?.double == 1.5)
    #expect(first("HOLD")?.at("/quantityList/0/quantity") == nil)
    #expect(first("PICK")?["bizLocation"] == nil)
    #expect(first("ADJUST")?["eventTimeZoneOffset"]?.string == "+02:00")
    #expect(first("COUNT")?["stowage:counted"]?.string == "9000")
    let page = try scenario.take(.get("a page", "/api/v1/transactions?as=epcis&limit=4"))
    #expect(page.header("Link")?.contains("as=epcis") == true)
    try scenario.walk([.get("no such form", "/api/v1/transactions?as=xml", 422)])
  }
}
