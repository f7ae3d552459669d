/// A purchase order as it stands.
public struct PurchaseOrder: Sendable, Equatable {
  /// The key inside this facility.
  public var id: Key<PurchaseOrder>
  /// The owner.
  public var tenant: TenantID
  /// The order as it was entered.
  public var draft: PurchaseOrderDraft
  /// Grows with every change.
  public var version: Int64

  /// Makes an order as it was read from the store.
  public init(
    id: Key<PurchaseOrder>,
    tenant: TenantID,
    draft: PurchaseOrderDraft,
    version: Int64
  ) {
    self.id = id
    self.tenant = tenant
    self.draft = draft
    self.version = version
  }
}

/// A packaging of a material that carries a GTIN of its own.
public struct PackagingMatch: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The name of the packaging, for example `carton`.
  public var name: String
  /// How much is in it, in milli base units.
  public var quantityMilli: Int64

  /// Makes a match.
  public init(material: MaterialID, name: String, quantityMilli: Int64) {
    self.material = material
    self.name = name
    self.quantityMilli = quantityMilli
  }
}

/// A supplier as it stands.
public struct Supplier: Sendable, Equatable {
  /// The supplier as it was entered.
  public var draft: SupplierDraft
  /// Grows with every change.
  public var version: Int64

  /// Makes a supplier as it was read from the store.
  public init(draft: SupplierDraft, version: Int64) {
    self.draft = draft
    self.version = version
  }
}

/// Finds things by the codes that people scan; each call is one look into an index.
public protocol CodeReading {
  /// All materials of that GTIN (14 digits); more than one is a mistake in the master data.
  func materials(gtin: String) throws -> [Material]
  /// The packagings of that GTIN (14 digits).
  func packagings(gtin: String) throws -> [PackagingMatch]
  /// The outbound order of that number.
  func outboundOrder(number: String) throws -> OutboundOrder?
  /// The purchase order of that number.
  func purchaseOrder(number: String) throws -> PurchaseOrder?
  /// The supplier of that code.
  func supplier(code: String) throws -> Supplier?
  /// A page of suppliers in the order of their codes.
  func suppliers(_ page: PageRequest) throws -> Page<Supplier>
  /// A page of purchase orders in the order of their keys.
  func purchaseOrders(_ page: PageRequest, openOnly: Bool) throws -> Page<PurchaseOrder>
  /// Whether an operator in force has that badge.
  func hasBadge(_ code: String) throws -> Bool
}
