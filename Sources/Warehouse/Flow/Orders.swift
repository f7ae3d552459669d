/// An order of goods that leave: an order of a customer or of the press room.
public struct OutboundOrder: Sendable, Equatable {
  /// The key inside this facility.
  public var id: Key<OutboundOrder>
  /// The owner.
  public var tenant: TenantID
  /// The order as it was entered.
  public var draft: OutboundOrderDraft
  /// The keys of the lines, in their order.
  public var lines: [Key<OutboundOrderLine>]
  /// Grows with every change.
  public var version: Int64

  /// Makes an order as it was read from the store.
  public init(
    id: Key<OutboundOrder>,
    tenant: TenantID,
    draft: OutboundOrderDraft,
    lines: [Key<OutboundOrderLine>],
    version: Int64 = 1
  ) {
    self.id = id
    self.tenant = tenant
    self.draft = draft
    self.lines = lines
    self.version = version
  }
}

/// Marks the keys of outbound order lines.
public enum OutboundOrderLine {}

/// An outbound order as it is entered or imported.
public struct OutboundOrderDraft: Sendable, Equatable {
  /// One line: a quantity of a material, and how much of it has left.
  public struct Line: Sendable, Equatable {
    /// The material.
    public var material: MaterialID
    /// Ordered, in milli base units.
    public var orderedMilli: Int64
    /// Already dispatched, in milli base units.
    public var shippedMilli: Int64

    /// Makes a line.
    public init(material: MaterialID, orderedMilli: Int64, shippedMilli: Int64 = 0) {
      self.material = material
      self.orderedMilli = orderedMilli
      self.shippedMilli = shippedMilli
    }
  }

  /// The order's number; unique per owner.
  public var number: String
  /// When it is due.
  public var dueAt: Instant
  /// The day on which it is due, in the facility's zone.
  public var dueDay: LocalDay
  /// Its lines.
  public var lines: [Line]

  /// Makes a draft.
  public init(number: String, dueAt: Instant, dueDay: LocalDay, lines: [Line]) {
    self.number = number
    self.dueAt = dueAt
    self.dueDay = dueDay
    self.lines = lines
  }
}

/// A supplier as it is entered or imported.
public struct SupplierDraft: Sendable, Equatable {
  /// The supplier's code.
  public var code: String
  /// What people call it.
  public var name: String

  /// Makes a draft.
  public init(code: String, name: String) {
    self.code = code
    self.name = name
  }
}

/// On what terms a supplier delivers a material.
public struct SupplyTerms: Sendable, Equatable {
  /// The supplier's code.
  public var supplierCode: String
  /// The material.
  public var material: MaterialID
  /// Mean lead time in days.
  public var leadTimeDays: Double
  /// Standard deviation of the lead time in days.
  public var leadTimeDeviationDays: Double
  /// Smallest order, in milli base units.
  public var minimumOrderMilli: Int64
  /// Orders are multiples of this, in milli base units.
  public var multipleMilli: Int64
  /// Price of one base unit, in minor currency units.
  public var unitCostMinor: Int64
  /// Cost of placing one order, in minor currency units.
  public var orderingCostMinor: Int64
  /// Cost of holding stock for a year, in per cent of its value.
  public var holdingCostPct: Double
  /// Whether the lead time counts working days only.
  public var isInWorkingDays: Bool
  /// Place among the suppliers of the material, 1 for the preferred one; nil leaves it as it is,
  /// and puts a new one last.
  public var rank: Int?
  /// Grows with every change.
  public var version: Int64 = 1

  /// Makes terms.
  public init(
    supplierCode: String,
    material: MaterialID,
    leadTimeDays: Double,
    leadTimeDeviationDays: Double = 0,
    minimumOrderMilli: Int64 = 0,
    multipleMilli: Int64 = 1,
    unitCostMinor: Int64 = 0,
    orderingCostMinor: Int64 = 0,
    holdingCostPct: Double = 20,
    isInWorkingDays: Bool = false,
    rank: Int? = nil
  ) {
    self.supplierCode = supplierCode
    self.material = material
    self.leadTimeDays = leadTimeDays
    self.leadTimeDeviationDays = leadTimeDeviationDays
    self.minimumOrderMilli = minimumOrderMilli
    self.multipleMilli = multipleMilli
    self.unitCostMinor = unitCostMinor
    self.orderingCostMinor = orderingCostMinor
    self.holdingCostPct = holdingCostPct
    self.isInWorkingDays = isInWorkingDays
    self.rank = rank
  }
}

/// A purchase order as it is entered or imported.
public struct PurchaseOrderDraft: Sendable, Equatable {
  /// One line: ordered, received, and when the rest is due.
  public struct Line: Sendable, Equatable {
    /// The material.
    public var material: MaterialID
    /// Ordered, in milli base units.
    public var orderedMilli: Int64
    /// Already received, in milli base units.
    public var receivedMilli: Int64
    /// When the rest is due.
    public var dueDay: LocalDay

    /// Makes a line.
    public init(
      material: MaterialID,
      orderedMilli: Int64,
      receivedMilli: Int64 = 0,
      dueDay: LocalDay
    ) {
      self.material = material
      self.orderedMilli = orderedMilli
      self.receivedMilli = receivedMilli
      self.dueDay = dueDay
    }
  }

  /// The order's number; unique per owner.
  public var number: String
  /// The supplier's code.
  public var supplierCode: String
  /// When it was placed.
  public var orderedDay: LocalDay
  /// Its lines.
  public var lines: [Line]

  /// Makes a draft.
  public init(number: String, supplierCode: String, orderedDay: LocalDay, lines: [Line]) {
    self.number = number
    self.supplierCode = supplierCode
    self.orderedDay = orderedDay
    self.lines = lines
  }
}
