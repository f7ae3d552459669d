import Packing
import StowageTesting
import Testing
import Warehouse

@Suite("Improvement of plans")
struct SearchTests {
  /// Rooms of a few makes, partly full, and boxes of many sizes.
  private func rooms(seed: UInt64, objective: PackingObjective, single: Bool) -> PackingInstance {
    var dice = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    var locations: [PackingLocation] = []
    for index in 0..<(single ? 1 : 3) {
      let inner = Dimensions(1_200, 1_000, number(600...1_500))
      let layer = number(0...2) * 100
      var contents: [PackedBox] = []
      if layer > 0 {
        contents.append(
          PackedBox(
            position: Position(0, 0, 0),
            size: Dimensions(600, 1_000, layer),
            weightG: 9_000
          )
        )
      }
      locations.append(
        PackingLocation(
          id: "R\(index)",
          inner: inner,
          maxWeightG: number(200...500) * 1_000,
          maxHandlingUnits: Int(number(30...60)),
          contents: contents
        )
      )
    }
    let items = (0..<12).map { index in
      PackingItem(
        id: "i\(index)",
        quantity: Int(number(1...3)),
        size: Dimensions(number(150...500), number(150...400), number(100...350)),
        uprights: Uprights(x: Bool.random(using: &dice), y: Bool.random(using: &dice), z: true),
        weightG: number(500...9_000)
      )
    }
    return PackingInstance(
      objective: objective,
      minSupport: [0, 0.7, 1][Int(number(0...2))],
      locations: locations,
      items: items
    )
  }

  @Test(
    "Loads by blocks are valid, replay by rounds, and beat or equal the greedy plans",
    arguments: [
      (PackingObjective.mostVolumePacked, true), (.leastOpenedVolume, false),
      (.fewestLocations, false), (.mostVolumePacked, false),
    ]
  )
  func loads(objective: PackingObjective, single: Bool) throws {
    for seed in UInt64(1)...2 {
      let instance = rooms(seed: seed, objective: objective, single: single)
      var calls = 0
      let plan = try Packer.plan(instance, seed: seed) {
        calls += 1
        return calls < 2_000
      }
      #expect(plan.rounds > 0 || plan.isProvedOptimal, "seed \(seed)")
      #expect(PlanChecker(instance: instance, plan: plan).violations() == [], "seed \(seed)")
      let replay = try Packer.plan(instance, seed: seed, rounds: plan.rounds) { true }
      #expect(replay.placements == plan.placements, "seed \(seed)")
      for algorithm in [PackingAlgorithm.ffd, .bfd] {
        let greedy = try Packer.plan(instance, algorithm: algorithm)
        #expect(!(Worth(greedy, instance) < Worth(plan, instance)), "seed \(seed)")
      }
    }
  }

  @Test("Volume and weight together: valid plans, never worse than greedy, and some better")
  func vectors() throws {
    var better = 0
    for seed in UInt64(1)...6 {
      var dice = SeededGenerator(seed: seed)
      let items = (0..<60).map { index in
        PackingItem(
          id: "i\(index)",
          volumeMM3: Int64.random(in: 100...600, using: &dice),
          weightG: Int64.random(in: 100...600, using: &dice)
        )
      }
      let instance = PackingInstance(
        objective: .fewestLocations,
        locations: [
          PackingLocation(id: "A", copies: 60, volumeMM3: 1_000, maxWeightG: 1_000),
          PackingLocation(id: "B", copies: 2, volumeMM3: 2_000, maxWeightG: 1_500),
        ],
        items: items
      )
      let plan = try Packer.plan(instance, seed: seed, rounds: 150) { true }
      let ffd = try Packer.plan(instance, algorithm: .ffd)
      #expect(PlanChecker(instance: instance, plan: plan).violations() == [], "seed \(seed)")
      #expect(plan.locationsUsed <= ffd.locationsUsed, "seed \(seed)")
      if plan.locationsUsed < ffd.locationsUsed { better += 1 }
    }
    #expect(better >= 3)
  }

  @Test("Tight triplets are packed without any waste, by exact cover")
  func triplets() throws {
    // Twelve bins of 1,000, each cut into three goods between a quarter and a half.
    var dice = SeededGenerator(seed: 31)
    var sizes: [Int64] = []
    for _ in 0..<12 {
      let first = Int64.random(in: 380...490, using: &dice)
      let second = Int64.random(in: 251...(1_000 - first - 251), using: &dice)
      sizes += [first, second, 1_000 - first - second]
    }
    let instance = InstanceFiles.weights(sizes.sorted(), capacity: 1_000)
    let plan = try Packer.plan(instance, rounds: 200) { true }
    #expect(plan.locationsUsed == 12)
    #expect(plan.isProvedOptimal)
    #expect(PlanChecker(instance: instance, plan: plan).violations() == [])
  }
}
