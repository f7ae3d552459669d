import Warehouse
import WireFormat

/// Reads recorded demand.
public struct DemandQueries: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The demand of a material by day; the last 400 days where no range is named.
  public func demand(
    material code: String,
    from: LocalDay? = nil,
    through: LocalDay? = nil,
    scope: TenantScope
  ) throws -> DemandSeriesView {
    let last = through ?? environment.today
    let first = from ?? last.adding(days: -399)
    guard first <= last, first.days(to: last) < Limits.seriesPeriods else {
      throw Failure(
        .invalid,
        "The range of days from \(first) to \(last) cannot be used.",
        hint: "from must not be after to, and the range must be shorter than "
          + "\(Limits.seriesPeriods) days."
      )
    }
    return try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      return DemandSeriesView(
        material: material.code,
        unit: material.draft.baseUnit.rawValue,
        rows: try transaction.demand(material.id, from: first, through: last)
      )
    }
  }
}

/// The demand of one material, as it is shown.
public struct DemandSeriesView: Sendable, Equatable, JSONDocument {
  /// The material's code.
  public var material: String
  /// Its base unit.
  public var unit: String
  /// The days with a record.
  public var rows: [DemandDay]

  /// Writes the series as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("material", material)
      out.member("unit", unit)
      out.array("rows") { list in
        for row in rows {
          list.object { entry in
            entry.member("day", row.day.description)
            entry.member("quantity", milli: row.quantityMilli)
            entry.member("stock_out", row.isStockOut)
          }
        }
      }
    }
  }

  /// The series as CSV: `material,day,quantity,stock_out`, which the import takes back.
  public var csv: [UInt8] {
    var writer = CSVWriter()
    writer.row(["material", "day", "quantity", "stock_out"])
    for row in rows {
      writer.field(material)
      writer.field(row.day.description)
      writer.field(decimal: row.quantityMilli, decimals: 3)
      writer.field(row.isStockOut ? "true" : "false")
      writer.endRow()
    }
    return writer.bytes
  }
}
