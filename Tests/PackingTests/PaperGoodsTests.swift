import Packing
import Testing
import Warehouse

@Suite("Paper goods: rolls, skids, stacks")
struct PaperGoodsTests {
  private let room = Dimensions(1_000, 1_000, 2_000)

  private func plan(
    _ items: [PackingItem],
    _ change: (inout PackingLocation) -> Void = { _ in }
  ) throws -> PackingPlan {
    var location = PackingLocation(id: "R", inner: room)
    change(&location)
    let instance = PackingInstance(
      objective: .fewestLocations,
      minSupport: 0.7,
      locations: [location],
      items: items
    )
    let plan = try Packer.plan(instance)
    #expect(PlanChecker(instance: instance, plan: plan).violations() == [])
    return plan
  }

  private func roll(
    _ diameter: Int64,
    _ width: Int64,
    count: Int = 1,
    uprights: Uprights = .thisSideUp,
    core: Int64 = 76,
    load: Int64? = nil
  ) -> PackingItem {
    PackingItem(
      id: "roll\(diameter)",
      quantity: count,
      size: Dimensions(diameter, diameter, width),
      uprights: uprights,
      shape: .roll(axis: .z, coreMM: core),
      weightG: 700_000,
      maxLoadG: load
    )
  }

  private let lying = Uprights(x: true, y: true, z: false)

  @Test("A roll on end stands on one of its own size, hole on hole")
  func onEnd() throws {
    let plan = try plan([roll(900, 900, count: 2)])
    #expect(plan.unplaced.isEmpty)
    #expect(Set(plan.placements.map { $0.position?.z }) == [0, 900])
  }

  @Test("A box that would rest on the corners of a roll's square has no support")
  func corners() throws {
    // Of a square of the diameter the disc covers 78.5 %; a roll of 900 under a box of 1,000 x
    // 1,000 carries 63.6 % of it: a box of 900 by 900 below would carry 81 %.
    let skid = PackingItem(
      id: "skid",
      size: Dimensions(1_000, 1_000, 500),
      uprights: .thisSideUp,
      weightG: 400_000
    )
    let content = PackedBox(
      position: Position(50, 50, 0),
      size: Dimensions(900, 900, 900),
      posture: .standingRoll()
    )
    let round = try plan([skid]) { $0.contents = [content] }
    #expect(round.unplaced.map(\.reason) == [.support])
    let square = try plan([skid]) {
      $0.contents = [PackedBox(position: content.position, size: content.size)]
    }
    #expect(square.unplaced.isEmpty)
  }

  @Test("A wide core takes its part of what carries")
  func core() throws {
    func skid(_ core: Int64) throws -> PackingPlan {
      let box = PackingItem(
        id: "skid",
        size: Dimensions(600, 600, 300),
        uprights: .thisSideUp,
        weightG: 90_000
      )
      return try plan([box]) {
        $0.inner = Dimensions(1_000, 1_000, 1_200)
        $0.contents = [
          PackedBox(
            position: Position(0, 0, 0),
            size: Dimensions(1_000, 1_000, 900),
            posture: .standingRoll(coreMM: core)
          )
        ]
      }
    }
    #expect(try skid(76).unplaced.isEmpty)
    // Around a core of 700 mm no square of 600 finds 70 % of its base on paper.
    #expect(try skid(700).unplaced.map(\.reason) == [.support])
  }

  @Test("A lying roll stays on the floor, carries nothing, and nothing is laid on it")
  func lyingRolls() throws {
    let two = try plan([roll(900, 1_000, count: 2, uprights: lying)])
    #expect(two.placements.map { $0.position?.z } == [0])
    #expect(two.unplaced.count == 1)
    let skid = PackingItem(id: "s", size: Dimensions(500, 500, 200), weightG: 1_000)
    let below = try plan([skid]) {
      $0.contents = [
        PackedBox(
          position: Position(0, 0, 0),
          size: Dimensions(1_000, 1_000, 900),
          posture: .lyingRoll
        )
      ]
    }
    #expect(below.unplaced.map(\.reason) == [.loadOnTop])
  }

