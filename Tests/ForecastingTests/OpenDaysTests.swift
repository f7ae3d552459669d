import Forecasting
import StowageTesting
import Testing
import Warehouse

@Suite("Closed days are no zeros, and nobody asks on them")
struct OpenDaysTests {
  static let levels = [0.1, 0.5, 0.95]
  /// A Monday.
  static let start = LocalDay("2024-01-01")

  /// About 20 a day with a weekly shape; on the weekdays named `hole` stands instead.
  private func week(_ seed: UInt64, days: Int, holes: Set<Int>, hole: Double) -> [Double] {
    var random = SeededGenerator(seed: seed)
    let shape = [1.1, 0.9, 0.8, 1.0, 1.3, 1.4, 0.5]
    return (0..<days).map { day in
      holes.contains(day % 7)
        ? hole : (20 * shape[day % 7] * Double.random(in: 0.7...1.3, using: &random)).rounded()
    }
  }

  private func ask(
    _ series: [DemandSeries],
    closed: Set<LocalDay> = [],
    _ method: ForecastMethod = .auto
  ) -> [ForecastAnswer] {
    var request = ForecastRequest(
      horizon: 14,
      method: method,
      quantiles: Self.levels,
      cumulative: [7, 14]
    )
    request.closedDays = closed
    let pool = PooledIndices.build(from: series, request: request)
    return series.map { Forecaster.forecast($0, request, pool: pool) }
  }

  @Test(
    "A weekday that is missing throughout is closed, by every method",
    arguments: [
      ForecastMethod.auto, .ses, .naive, .holtWinters, .autoETS, .tsb, .croston,
    ]
  )
  func closedSundays(method: ForecastMethod) throws {
    let values = week(7, days: 252, holes: [6], hole: .nan)
    let series = DemandSeries(id: "c", values: values, startDay: Self.start)
    let answer = try #require(ask([series], method).first)
    for step in 0..<14 where step % 7 == 6 {
      #expect(answer.mean[step] == 0)
      #expect(answer.quantiles.allSatisfy { $0[step] == 0 })
    }
    for step in 0..<14 where step % 7 != 6 { #expect(answer.mean[step] > 8, "step \(step)") }
    #expect(answer.reason.contains("Never observed on Sundays"))
    let sum = answer.mean.prefix(7).reduce(0, +)
    #expect(abs(answer.cumulative[0].mean - sum) < 1e-9)
    // Six open days of about 22, whatever stands for the seventh.
    if method == .auto { #expect(abs(sum - 20 * 6.5) < 12) }
  }

  @Test("Missing Sundays leave the other days as they are, and recorded zeros are no closing")
  func othersStay() {
    let open = week(8, days: 252, holes: [], hole: 0)
    var closed = open
    for day in stride(from: 6, to: 252, by: 7) { closed[day] = .nan }
    let answers = ask([
      DemandSeries(id: "o", values: open, startDay: Self.start),
      DemandSeries(id: "c", values: closed, startDay: Self.start),
      DemandSeries(
        id: "z",
        values: week(8, days: 252, holes: [6], hole: 0),
        startDay: Self.start
      ),
    ])
    for step in 0..<13 where step % 7 != 6 {
      #expect(abs(answers[0].mean[step] - answers[1].mean[step]) < 2, "step \(step)")
    }
    #expect(answers[0].mean[6] > 5)
    #expect(answers[1].mean[6] == 0)
    #expect(answers[2].mean[6] < 2)
    #expect(!answers[0].reason.contains("Never") && !answers[2].reason.contains("Never"))
  }

  @Test("One Sunday or two that are missing close nothing, nor does a month of stock-outs")
  func stockOuts() {
    var values = week(9, days: 210, holes: [], hole: 0)
    let whole = values
    for day in 150..<178 { values[day] = .nan }
    values[188] = .nan
    let answers = ask([
      DemandSeries(id: "s", values: values, startDay: Self.start),
      DemandSeries(id: "w", values: whole, startDay: Self.start),
    ])
    for step in 0..<14 {
      #expect(answers[0].mean[step] > 0)
      #expect(abs(answers[0].mean[step] - answers[1].mean[step]) < 3, "step \(step)")
    }
    let short = ask([
      DemandSeries(id: "f", values: [5, 6, 5, 7, 6, 5, .nan, 6, 5], startDay: Self.start)
    ])
    #expect(short[0].mean.allSatisfy { $0 > 0 })
  }

  @Test("A day that the calendar closes is zero, and its sum is less by it")
  func calendar() throws {
    let series = DemandSeries(
      id: "h",
      values: week(10, days: 252, holes: [], hole: 0),
      startDay: Self.start
    )
    let holiday = try #require(Self.start).adding(days: 252 + 3)
    let usual = try #require(ask([series]).first)
    let festive = try #require(ask([series], closed: [holiday]).first)
    #expect(festive.mean[3] == 0)
    #expect(festive.quantiles.allSatisfy { $0[3] == 0 })
    for step in 0..<14 where step != 3 { #expect(festive.mean[step] == usual.mean[step]) }
    let less = usual.cumulative[0].mean - festive.cumulative[0].mean
    #expect(abs(less - usual.mean[3]) < 1e-9)
    #expect(festive.cumulative[0].quantiles[2] < usual.cumulative[0].quantiles[2])
  }
}
