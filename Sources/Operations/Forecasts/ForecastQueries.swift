import Warehouse
import WireFormat

/// Reads forecasts and the policies that follow from them.
public struct ForecastQueries: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The active run.
  public func run(scope: TenantScope) throws -> ForecastRunView {
    let run = try environment.store.read(scope) { try $0.activeRun() }
    guard let run else { throw Self.noRun }
    return ForecastRunView(run: run)
  }

  /// The active forecast of a material.
  public func forecast(material code: String, scope: TenantScope) throws -> ForecastView {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      guard let run = try transaction.activeRun() else { throw Self.noRun }
      guard let forecast = try transaction.forecast(material.id) else {
        throw Failure(
          .notFound,
          "There is no forecast of \(material.code) in the active run.",
          hint: "It had no demand then; run the forecasts again: POST /api/v1/forecasts."
        )
      }
      return ForecastView(
        material: material.code,
        unit: material.draft.baseUnit.rawValue,
        run: run,
        forecast: forecast
      )
    }
  }

  static let noRun = Failure(
    .notFound,
    "No forecasts have been made yet.",
    hint: "Run them: POST /api/v1/forecasts, or stowage forecast run."
  )
}

/// A forecast run as it is shown.
public struct ForecastRunView: Sendable, Equatable, JSONDocument {
  /// The run.
  public var run: ForecastRun

  /// Writes the run as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("run", run.publicID.text)
      out.member("status", run.status.rawValue)
      out.member("method", run.method)
      out.member("origin_day", run.originDay.description)
      out.member("horizon", run.horizonDays)
      out.member("materials", run.materials)
      out.member("failures", run.failures)
      out.member("started_at", ms: run.startedAt.ms)
      out.member("ended_at", ms: run.endedAt?.ms)
    }
  }
}

/// A material's forecast as it is shown.
public struct ForecastView: Sendable, Equatable, JSONDocument {
  /// The material's code.
  public var material: String
  /// Its base unit.
  public var unit: String
  /// The run.
  public var run: ForecastRun
  /// The forecast.
  public var forecast: MaterialForecast

  /// Writes the forecast as JSON.
  public func write(to writer: inout JSONWriter) {
    let names = forecast.levels.map { "q\($0)" }
    writer.object { out in
      out.member("material", material)
      out.member("unit", unit)
      out.member("run", run.publicID.text)
      out.member("origin_day", run.originDay.description)
      out.member("method", forecast.method)
      let weights = forecast.basis?.weights ?? []
      out.member("runner_up", weights.count > 1 ? weights[1].method : nil)
      out.array("weights") { list in
        for share in weights {
          list.object { entry in
            entry.member("method", share.method)
            entry.member("weight", Self.rounded(share.weight))
          }
        }
      }
      out.member("reason", forecast.reason)
      out.member("observations", forecast.basis?.observations)
      out.array("outliers") { list in
        for day in forecast.basis?.outliers ?? [] { list.value(day.description) }
      }
      out.member("demand_class", forecast.demandClass)
      out.array("rows") { list in
        for step in forecast.mean.indices {
          list.object { row in
            row.member("day", forecast.firstDay.adding(days: step).description)
            row.member("mean", Self.rounded(forecast.mean[step]))
            for (level, name) in names.enumerated() {
              row.member(name, Self.rounded(forecast.quantiles[level][step]))
            }
          }
        }
      }
      out.array("cumulative") { list in
        for sum in forecast.cumulative {
          list.object { row in
            row.member("days", sum.steps)
            row.member("mean", Self.rounded(sum.mean))
            for (level, name) in names.enumerated() {
              row.member(name, Self.rounded(sum.quantiles[level]))
            }
          }
        }
      }
    }
  }

  /// The daily path as CSV.
  public var csv: [UInt8] {
    var writer = CSVWriter()
    writer.row(["material", "day", "mean"] + forecast.levels.map { "q\($0)" } + ["method"])
    for step in forecast.mean.indices {
      writer.field(material)
      writer.field(forecast.firstDay.adding(days: step).description)
      writer.field(Self.rounded(forecast.mean[step]))
      for path in forecast.quantiles { writer.field(Self.rounded(path[step])) }
      writer.field(forecast.method)
      writer.endRow()
    }
    return writer.bytes
  }

  /// Three decimals, as quantities have them.
  static func rounded(_ value: Double) -> Double {
    value.magnitude < 1e12 ? (value * 1_000).rounded() / 1_000 : value
  }
}
