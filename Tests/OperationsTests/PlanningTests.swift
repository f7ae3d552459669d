import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Demand, forecasts and replenishment")
struct PlanningTests {
  /// A plant with 200 days of demand: STEADY 10 a day, WEEKLY 20 on Mondays, IDLE never.
  private func sold() throws -> Plant {
    let plant = try Plant()
    try plant.furnish()
    try plant.load(
      .materials,
      "code,name,unit_cost_eur,value_class\nSTEADY,s,1.00,A\nWEEKLY,w,2.00,B\nIDLE,i,1.00,C\n"
    )
    var text = "material,day,quantity\n"
    let today = plant.now.utcDay
    for back in 1...200 {
      let day = today.adding(days: -back)
      text += "STEADY,\(day),\(9 + back % 3)\n"
      text += "WEEKLY,\(day),\(day.weekday == 0 ? 20 : 0)\n"
    }
    try plant.load(.demand, text)
    try plant.load(.suppliers, "code,name\nMILL,Mill\n")
    try plant.load(
      .supplyTerms,
      "supplier,material,lead_time_days,lead_time_deviation_days,multiple,unit_cost_eur,"
        + "ordering_cost_eur,holding_cost_pct\nMILL,STEADY,10,2,50,1.00,40.00,20\n"
    )
    return plant
  }

  @Test("A run becomes the active one, supersedes the one before, and explains itself")
  func run() throws {
    let plant = try sold()
    let queries = ForecastQueries(plant.environment)
    let none = #expect(throws: Failure.self) { try queries.run(scope: plant.scope) }
    #expect(none?.code == .notFound)
    var steps: [Int] = []
    let first = try RunForecasts(plant.environment)(
      .init(horizonDays: 28),
      scope: plant.scope,
      progress: { done, _ in steps.append(done) }
    )
    #expect(first.materials == 2)
    #expect(steps.last == 2)
    let view = try queries.forecast(material: "STEADY", scope: plant.scope)
    #expect(view.forecast.firstDay == plant.now.utcDay)
    #expect(view.forecast.mean.count == 28)
    #expect(view.forecast.demandClass == "SMOOTH")
    #expect(view.forecast.mean.allSatisfy { abs($0 - 10) < 1 })
    let levels = view.forecast.levels
    for step in view.forecast.mean.indices {
      let path = levels.indices.map { view.forecast.quantiles[$0][step] }
      #expect(path == path.sorted())
      #expect(path.allSatisfy { $0 >= 0 })
    }
    let csv = String(decoding: view.csv, as: UTF8.self)
    #expect(csv.hasPrefix("material,day,mean,q0.01,"))
    #expect(csv.split(whereSeparator: \.isNewline).count == 29)
    plant.wait(seconds: 60)
    let second = try RunForecasts(plant.environment)(.init(horizonDays: 28), scope: plant.scope)
    #expect(second.run != first.run)
    #expect(try queries.run(scope: plant.scope).run.publicID == second.run)
  }

