import Forecasting
import Warehouse

/// What a forecast run is going to do: which materials, and what is asked of the engine.
struct ForecastPlan: Sendable {
  let engine: ForecastRequest
  /// The last day of history: yesterday, since today is not over.
  let originDay: LocalDay
  let materials: [MaterialID]
  private let historyDays: Int
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
    engine = try ForecastRequest(
      horizon: request.horizonDays ?? settings.horizonDays,
      season: settings.seasonDays,
      method: method,
      quantiles: settings.levels,
      cumulative: settings.cumulativeDays,
      seed: settings.seed
    ).checked()
    originDay = environment.today.adding(days: -1)
    historyDays = settings.historyDays
    let wanted = request.materials
    (materials, names) = try environment.store.read(scope) { transaction in
      let ids =
        try wanted?.map { try environment.material($0, in: transaction).id }
        ?? transaction.materialsWithDemand()
      return (ids, try transaction.materials(ids))
    }
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
  func stored(_ answer: ForecastAnswer, _ run: ForecastRunID) -> MaterialForecast? {
    guard let material = key(answer.id) else { return nil }
    return MaterialForecast(
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
      }
    )
  }

  private func key(_ id: String) -> MaterialID? {
    Int64(id).map { MaterialID($0) }
  }
}
