/// The key of a putaway recommendation.
public typealias RecommendationID = Key<Recommendation>

/// The life of a putaway task.
public enum RecommendationStatus: String, Sendable, CaseIterable {
  case recommended = "RECOMMENDED"
  case started = "STARTED"
  case confirmed = "CONFIRMED"
  case overridden = "OVERRIDDEN"
  case rejected = "REJECTED"
  case expired = "EXPIRED"
  case cancelled = "CANCELLED"

  /// Whether the task still holds its space.
  public var isOpen: Bool { self == .recommended || self == .started }
}

/// Why a person chose otherwise.
public enum OverrideReason: String, Sendable, CaseIterable {
  case full = "FULL"
  case blocked = "BLOCKED"
  case notFound = "NOT_FOUND"
  case closer = "CLOSER"
  case damagedLocation = "DAMAGED_LOCATION"
  case mix = "MIX"
  case other = "OTHER"
}

/// The packing algorithms, by the names that requests use.
public enum PackingAlgorithm: String, Sendable, CaseIterable {
  case ffd = "FFD"
  case bfd = "BFD"
  case hybrid = "HYBRID"
}

/// A recommendation as the engine makes it: where a quantity of a lot should go, and why.
public struct RecommendationDraft: Sendable, Equatable {
  /// The name outside.
  public var publicID: PublicID
  /// The lot to put away.
  public var lot: LotID
  /// Where it stands now.
  public var from: LocationID
  /// Where it should go.
  public var to: LocationID
  /// How much of it, in milli base units.
  public var quantityMilli: Int64
  /// How many handling units that is.
  public var handlingUnits: Int64
  /// The volume to hold, in cubic millimetres.
  public var volumeMM3: Int64
  /// The weight to hold, in grams.
  public var weightG: Int64
  /// The places inside the location, where geometry is known; one for each handling unit.
  public var boxes: [StoredBox]
  /// The algorithm that chose.
  public var algorithm: PackingAlgorithm
  /// The probability that a person accepts it, in thousandths.
  public var confidencePermille: Int
  /// The features behind the confidence, for learning.
  public var features: [Double]
  /// Score parts, reasons, runners-up and rejected counts, as a JSON object.
  public var explanationJSON: String
  /// When it was made.
  public var createdAt: Instant
  /// When it stops holding its space, unless it is started.
  public var expiresAt: Instant
  /// The receipt line it belongs to.
  public var receiptLine: Key<ReceiptLine>?
  /// The task that was split into this one.
  public var parent: RecommendationID?
  /// The outbound order line that it serves by cross-docking.
  public var orderLine: Key<OutboundOrderLine>?

  /// Makes a draft.
  public init(
    publicID: PublicID,
    lot: LotID,
    from: LocationID,
    to: LocationID,
    quantityMilli: Int64,
    handlingUnits: Int64,
    volumeMM3: Int64,
    weightG: Int64,
    boxes: [StoredBox],
    algorithm: PackingAlgorithm,
    confidencePermille: Int,
    features: [Double],
    explanationJSON: String,
    createdAt: Instant,
    expiresAt: Instant,
    receiptLine: Key<ReceiptLine>? = nil,
    parent: RecommendationID? = nil,
    orderLine: Key<OutboundOrderLine>? = nil
  ) {
    self.publicID = publicID
    self.lot = lot
    self.from = from
    self.to = to
    self.quantityMilli = quantityMilli
    self.handlingUnits = handlingUnits
    self.volumeMM3 = volumeMM3
    self.weightG = weightG
    self.boxes = boxes
    self.algorithm = algorithm
    self.confidencePermille = confidencePermille
    self.features = features
    self.explanationJSON = explanationJSON
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.receiptLine = receiptLine
    self.parent = parent
    self.orderLine = orderLine
  }
}

/// A recommendation as it stands.
public struct Recommendation: Sendable, Equatable {
  /// The key inside this facility.
  public var id: RecommendationID
  /// The owner of the lot.
  public var tenant: TenantID
  /// What was recommended.
  public var draft: RecommendationDraft
  /// How far it has come.
  public var status: RecommendationStatus
  /// Where the goods really went.
  public var actual: LocationID?
  /// Why a person chose otherwise.
  public var reason: OverrideReason?
  /// When it reached its last state.
  public var changedAt: Instant
  /// The device that has it; nil where anybody may take it.
  public var leasedTo: String?

  /// Makes a recommendation as it was read from the store.
  public init(
    id: RecommendationID,
    tenant: TenantID,
    draft: RecommendationDraft,
    status: RecommendationStatus,
    actual: LocationID?,
    reason: OverrideReason?,
    changedAt: Instant,
    leasedTo: String? = nil
  ) {
    self.id = id
    self.tenant = tenant
    self.draft = draft
    self.status = status
    self.actual = actual
    self.reason = reason
    self.changedAt = changedAt
    self.leasedTo = leasedTo
  }
}
