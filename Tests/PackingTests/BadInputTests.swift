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

  @Test("Nothing to pack is a plan, and proved optimal")
  func nothing() throws {
    let plan = try plan(items: [])
    #expect(plan.placements.isEmpty)
    #expect(plan.locationsUsed == 0)
    #expect(plan.gap == 0)
  }
}
