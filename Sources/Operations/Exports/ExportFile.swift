import Warehouse
import WireFormat

/// What can be exported.
public enum ExportKind: String, Sendable, CaseIterable {
  case materials
  case locations
  case lots
  case stock
  case transactions
  case demand
  case forecasts
  case replenishment
}

/// The formats of an export.
public enum ExportFormat: String, Sendable, CaseIterable {
  case csv
  case ndjson
}

/// Writes one kind of rows as CSV or NDJSON.
///
/// Rows are read page by page, each page in a short read of its own, so that a long export never
/// holds the log of the database back. CSV has the union of the columns of a kind in a fixed order;
/// an NDJSON export ends with `{"_end": true, "count": n}`, so that a cut one can be told.
public struct ExportFile: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Writes the rows; gives their number.
  public func callAsFunction(
    kind: ExportKind,
    format: ExportFormat,
    scope: TenantScope,
    sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    var rows = ExportRows(format: format, columns: Self.columns(kind))
    try each(kind, scope) { document in
      try rows.add(document)
      if rows.isLarge { try sink(rows.take()) }
    }
    try sink(rows.end())
    return rows.count
  }

  private func each(
    _ kind: ExportKind,
    _ scope: TenantScope,
    _ body: (any JSONDocument) throws -> Void
  ) throws {
    let masters = Masters(environment)
    switch kind {
    case .materials: try pages(body) { try masters.materials($0, scope: scope) }
    case .locations: try pages(body) { try masters.locations($0, scope: scope) }
    case .lots: try pages(body) { try masters.lots($0, scope: scope) }
    case .stock: try pages(body) { try masters.stock(StockQuery(), $0, scope: scope) }
    case .transactions:
      try pages(body) {
        try masters.transactions(StockQuery(), kind: nil, newestFirst: false, $0, scope: scope)
      }
    case .replenishment:
      let suggestions = Suggestions(environment)
      try pages(body) { try suggestions.list($0, scope: scope) }
    case .demand, .forecasts: try eachMaterial(kind, scope, body)
    }
  }

  private func pages<Row: JSONDocument>(
    _ body: (any JSONDocument) throws -> Void,
    _ read: (PageRequest) throws -> Page<Row>
  ) throws {
    var after: String?
    repeat {
      let page = try read(PageRequest(after: after, limit: Limits.pageRows))
      for row in page.rows { try body(row) }
      after = page.next
    } while after != nil
  }

  private func eachMaterial(
    _ kind: ExportKind,
    _ scope: TenantScope,
    _ body: (any JSONDocument) throws -> Void
  ) throws {
    let store = environment.store
    let ids = try store.read(scope) { try $0.materialsWithDemand() }
    for slice in ids.sliced(by: 50) {
      let documents: [ExportRow] = try store.read(scope) { transaction in
        let names = try transaction.materials(slice)
        if kind == .demand {
          return try slice.flatMap { id in
            try transaction.demand(
              id,
              from: LocalDay(rawValue: -719_162),
              through: LocalDay(rawValue: 2_932_896)
            ).map { ExportRow.demand($0, names[id]?.code ?? "") }
          }
        }
        let forecasts = try transaction.forecasts(slice)
        return slice.flatMap { id in
          forecasts[id].map { ExportRow.forecast($0, names[id]?.code ?? "") } ?? []
        }
      }
      for document in documents { try body(document) }
    }
  }

  /// The columns of a kind, in their order; nil takes those of the first row.
  private static func columns(_ kind: ExportKind) -> [String]? {
    switch kind {
    case .demand: ["material", "day", "quantity", "stock_out"]
    case .replenishment:
      [
        "material", "unit", "supplier", "urgency", "quantity", "order_by", "stock_out_day",
        "days_until_stockout", "stock_out_probability", "safety_stock", "reorder_point",
        "position", "reasons", "created_at",
      ]
    default: nil
    }
  }
}
