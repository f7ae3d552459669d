import Warehouse
import WireFormat

/// Reads how good the forecasts were.
public struct AccuracyQueries: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The scores of a material, by lag.
  public func accuracy(material code: String, scope: TenantScope) throws -> AccuracyView {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      let scores = try transaction.forecastScores([material.id])
      guard !scores.isEmpty else {
        throw Failure(
          .notFound,
          "No forecast of \(material.code) has been set beside its day yet.",
          hint: "The job forecast-accuracy does so each night, from the second day on."
        )
      }
      return AccuracyView(
        material: material.code,
        unit: material.draft.baseUnit.rawValue,
        scores: scores
      )
    }
  }

  /// The scores of all materials, by value class, demand class and lag.
  ///
  /// Each material counts by the value of its yearly demand, so that what matters decides.
  public func summary(scope: TenantScope) throws -> AccuracySummaryView {
    let store = environment.store
    let through = environment.today.adding(days: -1)
    var view = AccuracySummaryView()
    let ids = try store.read(scope) { try $0.materialsWithDemand() }
    for slice in ids.sliced(by: Limits.sliceRows) {
      try store.read(scope) { transaction in
        let scores = try transaction.forecastScores(Array(slice))
        guard !scores.isEmpty else { return }
        let materials = try transaction.materials(Array(slice))
        let forecasts = try transaction.forecasts(Array(slice))
        let demand = Dictionary(
          try transaction.histories(Array(slice), through: through, days: 364).map { history in
            (history.material, history.values.reduce(0.0) { $0 + ($1.isNaN ? 0 : $1) })
          }
        ) { first, _ in first }
        for score in scores {
          guard let material = materials[score.material] else { continue }
          view.add(
            score,
            valueClass: material.draft.valueClass ?? .c,
            demandClass: forecasts[score.material]?.demandClass ?? "NONE",
            value: (demand[score.material] ?? 0) * Double(material.draft.unitCostMinor ?? 0)
          )
        }
      }
    }
    return view
  }
}

/// The accuracy of a material's forecasts as it is shown.
public struct AccuracyView: Sendable, Equatable, JSONDocument {
  /// The material's code.
  public var material: String
  /// Its base unit.
  public var unit: String
  /// One score for each lag.
  public var scores: [ForecastScore]

  /// Writes the scores as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("material", material)
      out.member("unit", unit)
      out.array("rows") { list in
        for score in scores {
          list.object { row in
            row.member("lag_days", score.lagDays)
            row.member("method", score.method)
            row.member("from", day: score.fromDay)
            row.member("through", day: score.throughDay)
            row.member("days", score.days)
            row.member("nonzero_days", score.nonzeroDays)
            let measures = score.measures
            row.member("mape", measures.mape.map(ForecastView.rounded))
            row.member("wape", measures.wape.map(ForecastView.rounded))
            row.member("smape", measures.smape.map(ForecastView.rounded))
            row.member("mase", measures.mase.map(ForecastView.rounded))
            row.member("rmsse", measures.rmsse.map(ForecastView.rounded))
            row.member("rmse", measures.rmse.map(ForecastView.rounded))
            row.member("bias", measures.bias.map(ForecastView.rounded))
            row.member("tracking_signal", measures.trackingSignal.map(ForecastView.rounded))
            row.member("pinball_loss", measures.pinballLoss.map(ForecastView.rounded))
            row.member("coverage", measures.coverage.map(ForecastView.rounded))
            row.member("computed_at", ms: score.computedAt.ms)
          }
        }
      }
    }
  }
}

/// The accuracy of all forecasts, by value class, demand class and lag.
public struct AccuracySummaryView: Sendable, JSONDocument {
  private struct Place: Hashable, Comparable {
    var lagDays: Int
    var valueClass: String
    var demandClass: String

    static func < (one: Place, other: Place) -> Bool {
      (one.lagDays, one.valueClass, one.demandClass)
        < (other.lagDays, other.valueClass, other.demandClass)
    }
  }

  /// A mean of what is known, by value.
  private struct Mean {
    var sum = 0.0
    var weight = 0.0

    mutating func add(_ figure: Double?, _ by: Double) {
      guard let figure else { return }
      sum += figure * by
      weight += by
    }

    var value: Double? { weight > 0 ? ForecastView.rounded(sum / weight) : nil }
  }

  private struct Cell {
    var materials = 0
    var days = 0
    var nonzeroDays = 0
    var means: [String: Mean] = [:]
  }

  private var cells: [Place: Cell] = [:]

  mutating func add(
    _ score: ForecastScore,
    valueClass: ABCClass,
    demandClass: String,
    value: Double
  ) {
    let place = Place(
      lagDays: score.lagDays,
      valueClass: valueClass.rawValue,
      demandClass: demandClass
    )
    var cell = cells[place] ?? Cell()
    cell.materials += 1
    cell.days += score.days
    cell.nonzeroDays += score.nonzeroDays
    // What has no price still counts, if little.
    let weight = max(value, 1)
    for (name, figure) in Self.figures(score.measures) {
      cell.means[name, default: Mean()].add(figure, weight)
    }
    cells[place] = cell
  }

  private static func figures(_ measures: ForecastScore.Measures) -> [(String, Double?)] {
    [
      ("mape", measures.mape), ("wape", measures.wape), ("mase", measures.mase),
      ("rmsse", measures.rmsse), ("bias", measures.bias), ("coverage", measures.coverage),
    ]
  }

  /// Writes the cells as JSON, the shortest lag first.
  public func write(to writer: inout JSONWriter) {
    writer.object { writeRows(to: &$0) }
  }

  /// Writes the cells as a member `rows`.
  func writeRows(to writer: inout JSONWriter) {
    writer.array("rows") { list in
      for (place, cell) in cells.sorted(by: { $0.key < $1.key }) {
        list.object { row in
          row.member("lag_days", place.lagDays)
          row.member("value_class", place.valueClass)
          row.member("demand_class", place.demandClass)
          row.member("materials", cell.materials)
          row.member("days", cell.days)
          row.member("nonzero_days", cell.nonzeroDays)
          for (name, _) in Self.figures(.init()) { row.member(name, cell.means[name]?.value) }
        }
      }
    }
  }
}
