import Forecasting
import StowageTesting
import Testing
import Warehouse

@Suite("Properties of forecasts")
struct PropertyTests {
  static func noisyWeeks(_ seed: UInt64, count: Int, scale: Double = 1) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { day in
      let shape = [1.2, 1.0, 0.9, 1.1, 1.6, 0.9, 0.3][day % 7]
      return scale * (20 * shape + Double.random(in: -4...4, using: &random))
    }
  }

  @Test(
    "Ten times the demand gives ten times the forecast",
    arguments: ForecastMethod.allCases
  )
  func scaleEquivariance(method: ForecastMethod) {
    let values = Self.noisyWeeks(5, count: 200)
    let request = ForecastRequest(
      horizon: 14,
      method: method,
      quantiles: [0.1, 0.9],
      cumulative: [7]
    )
    let one = Forecaster.forecast(DemandSeries(id: "a", values: values), request)
    let ten = Forecaster.forecast(DemandSeries(id: "b", values: values.map { 16 * $0 }), request)
    for (a, b) in zip(one.mean, ten.mean) { #expect(abs(16 * a - b) < 1e-6 * b) }
    for (a, b) in zip(one.quantiles.joined(), ten.quantiles.joined()) {
      #expect(abs(16 * a - b) < 0.02 * b)
    }
    #expect(
      abs(16 * one.cumulative[0].mean - ten.cumulative[0].mean) < 1e-6 * ten.cumulative[0].mean
    )
  }

  @Test("The same question gets the same answer, alone or among others")
  func determinism() {
    let request = ForecastRequest(horizon: 28, quantiles: [0.05, 0.95], cumulative: [7, 14])
    let series = (0..<12).map {
      DemandSeries(
        id: "\($0)",
        values: Self.noisyWeeks(UInt64($0), count: 120 + 20 * $0),
        startDay: LocalDay("2024-01-01")
      )
    }
    let pool = PooledIndices.build(from: series, request: request)
    let forth = series.map { Forecaster.forecast($0, request, pool: pool) }
    let back = series.reversed().map { Forecaster.forecast($0, request, pool: pool) }.reversed()
    for (a, b) in zip(forth, back) {
      #expect(a.mean == b.mean)
      #expect(a.quantiles == b.quantiles)
      #expect(a.cumulative == b.cumulative)
      #expect(a.reason == b.reason)
    }
  }

  @Test("The calendar moved by whole weeks moves nothing else")
  func calendarShift() {
    let values = Self.noisyWeeks(9, count: 180)
    let request = ForecastRequest(horizon: 14, quantiles: [0.5])
    let one = Forecaster.forecast(
      DemandSeries(id: "a", values: values, startDay: LocalDay("2024-01-01")),
      request
    )
    let two = Forecaster.forecast(
      DemandSeries(id: "a", values: values, startDay: LocalDay("2024-01-29")),
      request
    )
    #expect(one.mean == two.mean)
    #expect(one.firstDay == LocalDay("2024-06-29"))
    #expect(two.firstDay == LocalDay("2024-07-27"))
  }

  @Test("A clear week comes back in the forecast")
  func weeklyShape() {
    let answer = Forecaster.forecast(
      DemandSeries(id: "w", values: Self.noisyWeeks(3, count: 364)),
      ForecastRequest(horizon: 14)
    )
    for (step, value) in answer.mean.enumerated() {
      let expected = 20 * [1.2, 1.0, 0.9, 1.1, 1.6, 0.9, 0.3][(364 + step) % 7]
      #expect(abs(value - expected) < 2.5, "step \(step)")
    }
  }

  @Test("Step 1 follows the last column where the calendar is known, else the last value")
  func firstStep() {
    let shape: [Double] = [0, 0, 0, 0, 0, 0, 70]
    var values = (0..<140).map { shape[$0 % 7] }
    values += [.nan, .nan]
    let request = ForecastRequest(horizon: 7, method: .seasonalNaive)
    let dated = Forecaster.forecast(
      DemandSeries(id: "d", values: values, startDay: LocalDay("2024-01-01")),
      request
    )
    #expect(dated.mean == [0, 0, 0, 0, 70, 0, 0])
    let plain = Forecaster.forecast(DemandSeries(id: "p", values: values), request)
    #expect(plain.mean == shape)
  }

  @Test("Whole units stay whole in the quantiles")
  func wholeUnits() {
    let values = Self.noisyWeeks(4, count: 200).map { $0.rounded() }
    let answer = Forecaster.forecast(
      DemandSeries(id: "c", values: values),
      ForecastRequest(horizon: 14, quantiles: [0.1, 0.5, 0.9], cumulative: [7])
    )
    for value in answer.quantiles.joined() { #expect(value == value.rounded()) }
    for value in answer.cumulative[0].quantiles { #expect(value == value.rounded()) }
  }
}
