import Forecasting
import StowageTesting
import Testing

@Suite("What order cycles ask beyond the quantiles")
struct BurstTests {
  static let levels = [0.5, 0.9, 0.95, 0.99]

  private func answer(_ values: [Double], steps: [Int]) -> ForecastAnswer {
    var request = ForecastRequest(horizon: 28, method: .movingAverage, quantiles: Self.levels)
    request.bursts = steps
    request.cumulative = steps.map { $0 + 1 }
    return Forecaster.forecast(DemandSeries(id: "b", values: values), request)
  }

  private func extras(_ values: [Double], steps: [Int]) -> [BurstExtra] {
    answer(values, steps: steps).bursts
  }

  /// Each order of a unit stands for itself: spans are written down as often as units were sold on
  /// the day before, and the quantile is counted off.
  @Test("They are those of a list with a line for each unit sold")
  func counted() throws {
    let seed: UInt64 = 314_159
    var random = SeededGenerator(seed: seed)
    let values =
      [1.0]
      + (0..<499).map { _ -> Double in
        Int.random(in: 0..<4, using: &random) > 0
          ? 0 : Double(Int.random(in: 1...9, using: &random))
      }
    let lead = 3
    var (usual, placed): ([Double], [Double]) = ([], [])
    for day in 0..<(values.count - lead) {
      usual.append(values[day...(day + lead)].reduce(0, +))
      let part = (0.618_033_988_749_895 * Double(day + 1)).truncatingRemainder(dividingBy: 1)
      let asked =
        (part * values[day]).rounded(.down)
        + values[(day + 1)...(day + lead)].reduce(0, +)
      placed += [Double](repeating: asked, count: Int(values[day]))
    }
    usual.sort()
    placed.sort()
    let told = answer(values, steps: [lead])
    let found = try #require(told.bursts.first)
    #expect(told.cumulative.count == 1)
    let sum = try #require(told.cumulative.first)
    let spans = Double(usual.count) / 4
    let mean = values.reduce(0, +) / 500
    for (place, (level, extra)) in zip(Self.levels, found.extras).enumerated() {
      let ask = placed[Int((level * Double(placed.count)).rounded(.up)) - 1]
      let known = usual[Int(level * Double(usual.count))] / mean
      let forecast = sum.quantiles[place] / (sum.mean / Double(lead + 1))
      let expected = max(0, ask / mean - min(known, forecast)) * spans / (spans + 4)
      #expect(abs(extra - expected) < 1e-9, "seed \(seed), level \(level)")
    }
  }

  @Test("Steady demand asks nothing more, bursts do, and a short past is silent")
  func kinds() {
    let steady = extras([Double](repeating: 6, count: 400), steps: [1, 7, 28])
    #expect(steady.map(\.steps) == [1, 7, 28])
    #expect(steady.allSatisfy { $0.extras.allSatisfy { $0 < 1e-9 } })
    let bursts = extras((0..<400).map { $0 % 40 < 4 ? 30 : 1 }, steps: [2])
    #expect((bursts.first?.extras[1] ?? 0) > 1)
    #expect(extras([Double](repeating: 6, count: 40), steps: [14]).isEmpty)
    #expect(extras([0, 0, 0], steps: [1]).isEmpty)
  }
}
