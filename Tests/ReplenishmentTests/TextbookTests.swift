import StowageTesting
import Testing
import Warehouse

@testable import Replenishment

@Suite("Safety stock and order quantity against textbooks")
struct TextbookTests {
  private func isClose(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
  }

  @Test(
    "The normal law agrees with published values",
    arguments: [
      // Quantiles as in Wichura, Algorithm AS 241, and any table of the normal law.
      (0.5, 0.0), (0.9, 1.281_551_565_544_600_4), (0.95, 1.644_853_626_951_472_2),
      (0.975, 1.959_963_984_540_054), (0.99, 2.326_347_874_040_841),
      (0.999, 3.090_232_306_167_813_5),
      (0.0001, -3.719_016_485_455_709), (1e-10, -6.361_340_902_404_056),
    ]
  )
  func quantiles(probability: Double, z: Double) {
    #expect(isClose(Normal.quantile(probability), z, 1e-10))
    #expect(isClose(Normal.cumulative(z), probability, 1e-12))
  }

  @Test(
    "The loss function agrees with the table of unit normal losses",
    arguments: [
      // Silver, Pyke and Peterson 1998, table B.1; five decimals.
      (-1.0, 1.08332), (0.0, 0.39894), (0.5, 0.19780), (1.0, 0.08332), (1.5, 0.02931),
      (2.0, 0.00849), (2.5, 0.00200), (3.0, 0.00038),
    ]
  )
  func losses(k: Double, loss: Double) {
    #expect(isClose(Normal.loss(k), loss, 0.6e-5))
    #expect(isClose(Normal.inverseLoss(Normal.loss(k)), k, 1e-9))
  }

  @Test("The loss function is inverted over its whole range")
  func inverseLoss() {
    for step in -40...60 {
      let k = Double(step) / 10
      #expect(isClose(Normal.inverseLoss(Normal.loss(k)), k, 1e-6), "\(k)")
    }
  }

