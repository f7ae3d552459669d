/// Which stock lines are wanted.
public struct StockFilter: Sendable, Equatable {
  /// Of this material.
  public var material: MaterialID?
  /// In this location.
  public var location: LocationID?
  /// Of this lot.
  public var lot: LotID?

  /// Makes a filter; what is nil does not restrict.
  public init(material: MaterialID? = nil, location: LocationID? = nil, lot: LotID? = nil) {
    self.material = material
    self.location = location
    self.lot = lot
  }
}

/// Reads stock and the ledger.
public protocol StockReading {
  /// A page of stock lines that are not zero, in the order of lot and location.
  func stock(_ filter: StockFilter, _ page: PageRequest) throws -> Page<StockLine>
  /// The quantity of a lot in a location, in milli base units.
  func quantity(of lot: LotID, at location: LocationID) throws -> Int64
  /// On hand by material, in milli base units; lots on hold are left out where asked.
  func onHand(
    _ materials: some Collection<MaterialID>,
    withHolds: Bool
  ) throws -> [MaterialID: Int64]
  /// A page of the ledger in the order of its numbers, of the facility's days that are named;
  /// `newestFirst` turns it round.
  func ledger(
    _ filter: StockFilter,
    kind: LedgerKind?,
    days: ClosedRange<LocalDay>?,
    _ page: PageRequest,
    newestFirst: Bool
  ) throws -> Page<LedgerEntry>
  /// The row of that name, where a client repeats itself.
  func ledgerEntry(publicID: PublicID) throws -> LedgerEntry?
}

/// Writes the ledger, and with it stock, utilisation and demand, in one request.
public protocol LedgerWriting {
  /// Books one movement.
  ///
  /// Stock and the places of units follow; PICK to outside, CROSS_DOCK and customers' RETURN also
  /// change the day's demand. A fact is never refused for capacity or for missing stock.
  func post(_ draft: LedgerDraft) throws -> LedgerEntry
}

/// Reads receipts.
public protocol ReceiptReading {
  /// The receipt of that name, with its lines.
  func receipt(publicID: PublicID) throws -> Receipt?
  /// The receipt of that number.
  func receipt(number: String) throws -> Receipt?
  /// A page in the order of their keys, without a status filter where nil.
  func receipts(_ page: PageRequest, status: ReceiptStatus?) throws -> Page<Receipt>
  /// The planned receipt of a line, where no task of it is open and nothing of it is on its dock.
  func emptiedReceipt(of line: Key<ReceiptLine>) throws -> ReceiptID?
  /// The receipt of that key.
  func receipt(_ id: ReceiptID) throws -> Receipt?
}

/// Writes receipts.
public protocol ReceiptWriting {
  /// Creates a receipt with status EXPECTED; a duplicate number is a conflict.
  func insert(_ draft: ReceiptDraft) throws -> Receipt
  /// Records which lot a line was booked as.
  func setLot(_ lot: LotID, of line: Key<ReceiptLine>) throws
  /// Records what really came of a line, and which lot its damaged goods are.
  func setReceived(
    _ receivedMilli: Int64,
    damagedMilli: Int64,
    damagedLot: LotID?,
    of line: Key<ReceiptLine>
  ) throws
  /// Counts goods of a receipt as delivered on its purchase order, the earliest due line first.
  func addReceived(_ quantityMilli: Int64, of material: MaterialID, on receipt: ReceiptID) throws
  /// Moves a receipt on.
  func setStatus(_ status: ReceiptStatus, of receipt: ReceiptID, at: Instant) throws
}

/// Which recommendations are wanted.
public struct RecommendationFilter: Sendable, Equatable {
  /// In these states; empty means any.
  public var statuses: Set<RecommendationStatus>
  /// For this lot.
  public var lot: LotID?
  /// For this receipt.
  public var receipt: ReceiptID?
  /// To this place.
  public var to: LocationID?
  /// Given to this device.
  public var leasedTo: String?

