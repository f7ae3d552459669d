import Packing
import StowageTesting
import Testing
import Warehouse

@Suite("Plans of the packing engine")
struct EngineTests {
  @Test("Every plan of 200 seeded random instances is valid, and HYBRID is never worse")
  func randomInstances() throws {
    for seed in UInt64(1)...200 {
      let instance = InstanceFiles.random(seed: seed)
      var worths: [Worth] = []
      for algorithm in [PackingAlgorithm.ffd, .bfd, .hybrid] {
        let plan = try Packer.plan(instance, algorithm: algorithm, seed: seed, rounds: 8) { true }
        let found = PlanChecker(instance: instance, plan: plan).violations()
        #expect(found == [], "seed \(seed), \(algorithm)")
        worths.append(Worth(plan, instance))
        if let bound = plan.bound {
          let value: Double
          switch instance.objective {
          case .fewestLocations: value = Double(plan.locationsUsed)
          case .leastOpenedVolume: value = Double(plan.openedVolumeMM3)
          case .mostVolumePacked: value = -Double(plan.packedVolumeMM3)
          case .bestScore: value = -plan.score
          }
          let limit = value < 0 ? -bound.value : bound.value
          #expect(limit <= value + 1e-6 || value == 0, "seed \(seed), \(bound)")
        }
      }
      #expect(!(worths[0] < worths[2]), "seed \(seed): FFD beats HYBRID")
      #expect(!(worths[1] < worths[2]), "seed \(seed): BFD beats HYBRID")
    }
  }

  @Test("The same seed and rounds give the same plan, whatever mayContinue says on the way")
  func determinism() throws {
    for seed in UInt64(1)...10 {
      let instance = InstanceFiles.random(seed: seed &* 77)
      var calls = 0
      let timed = try Packer.plan(instance, seed: seed) {
        calls += 1
        return calls < 40
      }
      let replayed = try Packer.plan(instance, seed: seed, rounds: timed.rounds) { true }
      #expect(timed.placements == replayed.placements, "seed \(seed)")
      #expect(timed.unplaced == replayed.unplaced, "seed \(seed)")
      #expect(replayed.rounds == timed.rounds)
    }
  }

  @Test("More rounds never make a plan worse")
  func anytime() throws {
    let instance = InstanceFiles.random(seed: 4)
    var before: Worth?
    for rounds in [0, 1, 4, 16] {
      let plan = try Packer.plan(instance, seed: 3, rounds: rounds) { true }
      let worth = Worth(plan, instance)
      if let before { #expect(!(before < worth)) }
      before = worth
    }
  }

  @Test("A plan without time for improvement is still a whole plan")
  func noTime() throws {
    let instance = InstanceFiles.weights([6, 5, 5, 4, 4, 3, 3], capacity: 10)
    let plan = try Packer.plan(instance) { false }
    #expect(plan.unplaced.isEmpty)
    #expect(plan.rounds == 0)
    #expect(plan.locationsUsed == 3)
    #expect(plan.isProvedOptimal)
  }

  @Test("Units that cannot go anywhere say why")
  func reasons() throws {
    let room = PackingLocation(
      id: "R",
      inner: Dimensions(100, 100, 100),
      volumeMM3: 900_000,
      maxWeightG: 1_000,
      maxHandlingUnits: 2
    )
    func reason(_ item: PackingItem, _ places: [PackingLocation]) throws -> UnplacedReason? {
      let instance = PackingInstance(objective: .fewestLocations, locations: places, items: [item])
      return try Packer.plan(instance, algorithm: .ffd).unplaced.first?.reason
    }
    let long = PackingItem(id: "long", size: Dimensions(101, 5, 5))
    #expect(try reason(long, [room]) == .dimensions)
    #expect(try reason(PackingItem(id: "heavy", weightG: 1_001), [room]) == .weight)
    #expect(try reason(PackingItem(id: "big", volumeMM3: 950_000), [room]) == .volume)
    var full = room
    full.usedHandlingUnits = 2
    #expect(try reason(PackingItem(id: "third"), [full]) == .handlingUnits)
    let three = PackingItem(id: "three", quantity: 3, size: Dimensions(10, 10, 10))
    #expect(try reason(three, [room]) == .noSpaceLeft)
    var lots = room
    lots.mixing = .singleLot
    lots.present = [PackingGroup(material: 1, lot: 1)]
    let other = PackingItem(id: "other", group: PackingGroup(material: 1, lot: 2))
    #expect(try reason(other, [lots]) == .mixing)
    let instance = PackingInstance(
      objective: .fewestLocations,
      locations: [room],
      items: [three],
      choices: [[]]
    )
    #expect(try Packer.plan(instance, algorithm: .bfd).unplaced.first?.reason == .notAllowed)
  }

  @Test("This side up is kept, and turning about the vertical is always allowed")
  func orientations() throws {
    let tall = PackingItem(
      id: "tall",
      size: Dimensions(10, 20, 90),
      uprights: .thisSideUp
    )
    for (inner, fits) in [
      (Dimensions(10, 20, 90), true), (Dimensions(20, 10, 90), true),
      (Dimensions(90, 20, 10), false), (Dimensions(90, 90, 89), false),
    ] {
      let instance = PackingInstance(
        objective: .fewestLocations,
        locations: [PackingLocation(id: "R", inner: inner)],
        items: [tall]
      )
      #expect(try Packer.plan(instance).unplaced.isEmpty == fits, "\(inner)")
    }
  }

  @Test("What rests on a box never exceeds its load limit")
  func loadOnTop() throws {
    // Base 100 x 100, room for three high; a box carries at most 1,500 g.
    let instance = PackingInstance(
      objective: .fewestLocations,
      minSupport: 1,
      locations: [PackingLocation(id: "R", copies: 9, inner: Dimensions(100, 100, 300))],
      items: [
        PackingItem(
          id: "i",
          quantity: 4,
          size: Dimensions(100, 100, 100),
          weightG: 1_000,
          maxLoadG: 1_500
        )
      ]
    )
    let plan = try Packer.plan(instance)
    #expect(plan.locationsUsed == 2)
    #expect(plan.placements.map { $0.position?.z ?? -1 }.max() == 100)
  }
}
