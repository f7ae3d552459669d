import Foundation
import Packing
import StowageTesting
import Testing

@Suite("Slotting by the routing of the site")
struct SlottingTests {
  /// The block of the notes: 6 aisles 5 m apart, 15 cells of 1 m a side, 1.5 m from the
  /// cross aisles to the outermost.
  static let block = PickLayout.block(
    aisles: 6,
    cellsASide: 15,
    aisleStepMM: 5_000,
    cellMM: 1_000,
    endMM: 1_500
  )

  @Test("Tours by hand: S-shape, return and midpoint")
  func tours() {
    let layout = PickLayout(
      aislesMM: [0, 5_000, 10_000],
      lengthMM: 20_000,
      cells: [
        .init(aisle: 0, alongMM: 4_000), .init(aisle: 1, alongMM: 15_000),
        .init(aisle: 2, alongMM: 6_000), .init(aisle: 1, alongMM: 3_000),
      ]
    )
    // One aisle: in and out, under every routing.
    for routing in PickLayout.Routing.allCases { #expect(layout.tourMM([0], routing) == 8_000) }
    // Two aisles from end to end, and 5 m over and back.
    #expect(layout.tourMM([0, 1], .sShape) == 50_000)
    // Three: two from end to end, the last in and out; 10 m over and back.
    #expect(layout.tourMM([0, 1, 2], .sShape) == 72_000)
    #expect(layout.tourMM([0, 1, 2, 3], .returning) == 8_000 + 30_000 + 12_000 + 20_000)
    // The middle aisle: 3 m from the front, 5 m from the back.
    #expect(layout.tourMM([0, 1, 2, 3], .midpoint) == 40_000 + 6_000 + 10_000 + 20_000)
    #expect(layout.tourMM([], .sShape) == 0)
    #expect(layout.roundTripMM(2) == 32_000)
  }

  /// Groceries: baskets as numbers, the first 6,000 to learn from.
  private func groceries() throws -> (train: [[Int]], test: [[Int]], materials: Int) {
    let url = try #require(SharedData.file("packing/basket/groceries.csv"))
    var numbers: [Substring: Int] = [:]
    let text = try String(contentsOf: url, encoding: .utf8)
    let baskets = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",").map { name -> Int in
        let known = numbers[name] ?? numbers.count
        numbers[name] = known
        return known
      }
    }
    return (Array(baskets.prefix(6_000)), Array(baskets.dropFirst(6_000)), numbers.count)
  }

  @Test(
    "Out of sample on groceries: the reference figures, and better than full turnover",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func groceriesOutOfSample() throws {
    let (train, test, materials) = try groceries()
    #expect(materials == 169)
    #expect(test.count == 3_835)
    let slotting = Slotting(
      layout: Self.block,
      routing: .sShape,
      orders: train,
      materials: materials
    )
    func metres(_ cellOf: [Int]) -> Double { slotting.meanTourMM(cellOf, over: test) / 1_000 }
    let random = (1...3).reduce(0.0) { $0 + metres(slotting.atRandom(seed: $1)) } / 3
    let classes = (1...3).reduce(0.0) { $0 + metres(slotting.byClass(seed: $1)) } / 3
    // Measured once by another program: 86.7 m, 53.4 m, 48.8 m.
    #expect(abs(random - 86.7) < 2.5, "\(random)")
    #expect(abs(classes - 53.4) < 2, "\(classes)")
    let turnover = slotting.byTurnover()
    #expect(abs(metres(turnover) - 48.8) < 0.5, "\(metres(turnover))")
    // A test run has time for a little; `STOWAGE_SLOTTING_ROUNDS` gives the figure of many.
    let asked = ProcessInfo.processInfo.environment["STOWAGE_SLOTTING_ROUNDS"]
    let rounds = asked.flatMap { Int($0) } ?? 4
    let better = slotting.improved(turnover, rounds: rounds)
    if asked != nil {
      print("metres a tour:", random, classes, metres(turnover), metres(better))
      return
    }
    #expect(Set(better).count == materials)
    #expect(metres(better) < metres(turnover) + 0.5, "\(metres(better))")
    #expect(slotting.improved(turnover, rounds: 4) == better)
  }
}

