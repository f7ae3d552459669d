import Foundation
import Packing
import Testing
import Warehouse

/// What holds for every plan, tried on seeded random instances.
///
/// `STOWAGE_RANDOM_PLANS` sets how many: 60 in a test run, 10,000 in the long form.
@Suite("Random plans")
struct RandomPlansTests {
  private static let count =
    ProcessInfo.processInfo.environment["STOWAGE_RANDOM_PLANS"].flatMap { UInt64($0) } ?? 60

  @Test("Every plan is valid, keeps to its bound, and HYBRID is never worse than FFD and BFD")
  func laws() throws {
    var proved = 0
    for seed in 1...Self.count {
      let instance = RandomInstances.instance(seed: seed)
      let plans = try PackingAlgorithm.allCases.map {
        try Packer.plan(instance, algorithm: $0, seed: seed, rounds: 3) { true }
      }
      for plan in plans {
        let broken = PlanChecker(instance: instance, plan: plan).violations()
        #expect(broken == [], "seed \(seed), \(plan.algorithm)")
        let isWithin = isWithinBound(plan, instance)
        #expect(isWithin, "seed \(seed), \(plan.algorithm), \(instance.objective), \(told(plan))")
        if plan.isProvedOptimal { proved += 1 }
      }
      let hybrid = try #require(plans.last { $0.algorithm == .hybrid })
      for plan in plans {
        #expect(!(Worth(plan, instance) < Worth(hybrid, instance)), "seed \(seed)")
      }
      // A plan that is proved optimal is beaten by none.
      for plan in plans where plan.isProvedOptimal {
        #expect(!(Worth(hybrid, instance) < Worth(plan, instance)), "seed \(seed)")
      }
    }
    #expect(proved > 0)
  }

  private func told(_ plan: PackingPlan) -> String {
    "\(plan.bound?.kind ?? "") \(plan.bound?.value ?? 0) for \(plan.locationsUsed) locations,"
      + " opened \(plan.openedVolumeMM3), packed \(plan.packedVolumeMM3), score \(plan.score)"
  }

  private func isWithinBound(_ plan: PackingPlan, _ instance: PackingInstance) -> Bool {
    guard let bound = plan.bound?.value else { return true }
    let slack = 1e-6 * max(1, abs(bound))
    return switch instance.objective {
    case .fewestLocations: Double(plan.locationsUsed) >= bound - slack
    case .leastOpenedVolume: Double(plan.openedVolumeMM3) >= bound - slack
    case .mostVolumePacked: Double(plan.packedVolumeMM3) <= bound + slack
    case .bestScore: plan.score <= bound + slack
    }
  }

  @Test("Seed and rounds give the plan again, on any number of threads at once")
  func determinism() async throws {
    for seed in UInt64(1)...12 {
      let instance = RandomInstances.instance(seed: seed)
      let first = try Packer.plan(instance, seed: seed, rounds: 4) { true }
      let others = try await withThrowingTaskGroup(of: PackingPlan.self) { group in
        for _ in 0..<4 {
          group.addTask { try Packer.plan(instance, seed: seed, rounds: first.rounds) { true } }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for other in others {
        #expect(other.placements == first.placements, "seed \(seed)")
        #expect(other.bound == first.bound, "seed \(seed)")
      }
    }
  }

  @Test("Several lanes: repeatable by rounds, never worse than one, given again by seed and rounds")
  func lanes() throws {
    for seed in UInt64(1)...10 {
      let instance = RandomInstances.instance(seed: seed)
      func plan(_ lanes: Int) throws -> PackingPlan {
        try Packer.plan(
          instance,
          seed: seed,
          rounds: 3,
          lanes: lanes,
          run: { count, lane in (0..<count).reversed().map { lane($0) } },
          mayContinue: { true }
        )
      }
      let one = try plan(1)
      let three = try plan(3)
      let again = try plan(3)
      #expect(three.placements == again.placements && three.seed == again.seed, "seed \(seed)")
      #expect(!(Worth(one, instance) < Worth(three, instance)), "seed \(seed)")
      let replayed = try Packer.plan(instance, seed: three.seed, rounds: three.rounds) { true }
      #expect(replayed.placements == three.placements, "seed \(seed)")
    }
    #expect(throws: Failure.self) {
      try Packer.plan(
        RandomInstances.instance(seed: 1),
        lanes: 65,
        run: { _, _ in [] },
        mayContinue: { true }
      )
    }
  }

  @Test("The order of the items in the request does not change what FFD and BFD come to")
  func independence() throws {
    var compared = 0
    for seed in UInt64(1)...80 {
      var instance = RandomInstances.instance(seed: seed)
      instance.choices = nil
      if instance.objective == .bestScore { instance.objective = .fewestLocations }
      // Goods of equal size are taken in their order; without such ties the order plays no part.
      for index in instance.items.indices { instance.items[index].weightG = Int64(1_000 + index) }
      var turned = instance
      turned.items.reverse()
      for algorithm in [PackingAlgorithm.ffd, .bfd] {
        let plan = try Packer.plan(instance, algorithm: algorithm)
        let other = try Packer.plan(turned, algorithm: algorithm)
        #expect(plan.locationsUsed == other.locationsUsed, "seed \(seed)")
        #expect(plan.openedVolumeMM3 == other.openedVolumeMM3, "seed \(seed)")
        #expect(plan.unplaced.count == other.unplaced.count, "seed \(seed)")
        compared += 1
      }
    }
    #expect(compared == 160)
  }
}
