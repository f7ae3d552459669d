import Warehouse
import WireFormat

/// Writes one kind of rows piece by piece, whenever the reader is ready for more.
///
/// Each piece is read in a short read of its own, so that a long export never holds the log of the
/// database back, and nothing but one piece is in memory. CSV has the columns of a kind in a fixed
/// order; an NDJSON export ends with `{"_end": true, "count": n}`, so that a cut one can be told.
public struct ExportCursor: Sendable {
  /// Where the export stands.
  private enum Place: Sendable {
    /// The page behind this cursor comes next.
    case page(after: String?)
    /// These materials' rows come next.
    case materials([MaterialID])
    /// Nothing was read yet.
    case start
    /// All rows were read; only the end is missing.
    case end
    /// All is done.
    case over
  }

  /// Materials whose demand or forecasts are read at once.
  private static let materialsAtOnce = 50

  private let environment: OperationsEnvironment
  private let kind: ExportKind
  private let scope: TenantScope
  private var rows: ExportRows
  private var place = Place.start

  /// Begins an export; nothing is read yet.
  public init(
    _ environment: OperationsEnvironment,
    kind: ExportKind,
    format: ExportFormat,
    scope: TenantScope
  ) {
    self.environment = environment
    self.kind = kind
    self.scope = scope
    rows = ExportRows(format: format, columns: kind.columns)
  }

  /// How many rows there were so far.
  public var count: Int { rows.count }

  /// The next piece; nil where the export is whole.
  public mutating func next() throws -> [UInt8]? {
    while !rows.isLarge {
      switch place {
      case .start: place = try start()
      case .page(let after): place = try page(after)
      case .materials(let ids): place = try materials(ids)
      case .end:
        place = .over
        return rows.end()
      case .over: return nil
      }
    }
    return rows.take()
  }

  private func start() throws -> Place {
    guard kind == .demand || kind == .forecasts else { return .page(after: nil) }
    return .materials(try environment.store.read(scope) { try $0.materialsWithDemand() })
  }

  private mutating func page(_ after: String?) throws -> Place {
    let request = PageRequest(after: after, limit: Limits.pageRows)
    let masters = Masters(environment)
    let stock = StockQuery()
    switch kind {
    case .materials: return try add(masters.materials(request, scope: scope))
    case .locations: return try add(masters.locations(request, scope: scope))
    case .lots: return try add(masters.lots(request, scope: scope))
    case .stock: return try add(masters.stock(stock, request, scope: scope))
    case .transactions: return try add(masters.transactions(stock, request, scope: scope))
    case .replenishment: return try add(Suggestions(environment).list(request, scope: scope))
    case .demand, .forecasts: return .end
    }
  }

  private mutating func add<Row: JSONDocument>(_ page: Page<Row>) throws -> Place {
    for row in page.rows { try rows.add(row) }
    return page.next.map { .page(after: $0) } ?? .end
  }

  private mutating func materials(_ ids: [MaterialID]) throws -> Place {
    let slice = Array(ids.prefix(Self.materialsAtOnce))
    guard !slice.isEmpty else { return .end }
    let documents: [ExportRow] = try environment.store.read(scope) { transaction in
      let names = try transaction.materials(slice)
      if kind == .demand {
        return try slice.flatMap { id in
          try transaction.demand(id, from: .earliest, through: .latest)
            .map { ExportRow.demand($0, names[id]?.code ?? "") }
        }
      }
      let forecasts = try transaction.forecasts(slice)
      return slice.flatMap { id in
        forecasts[id].map { ExportRow.forecast($0, names[id]?.code ?? "") } ?? []
      }
    }
    for document in documents { try rows.add(document) }
    return .materials(Array(ids.dropFirst(slice.count)))
  }
}

extension LocalDay {
  /// 0001-01-01, before every day that can be written.
  static let earliest = LocalDay(rawValue: -719_162)
  /// 9999-12-31, after every other one.
  static let latest = LocalDay(rawValue: 2_932_896)
}

extension ExportKind {
  /// The columns of a kind in their order; nil takes those of the first row.
  fileprivate var columns: [String]? {
    switch self {
    case .demand: ["material", "day", "quantity", "stock_out"]
    case .replenishment:
      [
        "material", "unit", "supplier", "urgency", "quantity", "order_by", "stock_out_day",
        "days_until_stockout", "stock_out_probability", "safety_stock", "reorder_point",
        "position", "reasons", "created_at", "status", "decided_at", "decided_by", "note",
      ]
    default: nil
    }
  }
}
