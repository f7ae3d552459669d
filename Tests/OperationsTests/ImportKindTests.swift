import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Imports of each kind")
struct ImportKindTests {
  @Test("Read JSON lines under the same names, with lists, sizes and flags")
  func ndjson() throws {
    let plant = try Plant()
    let result = try plant.load(
      .locations,
      """
      {"code":"A","zone":"Z","aisle":"1","size_mm":[1000,900,800],"storage_types":["ROLL","PALLET"]}
      {"code":"B","zone":"Z","aisle":"1","secure":true,"max_weight_kg":12.5,"hold":null}
      """
    )
    #expect(result.outcome == .applied)
    let masters = Masters(plant.environment)
    let first = try masters.location(code: "A", scope: plant.scope).state.location.draft
    #expect(first.inner == Dimensions(1_000, 900, 800))
    #expect(first.storageTypes == ["ROLL", "PALLET"])
    let second = try masters.location(code: "B", scope: plant.scope).state.location.draft
    #expect(second.isSecure)
    #expect(second.maxWeightG == 12_500)
  }

  @Test(
    "Refuse JSON lines that are broken or mean something else",
    arguments: [
      ("{\"code\":\"A\",\"nam\":\"x\"}", "did you mean \"name\"?"),
      ("{\"code\":\"A\",\"name\":5}", "must be a string"),
      ("{\"code\":\"A\",\"weight_kg\":true}", "must be a number"),
      ("{\"code\":\"A\",\"size_mm\":[1,2]}", "three numbers"),
      ("{\"code\":\"A\",\"weight_kg\":1e18}", "must be 1 to"),
      ("{\"code\":\"A\"", "line 1"),
      ("{\"code\":\"A\"}\n[1]", "must be a JSON object"),
      ("{\"code\":\"A\",\"weight_kg\":1,\"weight_g\":1}", "given twice"),
      ("{\"name\":" + String(repeating: "[", count: 100), "nested deeper"),
    ]
  )
  func brokenLines(_ text: String, _ rule: String) throws {
    let result = try Plant().load(.materials, text, format: .ndjson)
    #expect(result.outcome == .refused)
    #expect(result.faults.contains { $0.rule.contains(rule) }, "\(result.faults)")
  }