  /// Makes a filter; what is nil or empty does not restrict.
  public init(
    statuses: Set<RecommendationStatus> = [],
    lot: LotID? = nil,
    receipt: ReceiptID? = nil,
    to: LocationID? = nil,
    leasedTo: String? = nil
  ) {
    self.statuses = statuses
    self.lot = lot
    self.receipt = receipt
    self.to = to
    self.leasedTo = leasedTo
  }
}

/// Reads recommendations.
public protocol RecommendationReading {
  /// The recommendation of that name.
  func recommendation(publicID: PublicID) throws -> Recommendation?
  /// The same without its explanation, for whoever moves a task on: it is most of the row.
  func bareRecommendation(publicID: PublicID) throws -> Recommendation?
  /// The recommendation of that key.
  func recommendation(_ id: RecommendationID) throws -> Recommendation?
  /// A page in the order of their keys.
  func recommendations(
    _ filter: RecommendationFilter,
    _ page: PageRequest
  ) throws -> Page<Recommendation>
  /// Open tasks by aisle that were made or started since that moment.
  func openTasksByAisle(since: Instant) throws -> [String: Int]
  /// How many recommendations reached each state since that moment.
  func outcomes(since: Instant) throws -> [RecommendationStatus: Int]
}

/// Writes recommendations and the space that they hold.
public protocol RecommendationWriting {
  /// Stores a recommendation and reserves its space, in one request.
  ///
  /// The capacity is checked again here, against what is committed now: volume, weight, units,
  /// and the known places. Fails with `conflict` where another station was faster.
  func insert(_ draft: RecommendationDraft) throws -> Recommendation
  /// Moves a task on; releases the reservation where the new state is not open, and keeps the
  /// places of the units where it was confirmed as recommended. Returns the task as it is then.
  @discardableResult
  func setStatus(
    _ status: RecommendationStatus,
    of id: RecommendationID,
    actual: LocationID?,
    reason: OverrideReason?,
    note: String?,
    at: Instant
  ) throws -> Recommendation
  /// Expires up to `limit` recommendations whose time is over; returns how many.
  func expireRecommendations(at: Instant, limit: Int) throws -> Int
  /// Records that a fact breached a rule of a location.
  func recordCapacityFailure(
    location: LocationID,
    lot: LotID,
    rule: String,
    detail: String,
    at: Instant
  ) throws
}

/// Reads orders and terms.
public protocol OrderReading {
  /// Terms of supply by material, the preferred supplier first.
  func supplyTerms(_ materials: some Collection<MaterialID>) throws -> [MaterialID: [SupplyTerms]]
  /// On hand, on order and open orders by material.
  func supplyPositions(
    _ materials: some Collection<MaterialID>
  ) throws -> [MaterialID: SupplyPosition]
  /// Open outbound order lines of a material due at the latest then, the earliest first.
  func openOrderLines(
    material: MaterialID,
    dueBefore: Instant
  ) throws -> [(line: Key<OutboundOrderLine>, order: String, dueAt: Instant, openMilli: Int64)]
  /// The open tasks that take goods to staging for an order.
  func crossDockTasks(of order: Key<OutboundOrder>) throws -> [Recommendation]
  /// A page of outbound orders in the order of their keys.
  func outboundOrders(_ page: PageRequest, openOnly: Bool) throws -> Page<OutboundOrder>
}

/// Writes orders and terms.
public protocol OrderWriting {
  /// Creates or replaces a supplier.
  func save(_ draft: SupplierDraft) throws
  /// Creates or replaces terms of supply.
  func save(_ terms: SupplyTerms) throws
  /// Takes terms of supply out of the books.
  func delete(_ terms: SupplyTerms) throws
  /// Creates or replaces a purchase order with its lines.
  func save(_ draft: PurchaseOrderDraft) throws
  /// Creates or replaces an outbound order with its lines.
  func save(_ draft: OutboundOrderDraft) throws
  /// Records that goods no longer go to staging for an order, why, and where they go instead.
  func recordCrossDockCancellation(
    _ task: Recommendation,
    reason: String,
    replacement: RecommendationID?,
    at: Instant
  ) throws
  /// Adds to what has left for an order line.
  func addShipped(_ quantityMilli: Int64, to line: Key<OutboundOrderLine>) throws
}
