import Operations
import Storage
import StowageTesting
import Testing
import Warehouse
import WireFormat

@Suite("Nightly forecasts fit what moved")
struct IncrementalForecastTests {
  private static let days = 200
  private static let horizon = 28
  private static let codes = (0..<24).map { "M\($0)" }

  /// What is sold of a material on a day: eight of them daily, eight on Mondays, eight rarely.
  private static func sold(_ number: Int, _ day: LocalDay) -> Int {
    var random = SeededGenerator(seed: UInt64(number) &* 7_919 &+ UInt64(day.rawValue))
    let luck = Int.random(in: 0..<100, using: &random)
    switch number % 3 {
    case 0: return 20 + luck % 7
    case 1: return day.weekday == 0 ? 10 + luck % 5 : 0
    default: return luck < 6 ? 1 + luck % 3 : 0
    }
  }

  private func plant() throws -> Plant {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(
      .materials,
      "code,name\n" + Self.codes.map { "\($0),x\n" }.joined()
    )
    let today = plant.now.utcDay
    try sell(plant, (1...Self.days).map { today.adding(days: -$0) })
    return plant
  }

  private func sell(_ plant: Plant, _ days: [LocalDay]) throws {
    var text = "material,day,quantity\n"
    for day in days {
      for (number, code) in Self.codes.enumerated() {
        text += "\(code),\(day),\(Self.sold(number, day))\n"
      }
    }
    try plant.load(.demand, text)
  }

  private func forecasts(_ plant: Plant) throws -> [MaterialForecast] {
    try plant.read { transaction in
      let ids = try transaction.materialsWithDemand()
      let found = try transaction.forecasts(ids)
      return ids.compactMap { found[$0] }
    }
  }

  /// What a reader sees of a forecast, without the run that it belongs to.
  private func same(_ one: MaterialForecast, _ other: MaterialForecast) -> Bool {
    var one = one
    one.run = other.run
    return one == other
  }

