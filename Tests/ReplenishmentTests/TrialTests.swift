import Forecasting
import StowageTesting
import Testing
import Warehouse

@testable import Replenishment

@Suite("Promises put to the test, and what lies too long")
struct TrialTests {
  static let levels = [0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.975, 0.99]

  /// Renewal theory by simulation: how far a demand drawn again and again goes below a level that
  /// it starts far above.
  @Test("Undershoot and lead-time demand together have the quantiles of a simulation")
  func crossing() throws {
    let seed: UInt64 = 4_711
    var random = SeededGenerator(seed: seed)
    // Mostly nothing, now and then a burst: mean 2, a coefficient of variation near 2.6.
    func draw() -> Double {
      Double.random(in: 0...1, using: &random) < 0.8
        ? 0 : Double.random(in: 0...20, using: &random)
    }
    let lead = 5
    var missing: [Double] = []
    for _ in 0..<20_000 {
      var level = 200.0
      while level > 0 { level -= draw() }
      for _ in 0..<lead { level -= draw() }
      missing.append(-level)
    }
    missing.sort()
    func quantiles(_ days: Int) -> [Double] {
      let sums = (0..<20_000).map { _ in (0..<days).reduce(0.0) { sum, _ in sum + draw() } }
        .sorted()
      return Self.levels.map { sums[Int($0 * 20_000)] }
    }
    let outlook = DemandOutlook(
      firstDay: LocalDay("2026-01-05") ?? LocalDay(rawValue: 0),
      dailyMean: [Double](repeating: 2, count: 30),
      levels: Self.levels,
      sums: [1, 5, 6].map { .init(steps: $0, mean: 2 * Double($0), quantiles: quantiles($0)) },
      dailyDeviation: 5.2
    )
    let policy = StockPolicy(leadTimeDays: Double(lead), service: .cycle(0.95))
    let law = try #require(SafetyStock.crossingLaw(outlook, policy, from: outlook.firstDay))
    for level in [0.5, 0.8, 0.9, 0.95] {
      let found = law.quantile(level)
      let expected = missing[Int(level * 20_000)]
      #expect(abs(found - expected) < 0.12 * expected + 0.5, "seed \(seed), level \(level)")
    }
    let point = SafetyStock(
      outlook: outlook,
      policy: policy,
      orderQuantity: 50,
      from: outlook.firstDay
    )
    #expect(point.reorderPoint >= law.quantile(0.95) - 1e-9)
  }

