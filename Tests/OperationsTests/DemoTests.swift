import Operations
import Storage
import Testing
import Warehouse
import WireFormat

@Suite("Demo plant")
struct DemoTests {
  @Test("A seed makes the same plant each time, whole, consistent, and fit to be worked with")
  func sameSeed() throws {
    let first = try Plant()
    let report = try DemoPlant(first.environment)
      .install(seed: 4, scope: first.scope) { _, _ in }
    #expect(report.materials == 500)
    #expect(report.locations >= 2_000)
    #expect(report.demandRows > 50_000)
    let oldest = try first.read { transaction in
      try transaction.demand(on: first.now.utcDay.adding(days: -400))
    }
    #expect(!oldest.isEmpty)
    #expect(report.receipts > 0)
    #expect(report.orders > 0)
    let audit = try Reports(first.environment).audit(scope: first.scope)
    #expect(audit.isClean, "\(audit.findings)")
    let second = try Plant()
    let other = try DemoPlant(second.environment)
      .install(seed: 4, scope: second.scope) { _, _ in }
    #expect(other == report)
    func demand(_ plant: Plant) throws -> [DemandDay] {
      try plant.read { try $0.demand(on: plant.now.utcDay.adding(days: -30)) }
    }
    #expect(try demand(first) == demand(second))
    let full = #expect(throws: Failure.self) {
      try DemoPlant(first.environment).install(seed: 5, scope: first.scope) { _, _ in }
    }
    #expect(full?.code == .conflict)
    try plan(first)
    try compareObjectives(second)
  }

  /// The same goods in the same plant: near the picks first, filled well first, or as it is set.
  private func compareObjectives(_ plant: Plant) throws {
    let receipt = try #require(
      Receipts(plant.environment)
        .receipts(PageRequest(limit: 1), status: .expected, scope: plant.scope).rows.first
    ).receipt.publicID
    _ = try ArriveReceipt(plant.environment)(.init(receipt: receipt), scope: plant.scope)
    let locations = plant.store.locations.snapshot().states
      .reduce(into: [LocationID: LocationDraft]()) { $0[$1.location.id] = $1.location.draft }
    var ways: [PlanObjective: Double] = [:]
    var fill: [PlanObjective: Double] = [:]
    for objective in PlanObjective.allCases {
      let plan = try PlanReceipt(plant.environment)(
        .init(receipt: receipt, budgetMS: 0, objective: objective),
        scope: plant.scope
      )
      #expect(plan.objective == objective)
      let drafts = plan.lines.flatMap(\.tasks).map(\.recommendation.draft)
      ways[objective] = drafts.reduce(0) { $0 + Double(locations[$1.to]?.travelMM ?? 0) }
      let scores = try JSONReader.parse(plan.json)["lines"]?.array?
        .flatMap { $0["recommendations"]?.array ?? [] }
        .flatMap { $0["parts"]?.array ?? [] }
        .filter { ["UTILISATION", "CONSOLIDATION"].contains($0["name"]?.string ?? "") }
        .compactMap { $0["score"]?.double }
      fill[objective] = try #require(scores).reduce(0, +)
      _ = try ReleaseReceipt(plant.environment)(.init(receipt: receipt), scope: plant.scope)
    }
    let near = try #require(ways[.shortWays])
    #expect(try near < #require(ways[.balanced]))
    #expect(try near < #require(ways[.fullPlaces]))
    #expect(try #require(fill[.fullPlaces]) > #require(fill[.shortWays]))
  }

  /// Receipts of the plant can be planned, line by line, with a way out for what is refused.
  private func plan(_ plant: Plant) throws {
    let due = try Receipts(plant.environment)
      .receipts(PageRequest(limit: 3), status: .expected, scope: plant.scope)
    for receipt in due.rows {
      let id = receipt.receipt.publicID
      _ = try ArriveReceipt(plant.environment)(.init(receipt: id), scope: plant.scope)
      let plan = try PlanReceipt(plant.environment)(
        .init(receipt: id, budgetMS: 20),
        scope: plant.scope
      )
      #expect(plan.count(.done) == 0)
      #expect(plan.count(.placed) + plan.count(.split) > 0)
      for line in plan.lines {
        if let refusal = line.refusal { #expect(!(refusal.wayOut ?? "").isEmpty) }
      }
    }
    let audit = try Reports(plant.environment).audit(scope: plant.scope)
    #expect(audit.isClean, "\(audit.findings)")
  }
}
