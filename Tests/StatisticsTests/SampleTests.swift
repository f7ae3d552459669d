import Testing

@testable import Statistics

@Suite("Samples")
struct SampleTests {
  @Test("Percentiles interpolate as R's type 7 does")
  func percentiles() {
    // R: quantile(c(1, 2, 4, 8), c(.25, .5, .75, .95)) gives 1.75 3 5 7.4
    let sample = Descriptive([8, 1, .nan, 4, 2])
    #expect(sample.count == 4)
    #expect(sample.p25 == 1.75)
    #expect(sample.median == 3)
    #expect(sample.p75 == 5)
    #expect(abs(sample.p95 - 7.4) < 1e-12)
    #expect(sample.minimum == 1)
    #expect(sample.maximum == 8)
    #expect(!sample.isMeaningful)
  }

  @Test("The standard deviation keeps its precision far from zero")
  func deviation() {
    #expect(abs(Descriptive.standardDeviation([4, 7, 13, 16]) - 5.477_225_575_051_661) < 1e-14)
    let far = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
    #expect(abs(Descriptive.standardDeviation(far) - 5.477_225_575_051_661) < 1e-9)
    #expect(Descriptive([]).mean == 0)
    #expect(Descriptive.standardDeviation([3]) == 0)
  }

  @Test("Modified z-scores find two wild values that hide from z-scores")
  func masking() {
    let values: [Double] = [3.2, 3.3, 3.1, 3.0, 3.2, 3.1, 3.3, 3.2, 30, 31]
    #expect(Outliers.zScores(values).allSatisfy { abs($0) < 3 })
    let scores = Outliers.modifiedZScores(values)
    #expect(scores.indices.filter { OutlierSeverity(modifiedZ: scores[$0]) != nil } == [8, 9])
    #expect(Outliers.outsideFences([1, 2, 3, 4, 5, 6, 7, 8, 50]) == [8])
    #expect(Outliers.modifiedZScores([2, 2, 2]) == [0, 0, 0])
    #expect(OutlierSeverity(modifiedZ: -7.2) == .severe)
    #expect(OutlierSeverity(modifiedZ: 3.4) == nil)
    #expect(OutlierSeverity.mild < .extreme)
  }

  @Test("Mostly equal values are scored by their mean deviation")
  func degenerateMad() {
    let scores = Outliers.modifiedZScores([0, 0, 0, 0, 0, 0, 0, 0, 0, 10])
    #expect(abs(scores[9] - 10 / 1.253314) < 1e-9)
  }

  @Test("Autocorrelations are those of R's acf")
  func autocorrelation() {
    // By hand: deviations -2 0 -1 2 1, sum of squares 10; products 0 at lag 1, 1 at lag 2.
    let found = Autocorrelation.coefficients([1, 3, 2, 5, 4], lags: 6)
    #expect(abs(found[0]) < 1e-12)
    #expect(abs(found[1] - 0.1) < 1e-12)
    #expect(found[5] == 0)
    #expect(Autocorrelation.coefficients([2, 2, 2], lags: 2) == [0, 0])
  }

  @Test("Seeded numbers repeat, and are spread as they should be")
  func random() {
    var one = SeededRandom(seed: 42)
    var two = SeededRandom(seed: 42)
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<20_000 {
      let value = one.normal()
      #expect(value == two.normal())
      sum += value
      squares += value * value
    }
    #expect(abs(sum / 20_000) < 0.03)
    #expect(abs(squares / 20_000 - 1) < 0.04)
  }
}
