import StowageTesting
import Testing
import Warehouse

@testable import Replenishment

@Suite("Replenishment advice")
struct AdviceTests {
  private let today = LocalDay(rawValue: 20_000)

  private func outlook(_ daily: Double, deviation: Double = 0, days: Int = 90) -> DemandOutlook {
    DemandOutlook(
      firstDay: today,
      dailyMean: [Double](repeating: daily, count: days),
      dailyDeviation: deviation
    )
  }

  private func supply(
    _ onHand: Int64,
    onOrder: [(Int, Int64)] = [],
    open: [(Int, Int64)] = []
  ) -> SupplyPosition {
    SupplyPosition(
      onHandMilli: onHand * 1_000,
      onOrder: onOrder.map { (today.adding(days: $0.0), $0.1 * 1_000) },
      openOrders: open.map { (today.adding(days: $0.0), $0.1 * 1_000) }
    )
  }

  private let policy = StockPolicy(
    leadTimeDays: 10,
    minimumOrderMilli: 100_000,
    multipleMilli: 1_000
  )

  @Test(
    "Urgency follows the stock-out day",
    arguments: [
      (0, Urgency.critical), (9, .critical), (10, .high), (17, .high), (18, .medium), (40, .medium),
      (41, .low), (nil, .low),
    ] as [(Int?, Urgency)]
  )
  func urgency(days: Int?, expected: Urgency) {
    #expect(Urgency.of(daysUntilStockOut: days, leadTimeDays: 10) == expected)
    #expect(Urgency.of(daysUntilStockOut: days, leadTimeDays: 9.5) == expected)
  }

  @Test(
    "A steady demand of 10 a day: stock-out, order-by day and quantity by hand",
    arguments: [
      // On hand, day of the stock-out, last day to order (stock below 0 that day less 10).
      (95, 9, -1, Urgency.critical), (100, 10, 0, .high), (105, 10, 0, .high),
      (300, 30, 20, .medium),
      (500, 50, 40, .low),
    ] as [(Int64, Int, Int, Urgency)]
  )
  func steady(onHand: Int64, stockOut: Int, orderBy: Int, urgency: Urgency) throws {
    let advice = try Replenisher.advice(
      today: today,
      outlook: outlook(10),
      policy: policy,
      supply: supply(onHand)
    )
    #expect(advice.daysUntilStockOut == stockOut)
    #expect(advice.stockOutDay == today.adding(days: stockOut))
    #expect(advice.orderBy == today.adding(days: orderBy))
    #expect(advice.urgency == urgency)
    #expect(advice.safetyStockMilli == 0)
    #expect(advice.reorderPointMilli == 110_000)
    #expect(advice.positionMilli == onHand * 1_000)
    // Without costs an order covers 30 days; an order that is late fills what will be missing.
    let late =
      orderBy < 0 ? Int64(110 - onHand) * 1_000 : orderBy == 0 ? (110 - onHand) * 1_000 : 10_000
    let missing = urgency == .low ? 0 : 300_000 + (orderBy > 0 ? 10_000 : late)
    #expect(advice.quantityMilli == missing)
    #expect(!advice.reasons.isEmpty)
  }

  @Test("Open orders and forecast are never added up")
  func largerOfBoth() throws {
    // 10 a day are forecast; an order of 10 on day 3 is part of it, one of 50 on day 5 is not.
    let projection = StockProjection(
      today: today,
      days: 8,
      outlook: outlook(10),
      supply: supply(100, open: [(3, 10), (5, 50), (-2, 4)])
    )
    #expect(projection.requirement == [10, 10, 10, 10, 10, 50, 10, 10])
    #expect(projection.stock == [90, 80, 70, 60, 50, 0, -10, -20])
    #expect(projection.firstDay(below: 0) == today.adding(days: 6))
  }

  @Test("Receipts count from their due day, overdue ones today")
  func receipts() throws {
    let advice = try Replenisher.advice(
      today: today,
      outlook: outlook(10),
      policy: policy,
      supply: supply(20, onOrder: [(-3, 30), (12, 500)])
    )
    #expect(advice.stockOutDay == today.adding(days: 5))
    #expect(advice.onOrderMilli == 30_000)
    #expect(advice.positionMilli == 50_000)
    #expect(advice.reasons.contains { $0.contains("overdue") })
    #expect(advice.urgency == .critical)
    // 500 arrive on day 12: the chance that 50 last until then is none.
    #expect(advice.stockOutProbability > 0.999)
  }

