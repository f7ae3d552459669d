import Testing
import Warehouse

@testable import Packing

@Suite("Bounds that no plan can beat")
struct BoundsTests {
  @Test("L2 counts goods above half singly (Martello and Toth 1990, section 8.3)")
  func aboveHalf() {
    #expect(TwoSided.count([(70, 1), (60, 1), (50, 1), (33, 3)], capacity: 100) == 4)
    // Seven goods of 51: no two share, though their sum fits into four bins.
    #expect(TwoSided.count([(51, 7)], capacity: 100) == 7)
    // Goods of exactly half pair up.
    #expect(TwoSided.count([(50, 8)], capacity: 100) == 4)
    #expect(TwoSided.count([], capacity: 100) == 0)
    #expect(TwoSided.count([(10, 3)], capacity: .max) == 0)
  }

  @Test("L2 never exceeds the optimum found by trying everything")
  func againstExhaustive() {
    var dice = Dice(seed: 11)
    for _ in 0..<300 {
      let sizes = (0..<(1 + dice.below(7))).map { _ in Int64(1 + dice.below(20)) }
      let bound = TwoSided.count(sizes.map { ($0, 1) }, capacity: 20)
      #expect(bound <= optimum(sizes, capacity: 20), "\(sizes)")
      let sum = sizes.reduce(0, +)
      #expect(bound >= Int((sum + 19) / 20), "\(sizes)")
    }
  }

  /// The fewest bins, by putting each size into every bin in turn.
  private func optimum(_ sizes: [Int64], capacity: Int64) -> Int {
    func place(_ index: Int, _ bins: [Int64], _ best: Int) -> Int {
      if index == sizes.count { return min(best, bins.count) }
      if bins.count >= best { return best }
      var best = best
      for bin in bins.indices where bins[bin] + sizes[index] <= capacity {
        var next = bins
        next[bin] += sizes[index]
        best = place(index + 1, next, best)
      }
      return place(index + 1, bins + [sizes[index]], best)
    }
    return place(0, [], sizes.count + 1)
  }

  @Test("With different locations the largest count first")
  func heterogeneous() throws {
    let instance = PackingInstance(
      objective: .fewestLocations,
      locations: [
        PackingLocation(id: "small", copies: 5, maxWeightG: 10),
        PackingLocation(id: "large", copies: 2, maxWeightG: 40),
      ],
      items: [PackingItem(id: "i", quantity: 17, weightG: 5)]
    )
    // 85 g: two of 40 and one of 10.
    let plan = try Packer.plan(instance)
    #expect(plan.bound?.value == 3)
    #expect(plan.locationsUsed == 3)
    #expect(plan.gap == 0)
  }
}