@Suite("Affinity")
struct AffinityTests {
  @Test("Lift by hand, shrunk towards one, and nothing without support")
  func lifts() throws {
    // 100 orders: 1 and 2 together in 30, 1 alone in 10, 2 alone in 10, 3 with 1 in 5.
    let orders =
      [[Int]](repeating: [1, 2], count: 30) + [[Int]](repeating: [1], count: 10)
      + [[Int]](repeating: [2, 2], count: 10) + [[Int]](repeating: [3, 1], count: 5)
      + [[Int]](repeating: [4], count: 45)
    let pairs = Affinity.pairs(orders, minimumOrders: 20, prior: 10)
    let pair = try #require(pairs.first)
    #expect(pairs.count == 1)
    #expect(pair.first == 1 && pair.second == 2)
    #expect(pair.orders == 30)
    #expect(abs(pair.support - 0.3) < 1e-12)
    #expect(abs(pair.confidence - 0.75) < 1e-12)
    // Expected 45 * 40 / 100 = 18: (30 + 10) / (18 + 10).
    #expect(abs(pair.lift - 40.0 / 28.0) < 1e-12)
    #expect(Affinity.pairs(orders, minimumOrders: 5).count == 2)
  }
}

@Suite("Re-slotting")
struct ReslottingTests {
  private let terms = Reslotting.Terms(stepMM: 10_000, horizonDays: 30, paybackDays: 10)

  /// Does the steps one by one; fails where a step goes to a place that is taken.
  private func carryOut(_ plan: Reslotting.Plan, _ cellOf: [Int]) -> [Int] {
    var cellOf = cellOf
    for step in plan.steps {
      #expect(cellOf[step.material] == step.from)
      #expect(!cellOf.contains(step.to), "\(step)")
      cellOf[step.material] = step.to
    }
    return cellOf
  }

  @Test("A fast material moves into a free near place, and frees its own for the next")
  func chain() {
    let question = Reslotting(
      pickMM: [10_000, 20_000, 30_000],
      picksADay: [9, 5],
      terms: terms
    )
    let plan = question.plan([1, 2])
    #expect(plan.cellOf == [0, 1])
    #expect(carryOut(plan, [1, 2]) == plan.cellOf)
    #expect(plan.steps.count == 2)
    #expect(plan.changes[0].savedADayMM == 90_000)
    #expect(plan.netMM(terms) == Double(30 * (90_000 + 50_000) - 20_000))
  }

  @Test("Two materials change places by way of a free one, and only where that pays")
  func exchange() {
    let question = Reslotting(
      pickMM: [10_000, 60_000, 70_000],
      picksADay: [0.5, 8],
      terms: terms
    )
    let plan = question.plan([0, 1])
    #expect(plan.steps.count == 3)
    #expect(plan.cellOf == [1, 0])
    #expect(carryOut(plan, [0, 1]) == [1, 0])
    let lazy = Reslotting(pickMM: [10_000, 60_000, 70_000], picksADay: [0.5, 0.52], terms: terms)
    #expect(lazy.plan([0, 1]).steps.isEmpty)
    let full = Reslotting(pickMM: [10_000, 60_000], picksADay: [0.5, 8], terms: terms)
    #expect(full.plan([0, 1]).steps.isEmpty, "without a free place nothing can be exchanged")
    #expect(question.plan([0, 1]) { _, cell in cell == 1 }.steps.isEmpty)
  }

  @Test("No more steps than a shift has, every plan can be carried out and pays, twice none")
  func shifts() {
    for seed in UInt64(1)...40 {
      var dice = SeededGenerator(seed: seed)
      let cells = Int.random(in: 4...60, using: &dice)
      let materials = Int.random(in: 2..<cells, using: &dice)
      var terms = terms
      terms.steps = Int.random(in: 1...30, using: &dice)
      let question = Reslotting(
        pickMM: (0..<cells).map { _ in Int64.random(in: 5_000...90_000, using: &dice) },
        picksADay: (0..<materials).map { _ in Double.random(in: 0...20, using: &dice) },
        terms: terms
      )
      let cellOf = Array((0..<cells).shuffled(using: &dice).prefix(materials))
      let plan = question.plan(cellOf)
      #expect(plan.steps.count <= terms.steps)
      #expect(carryOut(plan, cellOf) == plan.cellOf, "seed \(seed)")
      #expect(plan.changes.allSatisfy { $0.paybackDays <= 10 })
      let walk = { (cells: [Int]) in
        zip(cells, question.picksADay).reduce(0.0) { $0 + Double(question.pickMM[$1.0]) * $1.1 }
      }
      let saved = plan.changes.reduce(0) { $0 + $1.savedADayMM }
      #expect(abs(walk(cellOf) - walk(plan.cellOf) - saved) < 1e-3, "seed \(seed)")
    }
  }
}