  @Test("The probability of a stock-out looks at the days before the next receipt")
  func probability() throws {
    func chance(_ onHand: Int64, _ receipt: Int) throws -> Double {
      try Replenisher.advice(
        today: today,
        outlook: outlook(10, deviation: 5),
        policy: policy,
        supply: supply(onHand, onOrder: [(receipt, 100)])
      ).stockOutProbability
    }
    // Four days need 40 with a deviation of 10: at 40 a half, at 50 what lies beyond one sigma.
    #expect(abs(try chance(40, 4) - 0.5) < 1e-6)
    #expect(abs(try chance(50, 4) - 0.158_655) < 1e-4)
    #expect(try chance(50, 5) > chance(50, 4))
    #expect(try chance(60, 4) < chance(50, 4))
  }

  @Test("Levels rise with service, lead time and swings, and scale with the unit")
  func properties() throws {
    func point(
      _ scale: Double = 1,
      service: ServiceTarget = .cycle(0.95),
      lead: Double = 10,
      leadDeviation: Double = 1,
      deviation: Double = 6
    ) throws -> Int64 {
      try Replenisher.advice(
        today: today,
        outlook: outlook(10 * scale, deviation: deviation * scale),
        policy: StockPolicy(
          leadTimeDays: lead,
          leadTimeDeviationDays: leadDeviation,
          service: service
        ),
        supply: supply(0)
      ).reorderPointMilli
    }
    let base = try point()
    #expect(try point(service: .cycle(0.98)) > base)
    #expect(try point(lead: 12) > base)
    #expect(try point(leadDeviation: 3) > base)
    #expect(try point(deviation: 9) > base)
    #expect(abs(try point(1_000) - base * 1_000) <= 1_000)
    #expect(try point(service: .fillRate(0.99)) > point(service: .fillRate(0.95)))
  }

