import Operations
import Testing
import Warehouse
import WireFormat

/// One past each limit that the use cases enforce.
@Suite("Limits of the use cases")
struct LimitTests {
  @Test("Lines of a receipt, and handling units of a line")
  func receipts() throws {
    let plant = try Plant()
    try plant.furnish()
    let lines = [(String, Int64)](repeating: ("INK", 48), count: Limits.receiptLines + 1)
    let many = #expect(throws: Failure.self) { try plant.receive("R-1", lines) }
    #expect(many?.message.contains("\(Limits.receiptLines + 1)") == true)
    let units = Int64(Limits.lineHandlingUnits)
    _ = try plant.receive("R-2", [("INK", 48 * units)])
    let large = #expect(throws: Failure.self) {
      try plant.receive("R-3", [("INK", 48 * (units + 1))])
    }
    #expect(large?.faults.first?.place == "/lines/0/quantity")
    let quantity = #expect(throws: Failure.self) {
      try plant.receive("R-4", [("INK", Limits.quantityMilli / 1_000 + 1)])
    }
    #expect(quantity?.faults.first?.place == "/lines/0/quantity")
    let body: JSONValue = [
      "number": "R-5",
      "lines": .array(.init(repeating: ["material": "INK", "quantity": 1], count: 1_001)),
    ]
    let read = #expect(throws: Failure.self) { try CreateReceipt.Request(document: body) }
    #expect(read?.faults.first?.place == "/lines")
  }

  @Test("Lots of a request, and the time of a plan")
  func recommendations() throws {
    let plant = try Plant()
    try plant.furnish()
    let items = [Recommend.Item](
      repeating: .init(lot: LotReference(text: "L")),
      count: Limits.receiptLines + 1
    )
    let many = #expect(throws: Failure.self) {
      try Recommend(plant.environment)(.init(items: items), scope: plant.scope)
    }
    #expect(many?.code == .invalid)
    let id = PublicID(at: plant.now, random: (1, 1))
    let long = #expect(throws: Failure.self) {
      try PlanReceipt.Request(
        receipt: id,
        document: ["budget_ms": .integer(Int64(Limits.planBudgetMS) + 1)]
      )
    }
    #expect(long?.faults.first?.place == "/budget_ms")
    let note = #expect(throws: Failure.self) {
      try RejectPutaway.Request(
        recommendation: id,
        document: [
          "reason": "FULL", "note": .string(String(repeating: "x", count: Limits.noteLength + 1)),
        ]
      )
    }
    #expect(note?.faults.first?.place == "/note")
  }

  @Test("Rows of an import, in each of its forms")
  func rows() throws {
    let plant = try Plant()
    try plant.load(.materials, "code\nA\nB\nC\n")
    for (kind, text) in [
      (ImportKind.suppliers, "code\nX\nY\nZ\n"),
      (.suppliers, "{\"code\":\"X\"}\n{\"code\":\"Y\"}\n{\"code\":\"Z\"}\n"),
      (.demand, "id,2026-01-01\nA,1\nB,1\nC,1\n"),
    ] {
      var bytes = Array(text.utf8)
      let failure = #expect(throws: Failure.self) {
        try ImportFile(plant.environment, rowLimit: 2)(
          ImportRequest(kind: kind, source: "x"),
          scope: plant.scope,
          bytes: {
            defer { bytes = [] }
            return bytes
          }
        )
      }
      #expect(failure?.code == .tooLarge)
    }
    let demand = try plant.read { try $0.demand(on: Plant.day(2026, 1, 1)) }
    #expect(demand.isEmpty)
  }

  @Test("Codes, names and measures of an import")
  func values() throws {
    let plant = try Plant()
    let code = String(repeating: "c", count: Limits.codeLength + 1)
    let name = String(repeating: "n", count: Limits.nameLength + 1)
    let result = try plant.load(
      .materials,
      """
      code,name,length_mm,width_mm,height_mm,weight_g
      \(code),a,,,,
      A,\(name),,,,
      B,b,\(Limits.edgeMM + 1),1,1,
      C,c,,,,\(Limits.weightG + 1)
      """
    )
    #expect(result.faults.map(\.column) == ["code", "name", "length_mm", "weight_g"])
    #expect(result.faults.map(\.row) == [2, 3, 4, 5])
  }
}
