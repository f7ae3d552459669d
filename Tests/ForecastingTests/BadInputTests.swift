import Forecasting
import Foundation
import Testing
import Warehouse

@Suite("Bad input gets a bounded answer with a reason")
struct BadInputTests {
  static let levels = [0.025, 0.1, 0.5, 0.9, 0.95, 0.975]

  private func ask(_ values: [Double], season: Int = 7, _ method: ForecastMethod = .auto)
    -> ForecastAnswer
  {
    let request = ForecastRequest(
      horizon: 28,
      season: season,
      method: method,
      quantiles: Self.levels,
      cumulative: [7, 28]
    )
    let series = DemandSeries(id: "x", values: values, startDay: LocalDay("2024-01-01"))
    let pool = PooledIndices.build(from: [series], request: request)
    let answer = Forecaster.forecast(series, request, pool: pool)
    TotalityTests.check(answer, request, values, "\(method) of \(values.prefix(5))")
    return answer
  }

  @Test("A standing order has no spread: its quantiles are the order", arguments: [4.0, 60, 2.5])
  func constant(value: Double) {
    let answer = ask([Double](repeating: value, count: 120))
    for path in answer.quantiles {
      for quantile in path { #expect(abs(quantile - value) <= 0.15 * value, "\(quantile)") }
    }
    #expect(answer.mean.allSatisfy { abs($0 - value) < 1e-6 * value })
    if value == 4 { #expect(answer.quantiles.joined().allSatisfy { $0 == 4 }) }
  }

  @Test("Nothing, a point, three days: the reason says how little there is")
  func little() {
    #expect(ask([]).failure?.contains("No period was observed") == true)
    #expect(ask([.nan, .nan]).failure?.contains("No period was observed") == true)
    #expect(ask([0, 0, 0]).failure?.contains("No demand in any of 3") == true)
    let point = ask([7])
    #expect(point.mean.allSatisfy { $0 == 7 })
    #expect(point.reason.contains("1 observed"))
    let days = ask([3, 0, 9])
    #expect(days.reason.contains("3 observed"))
    #expect(days.mean.allSatisfy { abs($0 - 4) < 1e-9 })
    // What is known of three days is not much, and the quantiles say so.
    #expect(zip(days.quantiles[1], days.quantiles[3]).allSatisfy { $0 < 2 && $1 > 6 })
  }

  @Test("A season longer than the history is no season", arguments: ForecastMethod.allCases)
  func longSeason(method: ForecastMethod) {
    let values = (0..<40).map { Double(10 + $0 % 3) }
    let answer = ask(values, season: 365, method)
    #expect(answer.mean.allSatisfy { $0 > 5 && $0 < 20 }, "\(method)")
  }

  @Test("What is no number, and what is beyond 1e15, is missing; 1e15 itself is demand")
  func magnitudes() {
    let usual = (0..<60).map { Double(8 + $0 % 5) }
    var odd = usual
    odd.replaceSubrange(20..<25, with: [.nan, .infinity, -.infinity, 1e16, .nan])
    let (plain, holed) = (ask(usual), ask(odd))
    #expect(holed.observations == plain.observations - 5)
    for (a, b) in zip(plain.mean, holed.mean) { #expect(abs(a - b) < 1.5) }
    let huge = ask(usual.map { $0 * 1e14 / 12 })
    #expect(huge.mean.allSatisfy { $0 > 5e13 && $0 < 1e15 })
  }

  @Test("A value ten times all others among many is cut back and reported")
  func slip() {
    var values = (0..<100).map { Double(8 + $0 % 5) }
    values[70] = 12_000
    let answer = ask(values)
    #expect(answer.outliers == [70])
    #expect(answer.mean.allSatisfy { $0 < 13 })
  }

  @Test("What was counted in cartons before tells nothing in pieces, either way round")
  func units() {
    let pieces = (0..<120).map { day -> Double in Double(20 + 7 * day % 9) }
    for ratio in [24.0, 1 / 24.0] {
      let mixed = pieces.map { $0 * ratio } + pieces
      let answer = ask(mixed)
      #expect(answer.observations == 120)
      #expect(answer.mean.allSatisfy { $0 > 18 && $0 < 30 }, "\(ratio)")
      #expect(answer.reason.contains("From period 121 on its figures are about 24 times as"))
      #expect(answer.reason.contains(ratio > 1 ? "as small" : "as large"))
    }
  }

  @Test("A step to three times, steady growth, a season and rare sizes are no change of unit")
  func noChangeOfUnit() {
    var (step, growth, seasonal): ([Double], [Double], [Double]) = ([], [], [])
    for day in 0..<200 {
      let size = day < 100 ? 10 + day % 4 : 30 + day % 9
      step.append(Double(size))
      let rate = 0.012 * Double(day)
      growth.append((4 * exp(rate)).rounded())
    }
    for day in 0..<400 {
      let size = day % 200 < 100 ? 1 + day % 3 : 20 + day % 30
      seasonal.append(Double(size))
    }
    let sizes: [Double] = [1, 2, 90, 4, 700]
    var rare = [Double](repeating: 0, count: 300)
    for day in stride(from: 0, to: 300, by: 5) { rare[day] = sizes[(day / 5) % 5] }
    for values in [step, growth, seasonal, rare] {
      let answer = ask(values)
      #expect(!answer.reason.contains("change of unit"))
      #expect(answer.observations > values.count - 5)
    }
  }

  @Test("Gaps shift no weekday, and ten years are an answer like any other")
  func gapsAndYears() {
    let shape: [Double] = [2, 2, 2, 2, 30, 2, 0]
    var values = (0..<280).map { shape[$0 % 7] }
    for day in stride(from: 3, to: 280, by: 11) { values[day] = .nan }
    for (step, mean) in ask(values).mean.enumerated() {
      #expect(abs(mean - shape[step % 7]) < 4, "step \(step)")
    }
    let years = ask((0..<3_650).map { shape[$0 % 7] })
    for (step, mean) in years.mean.enumerated() {
      #expect(abs(mean - shape[(3_650 + step) % 7]) < 2, "step \(step)")
    }
  }
}
