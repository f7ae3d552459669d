import Forecasting
import Metrics
import Synchronization
import Warehouse
import WireFormat

/// Forecasts the demand of many materials and makes the result the active run.
///
/// The work comes in slices of at most `Limits.sliceRows` materials: read, forecast on the engine's
/// threads, store. A run that is cut off leaves the run before it in force.
public struct RunForecasts: Sendable {
  /// What is asked for; what is nil comes from the settings.
  public struct Request: Sendable, Equatable {
    /// The method.
    public var method: ForecastMethod?
    /// Days ahead.
    public var horizonDays: Int?
    /// The codes of the materials; nil means all that have demand.
    public var materials: [String]?
    /// Whether what has not moved keeps its forecast of the run before, moved on to today.
    public var isIncremental = false

    /// Makes a request.
    public init(
      method: ForecastMethod? = nil,
      horizonDays: Int? = nil,
      materials: [String]? = nil,
      isIncremental: Bool = false
    ) {
      self.method = method
      self.horizonDays = horizonDays
      self.materials = materials
      self.isIncremental = isIncremental
    }

    /// Reads the body of `POST /forecasts`.
    public init(document: JSONValue) throws {
      let reader = try DocumentReader(document)
      method = reader.word("method", as: ForecastMethod.self)
      horizonDays = reader.whole("horizon", 1...Int64(Limits.horizonDays)).map(Int.init)
      materials = reader.texts("materials", limit: Limits.pageRows)
      isIncremental = reader.flag("incremental") ?? false
      try reader.finish()
    }
  }

  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Runs; `mayContinue` is asked between slices.
  public func callAsFunction(
    _ request: Request,
    scope: TenantScope,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    mayContinue: () -> Bool = { true }
  ) throws -> ForecastRunReport {
    let begun = environment.now()
    let settings = environment.settings.forecast
    let plan = try ForecastPlan(request, settings, environment, scope)
    let store = environment.store
    let run = try store.write(scope) { [environment] transaction in
      try transaction.beginRun(
        publicID: environment.newID(),
        method: plan.engine.method.rawValue,
        originDay: plan.originDay,
        horizonDays: plan.engine.horizon,
        at: begun
      )
    }
    var report = ForecastRunReport(originDay: plan.originDay, horizonDays: plan.engine.horizon)
    do {
      let kept = try request.isIncremental ? inForce(for: plan, scope) : false
      try work(plan, run, keeping: kept, scope, &report, progress, mayContinue)
      if request.materials != nil { try carryOver(besides: plan, to: run, scope, mayContinue) }
    } catch {
      let counts = (report.materials, report.failures.count)
      try? store.write(scope) { [environment] transaction in
        try transaction.endRun(
          run,
          status: .failed,
          materials: counts.0,
          failures: counts.1,
          at: environment.now()
        )
      }
      throw error
    }
    let counts = (report.materials, report.failures.count)
    let ended = environment.now()
    try store.write(scope) { transaction in
      try transaction.endRun(
        run,
        status: .active,
        materials: counts.0,
        failures: counts.1,
        at: ended
      )
    }
    report.elapsedMS = ended.ms - begun.ms
    report.run = try store.read(scope) { try $0.activeRun()?.publicID }
    Timer(label: "forecast_generation_seconds").recordMilliseconds(report.elapsedMS)
    return report
  }

  private func work(
    _ plan: ForecastPlan,
    _ run: ForecastRunID,
    keeping isIncremental: Bool,
    _ scope: TenantScope,
    _ report: inout ForecastRunReport,
    _ progress: (Int, Int) -> Void,
    _ mayContinue: () -> Bool
  ) throws {
    // All series are read first, because what they share (the shape of the week and of the year)
    // is learned from all of them.
    var series: [DemandSeries] = []
    for slice in plan.materials.sliced(by: Limits.sliceRows) {
      guard mayContinue() else { throw Self.cancelled }
      series += try plan.series(slice, environment, scope)
    }
    let pool = PooledIndices.build(from: series, request: plan.engine)
    var done = 0
    for slice in series.sliced(by: Limits.sliceRows) {
      guard mayContinue() else { throw Self.cancelled }
      let moved = isIncremental ? try plan.moved(slice, to: run, environment, scope) : [:]
      let fresh = slice.filter { moved[$0.id] == nil }
      let answers = Answers(count: fresh.count)
      environment.parallel.forEach(fresh.count) { index in
        answers.keep(index, Forecaster.forecast(fresh[index], plan.engine, pool: pool))
      }
      let rows =
        zip(answers.all, fresh).compactMap { plan.stored($0, of: $1, run) }
        + slice.compactMap { moved[$0.id] }
      let leads = try plan.leadTimes(rows.map(\.material), environment, scope)
      for part in rows.sliced(by: Limits.forecastsPerWrite) {
        let lags = part.flatMap { plan.lags($0, leadTimeDays: leads[$0.material]) }
        try environment.store.write(scope) { transaction in
          try transaction.save(Array(part))
          try transaction.save(lags)
        }
      }
      for answer in answers.all { report.count(answer, plan.code(of: answer.id)) }
      for forecast in moved.values { report.count(moved: forecast) }
      done += slice.count
      progress(done, series.count)
    }
  }

  /// Whether there is a run in force that was asked for the same method.
  private func inForce(for plan: ForecastPlan, _ scope: TenantScope) throws -> Bool {
    let run = try environment.store.read(scope) { try $0.activeRun() }
    return run?.method == plan.engine.method.rawValue
  }

  /// A run over some materials takes the forecasts of all others over from the run before, which
  /// it supersedes as a whole: nothing that was known must be lost by asking about one material.
  private func carryOver(
    besides plan: ForecastPlan,
    to run: ForecastRunID,
    _ scope: TenantScope,
    _ mayContinue: () -> Bool
  ) throws {
    let store = environment.store
    let asked = Set(plan.materials)
    let others = try store.read(scope) { try $0.materialsWithDemand() }
      .filter { !asked.contains($0) }
    for slice in others.sliced(by: Limits.forecastsPerWrite) {
      guard mayContinue() else { throw Self.cancelled }
      let kept = try store.read(scope) { try $0.forecasts(slice) }.values.map { forecast in
        forecast.moved(to: plan, run)
      }
      .sorted { $0.material < $1.material }
      if !kept.isEmpty { try store.write(scope) { try $0.save(kept) } }
    }
  }

  private static let cancelled = Failure(
    .timedOut,
    "The forecast run was stopped before its end; the run before it stays in force.",
    hint: "Run it again: stowage forecast run"
  )
}

/// Keeps the answers of a slice, filled in by many threads.
private final class Answers: Sendable {
  private let kept: Mutex<[ForecastAnswer?]>

  init(count: Int) {
    kept = Mutex(Array(repeating: nil, count: count))
  }

  func keep(_ index: Int, _ answer: ForecastAnswer) {
    kept.withLock { $0[index] = answer }
  }

  var all: [ForecastAnswer] { kept.withLock { $0.compactMap { $0 } } }
}

extension Array {
  /// The elements in slices of at most so many.
  func sliced(by size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
