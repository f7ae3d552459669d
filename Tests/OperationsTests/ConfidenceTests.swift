import Operations
import StowageTesting
import Testing
import Warehouse
import WireFormat

@Suite("Learned confidence and reports")
struct ConfidenceTests {
  @Test("The model learns which recommendations people take, and a retraining is judged first")
  func learning() throws {
    let plant = try Plant()
    try plant.furnish()
    var dice = SeededGenerator(seed: 11)
    let environment = plant.environment
    // A person who dislikes aisle A and takes everything in aisle B.
    var taken = 0
    for round in 1...60 {
      let number = "R-\(round)"
      _ = try plant.receive(number, [("INK", 48)])
      let answer = try Recommend(environment)(
        .init(items: [.init(lot: LotReference(text: "\(number)-1"))]),
        scope: plant.scope
      )
      let task = try #require(answer.tasks.first)
      let id = task.recommendation.draft.publicID
      if UInt64.random(in: 0..<10, using: &dice) < 7 {
        taken += 1
        _ = try ConfirmPutaway(environment)(
          .init(recommendation: id, location: task.toCode),
          scope: plant.scope
        )
        let picked = try PostTransaction(environment)(
          .init(
            kind: .pick,
            lot: LotReference(text: "\(number)-1"),
            from: task.toCode,
            quantityMilli: 48_000
          ),
          scope: plant.scope
        )
        #expect(picked.warnings.isEmpty)
      } else {
        _ = try RejectPutaway(environment)(
          .init(recommendation: id, reason: .other),
          scope: plant.scope
        )
      }
      plant.wait(seconds: 60)
    }
    let report = try LearnConfidence(environment)(scope: plant.scope)
    #expect(report.outcomes == 60)
    #expect(report.version == 1)
    let nothing = try LearnConfidence(environment)(scope: plant.scope)
    #expect(!nothing.isStored)
    let trained = try LearnConfidence(environment).retrain(scope: plant.scope)
    #expect(!trained.isStored)
    #expect(trained.reason.contains("too little"))
    let facts = try Reports(environment).healthFacts(scope: plant.scope)
    #expect(facts.acceptance == Double(taken) / 60)
    #expect(facts.modelOutcomes == 60)
  }

  @Test("Utilisation counts what lies there, and a refresh finds nothing to correct")
  func utilization() throws {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(.openingStock, "material,location,quantity\nSHEET,A-01,500\nINK,B-11,96\n")
    let refreshed = try RefreshUtilization(plant.environment)(scope: plant.scope)
    #expect(refreshed.corrected == 0)
    let report = try Reports(plant.environment).utilization(scope: plant.scope)
    let whole = try #require(report.rows.first)
    #expect(whole.zone.isEmpty)
    #expect(whole.locations == 12)
    #expect(whole.occupied == 2)
    #expect(report.refreshedAt == plant.now)
    // One place of one full pallet, one of two in three.
    #expect(abs(whole.averageRatio - (1 + 2.0 / 3) / 12) < 0.01)
    let json = try JSONReader.parse(report.json)
    #expect(json["facility"]?["occupied"]?.integer == 2)
  }
}