  @Test("Forecasts are set beside their days once these are over, by lag")
  func accuracy() throws {
    let plant = try sold()
    let queries = AccuracyQueries(plant.environment)
    let measure = MeasureAccuracy(plant.environment)
    // Twelve nights: forecast, then the day's demand as it came, by hand an odd one.
    for night in 0..<12 {
      _ = try RunForecasts(plant.environment)(.init(horizonDays: 28), scope: plant.scope)
      let day = plant.now.utcDay
      try plant.load(
        .demand,
        "material,day,quantity\nSTEADY,\(day),\(night == 3 ? 0 : 12)\nWEEKLY,\(day),0\n"
      )
      plant.wait(seconds: 86_400)
    }
    let report = try measure(scope: plant.scope)
    #expect(report.materials == 2)
    let view = try queries.accuracy(material: "STEADY", scope: plant.scope)
    // Lags 1 and 7, and the lead time of ten days; later lags have met fewer days.
    #expect(view.scores.map(\.lagDays) == [1, 7, 10])
    #expect(view.scores.map(\.days) == [12, 6, 3])
    #expect(view.scores[0].nonzeroDays == 11)
    let first = view.scores[0].measures
    #expect((first.mape ?? 0) > 5 && (first.mape ?? 100) < 30)
    #expect((first.rmse ?? 0) > 2)
    #expect((first.coverage ?? -1) >= 0 && (first.coverage ?? 2) <= 1)
    #expect((first.pinballLoss ?? 0) > 0)
    // What is known of the day must not help: the scores do not change when measured again.
    _ = try measure(scope: plant.scope)
    #expect(try queries.accuracy(material: "STEADY", scope: plant.scope).scores == view.scores)
    let rows = try JSONReader.parse(try queries.summary(scope: plant.scope).json)["rows"]?.array
    // WEEKLY has the usual lead time of 14 days, which no forecast has reached.
    #expect(rows?.count == 5)
    let none = #expect(throws: Failure.self) {
      try queries.accuracy(material: "IDLE", scope: plant.scope)
    }
    #expect(none?.code == .notFound)
  }

  @Test("Sums by category and facility agree with their parts")
  func totals() throws {
    let plant = try sold()
    _ = try RunForecasts(plant.environment)(.init(), scope: plant.scope)
    let queries = ForecastQueries(plant.environment)
    let json = try JSONReader.parse(try queries.totals(scope: plant.scope).json)
    #expect(json["facility"]?["materials"]?.double == 2)
    for days in [7, 28, 90] {
      var value = 0.0
      for (code, price) in [("STEADY", 100.0), ("WEEKLY", 200.0)] {
        let path = try queries.forecast(material: code, scope: plant.scope).forecast.mean
        value += price * path.prefix(days).reduce(0, +)
      }
      let total = json["facility"]?["value_minor"]?["days_\(days)"]?.double ?? 0
      #expect(abs(total - value) <= 1, "\(days)")
      let parts = json["categories"]?.array?.reduce(0.0) {
        $0 + ($1["value_minor"]?["days_\(days)"]?.double ?? 0)
      }
      #expect(abs((parts ?? 0) - total) <= 2, "\(days)")
    }
  }

  @Test("The stock is looked over: matrix, dead and excess, promises played")
  func review() throws {
    let plant = try sold()
    _ = try RunForecasts(plant.environment)(.init(), scope: plant.scope)
    try plant.load(
      .openingStock,
      "material,location,quantity\nSTEADY,B-11,9000\nWEEKLY,B-12,10\n"
    )
    let review = ReviewStock(plant.environment)
    let cells = try #require(
      try JSONReader.parse(try review.matrix(scope: plant.scope).json)["cells"]?.array
    )
    #expect(cells.count == 9)
    func cell(_ value: String, _ steadiness: String) -> JSONValue? {
      cells.first {
        $0["value_class"]?.string == value && $0["steadiness"]?.string == steadiness
      }
    }
    #expect(cell("A", "X")?["materials"]?.double == 1)
    #expect(cell("A", "X")?["stock_value_minor"]?.double == 900_000)
    #expect(cell("B", "X")?["materials"]?.double == 1)
    let health = try JSONReader.parse(try review.health(limit: 5, scope: plant.scope).json)
    // 9,000 at ten a day last 900 days; 180 are wanted.
    #expect(health["excess"]?["materials"]?.double == 1)
    let row = health["excess"]?["rows"]?.array?.first
    #expect(row?["material"]?.string == "STEADY")
    #expect(abs((row?["surplus"]?.double ?? 0) - 7_200) < 150)
    #expect(health["dead"]?["materials"]?.double == 0)
    var request = SimulateStock.Request()
    request.days = 56
    let played = try JSONReader.parse(
      try SimulateStock(plant.environment)(request, scope: plant.scope).json
    )
    #expect(played["classes"]?.array?.count == 2)
    let top = played["classes"]?.array?.first
    #expect(top?["value_class"]?.string == "A")
    #expect((top?["achieved"]?["fill_rate"]?.double ?? 0) > 0.9)
    #expect((top?["textbook"]?["average_stock_days"]?.double ?? 0) > 0)
  }

  @Test("A run that is stopped leaves the one before in force")
  func stopped() throws {
    let plant = try sold()
    let first = try RunForecasts(plant.environment)(.init(), scope: plant.scope)
    let failure = #expect(throws: Failure.self) {
      try RunForecasts(plant.environment)(.init(), scope: plant.scope, mayContinue: { false })
    }
    #expect(failure?.code == .timedOut)
    let run = try ForecastQueries(plant.environment).run(scope: plant.scope)
    #expect(run.run.publicID == first.run)
  }

  @Test("A run over one material keeps what is known of the others")
  func oneMaterial() throws {
    let plant = try sold()
    let queries = ForecastQueries(plant.environment)
    _ = try RunForecasts(plant.environment)(.init(horizonDays: 28), scope: plant.scope)
    let before = try queries.forecast(material: "WEEKLY", scope: plant.scope).forecast
    let report = try RunForecasts(plant.environment)(
      .init(
        document: ["method": "NAIVE", "horizon": 14, "materials": .array(["STEADY"])]
      ),
      scope: plant.scope
    )
    #expect(report.materials == 1)
    let steady = try queries.forecast(material: "STEADY", scope: plant.scope).forecast
    #expect(steady.method == "NAIVE")
    #expect(steady.mean.count == 14)
    let after = try queries.forecast(material: "WEEKLY", scope: plant.scope).forecast
    #expect(after.mean == before.mean)
    #expect(after.run == steady.run)
  }

  @Test("A policy covers the lead time, and the suggestion orders what is missing")
  func policy() throws {
    let plant = try sold()
    _ = try RunForecasts(plant.environment)(.init(), scope: plant.scope)
    try plant.load(.openingStock, "material,location,quantity\nSTEADY,B-11,60\n")
    let view = try ForecastQueries(plant.environment)
      .policy(material: "STEADY", scope: plant.scope)
    let json = try JSONReader.parse(view.json)
    #expect(view.leadTimeDays == 10)
    #expect(json["position"]?["on_hand"]?.double == 60)
    // Ten days at ten a day, the look a day later, and something for the spread of both.
    let reorder = try #require(json["reorder_point"]?.double)
    #expect(reorder > 100 && reorder < 250, "\(reorder)")
    #expect((json["safety_stock"]?.double ?? 0) > 0)
    #expect((json["textbook"]?["safety_stock"]?.double ?? 0) > 0)
    #expect(json["urgency"]?.string == "CRITICAL")
    let report = try GenerateSuggestions(plant.environment)(scope: plant.scope)
    // WEEKLY has no stock at all, STEADY less than it needs until an order can be there.
    #expect(report.counts[.critical] == 2)
    let list = try Suggestions(plant.environment)
      .list(PageRequest(), urgency: .critical, scope: plant.scope)
    let suggestion = try #require(list.rows.first { $0.materialCode == "STEADY" })
    #expect(suggestion.suggestion.quantityMilli > 0)
    #expect(suggestion.suggestion.quantityMilli % 50_000 == 0)
    #expect(!suggestion.suggestion.reasons.isEmpty)
    // Pieces are ordered whole, also where no supplier's terms say so.
    #expect(list.rows.allSatisfy { $0.suggestion.quantityMilli % 1_000 == 0 })
  }

  @Test("Demand is shown by day, and its CSV is taken back by the import")
  func demandRoundTrip() throws {
    let plant = try sold()
    let view = try DemandQueries(plant.environment)
      .demand(material: "STEADY", scope: plant.scope)
    #expect(view.rows.count == 200)
    let other = try Plant()
    try other.load(.materials, "code\nSTEADY\n")
    let result = try other.load(.demand, String(decoding: view.csv, as: UTF8.self))
    #expect(result.outcome == .applied)
    let copy = try DemandQueries(other.environment).demand(material: "STEADY", scope: other.scope)
    #expect(copy.rows.map(\.quantityMilli) == view.rows.map(\.quantityMilli))
    #expect(copy.rows.map(\.day) == view.rows.map(\.day))
  }

  @Test("An aggregate is sent once, and again only where the day has changed")
  func aggregates() throws {
    let plant = try sold()
    try plant.load(.openingStock, "material,location,quantity,lot\nSTEADY,B-11,60,L1\n")
    let build = BuildDailyAggregates(
      plant.environment,
      software: SoftwareVersion(version: "0.0.1", schemaVersion: 1)
    )
    let today = plant.now.utcDay
    let first = try build(day: today, scope: plant.scope)
    #expect(first.appended > 0)
    let again = try build(day: today, scope: plant.scope)
    #expect(again.appended == 0)
    #expect(again.unchanged == first.appended)
    _ = try PostTransaction(plant.environment)(
      .init(kind: .pick, lot: LotReference(text: "L1"), from: "B-11", quantityMilli: 5_000),
      scope: plant.scope
    )
    let changed = try build(day: today, scope: plant.scope)
    // Demand, stock and utilisation of today are other now; what was there stays as it was.
    #expect((1..<first.appended).contains(changed.appended))
    let (before, now) = try plant.read { transaction in
      (
        try transaction.newestEvent(kind: "demand.daily", subject: "\(today.adding(days: -1))"),
        try transaction.newestEvent(kind: "demand.daily", subject: "\(today)")
      )
    }
    #expect(before == nil)
    let event = try #require(now)
    #expect(event.revision == 2)
    let rows = try JSONReader.parse(event.dataJSON)["rows"]?.array ?? []
    #expect(rows.map { $0["material"]?.string } == ["STEADY"])
    #expect(rows[0]["quantity"]?.double == 5)
  }

  @Test("A correction of a day long past sends the whole day again, with a higher revision")
  func corrections() throws {
    let plant = try sold()
    let build = BuildDailyAggregates(
      plant.environment,
      software: SoftwareVersion(version: "0.0.1", schemaVersion: 1)
    )
    let today = plant.now.utcDay
    func correct(limit: Int = .max) throws -> AggregateChangedDays.Report {
      try AggregateChangedDays(plant.environment, build)(
        through: today,
        back: 100,
        limit: limit,
        scope: plant.scope
      )
    }
    func event(_ back: Int) throws -> OutboxEvent? {
      let day = today.adding(days: -back)
      return try plant.read {
        try $0.newestEvent(kind: "demand.daily", subject: "\(day)")
      }
    }
    // The import of 200 days: those of the last hundred are told, a few at a time, newest first.
    #expect(try correct(limit: 3).days == 3)
    #expect(try event(3)?.revision == 1)
    #expect(try event(4) == nil)
    #expect(try correct().days == 97)
    #expect(try event(100) != nil)
    #expect(try event(101) == nil)
    #expect(try correct() == AggregateChangedDays.Report())
    let before = try #require(try event(60))
    let day = today.adding(days: -60)
    try plant.load(.demand, "material,day,quantity\nSTEADY,\(day),77\n")
    #expect(try correct().days == 1)
    let after = try #require(try event(60))
    #expect(after.revision == before.revision + 1)
    let rows = try JSONReader.parse(after.dataJSON)["rows"]?.array ?? []
    // The whole day: also what was not corrected.
    #expect(rows.count == (try JSONReader.parse(before.dataJSON)["rows"]?.array ?? []).count)
    #expect(rows.first { $0["material"]?.string == "STEADY" }?["quantity"]?.double == 77)
    // The same figure once more is no correction.
    try plant.load(.demand, "material,day,quantity\nSTEADY,\(day),77\n")
    #expect(try correct() == AggregateChangedDays.Report(days: 1))
    #expect(try event(60)?.revision == after.revision)
  }

  @Test("Exports write every row of every page")
  func exports() throws {
    let plant = try sold()
    var rows = "code,zone,aisle\n"
    for number in 1...1_100 { rows += "X-\(number),X,X\n" }
    try plant.load(.locations, rows)
    for (kind, count) in [(ExportKind.locations, 1_114), (.materials, 6), (.demand, 400)] {
      for format in ExportFormat.allCases {
        var bytes: [UInt8] = []
        let written = try ExportFile(plant.environment)(
          kind: kind,
          format: format,
          scope: plant.scope,
          sink: { bytes += $0 }
        )
        #expect(written == count)
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        #expect(lines.count == count + 1, "\(kind) \(format)")
      }
    }
  }
}
