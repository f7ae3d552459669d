import Testing

@testable import Forecasting

@Suite("Accuracy measures")
struct AccuracyTests {
  @Test("All measures of a worked example")
  func worked() throws {
    let found = Accuracy(
      actuals: [10, 0, 20, .nan],
      forecasts: [8, 1, 25, 3],
      training: [4, 6, 5, 9],
      season: 2
    )
    // errors 2 -1 -5
    #expect(found.periods == 3)
    #expect(found.mapePeriods == 2)
    #expect(abs(try #require(found.mape) - 22.5) < 1e-12)
    #expect(abs(try #require(found.wape) - 800.0 / 30) < 1e-12)
    let smape = (200 * 2.0 / 18 + 200 + 200 * 5.0 / 45) / 3
    #expect(abs(try #require(found.smape) - smape) < 1e-12)
    #expect(abs(try #require(found.rmse) - 10.0.squareRoot()) < 1e-12)
    #expect(abs(try #require(found.bias) - 400.0 / 30) < 1e-12)
    #expect(abs(try #require(found.trackingSignal) - -1.5) < 1e-12)
    // seasonal naive errors 1 and 3, mean 2; naive squares 4 1 16, mean 7
    #expect(abs(try #require(found.mase) - (8.0 / 3) / 2) < 1e-12)
    #expect(abs(try #require(found.rmsse) - (10.0 / 7).squareRoot()) < 1e-12)
  }

  @Test("What is undefined is not a number made up")
  func undefined() {
    let found = Accuracy(actuals: [0, 0], forecasts: [1, 1], training: [3, 3, 3], season: 1)
    #expect(found.mape == nil)
    #expect(found.wape == nil)
    #expect(found.mase == nil)
    #expect(found.rmsse == nil)
    #expect(found.bias == nil)
    #expect(Accuracy(actuals: [], forecasts: []).rmse == nil)
  }

  @Test("Pinball loss and coverage")
  func quantiles() throws {
    let actuals: [Double] = [1, 2, 3, 4]
    let forecasts: [Double] = [2, 2, 2, 2]
    let loss = try #require(Accuracy.pinball(level: 0.9, actuals: actuals, forecasts: forecasts))
    #expect(abs(loss - (0.1 + 0 + 0.9 + 1.8) / 4) < 1e-12)
    let cover = try #require(Accuracy.coverage(actuals: actuals, forecasts: forecasts))
    #expect(cover.below == 0.25)
    #expect(cover.atMost == 0.5)
  }
}