  @Test("Demand in long and in wide form comes to the same")
  func demandForms() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\nB\n")
    let long = try plant.load(
      .demand,
      "material,day,quantity,returned,stock_out\nA,2026-01-01,5,,\nA,2026-01-02,1.5,2,yes\n"
    )
    #expect(long.outcome == .applied)
    let wide = try plant.load(.demand, "id,2026-01-01,2026-01-03\nB,7,\nA,,3.25\n")
    #expect(wide.outcome == .applied)
    #expect(wide.rows == 2)
    #expect(wide.applied == 2)
    let (a, b) = try plant.read { transaction in
      let first = Plant.day(2026, 1, 1)
      let ids = try transaction.materialKeys()
      let a = try #require(ids["A"])
      let b = try #require(ids["B"])
      return (
        try transaction.demand(a, from: first, through: first.adding(days: 9)),
        try transaction.demand(b, from: first, through: first.adding(days: 9))
      )
    }
    #expect(a.map(\.quantityMilli) == [5_000, -500, 3_250])
    #expect(a.map(\.isStockOut) == [false, true, false])
    #expect(b.map(\.quantityMilli) == [7_000])
  }

  @Test("Name the cell of wide demand that is wrong")
  func wideFaults() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\nB\n")
    let result = try plant.load(
      .demand,
      "id,2026-01-01,2026-01-02\nA,1,x\nB,-1,2\nZ,1,1\nA,1,1\n",
      keepsGood: true
    )
    #expect(result.outcome == .partly)
    #expect(result.faults.map(\.row) == [2, 3, 4])
    #expect(result.faults.map(\.column) == ["2026-01-02", "2026-01-01", "id"])
    #expect(result.applied == 2)
    let twice = try plant.load(.demand, "id,2026-01-01,2026-01-01\nA,1,1\n")
    #expect(twice.faults[0].rule.contains("twice"))
    let odd = try plant.load(.demand, "id,2026-01-01,total\nA,1,1\n")
    #expect(odd.faults[0].column == "total")
  }

  @Test("A correction of demand replaces the day and never adds to it")
  func demandReplaces() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\n")
    for quantity in [5, 9] {
      try plant.load(.demand, "material,day,quantity\nA,2026-01-01,\(quantity)\n")
    }
    let rows = try plant.read { transaction in
      try transaction.demand(on: Plant.day(2026, 1, 1))
    }
    #expect(rows.map(\.quantityMilli) == [9_000])
    let twice = try plant.load(
      .demand,
      "material,day,quantity\nA,2026-01-01,1\nA,2026-01-01,2\n"
    )
    #expect(twice.outcome == .refused)
    #expect(twice.faults.map(\.row) == [3])
  }

  @Test("Orders are taken whole: one bad line rejects all of them")
  func orders() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\nB\n")
    var rejects: [UInt8] = []
    let result = try plant.load(
      .outboundOrders,
      """
      number,due,material,ordered,shipped
      O1,2026-03-05,A,10,
      O1,2026-03-05,B,5,2
      O2,2026-03-06T10:00:00Z,A,1,
      O2,2026-03-06T10:00:00Z,NONE,1,
      O3,2026-03-07,A,1,
      """,
      keepsGood: true,
      rejects: { rejects += $0 }
    )
    #expect(result.outcome == .partly)
    #expect(result.applied == 2)
    #expect(result.faultyRows == 2)
    #expect(String(decoding: rejects, as: UTF8.self).contains("an order is taken whole"))
    let page = try plant.read { transaction in
      try transaction.outboundOrders(PageRequest(), openOnly: true)
    }
    #expect(page.rows.map(\.draft.number) == ["O1", "O3"])
    #expect(page.rows[0].draft.lines.map(\.orderedMilli) == [10_000, 5_000])
    let apart = try plant.load(
      .outboundOrders,
      "number,due,material,ordered\nO7,2026-03-05,A,1\nO8,2026-03-05,A,1\nO7,2026-03-05,B,1\n"
    )
    #expect(apart.outcome == .refused)
    #expect(apart.faults.map(\.row) == [4])
  }

  @Test("Suppliers, terms and purchase orders hang together")
  func supply() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\n")
    let early = try plant.load(.supplyTerms, "supplier,material,lead_time_days\nMILL,A,12.5\n")
    #expect(early.outcome == .refused)
    #expect(early.faults.first?.rule.contains("suppliers first") == true)
    #expect(try plant.load(.suppliers, "code,name\nMILL,Paper mill\n").outcome == .applied)
    let terms = try plant.load(
      .supplyTerms,
      "supplier,material,lead_time_days,lead_time_deviation_days,unit_cost_eur,multiple\n"
        + "MILL,A,12.5,2,3.40,100\n"
    )
    #expect(terms.outcome == .applied)
    let orders = try plant.load(
      .purchaseOrders,
      "number,supplier,ordered_on,material,ordered,due_on\nP1,MILL,2026-02-01,A,500,2026-03-09\n"
    )
    #expect(orders.outcome == .applied)
    let (found, position) = try plant.read { transaction in
      let id = try #require(try transaction.materialKeys()["A"])
      return (
        try transaction.supplyTerms([id])[id]?.first,
        try transaction.supplyPositions([id])[id]
      )
    }
    #expect(found?.leadTimeDays == 12.5)
    #expect(found?.unitCostMinor == 340)
    #expect(found?.multipleMilli == 100_000)
    #expect(position?.onOrder.map(\.quantityMilli) == [500_000])
  }

  @Test("Opening stock is booked once, explained by the ledger, and added up to be signed")
  func openingStock() throws {
    let plant = try Plant()
    try plant.furnish()
    let text = """
      material,location,quantity,lot,received_on,expiry
      SHEET,A-01,500,L1,2026-01-10,
      SHEET,A-02,300,L1,2026-01-10,
      INK,B-11,96,L2,2026-02-01,2026-12-31
      INK,B-12,10,,,
      """
    let result = try plant.load(.openingStock, text)
    #expect(result.outcome == .applied, "\(result.faults)")
    let report = try #require(result.openingStock)
    #expect(report.byMaterial["SHEET"]?.quantityMilli == 800_000)
    #expect(report.byMaterial["SHEET"]?.handlingUnits == 2)
    #expect(report.byLocation["B-11"]?.handlingUnits == 2)
    #expect(report.lots == 3)
    let stock = try Masters(plant.environment).stock(
      StockQuery(material: "SHEET"),
      PageRequest(),
      scope: plant.scope
    )
    #expect(stock.rows.map(\.quantityMilli) == [500_000, 300_000])
    let again = try plant.load(.openingStock, text)
    #expect(again.outcome == .refused)
    #expect(again.faults.first?.rule.contains("booked once") == true)
    let audit = try Reports(plant.environment).audit(scope: plant.scope)
    #expect(audit.isClean, "\(audit.findings)")
  }

  @Test("Opening stock of something unknown names the nearest code")
  func openingStockFaults() throws {
    let plant = try Plant()
    try plant.furnish()
    let result = try plant.load(
      .openingStock,
      "material,location,quantity,sscc\nSHEEET,A-01,1,\nINK,A-99,1,\nINK,A-01,0,\nINK,A-01,0.5,12\n"
    )
    #expect(result.outcome == .refused)
    #expect(result.faults[0].rule.contains("did you mean \"SHEET\"?"))
    #expect(result.faults.map(\.row) == [2, 3, 4, 5, 5])
  }
}
