import StowageTesting
import Testing

@testable import Forecasting

@Suite("Models against worked examples")
struct ModelTests {
  @Test("Croston, SBA, SBJ and TSB by hand")
  func intermittent() throws {
    // Sizes 3 and 6, intervals 2 and 3: means 4.5 and 2.5; 2 of 5 periods have demand.
    let values: [Double] = [0, 3, 0, 0, 6]
    let croston = try #require(
      IntermittentModel.pass(values, kind: .croston, size: 0.5, wait: 0.5)
    )
    // z: 4.5 -> 3.75 -> 4.875; p: 2.5 -> 2.25 -> 2.625.
    #expect(abs(croston.rate - 4.875 / 2.625) < 1e-12)
    let sba = try #require(IntermittentModel.pass(values, kind: .sba, size: 0.5, wait: 0.5))
    #expect(abs(sba.rate - 0.75 * 4.875 / 2.625) < 1e-12)
    let sbj = try #require(IntermittentModel.pass(values, kind: .sbj, size: 0.5, wait: 0.5))
    #expect(abs(sbj.rate - (1 - 0.5 / 1.5) * 4.875 / 2.625) < 1e-12)
    let tsb = try #require(IntermittentModel.pass(values, kind: .tsb, size: 0.5, wait: 0.5))
    // chance: .4 -> .2 -> .6 -> .3 -> .15 -> .575
    #expect(abs(tsb.rate - 0.575 * 4.875) < 1e-12)
    #expect(IntermittentModel([0, 0], kind: .sba) == nil)
  }

  @Test("TSB fades when demand stops, Croston does not")
  func obsolescence() throws {
    let values = (0..<60).map { Double($0 % 3 == 0 && $0 < 40 ? 4 : 0) }
    let tsb = try #require(IntermittentModel.pass(values, kind: .tsb, size: 0.1, wait: 0.1))
    let croston = try #require(
      IntermittentModel.pass(values, kind: .croston, size: 0.1, wait: 0.1)
    )
    #expect(tsb.rate < 0.3 * croston.rate)
  }

  @Test("Simple smoothing finds the start that least squares asks for")
  func simpleSmoothing() throws {
    let values: [Double] = [10, 12, 9, 14, 11, 13, 8, 12]
    for alpha in [0.1, 0.35, 0.8] {
      let fit = try #require(SimpleSmoothing.pass(values, alpha: alpha))
      var least = Double.infinity
      var level = 0.0
      for step in 0...4000 {
        var state = 5 + Double(step) * 0.0025
        var sum = 0.0
        for value in values {
          sum += (value - state) * (value - state)
          state += alpha * (value - state)
        }
        if sum < least { (least, level) = (sum, state) }
      }
      #expect(abs(fit.meanSquare * 8 - least) < 1e-4)
      #expect(abs(fit.level - level) < 1e-2)
    }
    let whole = try #require(SimpleSmoothing(values))
    #expect(whole.meanSquare <= SimpleSmoothing.pass(values, alpha: 0.1)?.meanSquare ?? 0)
  }

  @Test("A straight line is continued by the linear trend, and bent by the fading one")
  func trend() throws {
    let line = (0..<40).map { 10 + 2 * Double($0) }
    let holt = try #require(TrendSmoothing(line, damped: false))
    for (step, value) in holt.path(horizon: 5).enumerated() {
      #expect(abs(value - (90 + 2 * Double(step))) < 1e-6)
    }
    let damped = try #require(TrendSmoothing(line, damped: true)).path(horizon: 30)
    #expect(damped[29] < 90 + 58)
    #expect(damped[29] > 90)
  }

  @Test("Theta is smoothing with half the slope")
  func theta() throws {
    let line = (0..<30).map { 5 + 3 * Double($0) }
    let path = try #require(ThetaModel(line)).path(horizon: 4)
    // On a line the theta-2 line is the line itself; its smoothed level is its last value.
    for step in 0..<4 {
      let expected = (5 + 3 * Double(30 + step) + 92) / 2
      #expect(abs(path[step] - expected) < 0.01)
    }
  }

  @Test("Holt and Winters repeat a perfect season, either way")
  func seasonal() throws {
    let shape = [0.5, 1.5, 1.0, 2.0]
    let values = (0..<48).map { 20 * shape[$0 % 4] }
    for multiplicative in [false, true] {
      let fit = try #require(
        SeasonalSmoothing(values, season: 4, multiplicative: multiplicative)
      )
      for (step, value) in fit.path(horizon: 8).enumerated() {
        #expect(abs(value - 20 * shape[step % 4]) < 1e-6)
      }
    }
    #expect(SeasonalSmoothing([1, 0, 2, 3, 0, 1, 2, 3], season: 4, multiplicative: true) == nil)
    #expect(SeasonalSmoothing([1, 2, 3], season: 4, multiplicative: false) == nil)
  }

  @Test("Classical decomposition finds the indices that made the series")
  func decomposition() throws {
    let shape = [0.6, 1.1, 1.3, 1.0]
    let values = (0..<40).map { (50 + Double($0)) * shape[$0 % 4] }
    let found = try #require(ClassicalDecomposition.multiplicativeIndices(values, season: 4))
    for (index, expected) in zip(found, shape) { #expect(abs(index - expected) < 0.02) }
    #expect(SeasonalTest.passes(values, season: 4))
    var random = SeededGenerator(seed: 11)
    let noise = (0..<200).map { _ in Double.random(in: 0...1, using: &random) }
    #expect(!SeasonalTest.passes(noise, season: 4))
  }

  @Test("Demand is sorted by interval and variation of size")
  func classes() {
    #expect(DemandClass(values: [5, 6, 5, 4, 5]) == .smooth)
    #expect(DemandClass(values: [1, 20, 1, 1, 30]) == .erratic)
    #expect(DemandClass(values: [0, 5, 0, 0, 5, 0]) == .intermittent)
    #expect(DemandClass(values: [0, 1, 0, 0, 30, 0, 0, 2]) == .lumpy)
    #expect(DemandClass(values: [0, .nan]) == nil)
  }

  @Test("Weights find the better candidate, and mix those that err apart")
  func weights() {
    let apart = WeightSearch.weights([1, 0, 0, 1], size: 2, windows: 16)
    #expect(abs(apart[0] - 0.5) < 1e-9)
    let clear = WeightSearch.weights([1, 1, 1, 4], size: 2, windows: 16)
    #expect(clear[0] > 0.98)
    // Minimum of w'Mw on the simplex for variances 1 and 3 without covariance: 3/4 and 1/4.
    let mixed = WeightSearch.weights([1, 0, 0, 3], size: 2, windows: 16)
    #expect(abs(mixed[0] - 0.75) < 0.02)
  }
}
