import Packing
import Testing
import Warehouse

@Suite("Bad packing instances")
struct BadInputTests {
  private func plan(
    locations: [PackingLocation] = [PackingLocation(id: "R", inner: Dimensions(100, 100, 100))],
    items: [PackingItem] = [PackingItem(id: "i", size: Dimensions(10, 10, 10))],
    support: Double = 0,
    choices: [[PackingChoice]]? = nil
  ) throws -> PackingPlan {
    try Packer.plan(
      PackingInstance(
        objective: .fewestLocations,
        minSupport: support,
        locations: locations,
        items: items,
        choices: choices
      )
    )
  }

  private func failure(_ body: () throws -> PackingPlan) -> Failure? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? Failure
    }
  }

  @Test("Zero, negative and huge edges are named with their place")
  func edges() {
    for size in [Dimensions(0, 1, 1), Dimensions(1, -5, 1), Dimensions(1, 1, 1_000_001)] {
      let found = failure { try plan(items: [PackingItem(id: "i", size: size)]) }
      #expect(found?.code == .invalid)
      #expect(found?.faults.first?.place == "/items/0/size_mm")
      let place = failure { try plan(locations: [PackingLocation(id: "R", inner: size)]) }
      #expect(place?.faults.first?.place == "/locations/0/inner_mm")
    }
  }

  @Test("Negative figures, no upright edge, copies of zero and odd support are refused")
  func figures() {
    let items = [
      PackingItem(id: "a", quantity: -1), PackingItem(id: "b", weightG: -1),
      PackingItem(id: "c", volumeMM3: -1),
      PackingItem(
        id: "d",
        size: Dimensions(1, 1, 1),
        uprights: Uprights(x: false, y: false, z: false)
      ),
    ]
    #expect(failure { try plan(items: items) }?.faults.count == 4)
    let places = [
      PackingLocation(id: "a", copies: 0), PackingLocation(id: "b", maxWeightG: -1),
      PackingLocation(id: "c", usedWeightG: -1),
    ]
    #expect(failure { try plan(locations: places) }?.faults.count == 3)
    for support in [-0.1, 1.1, Double.nan] {
      #expect(failure { try plan(support: support) }?.code == .invalid)
    }
    #expect(failure { try plan(locations: []) }?.code == .invalid)
    #expect(failure { try plan(choices: []) }?.code == .invalid)
    #expect(failure { try plan(choices: [[PackingChoice(location: 3)]]) }?.code == .invalid)
  }

  @Test("One unit or location above the limit is too large, and the limit is named")
  func limits() throws {
    let units = failure {
      try plan(items: [PackingItem(id: "i", quantity: Limits.packingUnits + 1)])
    }
    #expect(units?.code == .tooLarge)
    #expect(units?.context["limit"] == "\(Limits.packingUnits)")
    let places = failure {
      try plan(locations: [PackingLocation(id: "R", copies: Limits.packingLocations + 1)])
    }
    #expect(places?.code == .tooLarge)
    #expect(failure { try plan(items: [PackingItem(id: "i", quantity: .max)]) }?.code == .tooLarge)
  }

  @Test("The largest instance is planned")
  func largest() throws {
    let instance = PackingInstance(
      objective: .fewestLocations,
      locations: [PackingLocation(id: "R", copies: 100_000, maxWeightG: 10)],
      items: [
        PackingItem(id: "a", quantity: Limits.packingUnits / 2, weightG: 6),
        PackingItem(id: "b", quantity: Limits.packingUnits / 2, weightG: 4),
      ]
    )
    let plan = try Packer.plan(instance, algorithm: .ffd)
    #expect(plan.locationsUsed == 50_000)
    #expect(plan.isProvedOptimal)
  }

  @Test("Contents that overlap or stick out are reported and their space counts as used")
  func contents() throws {
    let place = PackingLocation(
      id: "R",
      inner: Dimensions(100, 100, 100),
      contents: [
        PackedBox(position: Position(0, 0, 0), size: Dimensions(100, 100, 60)),
        PackedBox(position: Position(0, 0, 30), size: Dimensions(50, 50, 60)),
        PackedBox(position: Position(90, 90, 60), size: Dimensions(50, 5, 5)),
        PackedBox(position: Position(0, 0, 0), size: Dimensions(0, 5, 5)),
      ]
    )
    let high = PackingItem(id: "i", size: Dimensions(100, 100, 40), uprights: .thisSideUp)
    let plan = try plan(locations: [place], items: [high])
    #expect(plan.unplaced.count == 1)
    #expect(plan.dataFaults.count == 3)
    #expect(plan.dataFaults.contains { $0.rule.contains("overlaps") })
    #expect(plan.dataFaults.contains { $0.rule.contains("sticks out") })
    #expect(plan.dataFaults.contains { $0.rule.contains("not positive") })
  }

  @Test("A place that its contents overload takes nothing more, not even what weighs nothing")
  func overloaded() throws {
    let content = PackedBox(
      position: Position(0, 0, 0),
      size: Dimensions(100, 100, 100),
      weightG: 5_000
    )
    for (weight, volume) in [(4_999, nil), (nil, 999_999)] as [(Int64?, Int64?)] {
      var location = PackingLocation(id: "L", inner: Dimensions(1_000, 1_000, 1_000))
      location.maxWeightG = weight
      location.volumeMM3 = volume
      location.contents = [content]
      let item = PackingItem(id: "feather", size: Dimensions(10, 10, 10))
      let instance = PackingInstance(
        objective: .fewestLocations,
        locations: [location],
        items: [item]
      )
      for algorithm in PackingAlgorithm.allCases {
        let plan = try Packer.plan(instance, algorithm: algorithm)
        #expect(plan.placements.isEmpty)
        #expect(plan.unplaced.map(\.reason) == [weight == nil ? .volume : .weight])
      }
    }
  }

  @Test("What is larger or heavier than everything stays outside, with its reason")
  func oversized() throws {
    let place = PackingLocation(
      id: "R",
      inner: Dimensions(1_000, 1_000, 1_000),
      maxWeightG: 50_000
    )
    let long = PackingItem(id: "long", size: Dimensions(1_001, 10, 10))
    let heavy = PackingItem(id: "heavy", size: Dimensions(10, 10, 10), weightG: 50_001)
    let fine = PackingItem(id: "fine", size: Dimensions(10, 10, 10), weightG: 50_000)
    let plan = try plan(locations: [place], items: [long, heavy, fine])
    #expect(plan.placements.map(\.item) == [2])
    #expect(plan.unplaced.map(\.reason) == [.dimensions, .weight])
  }

  @Test("Rules that contradict each other leave goods outside, and say which rule")
  func contradictions() throws {
    let item = PackingItem(id: "i", weightG: 1, group: PackingGroup(material: 1))
    let other = PackingLocation(
      id: "R",
      maxWeightG: 100,
      mixing: .singleMaterial,
      present: [PackingGroup(material: 2)]
    )
    #expect(try plan(locations: [other], items: [item]).unplaced.map(\.reason) == [.mixing])
    let none = PackingLocation(id: "R", maxWeightG: 100, mixing: .mixed(materials: 0))
    #expect(try plan(locations: [none], items: [item]).unplaced.map(\.reason) == [.mixing])
    let full = PackingLocation(id: "R", maxWeightG: 100, maxHandlingUnits: 0)
    #expect(
      try plan(locations: [full], items: [item]).unplaced.map(\.reason) == [.handlingUnits]
    )
    let nowhere = try Packer.plan(
      PackingInstance(
        objective: .bestScore,
        locations: [PackingLocation(id: "R")],
        items: [item],
        choices: [[]]
      )
    )
    #expect(nowhere.unplaced.map(\.reason) == [.notAllowed])
  }

  @Test("A roll needs its diameter twice, a core inside it, and a stack at least one unit")
  func rolls() throws {
    func faults(_ item: PackingItem, stack: Int = 1) -> [String] {
      do {
        var place = PackingLocation(id: "R", inner: Dimensions(900, 900, 900))
        place.maxStack = stack
        _ = try plan(locations: [place], items: [item])
        return []
      } catch {
        return (error as? Failure)?.faults.map(\.place) ?? ["?"]
      }
    }
    func roll(_ size: Dimensions?, core: Int64 = 0) -> PackingItem {
      PackingItem(id: "r", size: size, shape: .roll(axis: .z, coreMM: core))
    }
    let round = Dimensions(500, 500, 700)
    #expect(faults(roll(round)) == [])
    #expect(faults(roll(round, core: 500)) == ["/items/0/core_mm"])
    #expect(faults(roll(round, core: -1)) == ["/items/0/core_mm"])
    #expect(faults(roll(Dimensions(500, 501, 700))) == ["/items/0/size_mm"])
    #expect(faults(roll(nil)) == ["/items/0/size_mm"])
    #expect(faults(roll(round), stack: 0) == ["/locations/0/max_stack"])
  }

  @Test("Nothing to pack is a plan, and proved optimal")
  func nothing() throws {
    let plan = try plan(items: [])
    #expect(plan.placements.isEmpty)
    #expect(plan.locationsUsed == 0)
    #expect(plan.gap == 0)
  }
}