  @Test("Lying rolls want a floor or a cradle; on end they need none")
  func cradle() throws {
    let without = try plan([roll(800, 900, uprights: lying)]) { $0.takesLyingRolls = false }
    #expect(without.unplaced.map(\.reason) == [.cradle])
    let onEnd = try plan([roll(800, 900)]) { $0.takesLyingRolls = false }
    #expect(onEnd.unplaced.isEmpty)
    let either = try plan([roll(800, 900, uprights: .any)]) { $0.takesLyingRolls = false }
    #expect(either.placements.map { $0.size?.z } == [900])
  }

  @Test("Load on top of a roll runs down its stack")
  func loads() throws {
    let light = try plan([roll(900, 600, count: 3, load: 1_400_000)])
    #expect(light.unplaced.isEmpty)
    let weak = try plan([roll(900, 600, count: 3, load: 1_399_999)])
    #expect(weak.unplaced.map(\.reason) == [.noSpaceLeft])
    #expect(weak.placements.count == 2)
  }

  @Test("No more units stand on each other than max_stack, stored ones counted")
  func stacks() throws {
    let skids = PackingItem(
      id: "skid",
      quantity: 5,
      size: Dimensions(1_000, 1_000, 400),
      uprights: .thisSideUp,
      weightG: 1_000
    )
    for (limit, placed) in [(1, 1), (2, 2), (4, 4)] {
      #expect(try plan([skids]) { $0.maxStack = limit }.placements.count == placed)
    }
    #expect(try plan([skids]).placements.count == 5)
    let onStored = try plan([skids]) {
      $0.maxStack = 2
      $0.contents = [
        PackedBox(position: Position(0, 0, 0), size: Dimensions(1_000, 1_000, 300))
      ]
    }
    #expect(onStored.placements.count == 1)
  }

  @Test("A part skid and a full one share a place, the lower on the higher or beside it")
  func partSkids() throws {
    func skid(_ height: Int64, _ load: Int64?) -> PackingItem {
      PackingItem(
        id: "skid\(height)",
        size: Dimensions(1_000, 700, height),
        uprights: .thisSideUp,
        weightG: height * 700,
        maxLoadG: load
      )
    }
    // The part skid bears nothing, so the full one must lie below it.
    let plan = try plan([skid(1_200, 900_000), skid(300, 0)]) {
      $0.inner = Dimensions(1_050, 750, 1_600)
    }
    #expect(plan.unplaced.isEmpty)
    let part = plan.placements.first { $0.item == 1 }
    #expect(part?.position?.z == 1_200)
  }

  @Test("The axis of a roll is the edge that differs; without two equal edges it is a box")
  func axes() {
    #expect(PackingShape.roll(Dimensions(900, 900, 500)) == .roll(axis: .z))
    #expect(PackingShape.roll(Dimensions(500, 900, 900)) == .roll(axis: .x))
    #expect(PackingShape.roll(Dimensions(900, 500, 900)) == .roll(axis: .y))
    #expect(PackingShape.roll(Dimensions(900, 500, 800)) == nil)
    #expect(PackedPosture.roll(standing: Dimensions(900, 900, 500)) == .standingRoll())
    #expect(PackedPosture.roll(standing: Dimensions(500, 900, 900)) == .lyingRoll)
  }
}

@Suite("Paper goods in putaway")
struct PaperPutawayTests {
  private func roll() -> PutawayGoods {
    var goods = PutawayWorld.pallet()
    goods.unitSize = Dimensions(1_000, 1_000, 900)
    goods.shape = .roll(axis: .z)
    goods.uprights = Uprights(x: true, y: true, z: false)
    return goods
  }

