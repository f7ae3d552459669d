import Packing
import Testing
import Warehouse

@Suite("Answers of putaway: score, reasons, runners-up and ways out")
struct PutawayAnswerTests {
  private typealias World = PutawayWorld

  private func answer(
    _ goods: PutawayGoods,
    _ states: [LocationState],
    _ context: PutawayContext = PutawayContext()
  ) -> PutawayAnswer {
    PutawayIndex(states).recommend(goods, context: context) { _ in PutawayContents() }
  }

  @Test("The score is the sum of its parts by weight, and places are ranked by it")
  func recomputation() throws {
    let states = World.rack(400, seed: 9)
    var goods = World.pallet(material: 3)
    goods.pickClass = .a
    let context = PutawayContext(
      openTasks: ["Z/0": 4, "Z/3": 9],
      affinity: [MaterialID(3): [PutawayLift(material: MaterialID(5), lift: 2.5)]]
    )
    let found = answer(goods, states, context)
    let best = try #require(found.best)
    #expect(found.runnersUp.count == 3)
    var before = 1.0
    for place in [best] + found.runnersUp {
      let sum = place.parts.reduce(0) { $0 + $1.value * $1.weight }
      #expect(abs(sum - place.score) < 1e-12)
      #expect(abs(place.parts.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
      #expect(place.parts.allSatisfy { (0...1).contains($0.value) })
      #expect(place.score <= before)
      before = place.score
      #expect(place.boxes.count == 1)
    }
    #expect(found.runnersUp.allSatisfy { !$0.decided.isEmpty })
    #expect(best.decided.isEmpty)
    let rejected = found.rejected.values.reduce(0, +)
    #expect(found.judged == 400)
    #expect(rejected > 0 && rejected < 400)
  }

  @Test("Each stated figure is true of the place")
  func figures() throws {
    var near = World.place(1) { $0.travelMM = 12_345 }
    near.usedVolumeMM3 = 3_000_000_000
    near.usedHandlingUnits = 1
    near.occupants = [World.occupant(lot: 7, received: 19_990)]
    let context = PutawayContext(openTasks: ["Z/A": 5])
    let best = try #require(answer(World.pallet(), [near], context).best)
    func part(_ kind: PutawayPartKind) throws -> PutawayPart {
      try #require(best.parts.first { $0.kind == kind })
    }
    #expect(try part(.travel).figure == 12.345)
    #expect(try part(.travel).unit == "m")
    // 3.0 + 0.96 m3 of 6.5625 m3.
    #expect(try part(.utilisation).figure == 60.3)
    #expect(try part(.utilisation).value == 1)
    #expect(try part(.congestion).figure == 5)
    // 5 of 8 tasks.
    #expect(try part(.congestion).value == 1 - 25.0 / 64)
    #expect(try part(.consolidation).figure == 1)
    #expect(try part(.expiry).figure == 10)
    #expect(try part(.expiry).value == 0.75)
  }

  @Test("For a single pallet position the least height lost wins")
  func heightLost() throws {
    let states = [1_900, 1_100, 1_500].enumerated().map { number, height in
      World.place(Int64(number) + 1) {
        $0.maxHandlingUnits = 1
        $0.inner = Dimensions(1_300, 900, Int64(height))
      }
    }
    let best = try #require(answer(World.pallet(), states).best)
    #expect(best.location == LocationID(2))
    #expect(best.parts.first { $0.kind == .utilisation }?.figure == 100)
    #expect(best.parts.first { $0.kind == .utilisation }?.unit == "mm")
  }

  @Test("Fast goods go near, slow goods leave the near places free")
  func travel() throws {
    let states = (0..<10).map { number in
      World.place(Int64(number) + 1) { $0.travelMM = Int64(number) * 10_000 }
    }
    var goods = World.pallet()
    goods.turnoverRank = 0
    #expect(answer(goods, states).best?.location == LocationID(1))
    goods.turnoverRank = 1
    #expect(answer(goods, states).best?.location == LocationID(10))
  }

