import Forecasting
import StowageTesting
import Testing
import Warehouse

@Suite("Every series gets an answer")
struct TotalityTests {
  static let levels = [0.025, 0.5, 0.95]

  /// What must hold of any answer to any input.
  static func check(
    _ answer: ForecastAnswer,
    _ request: ForecastRequest,
    _ values: [Double],
    _ note: String
  ) {
    let maximum = values.filter { $0.isFinite && abs($0) <= 1e15 }.max() ?? 0
    #expect(answer.mean.count == request.horizon, "\(note)")
    #expect(!answer.reason.isEmpty, "\(note)")
    let bound = Forecaster.meanCeiling * max(maximum, 0) * (1 + 1e-9) + 1e-9
    #expect(answer.mean.allSatisfy { $0 >= 0 && $0 <= bound }, "\(note)")
    #expect(answer.quantiles.count == request.quantiles.count, "\(note)")
    for (lower, upper) in zip(answer.quantiles, answer.quantiles.dropFirst()) {
      #expect(zip(lower, upper).allSatisfy { $0 >= 0 && $0 <= $1 }, "\(note)")
    }
    let wide = Forecaster.quantileCeiling * max(maximum, 0) * (1 + 1e-9) + 1e-9
    for path in answer.quantiles { #expect(path.allSatisfy { $0 <= wide }, "\(note)") }
    #expect(answer.cumulative.map(\.steps) == request.cumulative, "\(note)")
    for sum in answer.cumulative {
      #expect(sum.mean >= 0 && sum.mean.isFinite, "\(note)")
      #expect(sum.quantiles == sum.quantiles.sorted(), "\(note)")
    }
    let total = answer.weights.reduce(0) { $0 + $1.weight }
    #expect(abs(total - 1) < 1e-9, "\(note)")
    #expect(answer.method == answer.weights.first?.method, "\(note)")
  }

  static let oddities: [(String, [Double])] = [
    ("empty", []), ("one zero", [0]), ("one value", [7]), ("all missing", [.nan, .nan]),
    ("all zero", [Double](repeating: 0, count: 400)), ("two", [3, 9]), ("three days", [0, 2, 1]),
    ("constant", [Double](repeating: 5, count: 100)),
    ("infinite", [1, .infinity, 2, -.infinity, 3, 4, 5, 6, 7, 8]),
    ("huge", [1, 2, 1e300, 3, 1e15, 2, 1, 4, 3, 2]),
    ("negative", [-5, -3, -1, -7, -2, -4, -9, -1]), ("returns", [5, 6, -3, 8, -20, 4, 3, 9, 2, 1]),
    ("one sale long ago", [9] + [Double](repeating: 0, count: 300)),
    ("one sale today", [Double](repeating: 0, count: 300) + [9]),
    ("mostly gaps", (0..<300).map { $0 % 29 == 0 ? 4 : .nan }),
    ("tiny", (0..<60).map { 1e-12 * Double($0 % 7) }),
    ("ended", (0..<100).map { $0 < 60 ? 5 : .nan }),
    ("ten years", (0..<3650).map { Double($0 % 7 + $0 / 365) }),
  ]

  @Test("Odd series, by every method, with and without a calendar")
  func oddSeries() {
    for method in ForecastMethod.allCases {
      for (name, values) in Self.oddities {
        for day in [nil, LocalDay("2024-02-27")] {
          let request = ForecastRequest(
            horizon: 20,
            season: 7,
            method: method,
            quantiles: Self.levels,
            cumulative: [3, 20, 40]
          )
          let series = DemandSeries(id: name, values: values, startDay: day)
          let answer = Forecaster.forecast(series, request)
          Self.check(answer, request, values, "\(method) \(name)")
          let demand = values.contains { $0 > 0 && $0 <= 1e15 }
          if !demand { #expect(answer.failure != nil, "\(name)") }
        }
      }
    }
  }

  @Test("Nothing explodes on seeded nasty series")
  func nastySeries() {
    let seed: UInt64 = 20_240_229
    var random = SeededGenerator(seed: seed)
    for round in 0..<600 {
      let count = Int.random(in: 1...420, using: &random)
      let sparse = Double.random(in: 0...1, using: &random)
      let scales: [Double] = [1e-6, 1, 1, 50, 1e9]
      let scale = scales.randomElement(using: &random) ?? 1
      let power = Double.random(in: 1...6, using: &random)
      let values = (0..<count).map { _ -> Double in
        if Double.random(in: 0...1, using: &random) < 0.03 { return .nan }
        if Double.random(in: 0...1, using: &random) < sparse { return 0 }
        var size = 1.0
        for _ in 0..<Int(power) { size *= Double.random(in: 0.1...3, using: &random) }
        return scale == 1 ? size.rounded() : size * scale
      }
      let method: ForecastMethod =
        round % 3 == 0 ? .auto : (ForecastMethod.allCases.randomElement(using: &random) ?? .auto)
      let seasons: [Int] = [1, 7, 12, 52, 400]
      let season = seasons.randomElement(using: &random) ?? 7
      let request = ForecastRequest(
        horizon: Int.random(in: 1...60, using: &random),
        season: season,
        method: method,
        quantiles: Self.levels,
        cumulative: [1, 14]
      )
      let series = DemandSeries(id: "n", values: values, startDay: LocalDay("2023-06-01"))
      let pool = PooledIndices.build(from: [series], request: request)
      Self.check(
        Forecaster.forecast(series, request, pool: pool),
        request,
        values,
        "seed \(seed) round \(round) \(method)"
      )
    }
  }

  @Test("A request out of its limits is refused with the fault named, and still cannot crash")
  func limits() {
    let request = ForecastRequest(
      horizon: Limits.horizonDays + 1,
      season: Limits.seasonPeriods + 1,
      quantiles: [0, 1.2],
      cumulative: [0]
    )
    let failure = #expect(throws: Failure.self) { try request.checked() }
    #expect(failure?.faults.count == 5)
    let answer = Forecaster.forecast(DemandSeries(id: "x", values: [1, 2, 3]), request)
    #expect(answer.mean.count == Limits.horizonDays)
    #expect(throws: Never.self) { try ForecastRequest(horizon: 1, season: 1).checked() }
  }
}
