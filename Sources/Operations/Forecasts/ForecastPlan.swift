import Forecasting
import Warehouse

/// What a forecast run is going to do: which materials, and what is asked of the engine.
struct ForecastPlan: Sendable {
  let engine: ForecastRequest
  /// The last day of history: yesterday, since today is not over.
  let originDay: LocalDay
  let materials: [MaterialID]
  private let historyDays: Int
  /// Lead times of which is kept what bursts ask; read between, as the sums are.
  static let burstDays = [1, 3, 7, 14, 28, 60]
  private let names: [MaterialID: Material]

  init(
    _ request: RunForecasts.Request,
    _ settings: ForecastSettings,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws {
    guard let method = request.method ?? ForecastMethod(rawValue: settings.method) else {
      let known = ForecastMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .invalid,
        "The setting forecast.method is '\(settings.method)', which is no method.",
        hint: "Methods: \(known)."
      )
    }
    var engine = try ForecastRequest(
      horizon: request.horizonDays ?? settings.horizonDays,
      season: settings.seasonDays,
      method: method,
      quantiles: settings.levels,
      cumulative: settings.cumulativeDays,
      seed: settings.seed
    ).checked()
    engine.bursts = Self.burstDays
    let origin = environment.today.adding(days: -1)
    originDay = origin
    historyDays = settings.historyDays
    let wanted = request.materials
    let closed: Set<LocalDay>
    (materials, names, closed) = try environment.store.read(scope) { transaction in
      let ids =
        try wanted?.map { try environment.material($0, in: transaction).id }
        ?? transaction.materialsWithDemand()
      let days = try transaction.closedDays(
        from: origin.adding(days: -Int(ForecastRolling.mostDays)),
        through: origin.adding(days: Limits.horizonDays)
      )
      return (ids, try transaction.materials(ids), days)
    }
    engine.closedDays = closed
    self.engine = engine
  }

  /// The code of the material whose key is written in a series' id.
  func code(of id: String) -> String {
    key(id).flatMap { names[$0]?.code } ?? id
  }

  /// The series of some materials; a material without any demand gets an empty one.
  func series(
    _ slice: ArraySlice<MaterialID>,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws -> [DemandSeries] {
    let histories = try environment.store.read(scope) { transaction in
      try transaction.histories(slice, through: originDay, days: historyDays)
    }
    let byMaterial = Dictionary(histories.map { ($0.material, $0) }) { first, _ in first }
    return slice.map { id in
      let history = byMaterial[id]
      return DemandSeries(
        id: String(id.rawValue),
        values: history?.values ?? [],
        startDay: history?.firstDay ?? originDay,
        group: names[id]?.draft.category
      )
    }
  }

  /// An answer as it is stored.
  func stored(
    _ answer: ForecastAnswer,
    of series: DemandSeries,
    _ run: ForecastRunID
  ) -> MaterialForecast? {
    guard let material = key(answer.id) else { return nil }
    let fingerprint = ForecastRolling.fingerprint(
      series,
      from: originDay.adding(days: ForecastRolling.margin - historyDays),
      through: originDay
    )
    var forecast = MaterialForecast(
      material: material,
      run: run,
      firstDay: originDay.adding(days: 1),
      method: answer.method.rawValue,
      reason: answer.failure ?? answer.reason,
      demandClass: answer.demandClass?.rawValue ?? "NONE",
      mean: answer.mean,
      levels: engine.quantiles,
      quantiles: answer.quantiles,
      cumulative: answer.cumulative.map {
        .init(steps: $0.steps, mean: $0.mean, quantiles: $0.quantiles)
      },
      fit: .init(originDay: originDay, fingerprint: fingerprint)
    )
    let start = series.startDay ?? originDay
    forecast.basis = .init(
      weights: answer.weights.map { .init(method: $0.method.rawValue, weight: $0.weight) },
      observations: answer.observations,
      outliers: answer.outliers.map { start.adding(days: $0) },
      closed: engine.closedDays.filter { day in
        day > originDay && day <= originDay.adding(days: answer.mean.count)
      }.sorted()
    )
    forecast.bursts = answer.bursts.map { .init(steps: $0.steps, extras: $0.extras) }
    return forecast
  }

  /// The forecasts in force that still hold for these series, moved on to this run's first day.
  func moved(
    _ slice: ArraySlice<DemandSeries>,
    to run: ForecastRunID,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws -> [String: MaterialForecast] {
    let known = try environment.store.read(scope) { transaction in
      try transaction.forecasts(slice.compactMap { key($0.id) })
    }
    var moved: [String: MaterialForecast] = [:]
    for series in slice {
      guard let material = key(series.id), let forecast = known[material],
        ForecastRolling.holds(
          forecast,
          series,
          origin: originDay,
          historyDays: historyDays,
          engine
        )
      else { continue }
      moved[series.id] = forecast.moved(to: self, run)
    }
    return moved
  }

  /// The lead times of some materials in days, as their first supplier has them.
  func leadTimes(
    _ ids: [MaterialID],
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws -> [MaterialID: Double] {
    let usual = environment.settings.replenishment.defaultLeadTimeDays
    return try environment.store.read(scope) { transaction in
      let terms = try transaction.supplyTerms(ids)
      return Dictionary(ids.map { ($0, terms[$0]?.first?.leadTimeDays ?? usual) }) { one, _ in one }
    }
  }

  /// What a forecast says of the days at lags 1, 7 and the lead time.
  func lags(_ forecast: MaterialForecast, leadTimeDays: Double?) -> [ForecastLag] {
    guard let low = forecast.levels.firstIndex(where: { abs($0 - 0.05) < 1e-9 }),
      let high = forecast.levels.firstIndex(where: { abs($0 - 0.95) < 1e-9 })
    else { return [] }
    let lead = Int((leadTimeDays ?? 1).rounded(.up))
    return Set([1, 7, lead]).sorted().filter { $0 >= 1 && $0 <= forecast.mean.count }.map { lag in
      ForecastLag(
        material: forecast.material,
        day: forecast.firstDay.adding(days: lag - 1),
        lagDays: lag,
        method: engine.method.rawValue,
        mean: forecast.mean[lag - 1],
        low: forecast.quantiles[low][lag - 1],
        high: forecast.quantiles[high][lag - 1]
      )
    }
  }

  private func key(_ id: String) -> MaterialID? {
    Int64(id).map { MaterialID($0) }
  }
}

extension MaterialForecast {
  /// This forecast as one of a later run.
  func moved(to plan: ForecastPlan, _ run: ForecastRunID) -> MaterialForecast {
    let days = max(0, firstDay.days(to: plan.originDay.adding(days: 1)))
    var next = moved(on: days, season: plan.engine.season, closed: plan.engine.closedDays)
    next.run = run
    return next
  }
}
