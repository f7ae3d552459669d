import Operations
import Testing
import Warehouse
import WireFormat

@testable import Operations

/// What becomes of goods on their way to staging when their order is cancelled or put off.
@Suite("Orders that change") struct OrderChangeTests {
  /// A plant with one lot of 500 sheets on the dock, half of it promised to an order due today.
  private static func promised() throws -> (Plant, TaskView) {
    let plant = try Plant()
    try plant.furnish()
    _ = try save(plant, #"[{"material":"SHEET","ordered":400}]"#, due: "2026-03-02T18:00:00Z")
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let answer = try Recommend(plant.environment)(
      .init(items: [.init(lot: LotReference(text: "R-1-1"))]),
      scope: plant.scope
    )
    let task = try #require(answer.tasks.first)
    #expect(task.toCode == "S1" && answer.tasks.count == 1)
    return (plant, task)
  }

  private static func save(
    _ plant: Plant,
    _ lines: String,
    due: String
  ) throws -> OutboundOrderView {
    let body = #"{"number":"O-1","due":"\#(due)","lines":\#(lines)}"#
    return try SaveOrder<EnteredOutbound>(plant.environment)(
      .init(document: try JSONReader.parse(body), expectation: .anything),
      scope: plant.scope
    ).view
  }

  private static func cancel(_ plant: Plant, _ expectation: Operations.Expectation) throws
    -> OutboundOrderView
  {
    try CancelOrder<EnteredOutbound>(plant.environment)(
      .init(number: "O-1", document: .object(JSONObject()), expectation: expectation),
      scope: plant.scope
    )
  }

  /// Open tasks, as places; and how many cancellations are recorded.
  private static func state(_ plant: Plant) throws -> (open: [String], recorded: Int) {
    try plant.read { transaction in
      let filter = RecommendationFilter(statuses: [.recommended, .started])
      let rows = try transaction.recommendations(filter, PageRequest(limit: 10)).rows
      let codes = try rows.map { try plant.environment.code(of: $0.draft.to, in: transaction) }
      return (codes, try transaction.rowCounts()["cross_dock_cancellations"] ?? -1)
    }
  }

  @Test("A cancelled order sets its goods free: recorded, and on their way to storage")
  func cancelled() throws {
    let (plant, task) = try Self.promised()
    let refused = #expect(throws: Failure.self) { try Self.cancel(plant, .version(7)) }
    #expect(refused?.code == .preconditionFailed)
    #expect(try Self.state(plant) == (["S1"], 0))
    let json = try JSONReader.parse(try Self.cancel(plant, .present).json)
    #expect(json["lines"]?.array?.isEmpty == true && json["open"] == false)
    let (open, recorded) = try Self.state(plant)
    #expect(open.count == 1 && open.first?.hasPrefix("A-") == true && recorded == 1, "\(open)")
    let old = try plant.read {
      try $0.recommendation(publicID: task.recommendation.draft.publicID)
    }
    #expect(old?.status == .cancelled)
    // Again: there is nothing left to call off.
    _ = try Self.cancel(plant, .anything)
    #expect(try Self.state(plant) == (open, 1))
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
    let gone = #expect(throws: Failure.self) {
      try CancelOrder<EnteredOutbound>(plant.environment)(
        .init(number: "O-2", document: .object(JSONObject()), expectation: .anything),
        scope: plant.scope
      )
    }
    #expect(gone?.code == .notFound)
  }

  @Test("An order that is put off beyond the window, or that wants something else, does so too")
  func changed() throws {
    let same = #"[{"material":"SHEET","ordered":400}]"#
    let cases = [
      (same, "2026-03-09T18:00:00Z", 1), (#"[{"material":"INK","ordered":48}]"#, "", 1),
      (same, "2026-03-03T06:00:00Z", 0), (#"[{"material":"SHEET","ordered":300}]"#, "", 0),
    ]
    for (lines, due, count) in cases {
      let (plant, _) = try Self.promised()
      _ = try Self.save(plant, lines, due: due.isEmpty ? "2026-03-02T18:00:00Z" : due)
      let (open, recorded) = try Self.state(plant)
      #expect(recorded == count, "\(lines) \(due)")
      #expect(open.count == 1 && (open == ["S1"]) == (count == 0), "\(lines) \(due): \(open)")
    }
  }

  @Test("Goods that somebody has on the way already are left to that person")
  func started() throws {
    let (plant, task) = try Self.promised()
    _ = try StartPutaway(plant.environment)(
      .init(recommendation: task.recommendation.draft.publicID),
      scope: plant.scope
    )
    _ = try Self.cancel(plant, .anything)
    #expect(try Self.state(plant) == (["S1"], 0))
  }

  @Test("A cancelled purchase order keeps what has come, and nothing more of it is on order")
  func purchase() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try SaveSupplier(plant.environment)(
      .init(document: try JSONReader.parse(#"{"code":"MILL"}"#), expectation: .anything),
      scope: plant.scope
    )
    let body = """
      {"number":"P-1","supplier":"MILL","lines":[
        {"material":"SHEET","ordered":400,"received":150,"due":"2026-03-09"},
        {"material":"INK","ordered":48,"due":"2026-03-10"}]}
      """
    _ = try SaveOrder<EnteredPurchase>(plant.environment)(
      .init(document: try JSONReader.parse(body), expectation: .anything),
      scope: plant.scope
    )
    func cancel(_ number: String, _ expectation: Operations.Expectation) throws -> JSONValue {
      let view = try CancelOrder<EnteredPurchase>(plant.environment)(
        .init(number: number, document: .object(JSONObject()), expectation: expectation),
        scope: plant.scope
      )
      return try JSONReader.parse(view.json)
    }
    func onOrder() throws -> Int64 {
      try plant.read { transaction in
        let materials = try ["SHEET", "INK"].map {
          try plant.environment.material($0, in: transaction).id
        }
        return try transaction.supplyPositions(materials).values
          .reduce(0) { $0 + $1.onOrder.reduce(0) { $0 + $1.quantityMilli } }
      }
    }
    #expect(try onOrder() == 298_000)
    let refused = #expect(throws: Failure.self) { try cancel("P-1", .version(7)) }
    #expect(refused?.code == .preconditionFailed)
    #expect(try onOrder() == 298_000)
    let json = try cancel("P-1", .present)
    #expect(json["open"] == false && json["lines"]?.array?.count == 1)
    #expect(json["lines"]?.array?.first?["received"] == 150)
    #expect(json["lines"]?.array?.first?["ordered"] == 150)
    #expect(try onOrder() == 0)
    let gone = #expect(throws: Failure.self) { try cancel("P-2", .anything) }
    #expect(gone?.code == .notFound)
  }
}
