import Warehouse
import WireFormat

/// Reads what to order, the most urgent first.
public struct Suggestions: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of suggestions.
  public func list(
    _ page: PageRequest,
    urgency: Urgency? = nil,
    status: SuggestionStatus? = nil,
    scope: TenantScope
  ) throws -> Page<SuggestionView> {
    try environment.store.read(scope) { transaction in
      let rows = try transaction.suggestions(page, urgency: urgency, status: status)
      let names = try transaction.materials(rows.rows.map(\.material))
      return rows.map { row in
        SuggestionView(
          suggestion: row,
          materialCode: names[row.material]?.code ?? "",
          unit: names[row.material]?.draft.baseUnit.rawValue ?? ""
        )
      }
    }
  }
}

/// A suggestion as it is shown.
public struct SuggestionView: Sendable, Equatable, JSONDocument {
  /// The suggestion.
  public var suggestion: ReplenishmentSuggestion
  /// The material's code.
  public var materialCode: String
  /// Its base unit.
  public var unit: String

  /// Writes the suggestion as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("material", materialCode)
      out.member("unit", unit)
      out.member("supplier", suggestion.supplierCode)
      out.member("urgency", suggestion.urgency.rawValue)
      out.member("quantity", milli: suggestion.quantityMilli)
      out.member("order_by", day: suggestion.orderBy)
      out.member("stock_out_day", day: suggestion.stockOutDay)
      out.member("days_until_stockout", suggestion.daysUntilStockOut)
      out.member("stock_out_probability", ForecastView.rounded(suggestion.stockOutProbability))
      out.member("safety_stock", milli: suggestion.safetyStockMilli)
      out.member("reorder_point", milli: suggestion.reorderPointMilli)
      out.member("position", milli: suggestion.positionMilli)
      out.member("reasons", suggestion.reasons)
      out.member("created_at", ms: suggestion.createdAt.ms)
      out.member("status", suggestion.status.rawValue)
      out.member("decided_at", ms: suggestion.decision?.at.ms)
      out.member("decided_by", suggestion.decision?.by)
      out.member("note", suggestion.decision?.note)
    }
  }
}
