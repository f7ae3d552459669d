import Operations
import Storage
import Synchronization
import Testing
import Warehouse
import WireFormat

/// Two stations decide on what they see; the second to reserve sees more.
@Suite("Stations that want the same place")
struct RivalsTests {
  private func ask(_ lot: String) -> Recommend.Request {
    .init(items: [.init(lot: LotReference(text: lot))])
  }

  private func reserve(
    _ plant: Plant,
    _ prepared: Recommend.Prepared,
    _ request: Recommend.Request
  ) throws -> TaskView {
    let recommend = Recommend(plant.environment)
    let answer = try plant.store.write(plant.scope) {
      try recommend.apply(prepared, of: request, in: $0)
    }
    return try #require(answer.tasks.first)
  }

  private func hall(_ places: String) throws -> Plant {
    let plant = try Plant()
    var rows = "code,kind,zone,aisle,bay,level,width_mm,depth_mm,height_mm,max_weight_kg,"
    rows += "max_handling_units,travel_m,hazard_classes,mixing\n"
    rows += "D1,DOCK,DOCK,D,0,0,,,,,,,,\n" + places
    try plant.load(.locations, rows)
    try plant.load(
      .materials,
      """
      code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,weight_kg,hazard_class
      INK,Ink,EACH,48,1200,800,1000,300,
      THINNER,Thinner,EACH,1,1200,800,1000,300,3
      PEROXIDE,Peroxide,EACH,1,1200,800,1000,300,5.1
      """
    )
    return plant
  }

