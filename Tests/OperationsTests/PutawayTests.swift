import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Putaway")
struct PutawayTests {
  private func recommend(_ plant: Plant, _ lot: String) throws -> TaskView {
    let answer = try Recommend(plant.environment)(
      .init(items: [.init(lot: LotReference(text: lot))]),
      scope: plant.scope
    )
    return try #require(answer.tasks.first)
  }

  @Test("One scan gives the best place with reasons, and the same task again the next time")
  func recommend() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let task = try recommend(plant, "R-1-1")
    #expect(task.recommendation.status == .recommended)
    #expect(task.fromCode == "D1")
    #expect(task.recommendation.draft.handlingUnits == 1)
    let json = try JSONReader.parse(task.json)
    #expect(json["location"]?.string == task.toCode)
    #expect(json["geometry"]?.string == "CHECKED")
    #expect(json["parts"]?.array?.count == 6)
    #expect(json["runners_up"]?.array?.count == 3)
    #expect((json["reasons"]?.array?.count ?? 0) > 0)
    let parts = json["parts"]?.array ?? []
    let sum = parts.reduce(0) { sum, part in
      sum + (part["score"]?.double ?? 0) * (part["weight"]?.double ?? 0)
    }
    #expect(abs(sum - (json["score"]?.double ?? 0)) < 0.0001)
    let again = try recommend(plant, "R-1-1")
    #expect(again.recommendation.id == task.recommendation.id)
  }

  @Test("A lot too large for one place is split, its parts hanging together")
  func split() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 2_300)])
    let answer = try Recommend(plant.environment)(
      .init(items: [.init(lot: LotReference(text: "R-1-1"))]),
      scope: plant.scope
    )
    #expect(answer.tasks.count > 1)
    #expect(answer.tasks.reduce(0) { $0 + $1.recommendation.draft.quantityMilli } == 2_300_000)
    #expect(answer.tasks.dropFirst().allSatisfy { $0.recommendation.draft.parent != nil })
  }

  @Test("Where nothing fits, say how many places each rule keeps out, and the way out")
  func nothingFits() throws {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(
      .materials,
      "code,length_mm,width_mm,height_mm,weight_kg,storage_type\nCOLD,9000,800,100,100,FRIDGE\n"
    )
    _ = try plant.receive("R-1", [("COLD", 1)])
    let failure = try #require(
      #expect(throws: Failure.self) { try recommend(plant, "R-1-1") }
    )
    #expect(failure.code == .conflict)
    #expect(failure.hint?.isEmpty == false)
    let counted = failure.faults.compactMap { Int($0.value ?? "") }.reduce(0, +)
    #expect(counted == 12)
  }

  @Test("Confirm by the scanned place moves the goods and frees the promise")
  func confirm() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let task = try recommend(plant, "R-1-1")
    let id = task.recommendation.draft.publicID
    let started = try StartPutaway(plant.environment)(
      .init(recommendation: id),
      scope: plant.scope
    )
    #expect(started.recommendation.status == .started)
    let wrong = #expect(throws: Failure.self) {
      try ConfirmPutaway(plant.environment)(
        .init(recommendation: id, location: task.toCode, checkCode: "99"),
        scope: plant.scope
      )
    }
    #expect(wrong?.faults.first?.place == "/check_code" || !task.hasCheckCode)
    let done = try ConfirmPutaway(plant.environment)(
      .init(recommendation: id, location: "LOC:\(task.toCode)", device: "SCANNER-1"),
      scope: plant.scope
    )
    #expect(done.task.recommendation.status == .confirmed)
    #expect(done.warnings.isEmpty, "\(done.warnings)")
    let place = try Masters(plant.environment).location(code: task.toCode, scope: plant.scope)
    #expect(place.stock?.map(\.quantityMilli) == [500_000])
    #expect(place.state.reservedHandlingUnits == 0)
    #expect(place.state.usedHandlingUnits == 1)
    let twice = #expect(throws: Failure.self) {
      try ConfirmPutaway(plant.environment)(
        .init(recommendation: id, location: "B-11", device: "SCANNER-2"),
        scope: plant.scope
      )
    }
    #expect(twice?.code == .conflict)
    #expect(twice?.message.contains(task.toCode) == true)
  }

  @Test("Another place wants a reason, is booked, and teaches the model")
  func override() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("INK", 48)])
    let task = try recommend(plant, "R-1-1")
    let other = task.toCode == "B-12" ? "B-11" : "B-12"
    let id = task.recommendation.draft.publicID
    let silent = #expect(throws: Failure.self) {
      try ConfirmPutaway(plant.environment)(
        .init(recommendation: id, location: other),
        scope: plant.scope
      )
    }
    #expect(silent?.faults.first?.place == "/reason")
    let done = try ConfirmPutaway(plant.environment)(
      .init(recommendation: id, location: other, reason: .closer),
      scope: plant.scope
    )
    #expect(done.task.recommendation.status == .overridden)
    #expect(done.task.recommendation.reason == .closer)
    #expect(done.task.actualCode == other)
    let learned = try LearnConfidence(plant.environment)(scope: plant.scope)
    #expect(learned.outcomes == 1)
    plant.wait(seconds: 61)
    _ = try plant.receive("R-2", [("INK", 48)])
    let next = try recommend(plant, "R-2-1")
    #expect(next.recommendation.draft.confidencePermille < 800)
  }

  @Test("A full place is a fact: booked, told at once, and written down")
  func overfull() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("INK", 48)])
    _ = try plant.receive("R-2", [("INK", 48)])
    for lot in ["R-1-1", "R-2-1"] {
      let task = try recommend(plant, lot)
      let done = try ConfirmPutaway(plant.environment)(
        .init(
          recommendation: task.recommendation.draft.publicID,
          location: "A-05",
          reason: task.toCode == "A-05" ? nil : .closer
        ),
        scope: plant.scope
      )
      #expect(done.warnings.isEmpty == (lot == "R-1-1"), "\(done.warnings)")
      #expect(done.warnings.contains { $0.code == "HANDLING_UNITS" } == (lot == "R-2-1"))
      #expect(done.moveTasks.isEmpty)
    }
    let facts = try Reports(plant.environment).healthFacts(scope: plant.scope)
    #expect(facts.unresolvedCapacityFailures >= 1)
  }

  @Test("Goods that are a danger where they lie are held, and a task to move them is opened")
  func danger() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("HEAVY", 10)])
    _ = try plant.receive("R-2", [("INK", 48)])
    for (lot, place) in [("R-2-1", "A-05"), ("R-1-1", "A-05")] {
      let task = try recommend(plant, lot)
      let done = try ConfirmPutaway(plant.environment)(
        .init(
          recommendation: task.recommendation.draft.publicID,
          location: place,
          reason: task.toCode == place ? nil : .other
        ),
        scope: plant.scope
      )
      guard lot == "R-1-1" else { continue }
      let codes = Set(done.warnings.map(\.code))
      #expect(codes.isSuperset(of: ["WEIGHT", "HELD", "MOVE"]), "\(codes)")
      #expect(done.task.recommendation.status == .overridden)
      let move = try #require(done.moveTasks.first)
      #expect(move.fromCode == "A-05")
      #expect(move.toCode != "A-05")
      let lot = try Masters(plant.environment)
        .lot(LotReference(text: "R-1-1"), scope: plant.scope)
      #expect(lot.lot.hold?.hasPrefix("WEIGHT") == true)
    }
    #expect(try Reports(plant.environment).audit(scope: plant.scope).isClean)
  }

  @Test("A task that expired is confirmed late, with a warning and not an error")
  func late() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let task = try recommend(plant, "R-1-1")
    plant.wait(seconds: 901)
    #expect(try ExpireRecommendations(plant.environment)(scope: plant.scope) == 1)
    let id = task.recommendation.draft.publicID
    let start = #expect(throws: Failure.self) {
      try StartPutaway(plant.environment)(.init(recommendation: id), scope: plant.scope)
    }
    #expect(start?.code == .conflict)
    let done = try ConfirmPutaway(plant.environment)(
      .init(recommendation: id, location: task.toCode, quantityMilli: 400_000),
      scope: plant.scope
    )
    #expect(done.task.recommendation.status == .confirmed)
    #expect(done.warnings.map(\.code) == ["LATE", "SHORT"])
    // What came short still lies on the dock and can be planned.
    let rest = try recommend(plant, "R-1-1")
    #expect(rest.recommendation.draft.quantityMilli == 100_000)
  }

  @Test("A rejected task gives its space back, and cannot be rejected twice")
  func reject() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let task = try recommend(plant, "R-1-1")
    let id = task.recommendation.draft.publicID
    let done = try RejectPutaway(plant.environment)(
      .init(recommendation: id, reason: .blocked, note: "a broken pallet stands there"),
      scope: plant.scope
    )
    #expect(done.recommendation.status == .rejected)
    let place = try Masters(plant.environment).location(code: task.toCode, scope: plant.scope)
    #expect(place.state.reservedHandlingUnits == 0)
    let twice = #expect(throws: Failure.self) {
      try RejectPutaway(plant.environment)(
        .init(recommendation: id, reason: .full),
        scope: plant.scope
      )
    }
    #expect(twice?.code == .conflict)
  }

  @Test("Goods that an order waits for go to staging, the rest into a rack")
  func crossDock() throws {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(
      .outboundOrders,
      "number,due,material,ordered\nO1,2026-03-02,SHEET,400\nO2,2026-05-01,SHEET,400\n"
    )
    _ = try plant.receive("R-1", [("SHEET", 1_000)])
    let answer = try Recommend(plant.environment)(
      .init(items: [.init(lot: LotReference(text: "R-1-1"))]),
      scope: plant.scope
    )
    let staged = try #require(answer.tasks.first { $0.toCode == "S1" })
    #expect(staged.recommendation.draft.quantityMilli == 500_000)
    #expect(staged.recommendation.draft.orderLine != nil)
    #expect(answer.tasks.count == 2)
    // The order is covered now: the next delivery is stored.
    _ = try plant.receive("R-2", [("SHEET", 500)])
    #expect(try recommend(plant, "R-2-1").toCode != "S1")
    plant.set { $0.flags.crossDock = false }
  }

  @Test("Two lots of one delivery do not both go to staging for the same order")
  func crossDockOnce() throws {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(.outboundOrders, "number,due,material,ordered\nO1,2026-03-02,SHEET,600\n")
    let view = try plant.receive("R-1", [("SHEET", 500), ("SHEET", 500), ("SHEET", 500)])
    let plan = try PlanReceipt(plant.environment)(
      .init(receipt: view.receipt.publicID),
      scope: plant.scope
    )
    let staged = plan.lines.map { line in line.tasks.filter { $0.toCode == "S1" }.count }
    #expect(staged == [1, 1, 0])
    #expect(plan.count(.refused) == 0)
  }

  @Test("A key is answered once: the stored answer comes back, whatever has happened since")
  func idempotency() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("SHEET", 500)])
    let task = try recommend(plant, "R-1-1")
    let key = IdempotencyKey(text: "k-1", fingerprint: [UInt8](repeating: 7, count: 32))
    let request = ConfirmPutaway.Request(
      recommendation: task.recommendation.draft.publicID,
      location: task.toCode
    )
    func confirm() throws -> Performed {
      try ConfirmPutaway(plant.environment)(request, scope: plant.scope, key: key) {
        StoredAnswer(status: 200, body: $0.json)
      }
    }
    let first = try confirm()
    #expect(!first.isReplay)
    let second = try confirm()
    #expect(second.isReplay)
    #expect(second.answer == first.answer)
    let ledger = try Masters(plant.environment)
      .transactions(StockQuery(), kind: .putaway, PageRequest(), scope: plant.scope)
    #expect(ledger.rows.count == 1)
  }
}
