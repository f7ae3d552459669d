import Packing
import StowageTesting
import Testing
import Warehouse

@Suite(
  "Plans for public benchmark files",
  .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
)
struct BenchmarkFileTests {
  @Test(
    "OR-Library bins: valid plans between the bound and first fit",
    arguments: ["binpack1_u120.txt", "binpack5_t60.txt"]
  )
  func binPacking(file: String) throws {
    for (name, instance, best) in try InstanceFiles.binPacking(file).prefix(5) {
      let ffd = try Packer.plan(instance, algorithm: .ffd)
      let hybrid = try Packer.plan(instance, seed: 1, rounds: 400) { true }
      for plan in [ffd, hybrid] {
        #expect(PlanChecker(instance: instance, plan: plan).violations() == [], "\(name)")
        #expect(plan.unplaced.isEmpty, "\(name)")
        #expect(plan.locationsUsed >= best, "\(name) beats its proved optimum")
        #expect((plan.bound?.value ?? 1e9) <= Double(best), "\(name): bound above optimum")
      }
      #expect(hybrid.locationsUsed == best, "\(name)")
    }
  }

  @Test("Bischoff-Ratcliff containers: valid plans with and without support", arguments: [0, 0.7])
  func containers(support: Double) throws {
    for instance in try InstanceFiles.containers("thpack2.txt", support: support).prefix(2) {
      let plan = try Packer.plan(instance, seed: 1, rounds: 25) { true }
      #expect(PlanChecker(instance: instance, plan: plan).violations() == [])
      let room = instance.locations[0].inner?.volumeMM3 ?? 1
      #expect(Double(plan.packedVolumeMM3) > 0.86 * Double(room))
    }
  }
}
