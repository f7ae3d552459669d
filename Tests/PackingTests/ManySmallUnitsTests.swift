import StowageTesting
import Testing
import Warehouse

@testable import Packing

/// Thousands of small units in a few large places: a thousand seconds once, for ten thousand.
///
/// What keeps them quick must not cost a rule: plans are checked by arithmetic of their own, and
/// what a bin noted as refused is asked again of a bin that notes nothing.
@Suite("Many small units")
struct ManySmallUnitsTests {
  private func instance(seed: UInt64, types: Int, each: Int, support: Double) -> PackingInstance {
    var dice = SeededGenerator(seed: seed)
    let limits: [Int64?] = [200, 1_000, 5_000, nil]
    return PackingInstance(
      objective: .fewestLocations,
      minSupport: support,
      locations: [PackingLocation(id: "P", copies: 9, inner: Dimensions(600, 400, 700))],
      items: (0..<types).map { index in
        let edges = (0..<3).map { _ in Int64.random(in: 20...80, using: &dice) }
        return PackingItem(
          id: "G\(index)",
          quantity: each,
          size: Dimensions(edges[0], edges[1], edges[2]),
          weightG: Int64.random(in: 5...150, using: &dice),
          maxLoadG: limits.randomElement(using: &dice) ?? nil
        )
      }
    )
  }

  @Test("Their plans keep every rule", arguments: [(8, 190, 0.7), (760, 2, 0.7), (300, 5, 0.0)])
  func valid(types: Int, each: Int, support: Double) throws {
    let instance = instance(seed: UInt64(types), types: types, each: each, support: support)
    for algorithm in [PackingAlgorithm.ffd, .bfd] {
      let plan = try Packer.plan(instance, algorithm: algorithm)
      #expect(PlanChecker(instance: instance, plan: plan).violations() == [], "\(algorithm)")
      #expect(!plan.placements.isEmpty)
    }
  }

  @Test("A bin keeps so many spaces and no more")
  func spaces() {
    var dice = Dice(seed: 8)
    var room = StandingRoom(room: SIMD4(3_000, 3_000, 3_000, 1))
    var most = 0
    for _ in 0..<400 {
      let corner = SIMD4<Int32>(
        Int32(dice.below(2_950)),
        Int32(dice.below(2_950)),
        Int32(dice.below(2_950)),
        0
      )
      room.occupy(Cuboid(at: corner, size: SIMD4(40, 40, 40, 1)), smallest: 1, most: 200)
      most = max(most, room.spaces.count)
      #expect(room.notes.count == room.spaces.count)
      #expect(zip(room.spaces, room.spaces.dropFirst()).allSatisfy { $0.lo.z <= $1.lo.z })
    }
    #expect(most <= 200 && most > 120, "seed 8: \(most)")
  }

  @Test("Few units are searched for with all care, many with less")
  func care() {
    let few = SearchCare(units: 500, hasGeometry: true, hasStacking: true)
    #expect((few.spaces, few.corners(of: 90), few.patience(with: 90)) == (10_000, 48, .max))
    let many = SearchCare(units: 100_000, hasGeometry: true, hasStacking: true)
    #expect((many.spaces, many.corners(of: 40), many.patience(with: 5_000)) == (128, 1, 4))
    let plain = SearchCare(units: 0, hasGeometry: false, hasStacking: false)
    #expect((plain.corners(of: 4), plain.patience(with: 0)) == (2_000, .max))
  }

  @Test("What a bin noted as refused, a bin without notes refuses as well")
  func notes() throws {
    for seed in UInt64(1)...6 {
      let instance = instance(
        seed: seed,
        types: 60,
        each: 40,
        support: seed.isMultiple(of: 2) ? 0.7 : 0
      )
      let problem = try Problem(instance)
      var bin = Bin(problem, kind: 0)
      var refusals = 0
      for (index, type) in problem.types.enumerated() {
        for _ in 0..<type.count {
          var blank = bin
          blank.forgetRefusals()
          let found = bin.place(for: type, in: problem)
          #expect(found == blank.place(for: type, in: problem), "seed \(seed), type \(index)")
          guard let found else {
            refusals += 1
            break
          }
          bin.add(type: index, at: found, in: problem)
        }
      }
      #expect(!bin.units.isEmpty)
      #expect(refusals > 0, "seed \(seed)")
    }
  }
}