  @Test("A trial keeps the promise on noise, and the textbook's formula is shown beside it")
  func trial() throws {
    let seed: UInt64 = 99
    var random = SeededGenerator(seed: seed)
    var (good, cycles) = (0, 0)
    for number in 0..<12 {
      let values = (0..<420).map { _ in
        (0..<6).reduce(0.0) { sum, _ in sum + Double(Int.random(in: 0...4, using: &random)) }
      }
      let series = DemandSeries(
        id: "\(number)",
        values: values,
        startDay: LocalDay("2024-01-01")
      )
      let trial = try #require(
        StockTrial(
          series,
          policy: StockPolicy(leadTimeDays: 7, service: .cycle(0.95), usualCoverDays: 10),
          request: ForecastRequest(horizon: 28, quantiles: Self.levels),
          pool: nil,
          days: 182
        )
      )
      good += trial.promised.goodCycles
      cycles += trial.promised.cycles
      #expect(trial.promised.averageStock > 0)
      #expect(trial.textbook.cycles > 0)
      #expect(abs(trial.dailyMean - 12) < 1.5)
    }
    #expect(cycles > 150)
    #expect(Double(good) / Double(cycles) > 0.9, "seed \(seed): \(good) of \(cycles)")
  }

  @Test("Where busy days come together, what order cycles ask is on top of the quantile")
  func bursts() throws {
    let seed: UInt64 = 271_828
    var random = SeededGenerator(seed: seed)
    var (good, cycles, textbook, theirs) = (0, 0, 0, 0)
    for number in 0..<4 {
      var left = 0
      let values = (0..<1_092).map { _ -> Double in
        // A promotion of five days begins on one day of thirty.
        if left == 0, Int.random(in: 0..<30, using: &random) == 0 { left = 5 }
        left = max(0, left - 1)
        return Double(Int.random(in: left > 0 ? 20...60 : 0...4, using: &random))
      }
      let trial = try #require(
        StockTrial(
          DemandSeries(id: "\(number)", values: values, startDay: LocalDay("2023-01-02")),
          policy: StockPolicy(leadTimeDays: 4, service: .cycle(0.95), usualCoverDays: 14),
          request: ForecastRequest(horizon: 28, quantiles: Self.levels),
          pool: nil,
          days: 364
        )
      )
      good += trial.promised.goodCycles
      cycles += trial.promised.cycles
      textbook += trial.textbook.goodCycles
      theirs += trial.textbook.cycles
    }
    let kept = Double(good) / Double(cycles)
    #expect(cycles > 80)
    #expect(kept > 0.85 && kept < 0.99, "seed \(seed): \(good) of \(cycles)")
    #expect(Double(textbook) / Double(theirs) < 0.85, "\(textbook) of \(theirs)")
  }

  @Test("Extras are read between lead times and levels, and are none below the ends")
  func extras() throws {
    var outlook = DemandOutlook(
      firstDay: LocalDay(rawValue: 20_000),
      dailyMean: [Double](repeating: 10, count: 60),
      levels: [0.5, 0.95],
      sums: [.init(steps: 8, mean: 80, quantiles: [78, 100])],
      dailyDeviation: 3
    )
    #expect(outlook.burst(leadTimeDays: 7) == nil)
    outlook.bursts = [
      .init(steps: 14, extras: [0, 4]), .init(steps: 7, extras: [0, 2]),
      .init(steps: 3, extras: [1]),
    ]
    #expect(outlook.bursts.map(\.steps) == [7, 14])
    let high = Normal.quantile(0.95)
    let between = try #require(outlook.burst(leadTimeDays: 10.5))
    #expect(abs(between(high) - 3) < 1e-12)
    #expect(abs(between(high / 2) - 1.5) < 1e-12)
    #expect(between(5) == between(high) && between(-3) == 0)
    let shorter = try #require(outlook.burst(leadTimeDays: 1))
    #expect(abs(shorter(high) - 2) < 1e-12)
    let policy = StockPolicy(leadTimeDays: 7, service: .cycle(0.95))
    let point = SafetyStock(
      outlook: outlook,
      policy: policy,
      orderQuantity: 100,
      from: outlook.firstDay
    )
    #expect(abs(point.reorderPoint - (100 + 2 * 10)) < 1e-6)
  }

  @Test("Several lots that are called for on one day are one order, and one cycle")
  func oneOrder() {
    let run = StockSimulation(
      demand: [0, 100, 0, 0, 0],
      reorderPoint: 10,
      quantity: 20,
      leadTimes: [1],
      initialStock: 30
    )
    // 30 - 100 = -70; five lots lead back above 10, and find 70 waiting when they come.
    #expect(run.orders == 1 && run.cycles == 1 && run.goodCycles == 0)
    #expect(run.served == 30)
    #expect(run.averageStock == (30 + 0 + 0 + 30 + 30) / 5.0)
  }

  @Test("No trial without a past, or without demand")
  func noTrial() {
    let policy = StockPolicy(leadTimeDays: 7)
    let request = ForecastRequest(horizon: 28, quantiles: Self.levels)
    let short = DemandSeries(id: "s", values: [Double](repeating: 3, count: 200))
    #expect(StockTrial(short, policy: policy, request: request, pool: nil, days: 182) == nil)
    let ended = DemandSeries(
      id: "e",
      values: [Double](repeating: 3, count: 200) + [Double](repeating: 0, count: 182)
    )
    #expect(StockTrial(ended, policy: policy, request: request, pool: nil, days: 182) == nil)
  }

  @Test("Steadiness is read from whole weeks")
  func steadiness() {
    let week: [Double] = [9, 1, 1, 1, 9, 0, 0]
    let steady = (0..<70).map { week[$0 % 7] }
    #expect(SteadinessClass(daily: steady) == .x)
    // Weeks of 10 and 30: mean 20, deviation of the sample about 10.3.
    let changing = (0..<140).map { ($0 / 7) % 2 == 0 ? 10.0 / 7 : 30.0 / 7 }
    #expect(SteadinessClass(daily: changing) == .y)
    let rare = (0..<140).map { $0 % 35 == 3 ? 50.0 : 0 }
    #expect(SteadinessClass(daily: rare) == .z)
    #expect(SteadinessClass(daily: [1, 1, 1]) == .z)
    #expect(SteadinessClass(daily: [Double](repeating: 0, count: 70)) == .z)
    let gaps = steady.enumerated().map { $0 % 7 == 3 ? Double.nan : $1 }
    #expect(SteadinessClass(daily: gaps) == .x)
  }

  @Test("Dead, excess and sound stock")
  func health() {
    func judge(_ onHand: Double, last: Int?, recorded: Int = 900, mean: Double = 2) -> StockHealth {
      StockHealth(
        onHand: onHand,
        daysWithoutDemand: last,
        recordedDays: recorded,
        deadDays: 365,
        dailyMean: mean,
        coverDays: 180,
        reorderPoint: 40
      )
    }
    #expect(judge(10, last: 365) == .dead(daysWithoutDemand: 365))
    #expect(judge(10, last: 364) == .sound)
    #expect(judge(10, last: nil) == .dead(daysWithoutDemand: nil))
    #expect(judge(10, last: nil, recorded: 30) == .sound)
    #expect(judge(0, last: 900) == .sound)
    #expect(judge(360, last: 3) == .sound)
    #expect(judge(500, last: 3) == .excess(quantity: 140, coverDays: 250))
    #expect(judge(30, last: 3, mean: 0.1) == .sound)
    #expect(judge(41, last: 3, mean: 0.1) == .excess(quantity: 1, coverDays: 410))
  }
}
