import Forecasting
import Foundation
import StowageTesting
import Testing

/// The official figures are those of the M4 competition's evaluation table (Hourly).
@Suite(
  "M4 Hourly against the official table",
  .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
)
struct M4HourlyTests {
  private static func rows(_ name: String) throws -> [(id: String, values: [Double])] {
    let file = try #require(SharedData.file("forecast/\(name)"))
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map { line in
      let cells = line.replacing("\"", with: "").replacing("\r", with: "")
        .split(separator: ",", omittingEmptySubsequences: true)
      return (String(cells[0]), cells.dropFirst().compactMap { Double($0) })
    }
  }

  private static func score(_ method: ForecastMethod) throws -> (smape: Double, mase: Double) {
    let train = try rows("m4_hourly_train.csv")
    let test = try Dictionary(
      uniqueKeysWithValues: rows("m4_hourly_test.csv").map { ($0.id, $0.values) }
    )
    let request = ForecastRequest(horizon: 48, season: 24, method: method, adjust: .m4)
    var (smape, mase) = (0.0, 0.0)
    for row in train {
      let answer = Forecaster.forecast(DemandSeries(id: row.id, values: row.values), request)
      let accuracy = Accuracy(
        actuals: Array(try #require(test[row.id]).prefix(48)),
        forecasts: answer.mean,
        training: row.values,
        season: 24
      )
      smape += try #require(accuracy.smape)
      mase += try #require(accuracy.mase)
    }
    #expect(train.count == 414)
    return (smape / 414, mase / 414)
  }

  @Test(
    "The naive benchmarks equal it to three decimals",
    arguments: [
      (ForecastMethod.naive, 43.003, 11.608), (.seasonalNaive, 13.912, 1.193),
      (.naive2, 18.383, 2.395),
    ]
  )
  func benchmarks(method: ForecastMethod, smape: Double, mase: Double) throws {
    let found = try Self.score(method)
    #expect(abs(found.smape - smape) < 0.000_51)
    #expect(abs(found.mase - mase) < 0.000_51)
  }

  @Test(
    "Smoothing methods are within one per cent of it",
    arguments: [
      (ForecastMethod.ses, 18.094, 2.385), (.theta, 18.138, 2.455), (.damped, 19.265, 2.956),
    ]
  )
  func smoothing(method: ForecastMethod, smape: Double, mase: Double) throws {
    let found = try Self.score(method)
    #expect(abs(found.smape / smape - 1) < 0.01)
    #expect(abs(found.mase / mase - 1) < 0.01)
  }
}
