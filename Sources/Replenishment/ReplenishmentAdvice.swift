import Warehouse

/// What replenishment says of one material: its levels, its position, and whether to order.
///
/// Quantities are milli base units. Levels are rounded up, because less would miss the promise.
public struct ReplenishmentAdvice: Sendable, Equatable {
  /// Safety stock and reorder point by the textbook's formula, to be shown beside the others.
  public struct Textbook: Sendable, Equatable {
    /// Safety stock by k times sigma.
    public var safetyStockMilli: Int64
    /// Mean demand over lead time and review, and that safety stock.
    public var reorderPointMilli: Int64
  }

  /// What is promised, 0 to 1.
  public var serviceLevel: Double
  /// Lead time and review period, in days.
  public var protectionDays: Double
  /// The part of the reorder point above the mean demand.
  public var safetyStockMilli: Int64
  /// At or below this an order is due: the minimum of a min/max system.
  public var reorderPointMilli: Int64
  /// Up to this an order fills: the maximum of a min/max system.
  public var maximumMilli: Int64
  /// The textbook's figures.
  public var textbook: Textbook
  /// The economic order quantity before rounding; nil where the costs are not known.
  public var economicMilli: Int64?
  /// What one order brings as a rule: economic, orderable, within shelf life and cover.
  public var usualOrderMilli: Int64

  /// On hand.
  public var onHandMilli: Int64
  /// On order and due within the protection time, overdue receipts included.
  public var onOrderMilli: Int64
  /// Open orders due within the protection time, overdue ones included.
  public var reservedMilli: Int64
  /// Inventory position: on hand + on order - reserved.
  public var positionMilli: Int64

  /// The first day on which the projected stock is below zero.
  public var stockOutDay: LocalDay?
  /// Days from today until then.
  public var daysUntilStockOut: Int?
  /// The probability of a stock-out before the next receipt (or before a new order could arrive).
  public var stockOutProbability: Double
  /// How soon it must become an order.
  public var urgency: Urgency
  /// The last day on which an order keeps the promise; in the past where it is late.
  public var orderBy: LocalDay?
  /// How much to order; 0 where nothing is needed yet.
  public var quantityMilli: Int64
  /// Stock beyond the longest cover that is wanted; 0 where there is none or no limit.
  public var excessMilli: Int64
  /// Why, in words.
  public var reasons: [String]

  /// The suggestion as it is stored.
  public func suggestion(
    for material: MaterialID,
    supplierCode: String?,
    at moment: Instant
  ) -> ReplenishmentSuggestion {
    ReplenishmentSuggestion(
      material: material,
      supplierCode: supplierCode,
      urgency: urgency,
      quantityMilli: quantityMilli,
      orderBy: orderBy,
      stockOutDay: stockOutDay,
      daysUntilStockOut: daysUntilStockOut,
      stockOutProbability: stockOutProbability,
      safetyStockMilli: safetyStockMilli,
      reorderPointMilli: reorderPointMilli,
      positionMilli: positionMilli,
      reasons: reasons,
      createdAt: moment
    )
  }
}
