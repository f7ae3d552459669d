/// The key of a receipt.
public typealias ReceiptID = Key<Receipt>

/// How far a receipt has come.
public enum ReceiptStatus: String, Sendable, CaseIterable {
  /// Announced (ASN), not there yet.
  case expected = "EXPECTED"
  /// On the dock: its lines are booked as stock of the dock.
  case arrived = "ARRIVED"
  /// Every line has a recommendation, a split or a refusal.
  case planned = "PLANNED"
  /// Everything is put away.
  case closed = "CLOSED"
  case cancelled = "CANCELLED"
}

/// A delivery: announced or arrived, with its lines.
public struct Receipt: Sendable, Equatable {
  /// The key inside this facility.
  public var id: ReceiptID
  /// The name outside.
  public var publicID: PublicID
  /// The owner.
  public var tenant: TenantID
  /// The document's number; unique per owner.
  public var number: String
  /// How far it has come.
  public var status: ReceiptStatus
  /// The dock it arrives at.
  public var dock: LocationID
  /// The supplier's code.
  public var supplierCode: String?
  /// When it is due.
  public var dueDay: LocalDay?
  /// When it arrived.
  public var arrivedAt: Instant?
  /// When it was entered.
  public var createdAt: Instant
  /// Its lines, in order.
  public var lines: [ReceiptLine]

  /// Makes a receipt as it was read from the store.
  public init(
    id: ReceiptID,
    publicID: PublicID,
    tenant: TenantID,
    number: String,
    status: ReceiptStatus,
    dock: LocationID,
    supplierCode: String?,
    dueDay: LocalDay?,
    arrivedAt: Instant?,
    createdAt: Instant,
    lines: [ReceiptLine]
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.number = number
    self.status = status
    self.dock = dock
    self.supplierCode = supplierCode
    self.dueDay = dueDay
    self.arrivedAt = arrivedAt
    self.createdAt = createdAt
    self.lines = lines
  }
}

/// One line of a receipt.
public struct ReceiptLine: Sendable, Equatable {
  /// The key inside this facility.
  public var id: Key<ReceiptLine>
  /// The number within the receipt, from 1.
  public var number: Int
  /// What was announced or delivered.
  public var draft: ReceiptLineDraft
  /// The lot it was booked as, once it has arrived.
  public var lot: LotID?
  /// What really came, damaged goods included, in milli base units; nil before it has arrived.
  public var receivedMilli: Int64?
  /// How much of that is damaged, in milli base units.
  public var damagedMilli: Int64?
  /// The lot that the damaged goods were booked as.
  public var damagedLot: LotID?

  /// Makes a line as it was read from the store.
  public init(id: Key<ReceiptLine>, number: Int, draft: ReceiptLineDraft, lot: LotID?) {
    self.id = id
    self.number = number
    self.draft = draft
    self.lot = lot
  }
}

/// A receipt line as it is entered.
public struct ReceiptLineDraft: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// How much, in milli base units.
  public var quantityMilli: Int64
  /// The supplier's lot number; nil where the goods carry none.
  public var lotNumber: String?
  /// The license plate (SSCC).
  public var licensePlate: String?
  /// The last day on which it is good.
  public var expiry: LocalDay?
  /// The first day on which it may be used.
  public var usableFrom: LocalDay?
  /// The FSC claim.
  public var fscClaim: String?
  /// Quantity in one handling unit, where it differs from the material's.
  public var handlingUnitMilli: Int64?
  /// Dimensions of one handling unit, where they differ from the material's.
  public var handlingUnitSize: Dimensions?
  /// Weight of one handling unit in grams, where it differs from the material's.
  public var handlingUnitWeightG: Int64?

  /// Makes a draft.
  public init(
    material: MaterialID,
    quantityMilli: Int64,
    lotNumber: String? = nil,
    licensePlate: String? = nil,
    expiry: LocalDay? = nil,
    usableFrom: LocalDay? = nil,
    fscClaim: String? = nil,
    handlingUnitMilli: Int64? = nil,
    handlingUnitSize: Dimensions? = nil,
    handlingUnitWeightG: Int64? = nil
  ) {
    self.material = material
    self.quantityMilli = quantityMilli
    self.lotNumber = lotNumber
    self.licensePlate = licensePlate
    self.expiry = expiry
    self.usableFrom = usableFrom
    self.fscClaim = fscClaim
    self.handlingUnitMilli = handlingUnitMilli
    self.handlingUnitSize = handlingUnitSize
    self.handlingUnitWeightG = handlingUnitWeightG
  }
}

/// A receipt as it is entered, before it has a key.
public struct ReceiptDraft: Sendable, Equatable {
  /// The name outside.
  public var publicID: PublicID
  /// The document's number.
  public var number: String
  /// The dock it arrives at.
  public var dock: LocationID
  /// The supplier's code.
  public var supplierCode: String?
  /// When it is due.
  public var dueDay: LocalDay?
  /// When it was entered.
  public var createdAt: Instant
  /// Its lines, in order.
  public var lines: [ReceiptLineDraft]
  /// The purchase order that it fulfils.
  public var purchaseOrder: Key<PurchaseOrder>?

  /// Makes a draft.
  public init(
    publicID: PublicID,
    number: String,
    dock: LocationID,
    supplierCode: String? = nil,
    dueDay: LocalDay? = nil,
    createdAt: Instant,
    lines: [ReceiptLineDraft]
  ) {
    self.publicID = publicID
    self.number = number
    self.dock = dock
    self.supplierCode = supplierCode
    self.dueDay = dueDay
    self.createdAt = createdAt
    self.lines = lines
  }
}
