import Foundation
import StowageTesting
import Testing
import Warehouse

@testable import Forecasting

@Suite("What a batch teaches its members")
struct PoolTests {
  @Test("A new item begins between its first days and what is usual in its category")
  func newItem() {
    func member(_ id: Int, _ level: Double, count: Int, _ group: String) -> DemandSeries {
      DemandSeries(
        id: "\(id)",
        values: (0..<count).map { level + Double(($0 + id) % 3) - 1 },
        startDay: LocalDay("2024-01-01")?.adding(days: 120 - count),
        group: group
      )
    }
    // Papers are much alike, inks are not.
    var series = (0..<12).map { member($0, 100 + 0.2 * Double($0), count: 120, "PAPER") }
    series += (0..<12).map { member($0 + 20, 5 + 10 * Double($0), count: 120, "INK") }
    let new = DemandSeries(
      id: "new",
      values: [20, 20],
      startDay: LocalDay("2024-01-01")?.adding(days: 118),
      group: "PAPER"
    )
    let request = ForecastRequest(horizon: 7)
    let pool = PooledIndices.build(from: series + [new], request: request)
    let paper = Forecaster.forecast(new, request, pool: pool)
    var other = new
    other.group = "INK"
    let ink = Forecaster.forecast(other, request, pool: pool)
    let alone = Forecaster.forecast(new, request)
    // Within a paper the variance is 2/3, between papers about 0.48: half of that quotient, 0.7
    // days, of about 101.
    #expect(abs(paper.mean[0] - (40 + 0.7 * 101) / 2.7) < 2)
    #expect(abs(ink.mean[0] - 20) < 1)
    #expect(abs(alone.mean[0] - 20) < 1e-9)
    #expect(paper.reason.contains("usual"))
  }

  /// Days with a weekday rush that ends at `change`, drawn with noise around a member's level.
  private static func member(_ seed: UInt64, count: Int, change: Int) -> DemandSeries {
    var random = SeededGenerator(seed: seed)
    let level = Double.random(in: 2...30, using: &random)
    let values = (0..<count).map { day -> Double in
      let rush = day % 7 == 5 && day < change ? 3.0 : 1.0
      return (level * rush * Double.random(in: 0.3...1.7, using: &random)).rounded()
    }
    return DemandSeries(id: "\(seed)", values: values, startDay: LocalDay("2023-01-02"))
  }

  @Test("The shared season finds the rush, and forgets it after it has ended")
  func movingSeason() throws {
    let series = (0..<30).map { Self.member(UInt64($0), count: 560, change: 364) }
    let request = ForecastRequest(horizon: 14)
    let pool = PooledIndices.build(from: series, request: request)
    let season = try #require(pool.pool(for: nil)?.season)
    let start = try #require(LocalDay("2023-01-02")).rawValue
    // 2023-01-07 is a Saturday; phases count from 1970-01-01, a Thursday.
    let saturday = (Int(start) + 5) % 7
    #expect(season.indices(at: Int(start) + 350)[saturday] > 1.8)
    #expect(season.indices(at: Int(start) + 560)[saturday] < 1.3)
  }

  @Test("A yearly shape is found in the sum and reaches a member's forecast")
  func yearlyShape() throws {
    // Two and a half years; demand doubles from June to August.
    let first = try #require(LocalDay("2022-01-01"))
    let series = (0..<20).map { place -> DemandSeries in
      var random = SeededGenerator(seed: UInt64(place))
      let values = (0..<1_250).map { day -> Double in
        let month = first.adding(days: day).civil.month
        let level = (6...8).contains(month) ? 20.0 : 10
        return (level * Double.random(in: 0.2...1.8, using: &random)).rounded()
      }
      return DemandSeries(id: "\(place)", values: values, startDay: first)
    }
    // The last day given is 2025-06-03; cut to the end of April, so that May and June lie ahead.
    let cut = series.map {
      DemandSeries(id: $0.id, values: Array($0.values.prefix(1_216)), startDay: first)
    }
    let request = ForecastRequest(horizon: 60)
    let pool = PooledIndices.build(from: cut, request: request)
    let answer = Forecaster.forecast(cut[3], request, pool: pool)
    let may = answer.mean[5..<20].reduce(0, +) / 15
    let june = answer.mean[45..<60].reduce(0, +) / 15
    #expect(june > 1.5 * may)
  }

  @Test("Quantiles of a batch of counts are honest on the days that follow")
  func honestQuantiles() {
    let seed: UInt64 = 77
    var random = SeededGenerator(seed: seed)
    let series = (0..<80).map { place -> DemandSeries in
      let rate = Double.random(in: 0.1...6, using: &random)
      let values = (0..<328).map { _ -> Double in
        // Geometric sizes at random times: lumpy for low rates, erratic for high ones.
        var total = 0.0
        for _ in 0..<12 where Double.random(in: 0...1, using: &random) < rate / 24 {
          total += 1
          while Double.random(in: 0...1, using: &random) < 0.5 { total += 1 }
        }
        return total
      }
      return DemandSeries(id: "\(place)", values: values)
    }
    let levels = [0.1, 0.5, 0.8, 0.9, 0.95]
    let request = ForecastRequest(horizon: 28, quantiles: levels)
    let past = series.map { DemandSeries(id: $0.id, values: Array($0.values.prefix(300))) }
    let pool = PooledIndices.build(from: past, request: request)
    var below = [Double](repeating: 0, count: levels.count)
    var atMost = below
    for (one, all) in zip(past, series) {
      let answer = Forecaster.forecast(one, request, pool: pool)
      for step in 0..<28 {
        for place in levels.indices {
          if all.values[300 + step] < answer.quantiles[place][step] { below[place] += 1 }
          if all.values[300 + step] <= answer.quantiles[place][step] { atMost[place] += 1 }
        }
      }
    }
    for (place, level) in levels.enumerated() {
      #expect(below[place] / 2240 - 0.03 <= level, "seed \(seed), level \(level)")
      #expect(atMost[place] / 2240 + 0.03 >= level, "seed \(seed), level \(level)")
    }
  }

