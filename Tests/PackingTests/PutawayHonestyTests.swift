import Packing
import StowageTesting
import Testing
import Warehouse

/// What an answer says of itself is worked out again from the places, by other code.
@Suite("Answers that can be checked")
struct PutawayHonestyTests {
  private func goods(_ seed: UInt64) -> [PutawayGoods] {
    var dice = SeededGenerator(seed: seed &+ 977)
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    return (1...number(1...8)).map { line in
      var goods = PutawayWorld.pallet(
        lot: line,
        material: number(1...4),
        units: Int(number(1...2))
      )
      goods.unitSize = Dimensions(number(600...1_200), number(400...800), number(300...1_000))
      goods.unitWeightG = number(20...400) * 1_000
      goods.pickClass = [nil, .a, .b, .c][Int(number(0...3))]
      return goods
    }
  }

  @Test("The score is the sum of its parts, and every figure is true of the place")
  func parts() {
    for seed in UInt64(1)...12 {
      let states = PutawayWorld.rack(120, seed: seed)
      let index = PutawayIndex(states)
      let context = PutawayContext(openTasks: ["Z/0": 3, "Z/1": 7])
      for goods in goods(seed) {
        let answer = index.recommend(goods, context: context) { _ in PutawayContents() }
        let told = [answer.best].compactMap { $0 } + answer.runnersUp
        for place in told {
          let sum = place.parts.reduce(0) { $0 + $1.value * $1.weight }
          #expect(abs(sum - place.score) < 1e-12)
          #expect(abs(place.parts.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
          #expect(place.parts.allSatisfy { (0...1).contains($0.value) })
          check(place, goods, states[place.index])
        }
        #expect(zip(told, told.dropFirst()).allSatisfy { $0.score >= $1.score })
        let refused = answer.rejected.values.reduce(0, +)
        #expect(refused + told.count <= answer.judged)
        #expect(answer.judged == states.count)
      }
    }
  }

  private func check(_ place: PutawaySuggestion, _ goods: PutawayGoods, _ state: LocationState) {
    let draft = state.location.draft
    let units = Int64(place.handlingUnits)
    for part in place.parts {
      switch part.kind {
      case .travel:
        #expect(part.figure == Double(draft.travelMM ?? 0) / 1_000)
      case .congestion:
        let tasks = draft.aisle == "0" ? 3.0 : draft.aisle == "1" ? 7.0 : 0
        #expect(part.figure == tasks)
      case .consolidation:
        let lots = state.occupants.filter { $0.material == goods.material }.count
        #expect(part.figure == Double(lots))
        #expect(part.reason.contains("empty") == state.occupants.isEmpty)
      case .utilisation where part.unit == "mm":
        #expect(draft.maxHandlingUnits == 1)
        let heights = [goods.unitSize?.z ?? 0]
        #expect(heights.contains { Double((draft.inner?.z ?? 0) - $0) == part.figure })
      case .utilisation:
        let volume =
          Double(state.usedVolumeMM3 + goods.volumeMM3 * units)
          / Double(draft.capacityMM3 ?? .max)
        let weight =
          Double(state.usedWeightG + goods.weightG * units) / Double(draft.maxWeightG ?? .max)
        let count = Double(state.usedHandlingUnits + place.handlingUnits)
        let share = max(volume, weight, count / Double(draft.maxHandlingUnits ?? .max))
        #expect(abs(part.figure - share * 100) < 0.051)
        #expect(share <= 1)
      case .affinity, .expiry: break
      }
    }
  }

  @Test("No plan scores above its bound, and what is called optimal is never beaten")
  func bound() throws {
    var bounded = 0
    for seed in UInt64(1)...24 {
      let index = PutawayIndex(PutawayWorld.rack(60, seed: seed))
      let lines = goods(seed)
      let plans = try [1, 12].map { rounds in
        try index.plan(
          lines,
          context: PutawayContext(),
          seed: seed,
          rounds: rounds,
          contents: { _ in PutawayContents() },
          mayContinue: { true }
        )
      }
      for plan in plans {
        guard let bound = plan.scoreBound else { continue }
        bounded += 1
        #expect(plan.meanScore <= bound + 1e-6, "seed \(seed)")
        if plan.isProvedOptimal {
          #expect(plans.allSatisfy { $0.meanScore <= plan.meanScore + 1e-6 }, "seed \(seed)")
        }
      }
    }
    #expect(bounded > 0)
  }
}
