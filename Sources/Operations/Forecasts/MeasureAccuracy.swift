import Forecasting
import Metrics
import Warehouse

/// Sets what was forecast beside what then happened, per material and lag.
///
/// Only forecasts that had seen nothing of their day count. Over the last `window` days; where
/// fewer are known, their count says so. Days whose demand is unknown (closed, out of stock)
/// are left out of everything.
public struct MeasureAccuracy: Sendable {
  /// Days that a score looks back on.
  public static let window = 90
  /// Materials of a slice: each has a score for every lag.
  private static let sliceMaterials = 50

  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// What was measured.
  public struct Report: Sendable, Equatable {
    /// Materials that had a forecast of a day that is over.
    public var materials = 0
    /// Scores that were stored.
    public var scores = 0

    /// The report in a sentence.
    public var sentence: String {
      materials == 0
        ? "No forecast has met its day yet."
        : "Measured the forecasts of \(materials) materials: \(scores) scores."
    }
  }

  /// Measures all materials in scope, in slices; `mayContinue` is asked between them.
  public func callAsFunction(
    scope: TenantScope,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    mayContinue: () -> Bool = { true }
  ) throws -> Report {
    let store = environment.store
    let through = environment.today.adding(days: -1)
    let from = through.adding(days: 1 - Self.window)
    let past = environment.settings.forecast.historyDays
    let season = environment.settings.forecast.seasonDays
    let materials = try store.read(scope) { try $0.materialsWithDemand() }
    var report = Report()
    var overall = (percent: 0.0, count: 0, forecast: 0.0, demand: 0.0)
    var done = 0
    for slice in materials.sliced(by: Self.sliceMaterials) where mayContinue() {
      let (lags, histories) = try store.read(scope) { transaction in
        (
          try transaction.forecastLags(Array(slice), from: from, through: through),
          try transaction.histories(Array(slice), through: through, days: past)
        )
      }
      let known = Dictionary(histories.map { ($0.material, $0) }) { first, _ in first }
      var scores: [ForecastScore] = []
      for (material, said) in Dictionary(grouping: lags, by: \.material).sorted(by: {
        $0.key < $1.key
      }) {
        guard let history = known[material] else { continue }
        report.materials += 1
        for (lag, of) in Dictionary(grouping: said, by: \.lagDays).sorted(by: { $0.key < $1.key }) {
          let score = Self.score(of, lag, history, from...through, season, environment.now())
          scores.append(score)
          guard lag == 1, let mape = score.measures.mape else { continue }
          overall.percent += mape
          overall.count += 1
          for one in of {
            let value = Self.demand(history, one.day)
            guard !value.isNaN else { continue }
            overall.forecast += one.mean
            overall.demand += value
          }
        }
      }
      for part in scores.sliced(by: Limits.sliceRows) {
        try store.write(scope) { try $0.save(Array(part)) }
      }
      report.scores += scores.count
      done += slice.count
      progress(done, materials.count)
    }
    if overall.count > 0, overall.demand > 0 {
      Gauge(label: "forecast_accuracy_mape_ratio")
        .record(overall.percent / Double(overall.count) / 100)
      Gauge(label: "forecast_bias_ratio")
        .record((overall.forecast - overall.demand) / overall.demand)
    }
    return report
  }

  private static func demand(_ history: DemandHistory, _ day: LocalDay) -> Double {
    let index = history.firstDay.days(to: day)
    return history.values.indices.contains(index) ? history.values[index] : .nan
  }

  /// The score of one material at one lag.
  static func score(
    _ said: [ForecastLag],
    _ lag: Int,
    _ history: DemandHistory,
    _ days: ClosedRange<LocalDay>,
    _ season: Int,
    _ now: Instant
  ) -> ForecastScore {
    let actuals = said.map { demand(history, $0.day) }
    let before = max(0, history.firstDay.days(to: days.lowerBound))
    // With too little before the window, the errors are set against the whole past.
    let training =
      before > 2 * season
      ? Array(history.values.prefix(before)) : history.values
    let found = Accuracy(
      actuals: actuals,
      forecasts: said.map(\.mean),
      training: training,
      season: season
    )
    var measures = ForecastScore.Measures()
    measures.mape = found.mape
    measures.wape = found.wape
    measures.smape = found.smape
    measures.mase = found.mase
    measures.rmsse = found.rmsse
    measures.rmse = found.rmse
    measures.bias = found.bias
    measures.trackingSignal = found.trackingSignal
    let low = Accuracy.pinball(level: 0.05, actuals: actuals, forecasts: said.map(\.low))
    let high = Accuracy.pinball(level: 0.95, actuals: actuals, forecasts: said.map(\.high))
    if let low, let high { measures.pinballLoss = (low + high) / 2 }
    var (inside, seen) = (0, 0)
    for (one, value) in zip(said, actuals) where !value.isNaN {
      seen += 1
      if value >= one.low - 1e-9, value <= one.high + 1e-9 { inside += 1 }
    }
    if seen > 0 { measures.coverage = Double(inside) / Double(seen) }
    return ForecastScore(
      material: history.material,
      method: said.last?.method ?? "AUTO",
      lagDays: lag,
      fromDay: days.lowerBound,
      throughDay: days.upperBound,
      days: found.periods,
      nonzeroDays: found.mapePeriods,
      measures: measures,
      computedAt: now
    )
  }
}
