/// What can be imported.
public enum ImportKind: String, Sendable, CaseIterable {
  case materials
  case locations
  case suppliers
  case supplyTerms = "supply-terms"
  case purchaseOrders = "purchase-orders"
  case outboundOrders = "orders"
  case demand
  case openingStock = "opening-stock"
}

/// One validated row of an import.
public enum ImportRow: Sendable, Equatable {
  case material(MaterialDraft)
  case location(LocationDraft)
  case supplier(SupplierDraft)
  case supplyTerms(SupplyTerms)
  case purchaseOrder(PurchaseOrderDraft)
  case outboundOrder(OutboundOrderDraft)
  case demand(DemandDay)
  case openingStock(OpeningStock)
}

/// What lies in a location on the day of go-live.
public struct OpeningStock: Sendable, Equatable {
  /// The lot; created where its number is new for the material.
  public var lot: LotDraft
  /// The name of the lot, where it is created.
  public var lotPublicID: PublicID
  /// The name of the ledger row.
  public var ledgerPublicID: PublicID
  /// Where it lies.
  public var location: LocationID
  /// How much, in milli base units.
  public var quantityMilli: Int64

  /// Makes a row.
  public init(
    lot: LotDraft,
    lotPublicID: PublicID,
    ledgerPublicID: PublicID,
    location: LocationID,
    quantityMilli: Int64
  ) {
    self.lot = lot
    self.lotPublicID = lotPublicID
    self.ledgerPublicID = ledgerPublicID
    self.location = location
    self.quantityMilli = quantityMilli
  }
}

/// What an import is about to do.
public struct ImportPlan: Sendable, Equatable {
  /// What is imported.
  public var kind: ImportKind
  /// Whose it is.
  public var scope: TenantScope
  /// The name of the import outside.
  public var publicID: PublicID
  /// The name of the file, for the record.
  public var source: String
  /// When it began.
  public var startedAt: Instant

  /// Makes a plan.
  public init(
    kind: ImportKind,
    scope: TenantScope,
    publicID: PublicID,
    source: String,
    startedAt: Instant
  ) {
    self.kind = kind
    self.scope = scope
    self.publicID = publicID
    self.source = source
    self.startedAt = startedAt
  }
}

/// What an import has done.
public struct ImportReport: Sendable, Equatable {
  /// Rows that were applied.
  public var applied: Int
  /// Rows among them that created something.
  public var created: Int
  /// In how many slices.
  public var slices: Int

  /// Makes a report.
  public init(applied: Int, created: Int, slices: Int) {
    self.applied = applied
    self.created = created
    self.slices = slices
  }
}

/// A staging file: validated rows on disk, not yet in the books.
public protocol ImportStage: AnyObject {
  /// Adds one validated row.
  func append(_ row: ImportRow) throws
  /// Seals the file and applies it in slices of `Limits.sliceRows`, each a short write of its own,
  /// so that scans wait for nobody. After a crash the next start resumes it from the journal.
  func apply(progress: (_ applied: Int, _ total: Int) -> Void) throws -> ImportReport
  /// Throws the staging file away; nothing was changed.
  func discard()
}
