import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Receipts")
struct InboundTests {
  @Test("A delivery becomes lots that lie on the dock, explained by the ledger")
  func arrival() throws {
    let plant = try Plant()
    try plant.furnish()
    let view = try plant.receive("R-1", [("SHEET", 1_200), ("INK", 96)])
    #expect(view.receipt.status == .arrived)
    #expect(view.lots.values.map(\.draft.number).sorted() == ["R-1-1", "R-1-2"])
    let stock = try Masters(plant.environment)
      .stock(StockQuery(location: "D1"), PageRequest(), scope: plant.scope)
    #expect(stock.rows.map(\.quantityMilli) == [1_200_000, 96_000])
    #expect(stock.rows.map(\.handlingUnits) == [3, 2])
    let ledger = try Masters(plant.environment)
      .transactions(StockQuery(), PageRequest(), scope: plant.scope)
    #expect(ledger.rows.map(\.entry.draft.kind) == [.receipt, .receipt])
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
  }

  @Test("An announced delivery arrives later, short and over")
  func announced() throws {
    let plant = try Plant()
    try plant.furnish()
    let expected = try CreateReceipt(plant.environment)(
      .init(
        number: "ASN-1",
        hasArrived: false,
        lines: [
          .init(material: "SHEET", quantityMilli: 1_000_000),
          .init(material: "INK", quantityMilli: 48_000),
          .init(material: "HEAVY", quantityMilli: 10_000),
        ]
      ),
      scope: plant.scope
    )
    #expect(expected.receipt.status == .expected)
    #expect(expected.dockCode == "D1")
    let id = expected.receipt.publicID
    #expect(throws: Failure.self) {
      try PlanReceipt(plant.environment)(.init(receipt: id), scope: plant.scope)
    }
    let arrived = try ArriveReceipt(plant.environment)(
      .init(receipt: id, received: [1: .init(quantityMilli: 900_000), 3: .init(quantityMilli: 0)]),
      scope: plant.scope
    )
    #expect(arrived.lots.count == 2)
    let stock = try Masters(plant.environment)
      .stock(StockQuery(), PageRequest(), scope: plant.scope)
    #expect(stock.rows.map(\.quantityMilli) == [900_000, 48_000])
    let again = #expect(throws: Failure.self) {
      try ArriveReceipt(plant.environment)(.init(receipt: id), scope: plant.scope)
    }
    #expect(again?.code == .conflict)
  }

  @Test("More of a known lot joins it; the same number with other figures is a lot of its own")
  func sameLotNumber() throws {
    let plant = try Plant()
    try plant.furnish()
    func receive(_ number: String, expiry: LocalDay?) throws -> ReceiptView {
      try CreateReceipt(plant.environment)(
        .init(
          number: number,
          lines: [
            .init(
              material: "INK",
              quantityMilli: 48_000,
              details: ReceiptLineDraft(
                material: MaterialID(0),
                quantityMilli: 0,
                lotNumber: "BATCH",
                expiry: expiry
              )
            )
          ]
        ),
        scope: plant.scope
      )
    }
    let first = try receive("R-1", expiry: nil)
    let joined = try receive("R-2", expiry: nil)
    let apart = try receive("R-3", expiry: Plant.day(2026, 12, 1))
    #expect(joined.lots.keys == first.lots.keys)
    #expect(apart.lots.values.map(\.draft.number) == ["BATCH#2"])
  }

  @Test("Name every line that cannot be right, by JSON pointer")
  func badLines() throws {
    let plant = try Plant()
    try plant.furnish()
    let body = """
      {"number": "R-9", "lines": [
        {"material": "SHEET", "quantity": 0.5},
        {"material": "NONE", "quantity": 5},
        {"material": "INK", "quantity": "48", "sscc": "123"}]}
      """
    let request = try CreateReceipt.Request(document: JSONReader.parse(body))
    let failure = try #require(
      #expect(throws: Failure.self) {
        try CreateReceipt(plant.environment)(request, scope: plant.scope)
      }
    )
    #expect(
      failure.faults.map(\.place) == [
        "/lines/0/quantity", "/lines/1/material", "/lines/2/sscc",
      ]
    )
    #expect(
      try Receipts(plant.environment).receipts(PageRequest(), scope: plant.scope).rows.isEmpty
    )
  }

  @Test(
    "Refuse bodies that mean something else",
    arguments: [
      ("{\"number\":\"R\",\"lines\":[]}", "/lines"),
      ("{\"lines\":[{\"material\":\"A\",\"quantity\":1}]}", "/number"),
      ("{\"number\":\"R\",\"lines\":[{\"material\":\"A\",\"quantity\":-1}]}", "/lines/0/quantity"),
      (
        "{\"number\":\"R\",\"lines\":[{\"material\":\"A\",\"quantity\":1e18}]}", "/lines/0/quantity"
      ),
      ("{\"number\":\"R\",\"lines\":[{\"material\":\"A\",\"quantiti\":1}]}", "/lines/0/quantiti"),
      ("{\"number\":\"R\",\"lines\":[5]}", "/lines/0"),
      ("{\"number\":\"R\",\"line\":[],\"lines\":[{\"material\":\"A\",\"quantity\":1}]}", "/line"),
      ("{\"number\":7,\"lines\":[{\"material\":\"A\",\"quantity\":1}]}", "/number"),
      ("[]", ""),
    ]
  )
  func badBodies(_ body: String, _ pointer: String) throws {
    let document = try JSONReader.parse(body)
    let failure = try #require(
      #expect(throws: Failure.self) { try CreateReceipt.Request(document: document) }
    )
    #expect(failure.faults.contains { $0.place == pointer }, "\(failure.faults)")
  }

  @Test("A duplicate number is a conflict and leaves nothing behind")
  func duplicateNumber() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("INK", 48)])
    let failure = #expect(throws: Failure.self) { try plant.receive("R-1", [("INK", 96)]) }
    #expect(failure?.code == .conflict)
    let stock = try Masters(plant.environment)
      .stock(StockQuery(), PageRequest(), scope: plant.scope)
    #expect(stock.rows.map(\.quantityMilli) == [48_000])
  }

  @Test("A plan places, splits or refuses every line, and never uses a space twice")
  func plan() throws {
    let plant = try Plant()
    try plant.furnish()
    let view = try plant.receive(
      "R-1",
      [("SHEET", 2_000), ("INK", 96), ("HEAVY", 10), ("INK", 480)]
    )
    let plan = try PlanReceipt(plant.environment)(
      .init(receipt: view.receipt.publicID, budgetMS: 50),
      scope: plant.scope
    )
    #expect(plan.lines.count == 4)
    let tasks = plan.lines.flatMap(\.tasks)
    var units: [String: Int64] = [:]
    for task in tasks {
      units[task.toCode, default: 0] += task.recommendation.draft.handlingUnits
    }
    for (code, count) in units { #expect(count <= (code.hasPrefix("A") ? 1 : 3), "\(code)") }
    // 16 places for handling units, 4 + 2 + 1 + 10 wanted: one cannot be placed.
    #expect(units.values.reduce(0, +) == 16)
    let refused = try #require(plan.lines.compactMap(\.refusal).first)
    #expect(refused.handlingUnits == 1)
    #expect(plan.count(.refused) == 1)
    #expect(!(refused.wayOut ?? "").isEmpty)
    let json = try JSONReader.parse(plan.json)
    #expect(json["lines"]?.array?.count == 4)
    #expect(json["lines"]?[0]?["recommendations"]?[0]?["confidence"]?.double == 0.8)
    #expect(
      try Receipts(plant.environment)
        .receipt(publicID: view.receipt.publicID, scope: plant.scope).receipt.status == .planned
    )
    // Planning again finds the rest only, and reserves nothing twice.
    let again = try PlanReceipt(plant.environment)(
      .init(receipt: view.receipt.publicID),
      scope: plant.scope
    )
    #expect(again.created.isEmpty)
    #expect(again.lines.flatMap(\.tasks).count == tasks.count)
    #expect(again.lines.compactMap(\.refusal).map(\.handlingUnits) == [1])
  }

  @Test("A receipt closes when the last of it is put away")
  func closing() throws {
    let plant = try Plant()
    try plant.furnish()
    let view = try plant.receive("R-1", [("SHEET", 500), ("INK", 48)])
    let id = view.receipt.publicID
    let plan = try PlanReceipt(plant.environment)(.init(receipt: id), scope: plant.scope)
    for task in plan.lines.flatMap(\.tasks) {
      let before = try Receipts(plant.environment).receipt(publicID: id, scope: plant.scope)
      #expect(before.receipt.status == .planned)
      _ = try ConfirmPutaway(plant.environment)(
        .init(recommendation: task.recommendation.draft.publicID, location: task.toCode),
        scope: plant.scope
      )
    }
    let after = try Receipts(plant.environment).receipt(publicID: id, scope: plant.scope)
    #expect(after.receipt.status == .closed)
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
  }
}
