/// The key of a ledger row; rows are numbered without gaps in the order of their commit.
public typealias LedgerID = Key<LedgerEntry>

/// The kinds of movement in the ledger.
public enum LedgerKind: String, Sendable, CaseIterable {
  case receipt = "RECEIPT"
  case putaway = "PUTAWAY"
  case move = "MOVE"
  case pick = "PICK"
  case adjust = "ADJUST"
  case count = "COUNT"
  case hold = "HOLD"
  case release = "RELEASE"
  case scrap = "SCRAP"
  case `return` = "RETURN"
  case crossDock = "CROSS_DOCK"

  /// Whether a row of this kind counts as demand (+1), takes demand back (-1), or neither (0).
  ///
  /// Demand = PICK to outside + CROSS_DOCK - RETURN from customers; see `LedgerDraft`.
  public var demandSign: Int64 {
    switch self {
    case .pick, .crossDock: 1
    case .return: -1
    default: 0
    }
  }
}

/// Where a return came from.
public enum ReturnSource: String, Sendable, CaseIterable {
  case customer = "CUSTOMER"
  case press = "PRESS"
}

/// One movement as it is booked: a quantity of a lot from one place to another.
///
/// A nil place is the world outside. Rows are never changed; a correction is a new row that names
/// the one it corrects.
public struct LedgerDraft: Sendable, Equatable {
  /// The name outside, made by the client where it must work offline.
  public var publicID: PublicID
  /// The kind of movement.
  public var kind: LedgerKind
  /// The lot.
  public var lot: LotID
  /// From where; nil means from outside.
  public var from: LocationID?
  /// To where; nil means to outside.
  public var to: LocationID?
  /// How much, in milli base units; never negative (a COUNT books its difference as from or to).
  public var quantityMilli: Int64
  /// What was counted, for COUNT.
  public var countedMilli: Int64?
  /// Where a RETURN came from.
  public var returnSource: ReturnSource?
  /// Why, in words or as a reason code.
  public var reason: String?
  /// When it happened, by the clock of the device.
  public var occurredAt: Instant
  /// When it was booked, by the clock of the box.
  public var recordedAt: Instant
  /// The day on which it happened, in the facility's zone.
  public var localDay: LocalDay
  /// The recommendation it carries out.
  public var recommendation: RecommendationID?
  /// The receipt line it belongs to.
  public var receiptLine: Key<ReceiptLine>?
  /// The outbound order line it serves.
  public var orderLine: Key<OutboundOrderLine>?
  /// The row it corrects.
  public var corrects: LedgerID?
  /// The device that sent it.
  public var device: String?
  /// What the device said of the report itself.
  public var trace: ClientTrace

  /// Makes a draft.
  public init(
    publicID: PublicID,
    kind: LedgerKind,
    lot: LotID,
    from: LocationID?,
    to: LocationID?,
    quantityMilli: Int64,
    countedMilli: Int64? = nil,
    returnSource: ReturnSource? = nil,
    reason: String? = nil,
    occurredAt: Instant,
    recordedAt: Instant,
    localDay: LocalDay,
    recommendation: RecommendationID? = nil,
    receiptLine: Key<ReceiptLine>? = nil,
    orderLine: Key<OutboundOrderLine>? = nil,
    corrects: LedgerID? = nil,
    device: String? = nil,
    trace: ClientTrace = ClientTrace()
  ) {
    self.publicID = publicID
    self.kind = kind
    self.lot = lot
    self.from = from
    self.to = to
    self.quantityMilli = quantityMilli
    self.countedMilli = countedMilli
    self.returnSource = returnSource
    self.reason = reason
    self.occurredAt = occurredAt
    self.recordedAt = recordedAt
    self.localDay = localDay
    self.recommendation = recommendation
    self.receiptLine = receiptLine
    self.orderLine = orderLine
    self.corrects = corrects
    self.device = device
    self.trace = trace
  }
}

/// A booked movement.
public struct LedgerEntry: Sendable, Equatable {
  /// Its number.
  public var id: LedgerID
  /// The owner of the lot.
  public var tenant: TenantID
  /// The material of the lot.
  public var material: MaterialID
  /// What was booked.
  public var draft: LedgerDraft

  /// Makes an entry as it was read from the store.
  public init(id: LedgerID, tenant: TenantID, material: MaterialID, draft: LedgerDraft) {
    self.id = id
    self.tenant = tenant
    self.material = material
    self.draft = draft
  }
}

/// A quantity of one lot in one location.
public struct StockLine: Sendable, Equatable {
  /// The lot.
  public var lot: Lot
  /// The code of its material.
  public var materialCode: String
  /// The location.
  public var location: LocationID
  /// The code of the location.
  public var locationCode: String
  /// How much; negative where a late fact took more than the books had.
  public var quantityMilli: Int64
  /// How many handling units that is.
  public var handlingUnits: Int64

  /// Makes a stock line.
  public init(
    lot: Lot,
    materialCode: String,
    location: LocationID,
    locationCode: String,
    quantityMilli: Int64,
    handlingUnits: Int64
  ) {
    self.lot = lot
    self.materialCode = materialCode
    self.location = location
    self.locationCode = locationCode
    self.quantityMilli = quantityMilli
    self.handlingUnits = handlingUnits
  }
}
