import Warehouse
import WireFormat

/// The forecasts added up by category and for the facility.
///
/// From the bottom up: each sum is the sum of its parts, so that the planner of a category and the
/// one of the house never argue about two figures. Units are added to like units alone; across
/// units only their value can be added.
public struct ForecastTotals: Sendable, JSONDocument {
  /// Over how many first days sums are given.
  public static let spans = [7, 28, 90]

  /// A category in one unit, or the facility.
  struct Total: Sendable, Equatable {
    var materials = 0
    var means = [Double](repeating: 0, count: ForecastTotals.spans.count)
    var valuesMinor = [Double](repeating: 0, count: ForecastTotals.spans.count)

    mutating func add(_ mean: [Double], unitCostMinor: Int64) {
      materials += 1
      for (place, span) in ForecastTotals.spans.enumerated() {
        let sum = mean.prefix(span).reduce(0, +)
        means[place] += sum
        valuesMinor[place] += sum * Double(unitCostMinor)
      }
    }
  }

  /// What is added to what.
  struct Place: Hashable, Comparable, Sendable {
    var category: String
    var unit: String

    static func < (one: Place, other: Place) -> Bool {
      (one.category, one.unit) < (other.category, other.unit)
    }
  }

  private(set) var parts: [Place: Total] = [:]
  private(set) var facility = Total()
  let run: ForecastRun

  init(run: ForecastRun) {
    self.run = run
  }

  mutating func add(_ forecast: MaterialForecast, of material: Material) {
    let cost = material.draft.unitCostMinor ?? 0
    let place = Place(
      category: material.draft.category ?? "",
      unit: material.draft.baseUnit.rawValue
    )
    parts[place, default: Total()].add(forecast.mean, unitCostMinor: cost)
    facility.add(forecast.mean, unitCostMinor: cost)
  }

  /// Writes the totals as JSON.
  public func write(to writer: inout JSONWriter) {
    func values(_ out: inout JSONWriter, _ total: Total) {
      out.member("materials", total.materials)
      out.object("value_minor") { sums in
        for (span, value) in zip(Self.spans, total.valuesMinor) {
          sums.member("days_\(span)", Money.whole(value))
        }
      }
    }
    writer.object { out in
      out.member("run", run.publicID.text)
      out.member("origin_day", run.originDay.description)
      out.object("facility") { values(&$0, facility) }
      out.array("categories") { list in
        for (place, total) in parts.sorted(by: { $0.key < $1.key }) {
          list.object { row in
            row.member("category", place.category)
            row.member("unit", place.unit)
            values(&row, total)
            row.object("mean") { sums in
              for (span, mean) in zip(Self.spans, total.means) {
                sums.member("days_\(span)", ForecastView.rounded(mean))
              }
            }
          }
        }
      }
    }
  }
}

extension ForecastQueries {
  /// The active forecasts added up.
  public func totals(scope: TenantScope) throws -> ForecastTotals {
    let store = environment.store
    let (run, ids) = try store.read(scope) { transaction in
      (try transaction.activeRun(), try transaction.materialsWithDemand())
    }
    guard let run else { throw Self.noRun }
    var totals = ForecastTotals(run: run)
    for slice in ids.sliced(by: Limits.sliceRows) {
      try store.read(scope) { transaction in
        let materials = try transaction.materials(Array(slice))
        let forecasts = try transaction.forecasts(slice)
        for id in slice {
          if let forecast = forecasts[id], let material = materials[id] {
            totals.add(forecast, of: material)
          }
        }
      }
    }
    return totals
  }
}
