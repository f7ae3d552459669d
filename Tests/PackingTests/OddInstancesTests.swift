import StowageTesting
import Testing
import Warehouse

@testable import Packing

/// Instances that broke the search once: each would trap, hang or overload a box.
@Suite("Odd packing instances")
struct OddInstancesTests {
  /// Plans with every algorithm, checks every plan, and gives that of HYBRID.
  @discardableResult
  private func check(_ instance: PackingInstance, rounds: Int = 6) throws -> PackingPlan {
    var last: PackingPlan?
    for algorithm in PackingAlgorithm.allCases {
      let plan = try Packer.plan(instance, algorithm: algorithm, rounds: rounds) { true }
      #expect(PlanChecker(instance: instance, plan: plan).violations() == [], "\(algorithm)")
      last = plan
    }
    return try #require(last)
  }

  private func boxes(_ count: Int, _ edges: ClosedRange<Int64>, seed: UInt64) -> [PackingItem] {
    var dice = SeededGenerator(seed: seed)
    func edge() -> Int64 { Int64.random(in: edges, using: &dice) }
    return (0..<count).map { index in
      PackingItem(
        id: "i\(index)",
        size: Dimensions(edge(), edge(), edge()),
        weightG: Int64.random(in: 1_000...9_000, using: &dice)
      )
    }
  }

  @Test("Volumes beyond what can be added up do not overflow", arguments: PackingObjective.allCases)
  func giants(objective: PackingObjective) throws {
    // A cubic kilometre is 1e18 cubic millimetres: ten of them exceed an Int64.
    let edge = Limits.edgeMM
    let instance = PackingInstance(
      objective: objective,
      locations: [PackingLocation(id: "R", copies: 30, inner: Dimensions(edge, edge, edge))],
      items: boxes(40, (edge / 2)...edge, seed: 3)
    )
    let problem = try Problem(instance)
    #expect(!problem.hasExactSums)
    try check(instance)
  }

  @Test("A room whose every load has been tried ends the search of it")
  func spent() throws {
    let instance = PackingInstance(
      objective: .mostVolumePacked,
      locations: [PackingLocation(id: "R", inner: Dimensions(1_000, 1_000, 1_000))],
      items: boxes(3, 600...700, seed: 1)
    )
    // Without an end the beam would grow until its width overflows.
    let plan = try check(instance, rounds: 100_000)
    #expect(plan.placements.count == 1)
    #expect(plan.rounds < 1_000)
  }

  @Test("Goods that go nowhere end the search at once")
  func nowhere() throws {
    let instance = PackingInstance(
      objective: .fewestLocations,
      locations: [PackingLocation(id: "R", copies: 5, inner: Dimensions(10, 10, 10))],
      items: boxes(300, 11...40, seed: 2)
    )
    let plan = try check(instance, rounds: 1_000_000)
    #expect(plan.unplaced.count == 300)
    #expect(plan.unplaced.allSatisfy { $0.reason == .volume })
    #expect(plan.rounds < 10)
  }

  @Test("Many kinds of goods that fit none of many kinds of places are refused in good time")
  func refused() throws {
    // Longer than any room one way, so that no pair of them needs a closer look: without that
    // two thousand times two thousand rooms were set up and remembered.
    let locations = (0..<2_000).map { index in
      PackingLocation(id: "R\(index)", inner: Dimensions(500 + Int64(index), 900, 800))
    }
    let items = (0..<2_000).map { index in
      PackingItem(id: "i\(index)", size: Dimensions(2_600 + Int64(index), 50, 50))
    }
    let instance = PackingInstance(
      objective: .leastOpenedVolume,
      locations: locations,
      items: items
    )
    let plan = try Packer.plan(instance, rounds: 2) { true }
    #expect(plan.unplaced.count == 2_000)
    #expect(plan.unplaced.allSatisfy { $0.reason == .dimensions })
  }

  @Test("Weights that reach a box on two ways are added up before they are compared")
  func twoWays() throws {
    let table = PackedBox(
      position: Position(0, 0, 0),
      size: Dimensions(200, 100, 50),
      weightG: 100,
      maxLoadG: 2_500
    )
    let legs = [0, 100].map {
      PackedBox(
        position: Position($0, 0, 50),
        size: Dimensions(100, 100, 50),
        weightG: 1,
        maxLoadG: 9_000
      )
    }
    // 3,000 g across both legs: 1,500 g by each, and 3,000 g on the table below.
    let plank = PackingItem(
      id: "plank",
      size: Dimensions(200, 100, 20),
      uprights: .thisSideUp,
      weightG: 3_000
    )
    let instance = PackingInstance(
      objective: .fewestLocations,
      minSupport: 0.7,
      locations: [
        PackingLocation(id: "R", inner: Dimensions(200, 100, 200), contents: [table] + legs)
      ],
      items: [plank]
    )
    let plan = try check(instance)
    #expect(plan.unplaced.map(\.reason) == [.loadOnTop])
    var light = instance
    light.items[0].weightG = 2_000
    #expect(try check(light).unplaced.isEmpty)
  }

  @Test("High stacks of thin plates with load limits: the ways down are not walked one by one")
  func plates() throws {
    var dice = SeededGenerator(seed: 6)
    let items = (0..<90).map { index in
      PackingItem(
        id: "p\(index)",
        size: Dimensions(
          Int64.random(in: 200...500, using: &dice),
          Int64.random(in: 200...400, using: &dice),
          Int64.random(in: 2...6, using: &dice)
        ),
        uprights: .thisSideUp,
        weightG: 500,
        maxLoadG: 40_000
      )
    }
    let instance = PackingInstance(
      objective: .fewestLocations,
      minSupport: 0.7,
      locations: [PackingLocation(id: "R", copies: 9, inner: Dimensions(800, 600, 900))],
      items: items
    )
    let plan = try check(instance, rounds: 1)
    #expect(plan.unplaced.isEmpty)
  }

  @Test("Seventy thousand small boxes make a bounded number of blocks")
  func manySmall() throws {
    let instance = PackingInstance(
      objective: .mostVolumePacked,
      locations: [PackingLocation(id: "R", inner: Dimensions(1_000, 1_000, 1_000))],
      items: [PackingItem(id: "i", quantity: 70_000, size: Dimensions(3, 5, 7))]
    )
    let problem = try Problem(instance)
    let blocks = BlockSet(
      gridsOf: problem,
      BlockSet.Stock(
        counts: [70_000],
        room: SIMD4(1_000, 1_000, 1_000, 1),
        weight: .max,
        limit: 2_000,
        fill: 1
      )
    )
    #expect(blocks.count <= 2_000)
    #expect(blocks.boxes.max() ?? 0 > 60_000)
  }
}