  @Test("Economic order quantities of textbooks")
  func economic() {
    // Heizer and Render, Operations Management: Sharp Inc., D 1,000, S 10, H 0.50 a year.
    let sharp = OrderQuantity.economic(
      annualDemand: 1_000,
      orderingCost: 10,
      unitCost: 1,
      holdingCostPct: 50
    )
    #expect(sharp == 200)
    // Nahmias, Production and Operations Analysis: pencils, 60 a week, K 12, c 0.02, i 25 %: 3,870.
    let pencils = OrderQuantity.economic(
      annualDemand: 3_120,
      orderingCost: 12,
      unitCost: 0.02,
      holdingCostPct: 25
    )
    #expect(isClose(pencils ?? 0, 3_870, 0.5))
    #expect(
      OrderQuantity.economic(annualDemand: 9, orderingCost: 0, unitCost: 1, holdingCostPct: 20)
        == nil
    )
  }

  @Test(
    "Reorder points of textbooks: demand, lead time, and both vary",
    arguments: [
      // Heizer and Render, Operations Management, chapter on inventory.
      // Circuit Town iPods: 15 a day, deviation 5, 2 days, 90 %: 30 + 9.02.
      (15.0, 5.0, 2.0, 0.0, 0.90, 39.06),
      // Its cameras: 10 a day, lead time 6 with deviation 1, 98 %: 60 + 20.54.
      (10.0, 0.0, 6.0, 1.0, 0.98, 80.54),
      // Its batteries: 150 a day, deviation 16, lead time 5 with deviation 1, 95 %: 750 + 254.
      (150.0, 16.0, 5.0, 1.0, 0.95, 1_003.6),
    ]
  )
  func reorderPoints(
    daily: Double,
    deviation: Double,
    lead: Double,
    leadDeviation: Double,
    service: Double,
    expected: Double
  ) {
    let policy = StockPolicy(
      leadTimeDays: lead,
      leadTimeDeviationDays: leadDeviation,
      reviewDays: 0,
      service: .cycle(service)
    )
    let textbook = SafetyStock.textbook(
      dailyMean: daily,
      dailyDeviation: deviation,
      policy: policy,
      orderQuantity: 1
    )
    #expect(isClose(textbook.reorderPoint, expected, 0.1))
    // With a normal demand the quantile route is the same formula; its lead time is log-normal,
    // which has the longer tail.
    let outlook = DemandOutlook(
      firstDay: LocalDay(rawValue: 20_000),
      dailyMean: [Double](repeating: daily, count: 90),
      dailyDeviation: deviation
    )
    let law = SafetyStock(
      outlook: outlook,
      policy: policy,
      orderQuantity: 1,
      from: LocalDay(rawValue: 20_000)
    )
    #expect(isClose(law.meanDemand, daily * lead, 1e-9))
    let ratio = law.safetyStock / textbook.safetyStock
    #expect(leadDeviation == 0 ? isClose(ratio, 1, 0.01) : (0.95...1.25).contains(ratio))
  }

  @Test("A fill rate is solved through the expected shortage")
  func fillRate() {
    // Silver, Pyke and Peterson, section 7.7: G(k) = Q (1 - P2) / sigma. With Q = 200, P2 = 0.99
    // and sigma = 50, G(k) = 0.04; by hand G(1.36) = 0.15822 - 1.36 * 0.08692 = 0.0400.
    let policy = StockPolicy(leadTimeDays: 25, reviewDays: 0, service: .fillRate(0.99))
    let textbook = SafetyStock.textbook(
      dailyMean: 8,
      dailyDeviation: 10,
      policy: policy,
      orderQuantity: 200
    )
    #expect(isClose(textbook.safetyStock, 1.36 * 50, 0.1))
    let outlook = DemandOutlook(
      firstDay: LocalDay(rawValue: 0),
      dailyMean: [Double](repeating: 8, count: 60),
      dailyDeviation: 10
    )
    let law = SafetyStock(
      outlook: outlook,
      policy: policy,
      orderQuantity: 200,
      from: LocalDay(rawValue: 0)
    )
    #expect(isClose(law.safetyStock, textbook.safetyStock, 0.1))
    // A large order needs no safety stock for a modest fill rate, and it is never negative.
    let easy = StockPolicy(leadTimeDays: 25, reviewDays: 0, service: .fillRate(0.90))
    #expect(
      SafetyStock(outlook: outlook, policy: easy, orderQuantity: 5_000, from: outlook.firstDay)
        .safetyStock == 0
    )
  }

  @Test("Orders keep minimum, multiple, shelf life and cover")
  func orderable() {
    func usual(_ change: (inout StockPolicy) -> Void) -> OrderQuantity {
      var policy = StockPolicy(
        leadTimeDays: 7,
        unitCostMinor: 100,
        orderingCostMinor: 1_000,
        holdingCostPct: 50
      )
      change(&policy)
      // D 1,000 a year, K 1,000, h 50: sqrt(2 D K / h) = 200 again, in minor units.
      return OrderQuantity(dailyMean: 1_000.0 / 365, policy: policy)
    }
    #expect(isClose(usual { _ in }.economic ?? 0, 200, 1e-9))
    #expect(usual { $0.multipleMilli = 1_000 }.usualMilli == 200_000)
    #expect(usual { $0.minimumOrderMilli = 500_000 }.usualMilli == 500_000)
    // Of 144 and 288 the cheaper one: 144 costs 1000*1000/144 + 50*144/2 = 10,544, 288 10,672.
    #expect(usual { $0.multipleMilli = 144_000 }.usualMilli == 144_000)
    #expect(usual { $0.multipleMilli = 130_000 }.usualMilli == 260_000)
    let short = usual {
      $0.multipleMilli = 1_000
      $0.shelfLifeDays = 30
    }
    #expect(short.usualMilli == 82_000)
    #expect(!short.passesLimit)
    let forced = usual {
      $0.minimumOrderMilli = 150_000
      $0.multipleMilli = 1_000
      $0.maximumCoverDays = 30
    }
    #expect(forced.usualMilli == 150_000)
    #expect(forced.passesLimit)
    #expect(usual { $0.orderingCostMinor = 0 }.economic == nil)
    #expect(
      usual {
        $0.orderingCostMinor = 0
        $0.multipleMilli = 1_000
      }.usualMilli == 83_000
    )
  }
}
