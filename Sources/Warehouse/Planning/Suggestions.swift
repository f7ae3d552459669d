/// How soon a suggestion must become an order.
public enum Urgency: String, Sendable, CaseIterable {
  /// Stock-out before a new order can arrive.
  case critical = "CRITICAL"
  /// Stock-out within lead time + 7 days.
  case high = "HIGH"
  /// Stock-out within lead time + 30 days.
  case medium = "MEDIUM"
  case low = "LOW"
}

/// Where a suggestion stands.
public enum SuggestionStatus: String, Sendable, CaseIterable {
  /// Nobody has decided yet.
  case open = "OPEN"
  /// It is to be ordered as it stands.
  case approved = "APPROVED"
  /// It is not to be ordered.
  case rejected = "REJECTED"
}

/// What somebody decided about a suggestion.
///
/// It holds the suggestion as it was then: a new run leaves it alone until the books show a further
/// order, what was turned down is more urgent by then, or `Limits.suggestionDecisionDays` are over.
public struct SuggestionDecision: Sendable, Equatable {
  /// Whether it is to be ordered; never ``SuggestionStatus/open``.
  public var status: SuggestionStatus
  /// When it was decided.
  public var at: Instant
  /// Who decided, as the audit log names people.
  public var by: String
  /// More about it.
  public var note: String?

  /// Makes a decision.
  public init(status: SuggestionStatus, at: Instant, by: String, note: String? = nil) {
    self.status = status
    self.at = at
    self.by = by
    self.note = note
  }
}

/// What should be ordered of one material, when, and why.
public struct ReplenishmentSuggestion: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The supplier's code; nil where nobody supplies it.
  public var supplierCode: String?
  /// How soon.
  public var urgency: Urgency
  /// How much to order, in milli base units; 0 where nothing is needed yet.
  public var quantityMilli: Int64
  /// The last day on which the order is in time.
  public var orderBy: LocalDay?
  /// The first day on which the projected stock is below zero.
  public var stockOutDay: LocalDay?
  /// Days until then.
  public var daysUntilStockOut: Int?
  /// Probability of a stock-out before the next receipt.
  public var stockOutProbability: Double
  /// Safety stock, in milli base units.
  public var safetyStockMilli: Int64
  /// Reorder point, in milli base units.
  public var reorderPointMilli: Int64
  /// Inventory position, in milli base units.
  public var positionMilli: Int64
  /// The reasons, in words.
  public var reasons: [String]
  /// When it was made.
  public var createdAt: Instant
  /// What somebody decided about it; nil where nobody has.
  public var decision: SuggestionDecision?

  /// Where it stands.
  public var status: SuggestionStatus { decision?.status ?? .open }

  /// Makes a suggestion.
  public init(
    material: MaterialID,
    supplierCode: String?,
    urgency: Urgency,
    quantityMilli: Int64,
    orderBy: LocalDay?,
    stockOutDay: LocalDay?,
    daysUntilStockOut: Int?,
    stockOutProbability: Double,
    safetyStockMilli: Int64,
    reorderPointMilli: Int64,
    positionMilli: Int64,
    reasons: [String],
    createdAt: Instant,
    decision: SuggestionDecision? = nil
  ) {
    self.material = material
    self.supplierCode = supplierCode
    self.urgency = urgency
    self.quantityMilli = quantityMilli
    self.orderBy = orderBy
    self.stockOutDay = stockOutDay
    self.daysUntilStockOut = daysUntilStockOut
    self.stockOutProbability = stockOutProbability
    self.safetyStockMilli = safetyStockMilli
    self.reorderPointMilli = reorderPointMilli
    self.positionMilli = positionMilli
    self.reasons = reasons
    self.createdAt = createdAt
    self.decision = decision
  }
}

/// What replenishment must know of one material's stock.
public struct SupplyPosition: Sendable, Equatable {
  /// On hand, in milli base units; holds excluded.
  public var onHandMilli: Int64
  /// On order: what is still to come, by due day.
  public var onOrder: [(day: LocalDay, quantityMilli: Int64)]
  /// Open outbound orders: what is still to leave, by due day.
  public var openOrders: [(day: LocalDay, quantityMilli: Int64)]

  /// Makes a position.
  public init(
    onHandMilli: Int64,
    onOrder: [(day: LocalDay, quantityMilli: Int64)],
    openOrders: [(day: LocalDay, quantityMilli: Int64)]
  ) {
    self.onHandMilli = onHandMilli
    self.onOrder = onOrder
    self.openOrders = openOrders
  }

  /// Whether both hold the same figures.
  public static func == (left: Self, right: Self) -> Bool {
    left.onHandMilli == right.onHandMilli
      && left.onOrder.elementsEqual(right.onOrder, by: ==)
      && left.openOrders.elementsEqual(right.openOrders, by: ==)
  }
}
