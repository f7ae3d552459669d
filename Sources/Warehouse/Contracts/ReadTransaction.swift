/// One consistent view of the store, for the tenants of its scope.
///
/// Each part of the domain has its small protocol; storage fulfils them all on one connection, so
/// that a use case sees one moment of the warehouse. Nothing here is kept beyond the call.
public protocol ReadTransaction:
  FacilityReading, MaterialReading, LocationReading, LotReading, StockReading, ReceiptReading,
  RecommendationReading, OrderReading, DemandReading, ForecastReading, SuggestionReading,
  OutboxReading, AuditReading, LearningReading, HazardReading, EventReading,
  PerformanceReading, AccessReading, CodeReading, DeviceReading, CalendarReading, SlottingReading,
  PrinterReading, DirectiveReading, SettingsReading, UpkeepReading
{
  /// Whose rows this transaction sees.
  var scope: TenantScope { get }
}

/// A view that may change things: one savepoint inside the writer's transaction.
public protocol WriteTransaction:
  ReadTransaction, FacilityWriting, MaterialWriting, LocationWriting, LotWriting, LedgerWriting,
  ReceiptWriting, RecommendationWriting, OrderWriting, DemandWriting, ForecastWriting,
  SuggestionWriting, OutboxWriting, LearningWriting, JobWriting, HazardWriting, EventWriting,
  RetentionWriting, AccessWriting, DeviceWriting, CalendarWriting, SlottingWriting, PrinterWriting,
  DirectiveWriting, SettingsWriting, UpkeepWriting
{}

/// A page of a listing: up to `limit` rows after the cursor, in the listing's order.
public struct PageRequest: Sendable, Equatable {
  /// The last row of the page before, as the listing names it; nil for the first page.
  public var after: String?
  /// How many rows at the most.
  public var limit: Int

  /// Makes a request; the limit is clamped to 1...`Limits.pageRows`.
  public init(after: String? = nil, limit: Int = Limits.pageRowsDefault) {
    self.after = after
    self.limit = min(max(1, limit), Limits.pageRows)
  }
}

/// A page of rows, and how to ask for the next one.
public struct Page<Row: Sendable>: Sendable {
  /// The rows.
  public var rows: [Row]
  /// The cursor of the next page; nil where this is the last.
  public var next: String?

  /// Makes a page.
  public init(rows: [Row], next: String?) {
    self.rows = rows
    self.next = next
  }

  /// The same page with each row changed.
  public func map<Other>(_ change: (Row) throws -> Other) rethrows -> Page<Other> {
    Page<Other>(rows: try rows.map(change), next: next)
  }
}
