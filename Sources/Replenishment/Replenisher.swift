import Warehouse

/// Decides for one material whether, when and how much to order.
///
/// The stock is projected day by day. Where it would fall below the safety stock, an order must
/// have arrived; that day less the lead time is the last one on which it can be placed. An order
/// that must be placed before the next look at the stock is due now. It brings what one order
/// brings as a rule and fills up to the reorder point at the time of its arrival, which together is
/// the maximum of a min/max system.
public struct Replenisher: Sendable {
  let today: LocalDay
  let outlook: DemandOutlook
  let policy: StockPolicy
  let supply: SupplyPosition
  let projection: StockProjection
  let dailyMean: Double
  let order: OrderQuantity
  let safety: SafetyStock

  /// The advice for one material; throws `invalid` for a policy that cannot be.
  public static func advice(
    today: LocalDay,
    outlook: DemandOutlook,
    policy: StockPolicy,
    supply: SupplyPosition
  ) throws(Failure) -> ReplenishmentAdvice {
    try policy.check()
    return Replenisher(today, outlook, policy, supply).advice()
  }

  private init(
    _ today: LocalDay,
    _ outlook: DemandOutlook,
    _ policy: StockPolicy,
    _ supply: SupplyPosition
  ) {
    self.today = today
    self.outlook = outlook
    self.policy = policy
    self.supply = supply
    let known = today.days(to: outlook.firstDay.adding(days: outlook.dailyMean.count))
    let seen = Double(min(max(known, 1), 365))
    dailyMean = outlook.mean(from: today, days: seen) / seen
    // As far as the forecast goes, and far enough to tell all urgencies apart.
    let reach = Int(policy.protectionDays.rounded(.up)) + 32
    projection = StockProjection(
      today: today,
      days: min(max(known, reach), 4_096),
      outlook: outlook,
      supply: supply
    )
    order = OrderQuantity(dailyMean: dailyMean, policy: policy)
    safety = SafetyStock(
      outlook: outlook,
      policy: policy,
      orderQuantity: Double(order.usualMilli) / 1_000,
      from: today
    )
  }

  var leadDays: Int { Int(policy.leadTimeDays.rounded(.up)) }

  /// The textbook's figures for the same policy and order quantity.
  private func textbook() -> ReplenishmentAdvice.Textbook {
    let days = policy.protectionDays
    let figures = SafetyStock.textbook(
      dailyMean: days > 0 ? safety.meanDemand / days : dailyMean,
      dailyDeviation: outlook.dailyDeviation,
      policy: policy,
      orderQuantity: Double(order.usualMilli) / 1_000
    )
    return ReplenishmentAdvice.Textbook(
      safetyStockMilli: Milli.up(figures.safetyStock),
      reorderPointMilli: Milli.up(figures.reorderPoint)
    )
  }

  /// The last day on which an order arrives before the stock is below the safety stock.
  private func orderBy() -> LocalDay? {
    projection.firstDay(below: safety.safetyStock)?.adding(days: -leadDays)
  }

  /// How much to order on a day that is not before today.
  ///
  /// What is short of the safety stock when the order after this one could arrive comes on top of
  /// the usual quantity; shelf life and longest cover are counted from the arrival.
  private func quantity(orderedOn day: LocalDay) -> Int64 {
    let arrival = today.days(to: day) + leadDays
    let review = Int(policy.reviewDays.rounded(.up))
    let watched = min(arrival + max(review, 1) - 1, projection.stock.count - 1)
    let short = max(0, safety.safetyStock - projection.stock[watched])
    let wanted = Milli.up(short) + order.usualMilli
    let cover = [policy.shelfLifeDays, policy.maximumCoverDays].compactMap { $0 }.min()
    let limit = cover.map { days in
      let before = arrival > 0 ? projection.stock[min(arrival, watched + 1) - 1] : projection.onHand
      let demand = outlook.mean(from: today.adding(days: arrival), days: Double(days))
      return Milli.down(demand - before)
    }
    return OrderQuantity.rounded(wanted, policy, limitMilli: limit)
  }

  /// The probability that demand passes the stock before the next receipt after today.
  ///
  /// Demand never falls below zero, so it is enough to look at the last day before. Open orders
  /// above the forecast are certain demand on top.
  private func stockOutProbability() -> Double {
    let next = projection.receipts.indices.dropFirst().first { projection.receipts[$0] > 0 }
    let days = Double(max(1, next ?? leadDays))
    let law = outlook.law(from: today, days: days)
    let certain = projection.required(days: days) - outlook.mean(from: today, days: days)
    let there = projection.onHand + projection.receipts[0] - max(0, certain)
    return min(1, max(0, 1 - law.share(upTo: there)))
  }

  private func due(_ flows: [(day: LocalDay, quantityMilli: Int64)]) -> Int64 {
    let last = today.adding(days: Int(policy.protectionDays.rounded(.up)))
    return flows.reduce(0) { $1.day <= last ? $0 + $1.quantityMilli : $0 }
  }

  private func advice() -> ReplenishmentAdvice {
    let stockOut = projection.firstDay(below: 0)
    let days = stockOut.map { today.days(to: $0) }
    let urgency = Urgency.of(daysUntilStockOut: days, leadTimeDays: policy.leadTimeDays)
    let lastDay = orderBy()
    let nextLook = today.adding(days: max(1, Int(policy.reviewDays)))
    let isDue = lastDay.map { $0 < nextLook } ?? false
    let isWanted = isDue || (urgency != .low && lastDay != nil)
    let onOrder = due(supply.onOrder)
    let reserved = due(supply.openOrders)
    var excess: Int64 = 0
    if let cover = policy.maximumCoverDays {
      let wanted = Milli.up(outlook.mean(from: today, days: Double(cover)))
      excess = max(0, supply.onHandMilli + onOrder - max(wanted, Milli.up(safety.reorderPoint)))
    }
    var advice = ReplenishmentAdvice(
      serviceLevel: policy.service.level,
      protectionDays: policy.protectionDays,
      safetyStockMilli: Milli.up(safety.safetyStock),
      reorderPointMilli: Milli.up(safety.reorderPoint),
      maximumMilli: Milli.up(safety.reorderPoint) + order.usualMilli,
      textbook: textbook(),
      economicMilli: order.economic.map(Milli.up),
      usualOrderMilli: order.usualMilli,
      onHandMilli: supply.onHandMilli,
      onOrderMilli: onOrder,
      reservedMilli: reserved,
      positionMilli: supply.onHandMilli + onOrder - reserved,
      stockOutDay: stockOut,
      daysUntilStockOut: days,
      stockOutProbability: stockOutProbability(),
      urgency: urgency,
      orderBy: lastDay,
      quantityMilli: isWanted ? quantity(orderedOn: max(lastDay ?? today, today)) : 0,
      excessMilli: excess,
      reasons: []
    )
    advice.reasons = reasons(for: advice, isDue: isDue)
    return advice
  }
}