  @Test("Nothing but sense comes out for random inputs")
  func random() throws {
    let seed: UInt64 = 515
    print("advice, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_500 {
      let daily = Double.random(in: 0...50, using: &random)
      let multiple = Int64.random(in: 1...20, using: &random) * 500
      let policy = StockPolicy(
        leadTimeDays: Double.random(in: 0...60, using: &random),
        leadTimeDeviationDays: Double.random(in: 0...9, using: &random),
        reviewDays: Double(Int.random(in: 0...14, using: &random)),
        service: Bool.random(using: &random)
          ? .cycle(Double.random(in: 0.5...0.999, using: &random))
          : .fillRate(Double.random(in: 0.5...0.999, using: &random)),
        minimumOrderMilli: Int64.random(in: 0...200_000, using: &random),
        multipleMilli: multiple,
        unitCostMinor: Int64.random(in: 0...5_000, using: &random),
        orderingCostMinor: Int64.random(in: 0...9_000, using: &random),
        shelfLifeDays: Bool.random(using: &random) ? Int.random(in: 1...400, using: &random) : nil,
        maximumCoverDays: Bool.random(using: &random) ? Int.random(in: 1...90, using: &random) : nil
      )
      let flows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        (Int.random(in: -5...80, using: &random), Int64.random(in: 0...500, using: &random))
      }
      let advice = try Replenisher.advice(
        today: today,
        outlook: outlook(
          daily,
          deviation: Double.random(in: 0...40, using: &random),
          days: Int.random(in: 0...120, using: &random)
        ),
        policy: policy,
        supply: supply(Int64.random(in: -50...3_000, using: &random), onOrder: flows, open: flows)
      )
      #expect(advice.quantityMilli % multiple == 0)
      #expect(advice.quantityMilli == 0 || advice.quantityMilli >= policy.minimumOrderMilli)
      #expect(advice.safetyStockMilli >= 0)
      #expect(advice.reorderPointMilli >= advice.safetyStockMilli)
      #expect((0...1).contains(advice.stockOutProbability))
      #expect(
        advice.positionMilli == advice.onHandMilli + advice.onOrderMilli - advice.reservedMilli
      )
      #expect((advice.urgency == .low) || advice.stockOutDay != nil)
      if advice.urgency == .critical { #expect(advice.quantityMilli > 0) }
      if let day = advice.stockOutDay, let by = advice.orderBy {
        #expect(by <= day.adding(days: -Int(policy.leadTimeDays.rounded(.up))))
      }
    }
  }

  @Test("A stale forecast is read from today on, and beyond its end by its last weeks")
  func stale() {
    let old = DemandOutlook(
      firstDay: today.adding(days: -5),
      dailyMean: [1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
      dailyDeviation: 0
    )
    #expect(old.mean(from: today, days: 5) == 10)
    #expect(old.mean(from: today, days: 2.5) == 5)
    #expect(old.mean(from: today, days: 7) == 13)
    #expect(old.mean(from: today.adding(days: -7), days: 3) == 3)
    #expect(DemandOutlook(firstDay: today, dailyMean: [], dailyDeviation: 0).mean(on: today) == 0)
  }

  @Test("A stored forecast gives means, sums and the daily deviation")
  func storedForecast() {
    let levels = [0.1, 0.5, 0.9]
    let forecast = MaterialForecast(
      material: MaterialID(1),
      run: ForecastRunID(1),
      firstDay: today,
      method: "SES",
      reason: "",
      demandClass: "SMOOTH",
      mean: [Double](repeating: 100, count: 30),
      levels: levels,
      quantiles: [-1.281_55, 0, 1.281_55].map { z in
        [Double](repeating: 100 + 20 * z, count: 30)
      },
      cumulative: [
        .init(steps: 14, mean: 1_400, quantiles: [1_300, 1_400, 1_500]),
        .init(steps: 7, mean: 700, quantiles: [650, 700, 750]),
      ]
    )
    let outlook = DemandOutlook(forecast)
    #expect(abs(outlook.dailyDeviation - 20) < 0.2)
    #expect(outlook.sums.map(\.steps) == [7, 14])
    let law = outlook.law(from: today, days: 7)
    #expect(abs(law.quantile(0.9) - 750) < 1)
    let between = outlook.law(from: today, days: 10)
    // 50 at 7 days and 100 at 14: the spread grows with the first power of the days.
    #expect(abs(between.quantile(0.9) - (1_000 + 50.0 * 10 / 7)) < 1)
    #expect(abs(outlook.law(from: today, days: 28).quantile(0.9) - (2_800 + 200)) < 1)
  }

  @Test("Policies that cannot be are refused, all faults at once")
  func badPolicy() {
    let bad = StockPolicy(
      leadTimeDays: -.infinity,
      leadTimeDeviationDays: .nan,
      service: .cycle(1),
      multipleMilli: 0,
      shelfLifeDays: 0
    )
    let failure = #expect(throws: Failure.self) {
      try Replenisher.advice(today: today, outlook: outlook(1), policy: bad, supply: supply(1))
    }
    #expect(failure?.faults.count == 5)
    #expect(failure?.code == .invalid)
  }

  @Test("Reasons are sentences with the figures in them")
  func reasons() throws {
    let advice = try Replenisher.advice(
      today: today,
      outlook: outlook(10, deviation: 4),
      policy: policy,
      supply: supply(90, open: [(2, 60)])
    )
    let text = advice.reasons.joined(separator: " ")
    #expect(text.contains("95 % of cycles"))
    #expect(text.contains("a new order takes 10 days"))
    #expect(text.contains("Open orders ask for 50 more"))
    #expect(text.contains("at once"))
    #expect(Words.number(1_234.56) == "1235")
    #expect(Words.number(12.34) == "12.3")
    #expect(Words.number(-0.5) == "-0.5")
    #expect(Words.number(0.000_1) == "0")
    let stored = advice.suggestion(for: MaterialID(4), supplierCode: "S", at: Instant(ms: 5))
    #expect(stored.quantityMilli == advice.quantityMilli)
    #expect(stored.reasons == advice.reasons)
  }
}
