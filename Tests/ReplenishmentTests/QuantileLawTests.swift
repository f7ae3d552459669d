import Foundation
import StowageTesting
import Testing
import Warehouse

@testable import Replenishment

@Suite("Laws of demand")
struct QuantileLawTests {
  @Test("A normal law gives back its quantiles, shares and shortages")
  func normal() {
    let law = QuantileLaw { 1_000 + 100 * $0 }
    for probability in [0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.99, 0.9999] {
      let z = Normal.quantile(probability)
      #expect(abs(law.quantile(probability) - (1_000 + 100 * z)) < 1e-6)
      #expect(abs(law.share(upTo: 1_000 + 100 * z) - probability) < 1e-9)
      #expect(abs(law.shortage(beyond: 1_000 + 100 * z) - 100 * Normal.loss(z)) < 0.004)
    }
    #expect(abs(Normal.deviation { 100 * $0 } - 100) < 0.1)
    #expect(abs(law.stock(forShortage: 8.332) - 1_100) < 0.05)
  }

  @Test("A law from few quantiles passes through them and is monotone")
  func levels() {
    let levels = [0.05, 0.5, 0.8, 0.95, 0.99]
    let quantiles = [0.0, 2.0, 7.0, 15.0, 40.0]
    let law = QuantileLaw(levels: levels, quantiles: quantiles)
    for (level, quantile) in zip(levels, quantiles) {
      #expect(abs(law.quantile(level) - quantile) < 1e-9, "\(level)")
    }
    #expect(zip(law.values, law.values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(law.share(upTo: -1) == 0)
    #expect(law.share(upTo: 1e9) > 0.999_999)
  }

  @Test("A demand that is certain has no swings")
  func certain() {
    let law = QuantileLaw { _ in 5 }
    #expect(law.quantile(0.99) == 5)
    #expect(law.share(upTo: 5) == 1)
    #expect(law.share(upTo: 4.999) < 0.01)
    #expect(law.shortage(beyond: 5) == 0)
    #expect(abs(law.shortage(beyond: 3) - 2) < 0.001)
    let none = QuantileLaw { _ in 0 }
    #expect(none.share(upTo: 0) == 1)
    #expect(none.stock(forShortage: 0) == 0)
  }

  @Test(
    "Skewed demand over a swinging lead time agrees with drawing it at random",
    arguments: [
      (6.0, 2.0, 3.0, 0.5), (10.0, 3.0, 1.0, 2.0), (14.0, 0.0, 0.5, 1.0),
    ]
  )
  func simulated(lead: Double, leadDeviation: Double, shape: Double, scale: Double) {
    let seed: UInt64 = 1_913
    print("lead-time demand, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let mean = shape * scale
    // What a forecast would give: quantiles of sums, drawn at random.
    let levels = [0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.975, 0.99]
    let sums = [3, 7, 14, 28].map { days in
      let draws = (0..<20_000).map { _ in gamma(shape * Double(days), &random) * scale }.sorted()
      return MaterialForecast.Cumulative(
        steps: days,
        mean: mean * Double(days),
        quantiles: levels.map { draws[Int($0 * 20_000)] }
      )
    }
    let outlook = DemandOutlook(
      firstDay: LocalDay(rawValue: 0),
      dailyMean: [Double](repeating: mean, count: 60),
      levels: levels,
      sums: sums,
      dailyDeviation: shape.squareRoot() * scale
    )
    let variance = log(1 + (leadDeviation / lead) * (leadDeviation / lead))
    let draws = (0..<40_000).map { _ in
      let time = lead * exp(variance.squareRoot() * normal(&random) - variance / 2)
      return gamma(shape * (time + 1), &random) * scale
    }.sorted()
    for service in [0.8, 0.9, 0.95, 0.98] {
      let policy = StockPolicy(
        leadTimeDays: lead,
        leadTimeDeviationDays: leadDeviation,
        service: .cycle(service)
      )
      let stock = SafetyStock(
        outlook: outlook,
        policy: policy,
        orderQuantity: 1,
        from: outlook.firstDay
      )
      let truth = draws[Int(service * 40_000)]
      #expect(abs(stock.reorderPoint / truth - 1) < 0.05, "\(service)")
    }
  }

  private func normal(_ random: inout SeededGenerator) -> Double {
    let radius = sqrt(-2 * log(1 - Double.random(in: 0..<1, using: &random)))
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }

  /// Marsaglia and Tsang, ACM TOMS 26, 2000.
  private func gamma(_ shape: Double, _ random: inout SeededGenerator) -> Double {
    if shape < 1 {
      let power = pow(Double.random(in: 1e-300..<1, using: &random), 1 / shape)
      return gamma(shape + 1, &random) * power
    }
    let d = shape - 1.0 / 3
    let c = 1 / sqrt(9 * d)
    while true {
      let x = normal(&random)
      let v = pow(1 + c * x, 3)
      guard v > 0 else { continue }
      let u = Double.random(in: 1e-300..<1, using: &random)
      if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }

  @Test("Over history the promise is kept: cycle level and fill rate")
  func promise() {
    let seed: UInt64 = 77
    print("stock simulation, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let demand = (0..<40_000).map { _ in max(0, 100 + 30 * normal(&random)) }
    let leads = (0..<997).map { _ in Int.random(in: 3...7, using: &random) }
    let outlook = DemandOutlook(
      firstDay: LocalDay(rawValue: 0),
      dailyMean: [Double](repeating: 100, count: 90),
      dailyDeviation: 30
    )
    for service in [ServiceTarget.cycle(0.9), .cycle(0.95), .fillRate(0.97), .fillRate(0.995)] {
      let policy = StockPolicy(leadTimeDays: 5, leadTimeDeviationDays: 1.414, service: service)
      let stock = SafetyStock(
        outlook: outlook,
        policy: policy,
        orderQuantity: 800,
        from: outlook.firstDay
      )
      let run = StockSimulation(
        demand: demand,
        reorderPoint: stock.reorderPoint,
        quantity: 800,
        leadTimes: leads
      )
      #expect(run.orders > 4_000)
      switch service {
      case .cycle(let level):
        // Looking once a day is less sharp than the worst case that is provided for.
        #expect((level - 0.01...level + 0.06).contains(run.cycleService ?? 0))
      case .fillRate(let level):
        #expect((level - 0.003...1).contains(run.fillRate ?? 0))
        // Far more cycles than units meet an empty shelf.
        if level == 0.97 { #expect(run.cycleService ?? 1 < 0.95) }
      }
    }
  }
}
