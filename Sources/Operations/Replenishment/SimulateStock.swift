import Forecasting
import Replenishment
import Synchronization
import Warehouse
import WireFormat

/// Plays the stock policies over the recorded past: promised beside achieved service, per class.
///
/// The forecasts are made as of their day, from demand before it (see `StockTrial`). Nothing is
/// stored. Of many materials an evenly spread sample is played.
public struct SimulateStock: Sendable {
  /// What is asked for.
  public struct Request: Sendable, Equatable {
    /// How many of the last days are played.
    public var days = 182
    /// The codes of the materials; nil means an even sample of all that have demand.
    public var materials: [String]?
    /// How many days may be played.
    public static let dayRange = 28...728

    /// The defaults.
    public init() {}
  }

  /// Most materials that are played where none are named.
  public static let sample = 500

  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Plays; `mayContinue` is asked between slices.
  public func callAsFunction(
    _ request: Request,
    scope: TenantScope,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    mayContinue: () -> Bool = { true }
  ) throws -> StockSimulationReport {
    let settings = environment.settings
    let through = environment.today.adding(days: -1)
    let wanted = try chosen(request, scope)
    var report = StockSimulationReport(days: request.days, materials: wanted.count)
    var engine = ForecastRequest(
      horizon: 28,
      season: settings.forecast.seasonDays,
      quantiles: settings.forecast.levels,
      seed: settings.forecast.seed
    )
    engine.cumulative = [1, 7]
    engine.closedDays = try environment.store.read(scope) { transaction in
      try transaction.closedDays(
        from: through.adding(days: -request.days),
        through: through.adding(days: Limits.horizonDays)
      )
    }
    var cases: [Case] = []
    for slice in wanted.sliced(by: Limits.sliceRows) {
      guard mayContinue() else { throw Self.cancelled }
      cases += try read(Array(slice), settings, through, days: request.days, scope)
    }
    let past = cases.map { one in
      var series = one.series
      series.values = Array(series.values.dropLast(request.days))
      return series
    }
    let pool = PooledIndices.build(from: past, request: engine)
    var done = 0
    for slice in cases.sliced(by: 32) {
      guard mayContinue() else { throw Self.cancelled }
      let first = slice.startIndex
      let trials = Mutex([StockTrial?](repeating: nil, count: slice.count))
      let asked = engine
      environment.parallel.forEach(slice.count) { index in
        let one = slice[first + index]
        let trial = StockTrial(
          one.series,
          policy: one.policy,
          request: asked,
          pool: pool,
          days: request.days
        )
        trials.withLock { $0[index] = trial }
      }
      for (one, trial) in zip(slice, trials.withLock { $0 }) {
        report.count(trial, valueClass: one.valueClass, unitCostMinor: one.policy.unitCostMinor)
      }
      done += slice.count
      progress(done, cases.count)
    }
    return report
  }

  /// A material with all that a trial needs.
  private struct Case: Sendable {
    var series: DemandSeries
    var policy: StockPolicy
    var valueClass: ABCClass
  }

  /// The materials that are played: those asked for, or an even sample of all.
  private func chosen(_ request: Request, _ scope: TenantScope) throws -> [MaterialID] {
    try environment.store.read(scope) { transaction in
      if let codes = request.materials {
        return try codes.map { try environment.material($0, in: transaction).id }
      }
      let all = try transaction.materialsWithDemand()
      guard all.count > Self.sample else { return all }
      return (0..<Self.sample).map { all[$0 * all.count / Self.sample] }
    }
  }

  private func read(
    _ ids: [MaterialID],
    _ settings: FacilitySettings,
    _ through: LocalDay,
    days: Int,
    _ scope: TenantScope
  ) throws -> [Case] {
    let desk = PolicyDesk(environment: environment)
    return try environment.store.read(scope) { transaction in
      let materials = try transaction.materials(ids)
      let terms = try transaction.supplyTerms(ids)
      let histories = try transaction.histories(
        ids,
        through: through,
        days: settings.forecast.historyDays + days
      )
      return try histories.compactMap { history in
        guard let material = materials[history.material] else { return nil }
        return Case(
          series: DemandSeries(
            id: material.code,
            values: history.values,
            startDay: history.firstDay,
            group: material.draft.category
          ),
          policy: try desk.policy(material, terms[history.material]?.first, transaction),
          valueClass: material.draft.isCritical ? .a : material.draft.valueClass ?? .c
        )
      }
    }
  }

  private static let cancelled = Failure(
    .timedOut,
    "The simulation was stopped before its end.",
    hint: "Run it again, with fewer days or materials."
  )
}