  @Test("The second gets another spot of the same place, in the same transaction")
  func anotherSpot() throws {
    let plant = try hall("B-1,STORAGE,A,B,1,0,4000,1300,1600,3000,3,10,,\n")
    for number in 1...4 { _ = try plant.receive("R-\(number)", [("INK", 48)]) }
    let recommend = Recommend(plant.environment)
    let requests = (1...4).map { ask("R-\($0)-1") }
    let prepared = try requests.map { try recommend.prepare($0, scope: plant.scope) }
    var boxes: [StoredBox] = []
    for number in 0..<3 {
      let task = try reserve(plant, prepared[number], requests[number])
      #expect(task.toCode == "B-1")
      let box = try #require(task.recommendation.draft.boxes.first)
      #expect(!boxes.contains { $0.position == box.position })
      boxes.append(box)
      // What is said is true of the moment in which it was reserved, not of the one before.
      let json = try JSONReader.parse(task.json)
      let parts = json["parts"]?.array ?? []
      let sum = parts.reduce(0) { sum, part in
        sum + (part["score"]?.double ?? 0) * (part["weight"]?.double ?? 0)
      }
      #expect(abs(sum - (json["score"]?.double ?? 0)) < 1e-4)
      let filled = parts.first { $0["name"]?.string == "UTILISATION" }
      let share = Double(number + 1) / 3 * 100
      #expect(abs((filled?["figure"]?.double ?? 0) - share) < 0.06, "\(number): \(task.json)")
    }
    let refused = try #require(
      #expect(throws: Failure.self) { try reserve(plant, prepared[3], requests[3]) }
    )
    #expect(refused.code == .conflict && refused.context["location"] == "B-1")
  }

  @Test("Where the place is full, the second goes to the next one of its own ranking")
  func nextPlace() throws {
    let plant = try hall(
      "A-1,STORAGE,A,A,1,0,1300,1300,1600,1000,1,3,,\n"
        + "A-2,STORAGE,A,A,2,0,1300,1300,1600,1000,1,6,,\n"
    )
    for number in 1...2 { _ = try plant.receive("R-\(number)", [("INK", 48)]) }
    let recommend = Recommend(plant.environment)
    let requests = (1...2).map { ask("R-\($0)-1") }
    let prepared = try requests.map { try recommend.prepare($0, scope: plant.scope) }
    let first = try reserve(plant, prepared[0], requests[0])
    let second = try reserve(plant, prepared[1], requests[1])
    #expect(Set([first.toCode, second.toCode]) == ["A-1", "A-2"])
    let json = try JSONReader.parse(second.json)
    #expect(json["runners_up"]?.array?.isEmpty == true)
    #expect(json["rejected"]?["RESERVED"]?.integer == 1)
  }

  @Test("Hazard classes keep the distance that the site has ruled, also against a faster station")
  func hazardDistance() throws {
    let plant = try hall(
      (1...5).map { "H-\($0),STORAGE,A,H,\($0),0,1300,1300,1600,1000,1,\($0),3|5.1,\n" }.joined()
    )
    let pair = HazardMatrix.Pair("3", "5.1")
    try plant.store.write(plant.scope) {
      try $0.setHazardRule(pair, mayMix: false, distance: .adjacent, note: nil)
    }
    _ = try plant.receive("R-1", [("THINNER", 1)])
    _ = try plant.receive("R-2", [("PEROXIDE", 1)])
    let recommend = Recommend(plant.environment)
    let requests = (1...2).map { ask("R-\($0)-1") }
    let prepared = try requests.map { try recommend.prepare($0, scope: plant.scope) }
    let first = try reserve(plant, prepared[0], requests[0])
    let second = try reserve(plant, prepared[1], requests[1])
    let bays = [first, second].map { Int($0.toCode.suffix(1)) ?? 0 }
    #expect(abs(bays[0] - bays[1]) >= 2, "\(bays)")
    // And so do decisions that have seen it all, until there is no place far enough away.
    var refused: Failure?
    for number in 3...5 where refused == nil {
      _ = try plant.receive("R-\(number)", [("PEROXIDE", 1)])
      do {
        let task = try recommend(ask("R-\(number)-1"), scope: plant.scope).tasks[0]
        #expect(abs((Int(task.toCode.suffix(1)) ?? 0) - bays[0]) >= 2)
      } catch let failure as Failure {
        refused = failure
      }
    }
    #expect(refused?.faults.contains { $0.place == "HAZARD" } == true)
  }

  @Test("Goods put too near to another hazard class are booked, with a warning that says so")
  func hazardFact() throws {
    let plant = try hall(
      (1...5).map { "H-\($0),STORAGE,A,H,\($0),0,1300,1300,1600,1000,1,\($0),3|5.1,\n" }.joined()
    )
    let pair = HazardMatrix.Pair("3", "5.1")
    try plant.store.write(plant.scope) {
      try $0.setHazardRule(pair, mayMix: false, distance: .adjacent, note: nil)
    }
    func put(_ receipt: String, _ material: String, _ place: String) throws -> [String] {
      _ = try plant.receive(receipt, [(material, 1)])
      let task = try Recommend(plant.environment)(ask("\(receipt)-1"), scope: plant.scope).tasks[0]
      let done = try ConfirmPutaway(plant.environment)(
        .init(
          recommendation: task.recommendation.draft.publicID,
          location: place,
          reason: place == task.toCode ? nil : .closer
        ),
        scope: plant.scope
      )
      #expect(done.task.actualCode ?? done.task.toCode == place)
      return done.warnings.map { "\($0)" }.filter { $0.contains("too near") }
    }
    #expect(try put("R-1", "THINNER", "H-1") == [])
    #expect(try put("R-2", "PEROXIDE", "H-4") == [])
    let near = try put("R-3", "PEROXIDE", "H-2")
    #expect(near.count == 1 && near[0].contains("H-1") && near[0].contains("HAZARD"), "\(near)")
  }

  @Test("A refusal is an answer: it is not decided again and again; a lost race is")
  func attempts() throws {
    let plant = try Plant()
    for (isFirstHalf, expected) in [(true, 1), (false, 5)] {
      let stubborn = Stubborn(environment: plant.environment, refusesAtOnce: isFirstHalf)
      #expect(throws: Failure.self) { try stubborn((), scope: plant.scope) }
      #expect(stubborn.asked.withLock { $0 } == expected)
    }
  }

  /// Refuses in one half or the other, and counts how often it was asked.
  private final class Stubborn: DurableUseCase {
    let environment: OperationsEnvironment
    let refusesAtOnce: Bool
    let asked = Mutex(0)
    let attempts = 5

    init(environment: OperationsEnvironment, refusesAtOnce: Bool) {
      self.environment = environment
      self.refusesAtOnce = refusesAtOnce
    }

    func prepare(_ request: Void, scope: TenantScope) throws {
      asked.withLock { $0 += 1 }
      if refusesAtOnce { throw Failure(.conflict, "No.") }
    }

    func apply(_ prepared: Void, of request: Void, in transaction: any WriteTransaction) throws {
      throw Failure(.conflict, "Not now.")
    }
  }
}