  @Test("Affinity draws goods to the aisle of what is picked with them")
  func affinity() throws {
    var partner = World.place(1) { $0.aisle = "B" }
    partner.occupants = [World.occupant(lot: 8, material: 8)]
    partner.usedHandlingUnits = 6
    let beside = World.place(2) { $0.aisle = "B" }
    let away = World.place(3) { $0.aisle = "C" }
    let lift = [MaterialID(1): [PutawayLift(material: MaterialID(8), lift: 4)]]
    let found = answer(World.pallet(), [partner, away, beside], PutawayContext(affinity: lift))
    #expect(found.best?.location == LocationID(2))
    #expect(found.best?.parts.first { $0.kind == .affinity }?.figure == 4)
    #expect(found.runnersUp.first?.decided.hasPrefix("AFFINITY") == true)
  }

  @Test("A place without edges is judged by volume and weight, and says so")
  func noGeometry() throws {
    let bulk = World.place(1) {
      $0.inner = nil
      $0.volumeMM3 = 2_000_000_000
    }
    let best = try #require(answer(World.pallet(), [bulk]).best)
    #expect(!best.isGeometric)
    #expect(best.boxes.isEmpty)
    #expect(best.reasons.contains { $0.contains("edges were not checked") })
  }

  @Test("What fits no single place is split over several")
  func split() throws {
    let states = (1...3).map { World.place(Int64($0)) { $0.maxHandlingUnits = 2 } }
    let found = answer(World.pallet(units: 5), states)
    #expect(found.best == nil)
    guard case .split(let parts) = found.wayOut else {
      Issue.record("expected a split, got \(String(describing: found.wayOut))")
      return
    }
    #expect(parts.map(\.handlingUnits).reduce(0, +) == 5)
    #expect(parts.allSatisfy { $0.handlingUnits <= 2 })
    #expect(Set(parts.map(\.location)).count == 3)
  }

  @Test("Where one rule alone stands in the way, it is named")
  func relax() {
    let states = [
      World.place(1) { $0.storageTypes = ["ROLL"] },
      World.place(2) {
        $0.storageTypes = ["ROLL"]; $0.hold = "COUNT"
      },
    ]
    let found = answer(World.pallet(), states)
    guard case .relax(let rule, let location, _, let places) = found.wayOut else {
      Issue.record("expected a rule, got \(String(describing: found.wayOut))")
      return
    }
    #expect(rule == .storageType)
    #expect(location == LocationID(1))
    #expect(places == 1)
  }

  @Test("Where a place is full, freeing it is offered; where nothing would help, it says so")
  func free() {
    var full = World.place(1)
    full.usedWeightG = 2_900_000
    full.usedHandlingUnits = 5
    full.usedVolumeMM3 = 4_000_000_000
    full.occupants = [World.occupant(lot: 2), World.occupant(lot: 3)]
    guard case .free(let location, _, let occupants) = answer(World.pallet(), [full]).wayOut else {
      Issue.record("expected a place to free")
      return
    }
    #expect(location == LocationID(1))
    #expect(occupants == 2)
    var huge = World.pallet()
    huge.unitSize = Dimensions(9_000, 800, 1_000)
    guard case .some(.none(let why)) = answer(huge, [full]).wayOut else {
      Issue.record("expected no way out")
      return
    }
    #expect(!why.isEmpty)
  }

  @Test("An updated index answers like a new one")
  func update() {
    var states = World.rack(300, seed: 3)
    var index = PutawayIndex(states)
    let other = World.rack(330, seed: 4)
    var changes: [(index: Int, state: LocationState)] = []
    for number in stride(from: 0, to: 330, by: 7) {
      if number < 300 {
        states[number] = other[number]
        changes.append((number, other[number]))
      }
    }
    for number in 300..<330 {
      states.append(other[number])
      changes.append((number, other[number]))
    }
    index.update(changes)
    let fresh = PutawayIndex(states)
    for material in Int64(1)...8 {
      let goods = World.pallet(material: material)
      let old = index.recommend(goods, context: PutawayContext()) { _ in PutawayContents() }
      let new = fresh.recommend(goods, context: PutawayContext()) { _ in PutawayContents() }
      #expect(old.best?.location == new.best?.location)
      #expect(old.best?.score == new.best?.score)
      #expect(old.rejected == new.rejected)
    }
  }
}