  @Test("Night by night beside a plant that fits all: what moved is the same, the rest is close")
  func nights() throws {
    let (frugal, thorough) = (try plant(), try plant())
    let full = RunForecasts.Request(horizonDays: Self.horizon)
    let nightly = RunForecasts.Request(horizonDays: Self.horizon, isIncremental: true)
    _ = try RunForecasts(frugal.environment)(full, scope: frugal.scope)
    var (kept, worst, apart) = (0, 0.0, 0.0)
    for _ in 0..<9 {
      let sold = frugal.now.utcDay
      for plant in [frugal, thorough] {
        try sell(plant, [sold])
        plant.wait(seconds: 86_400)
      }
      let report = try RunForecasts(frugal.environment)(nightly, scope: frugal.scope)
      _ = try RunForecasts(thorough.environment)(full, scope: thorough.scope)
      #expect(report.materials == Self.codes.count)
      kept += report.moved
      let (ours, theirs) = (try forecasts(frugal), try forecasts(thorough))
      for (number, (one, other)) in zip(ours, theirs).enumerated() {
        #expect(one.firstDay == other.firstDay)
        #expect(one.mean.count == other.mean.count)
        let isFitted = one.fit?.originDay == sold
        if Self.sold(number, sold) > 0 { #expect(isFitted, "\(number) on \(sold)") }
        if isFitted {
          #expect(same(one, other), "\(number) on \(sold)")
        } else {
          let (a, b) = (one.mean.reduce(0, +), other.mean.reduce(0, +))
          worst = max(worst, abs(a - b) / max(b, 1))
          apart += abs(a - b) / max(b, 1)
        }
      }
    }
    // Weekly and rare materials rest on most nights, and are fitted on every seventh.
    #expect(kept > 60 && kept < 9 * 16, "\(kept) moved on")
    // Of what sells one in four weeks, a day of sale more or less is a third.
    #expect(worst < 0.5, "the widest difference of four weeks: \(worst)")
    #expect(apart / Double(kept) < 0.1, "the usual one: \(apart / Double(kept))")
  }

  @Test("While the gates are closed nothing moves, and the path is the same as one fitted anew")
  func closed() throws {
    let (frugal, thorough) = (try plant(), try plant())
    let full = RunForecasts.Request(horizonDays: Self.horizon)
    for plant in [frugal, thorough] {
      _ = try RunForecasts(plant.environment)(full, scope: plant.scope)
      for _ in 0..<2 {
        try plant.store.write(plant.scope) {
          try $0.save(CalendarDay(day: plant.now.utcDay, isClosed: true))
        }
        plant.wait(seconds: 86_400)
      }
    }
    let report = try RunForecasts(frugal.environment)(
      .init(horizonDays: Self.horizon, isIncremental: true),
      scope: frugal.scope
    )
    #expect(report.moved > 12)
    _ = try RunForecasts(thorough.environment)(full, scope: thorough.scope)
    for (one, other) in zip(try forecasts(frugal), try forecasts(thorough)) {
      #expect(one.firstDay == frugal.now.utcDay)
      let known = Self.horizon - 2
      for step in 0..<known { #expect(abs(one.mean[step] - other.mean[step]) < 1e-9) }
      for (ours, theirs) in zip(one.quantiles, other.quantiles) {
        #expect(ours.prefix(known) == theirs.prefix(known))
      }
      for sum in one.cumulative { #expect(sum.quantiles == sum.quantiles.sorted()) }
    }
  }

  @Test("A day that is closed ahead has no demand, and closing it fits all anew")
  func closedAhead() throws {
    let plant = try plant()
    let request = RunForecasts.Request(horizonDays: Self.horizon, isIncremental: true)
    _ = try RunForecasts(plant.environment)(request, scope: plant.scope)
    #expect(try RunForecasts(plant.environment)(request, scope: plant.scope).moved == 24)
    let holiday = plant.now.utcDay.adding(days: 9)
    let before = try forecasts(plant)
    func close(_ day: LocalDay, _ isClosed: Bool) throws {
      try plant.store.write(plant.scope) {
        try $0.save(CalendarDay(day: day, isClosed: isClosed))
      }
    }
    try close(holiday, true)
    #expect(try RunForecasts(plant.environment)(request, scope: plant.scope).moved == 0)
    for (one, other) in zip(try forecasts(plant), before) {
      #expect(one.mean[9] == 0)
      #expect(one.quantiles.allSatisfy { $0[9] == 0 })
      #expect(one.mean[8] == other.mean[8])
      let (now, then) = (one.cumulative.last?.mean ?? 0, other.cumulative.last?.mean ?? 0)
      #expect(abs(then - now - other.mean[9]) < 1e-6 * max(1, then))
    }
    // Moved on, the closed day stays where it is, and is not what a later week is read from.
    try close(plant.now.utcDay.adding(days: Self.horizon - 7), true)
    _ = try RunForecasts(plant.environment)(request, scope: plant.scope)
    try close(plant.now.utcDay, true)
    plant.wait(seconds: 86_400)
    let report = try RunForecasts(plant.environment)(request, scope: plant.scope)
    let moved = try forecasts(plant)
    #expect(moved.allSatisfy { $0.mean[8] == 0 })
    #expect(moved[0].mean[Self.horizon - 8] == 0)
    #expect((moved[0].mean.last ?? 0) > 10)
    #expect(report.materials == 24)
    try close(holiday, false)
    #expect(try RunForecasts(plant.environment)(request, scope: plant.scope).moved == 0)
  }

  @Test("What is corrected in the past, and what is asked otherwise, is fitted anew")
  func corrected() throws {
    let plant = try plant()
    _ = try RunForecasts(plant.environment)(.init(horizonDays: 28), scope: plant.scope)
    func nightly(_ horizon: Int64, _ method: String = "AUTO") throws -> Int {
      try RunForecasts(plant.environment)(
        .init(
          document: [
            "horizon": .integer(horizon), "method": .string(method),
            "incremental": true,
          ]
        ),
        scope: plant.scope
      ).moved
    }
    #expect(try nightly(28) == Self.codes.count)
    let old = plant.now.utcDay.adding(days: -100)
    try plant.load(.demand, "material,day,quantity\nM1,\(old),77\n")
    #expect(try nightly(28) == Self.codes.count - 1)
    #expect(try nightly(14) == 0)
    #expect(try nightly(14) == Self.codes.count)
    #expect(try nightly(14, "SES") == 0)
  }
}
