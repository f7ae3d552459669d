import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Movements")
struct MovementTests {
  /// A plant with 1,000 sheets of lot L1 in A-01.
  private func stocked() throws -> Plant {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(.openingStock, "material,location,quantity,lot\nSHEET,B-11,1000,L1\n")
    return plant
  }

  private func post(_ plant: Plant, _ body: String) throws -> PostedTransaction {
    try PostTransaction(plant.environment)(
      .init(document: JSONReader.parse(body)),
      scope: plant.scope
    )
  }

  private func stock(_ plant: Plant) throws -> [String: Int64] {
    let rows = try Masters(plant.environment)
      .stock(StockQuery(), PageRequest(), scope: plant.scope).rows
    return Dictionary(
      rows.map { ($0.locationCode, $0.quantityMilli / 1_000) },
      uniquingKeysWith: +
    )
  }

  private func demand(_ plant: Plant) throws -> [Int64] {
    try plant.read { transaction in
      try transaction.demand(on: plant.now.utcDay).map { $0.quantityMilli / 1_000 }
    }
  }

  @Test("Moves, picks, counts and returns change stock, and demand only where goods leave")
  func kinds() throws {
    let plant = try stocked()
    _ = try post(plant, #"{"kind":"MOVE","lot":"L1","from":"B-11","to":"B-12","quantity":500}"#)
    #expect(try stock(plant) == ["B-11": 500, "B-12": 500])
    _ = try post(plant, #"{"kind":"PICK","lot":"L1","from":"B-12","quantity":120}"#)
    _ = try post(plant, #"{"kind":"PICK","lot":"L1","from":"B-12","to":"S1","quantity":80}"#)
    #expect(try stock(plant) == ["B-11": 500, "B-12": 300, "S1": 80])
    #expect(try demand(plant) == [120])
    _ = try post(plant, #"{"kind":"CROSS_DOCK","lot":"L1","from":"S1","quantity":80}"#)
    #expect(try demand(plant) == [200])
    _ = try post(
      plant,
      #"{"kind":"RETURN","lot":"L1","to":"B-12","quantity":20,"source":"CUSTOMER"}"#
    )
    _ = try post(plant, #"{"kind":"RETURN","lot":"L1","to":"B-12","quantity":5,"source":"PRESS"}"#)
    #expect(try demand(plant) == [180])
    let counted = try post(plant, #"{"kind":"COUNT","lot":"L1","from":"B-12","counted":310}"#)
    #expect(counted.entry?.entry.draft.quantityMilli == 15_000)
    #expect(counted.entry?.fromCode == "B-12")
    _ = try post(plant, #"{"kind":"SCRAP","lot":"L1","from":"B-12","quantity":10,"reason":"wet"}"#)
    _ = try post(plant, #"{"kind":"ADJUST","lot":"L1","to":"B-11","quantity":1,"reason":"found"}"#)
    #expect(try stock(plant) == ["B-11": 501, "B-12": 300])
    #expect(try demand(plant) == [180])
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
  }

  @Test(
    "Refuse what means nothing, and name every fault",
    arguments: [
      (#"{"kind":"MOVE","lot":"L1","from":"B-11","quantity":5}"#, "/to"),
      (#"{"kind":"MOVE","lot":"L1","from":"B-11","to":"B-11","quantity":5}"#, "/to"),
      (#"{"kind":"PICK","lot":"L1","quantity":5}"#, "/from"),
      (#"{"kind":"PICK","lot":"L1","from":"B-11","quantity":0}"#, "/quantity"),
      (#"{"kind":"PICK","lot":"L1","from":"B-11","quantity":0.5}"#, "/quantity"),
      (#"{"kind":"ADJUST","lot":"L1","to":"B-11","quantity":5}"#, "/reason"),
      (#"{"kind":"COUNT","lot":"L1","from":"B-11","quantity":5}"#, "/counted"),
      (#"{"kind":"RETURN","lot":"L1","to":"B-11","quantity":5}"#, "/source"),
      (#"{"kind":"RECEIPT","lot":"L1","to":"B-11","quantity":5}"#, "/kind"),
      (#"{"kind":"HOLD","lot":"L1"}"#, "/reason"),
    ]
  )
  func faults(_ body: String, _ pointer: String) throws {
    let plant = try stocked()
    let failure = try #require(#expect(throws: Failure.self) { try post(plant, body) })
    #expect(failure.faults.contains { $0.place == pointer }, "\(failure.faults)")
    #expect(try stock(plant) == ["B-11": 1_000])
  }

  @Test("A pick of more than there is, is booked, and said to be odd")
  func negative() throws {
    let plant = try stocked()
    let posted = try post(plant, #"{"kind":"PICK","lot":"L1","from":"B-12","quantity":5}"#)
    #expect(posted.warnings.map(\.code) == ["STOCK_NEGATIVE"])
    #expect(try stock(plant) == ["B-11": 1_000, "B-12": -5])
    let audit = try Reports(plant.environment).audit(scope: plant.scope)
    #expect(audit.isClean)
    #expect(audit.findings.contains { $0.check == "negative_stock" })
  }

  @Test("Undo books the opposite once, and takes demand back where it was demand")
  func undo() throws {
    let plant = try stocked()
    for body in [
      #"{"kind":"MOVE","lot":"L1","from":"B-11","to":"B-12","quantity":500}"#,
      #"{"kind":"PICK","lot":"L1","from":"B-11","quantity":120}"#,
      #"{"kind":"COUNT","lot":"L1","from":"B-11","counted":900}"#,
      #"{"kind":"SCRAP","lot":"L1","from":"B-11","quantity":120,"reason":"wet"}"#,
      #"{"kind":"RETURN","lot":"L1","to":"B-11","quantity":7,"source":"CUSTOMER"}"#,
      #"{"kind":"RETURN","lot":"L1","to":"B-11","quantity":7,"source":"PRESS"}"#,
      #"{"kind":"HOLD","lot":"L1","reason":"quality"}"#,
    ] {
      let posted = try post(plant, body)
      let id = try #require(posted.entry?.entry.draft.publicID)
      _ = try UndoTransaction(plant.environment)(.init(transaction: id), scope: plant.scope)
      #expect(try stock(plant) == ["B-11": 1_000], "\(body)")
      #expect(try demand(plant).reduce(0, +) == 0, "\(body)")
      let twice = #expect(throws: Failure.self) {
        try UndoTransaction(plant.environment)(.init(transaction: id), scope: plant.scope)
      }
      #expect(twice?.code == .conflict)
    }
    let lot = try Masters(plant.environment).lot(LotReference(text: "L1"), scope: plant.scope)
    #expect(lot.lot.hold == nil)
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
  }

  @Test("A client that repeats its own id books once")
  func repeated() throws {
    let plant = try stocked()
    let body =
      #"{"id":"01950000-0000-7000-8000-000000000001","kind":"PICK","lot":"L1","from":"B-11","#
      + #""quantity":5}"#
    _ = try post(plant, body)
    let again = try post(plant, body)
    #expect(again.warnings.map(\.code) == ["REPEATED"])
    #expect(try stock(plant) == ["B-11": 995])
  }

  @Test("A pick for an order counts on its line")
  func orderLine() throws {
    let plant = try stocked()
    try plant.load(.outboundOrders, "number,due,material,ordered\nO1,2026-03-05,SHEET,100\n")
    let body = #"{"kind":"PICK","lot":"L1","from":"B-11","quantity":100,"order":"O1"}"#
    let posted = try post(plant, body)
    #expect(posted.warnings.isEmpty)
    let open = try plant.read { transaction in
      try transaction.outboundOrders(PageRequest(), openOnly: true).rows
    }
    #expect(open.isEmpty)
    let more = try post(plant, body)
    #expect(more.warnings.map(\.code) == ["NO_ORDER_LINE"])
  }

  @Test("A label with article and lot finds the lot, by the article's number")
  func elementStrings() throws {
    let plant = try Plant()
    try plant.load(.materials, "code,gtin\nA,4006381333931\nB,\n")
    try plant.load(.locations, "code,zone,aisle\nX,Z,1\n")
    try plant.load(
      .openingStock,
      "material,location,quantity,lot,sscc\nA,X,1,L9,340123450000000000\nB,X,1,L9,\n",
      keepsGood: true
    )
    try plant.load(.openingStock, "material,location,quantity,lot\nA,X,1,L9\n")
    let shared = #expect(throws: Failure.self) {
      try Masters(plant.environment).lot(LotReference(text: "L9"), scope: plant.scope)
    }
    #expect(shared?.code == .conflict)
    let label = "]C1010400638133393110L9"
    let lot = try Masters(plant.environment).lot(LotReference(text: label), scope: plant.scope)
    #expect(lot.materialCode == "A")
    let named = try Masters(plant.environment)
      .lot(LotReference(text: "L9", material: "B"), scope: plant.scope)
    #expect(named.materialCode == "B")
  }
}
