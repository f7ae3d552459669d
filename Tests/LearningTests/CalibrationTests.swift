import StowageTesting
import Testing

@testable import Learning

@Suite("Calibration")
struct CalibrationTests {
  @Test("Scores by hand")
  func byHand() throws {
    // Predictions .9 .9 .6 .2 with outcomes 1 0 1 0.
    let judged = Calibration(
      predictions: [0.6, 0.9, 0.2, 0.9],
      outcomes: [true, true, false, false],
      bins: 2
    )
    // (.01 + .81 + .16 + .04) / 4
    #expect(abs(try #require(judged.brierScore) - 0.255) < 1e-12)
    #expect(judged.baseRate == 0.5)
    #expect(abs(try #require(judged.brierSkill) - (1 - 0.255 / 0.25)) < 1e-12)
    // Two bins of two: .2 and .6 (mean .4, half came true), .9 and .9 (half came true).
    #expect(judged.bins.map(\.count) == [2, 2])
    #expect(abs(try #require(judged.expectedCalibrationError) - (0.5 * 0.1 + 0.5 * 0.4)) < 1e-12)
    #expect(judged.accuracy == nil)
    // -(ln .9 + ln .1 + ln .6 + ln .8) / 4
    #expect(abs(try #require(judged.logLoss) - 0.785_478) < 1e-5)
  }

  @Test("The Wilson interval agrees with its published example")
  func wilson() throws {
    // Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    let outcomes = (0..<263).map { $0 < 81 }
    let judged = Calibration(predictions: outcomes.map { _ in 0.3 }, outcomes: outcomes)
    let bin = try #require(judged.bins.first)
    #expect(judged.bins.count == 1)
    #expect(abs(bin.interval.lowerBound - 0.2553) < 5e-5)
    #expect(abs(bin.interval.upperBound - 0.3662) < 5e-5)
  }

  @Test("True probabilities have no calibration error but chance; exaggerated ones do")
  func simulated() throws {
    let seed: UInt64 = 65
    print("calibration, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let truth = (0..<40_000).map { _ in Double.random(in: 0.5...1, using: &random) }
    let outcomes = truth.map { Double.random(in: 0..<1, using: &random) < $0 }
    let honest = Calibration(predictions: truth, outcomes: outcomes)
    #expect(try #require(honest.expectedCalibrationError) < 0.01)
    #expect(honest.bins.count == 10)
    #expect(honest.bins.allSatisfy { $0.count == 4_000 })
    // E[p (1 - p)] for p even on 0.5...1 is 1/6.
    #expect(abs(try #require(honest.brierScore) - 1.0 / 6) < 0.004)
    #expect(honest.bins.count { $0.interval.contains($0.predicted) } >= 8)
    let shifted = Calibration(predictions: truth.map { $0 - 0.2 }, outcomes: outcomes)
    #expect(abs(try #require(shifted.expectedCalibrationError) - 0.2) < 0.01)
    let (worse, better) = (try #require(shifted.brierSkill), try #require(honest.brierSkill))
    #expect(worse < better)
  }

  @Test("Accepting everything is accurate, and has no skill")
  func noSkill() throws {
    let outcomes = (0..<1_000).map { $0 % 10 != 0 }
    let judged = Calibration(predictions: outcomes.map { _ in 0.9 }, outcomes: outcomes)
    #expect(judged.accuracy == 0.9)
    #expect(abs(try #require(judged.brierSkill)) < 1e-9)
    #expect(try #require(judged.expectedCalibrationError) < 1e-9)
  }

  @Test("Edges: nothing, one outcome, all the same, not a number, ties")
  func edges() {
    let none = Calibration(predictions: [], outcomes: [])
    #expect(none.count == 0)
    #expect(none.brierScore == nil)
    #expect(none.bins.isEmpty)
    let same = Calibration(predictions: [0.5, 0.7], outcomes: [true, true])
    #expect(same.brierSkill == nil)
    let odd = Calibration(predictions: [.nan, 2, -1], outcomes: [true, true, false])
    #expect(odd.count == 2)
    #expect(odd.brierScore == 0)
    let ties = Calibration(
      predictions: [Double](repeating: 0.4, count: 95) + [0.1, 0.2, 0.6, 0.7, 0.8],
      outcomes: [Bool](repeating: true, count: 100)
    )
    #expect(ties.bins.reduce(0) { $0 + $1.count } == 100)
    #expect(ties.bins.contains { $0.count >= 95 })
    #expect(ties.bins.count <= 10)
  }
}