  /// Poisson draws around a weekly shape, long enough for a trial and too short for much else.
  private static func weeks(_ seed: UInt64, count: Int) -> [Double] {
    var random = SeededGenerator(seed: seed)
    let level = Double.random(in: 3...40, using: &random)
    return (0..<count).map { day in
      var (left, number) = (level * [1.1, 1, 0.9, 1, 1.3, 1.2, 0.5][day % 7], 0.0)
      while true {
        left += log(Double.random(in: 1e-9...1, using: &random))
        if left < 0 { return number }
        number += 1
      }
    }
  }

  @Test("Six weeks of noise: no fit that has seen its own trial outweighs the plain mean")
  func shortPast() {
    let whole = (0..<60).map { Self.weeks(1_000 + UInt64($0), count: 56) }
    let past = whole.enumerated().map { place, values in
      DemandSeries(
        id: "\(place)",
        values: Array(values.prefix(42)),
        startDay: LocalDay("2024-01-01")
      )
    }
    let request = ForecastRequest(horizon: 14)
    let pool = PooledIndices.build(from: past, request: request)
    var (ours, plain) = (0.0, 0.0)
    for (series, values) in zip(past, whole) {
      let sold = values[42...].reduce(0, +)
      let mean = series.values.reduce(0, +) / 3
      let told = Forecaster.forecast(series, request, pool: pool).mean.reduce(0, +)
      // Relative to what chance alone makes of such a sum.
      ours += (told - sold) * (told - sold) / mean
      plain += (mean - sold) * (mean - sold) / mean
    }
    // It was 1.7 where Holt and Winters had started from the weeks that they were tried on.
    #expect(ours < 1.2 * plain, "\(ours) against \(plain)")
  }

  // The tails, which a fit that has seen its own trial makes too thin. Where the middle lies is the
  // luck of the one half year that is tried: its level is the same surprise for all members.
  @Test("Five years of months: the tails of a seasonal batch are honest")
  func honestMonths() {
    var random = SeededGenerator(seed: 2_024)
    let whole = (0..<80).map { place -> [Double] in
      let level = Double.random(in: 5...60, using: &random)
      return (0..<66).map { month in
        let angle = 2 * Double.pi * Double(month + place % 3) / 12
        var sum = 0.0
        for _ in 0..<4 { sum += Double.random(in: 0...1, using: &random) }
        return (level * (1 + 0.5 * sin(angle)) * (0.5 + sum / 4)).rounded()
      }
    }
    let levels = [0.05, 0.1, 0.9, 0.95]
    let request = ForecastRequest(horizon: 6, season: 12, quantiles: levels)
    var hits = [Double](repeating: 0, count: levels.count)
    var count = 0.0
    for cut in [56, 60] {
      let past = whole.enumerated().map {
        DemandSeries(id: "\($0)", values: Array($1.prefix(cut)))
      }
      let pool = PooledIndices.build(from: past, request: request)
      for (series, values) in zip(past, whole) {
        let answer = Forecaster.forecast(series, request, pool: pool)
        for step in 0..<6 {
          count += 1
          for place in levels.indices where values[cut + step] <= answer.quantiles[place][step] {
            hits[place] += 1
          }
        }
      }
    }
    for (place, level) in levels.enumerated() {
      #expect(abs(hits[place] / count - level) < 0.045, "level \(level): \(hits[place] / count)")
    }
  }

  @Test("A rare item that was just waiting is not made busier by cutting its head")
  func launch() {
    // Interval 10; a head of 12 zeros is usual waiting, one of 200 is "not yet launched".
    let demand = (0..<100).map { Double($0 % 10 == 0 ? 3 : 0) }
    let short = PreparedSeries(
      DemandSeries(id: "s", values: [Double](repeating: 0, count: 12) + demand),
      treatingOutliers: true
    )
    #expect(short.offset == 0)
    let long = PreparedSeries(
      DemandSeries(id: "l", values: [Double](repeating: 0, count: 200) + demand),
      treatingOutliers: true
    )
    #expect(long.offset == 191)
  }

  @Test("Returns are netted, faults of the record are cut back and named")
  func preparation() {
    let returned = PreparedSeries(
      DemandSeries(id: "r", values: [5, 4, -6, 3, .infinity, -1]),
      treatingOutliers: true
    )
    #expect(returned.values.prefix(4) == [3, 0, 0, 2])
    #expect(returned.observed == 5)
    var values = (0..<60).map { Double($0 % 5 + 1) }
    values[30] = 9_999
    let cut = PreparedSeries(DemandSeries(id: "o", values: values), treatingOutliers: true)
    #expect(cut.outliers == [30])
    #expect(cut.maximum == 5)
    values[30] = 40
    let kept = PreparedSeries(DemandSeries(id: "k", values: values), treatingOutliers: true)
    #expect(kept.outliers.isEmpty)
  }
}