  @Test("A roll that must lie goes to the floor or into a cradle, nowhere else")
  func cradle() {
    let floor = PutawayWorld.place(1)
    let rack = PutawayWorld.place(2) { $0.level = 2 }
    let chocks = PutawayWorld.place(3) {
      $0.level = 2
      $0.storageTypes = ["", PutawayIndex.cradle]
    }
    #expect(PutawayWorld.refusal(roll(), at: floor) == nil)
    #expect(PutawayWorld.refusal(roll(), at: rack) == .cradle)
    #expect(PutawayWorld.refusal(roll(), at: chocks) == nil)
  }

  @Test("What a stored lot bears counts against new goods on top of it")
  func storedLoad() {
    let goods = PutawayWorld.pallet()
    func contents(_ load: Int64?) -> PutawayContents {
      PutawayContents(
        LocationContents(boxes: [
          StoredBox(
            lot: LotID(7),
            position: Position(0, 0, 0),
            size: Dimensions(2_500, 1_250, 1_000),
            weightG: 300_000,
            isReserved: false,
            loadOnTopG: load
          )
        ])
      )
    }
    let place = PutawayWorld.place(1)
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(400_000)) == nil)
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(399_999)) == .loadOnTop)
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(nil)) == nil)
  }

  @Test("A stored roll carries on its paper, not on the hole of its core")
  func storedCore() {
    var goods = PutawayWorld.pallet()
    goods.unitSize = Dimensions(600, 600, 300)
    let place = PutawayWorld.place(1) { $0.inner = Dimensions(1_000, 1_000, 1_200) }
    func contents(_ core: Int64?) -> PutawayContents {
      PutawayContents(
        LocationContents(boxes: [
          StoredBox(
            lot: LotID(7),
            position: Position(0, 0, 0),
            size: Dimensions(1_000, 1_000, 900),
            weightG: 300_000,
            isReserved: false,
            isRoll: true,
            coreMM: core
          )
        ])
      )
    }
    // Nobody has said how wide the core is: a usual one is assumed.
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(nil)) == nil)
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(76)) == nil)
    #expect(PutawayWorld.refusal(goods, at: place, contents: contents(700)) == .support)
    #expect(
      PackingShape.roll(Dimensions(500, 500, 900), knownCoreMM: 600)
        == .roll(axis: .z, coreMM: 499)
    )
    #expect(PackingShape.roll(Dimensions(500, 400, 900), knownCoreMM: 76) == nil)
  }

  @Test("The place's max_stack holds for a recommendation and for a plan")
  func stack() throws {
    let place = PutawayWorld.place(1) {
      $0.maxStack = 1
      $0.inner = Dimensions(1_250, 850, 2_100)
    }
    let goods = PutawayWorld.pallet(units: 2)
    #expect(PutawayWorld.refusal(goods, at: place) == .loadOnTop)
    let plan = try PutawayIndex([place]).plan(
      [PutawayWorld.pallet(lot: 1), PutawayWorld.pallet(lot: 2, material: 2)],
      context: PutawayContext(),
      rounds: 1,
      contents: { _ in PutawayContents() },
      mayContinue: { true }
    )
    #expect(plan.unplacedUnits == 1)
  }

  @Test("Beam and bay carry no more than their limits, goods of neighbours and promises counted")
  func beams() {
    func place(_ id: Int64, beam: Int64?, bay: Int64?, used: Int64 = 0) -> LocationState {
      var state = PutawayWorld.place(id) {
        $0.bay = 1
        $0.beamMaxWeightG = beam
        $0.bayMaxWeightG = bay
        $0.position = Int(id)
      }
      state.usedWeightG = used
      return state
    }
    let goods = PutawayWorld.pallet()
    for (used, refusal) in [(600_000, nil), (600_001, PutawayConstraint.beamWeight)] {
      let other = place(2, beam: 1_000_000, bay: nil, used: Int64(used))
      #expect(
        PutawayWorld.refusal(goods, at: place(1, beam: 1_000_000, bay: nil), beside: [other])
          == refusal
      )
      let above = place(2, beam: nil, bay: 1_000_000, used: Int64(used))
      #expect(
        PutawayWorld.refusal(goods, at: place(1, beam: nil, bay: 1_000_000), beside: [above])
          == refusal
      )
    }
  }
}
