import Warehouse

/// What a reorder point and an order quantity would have done on a known demand.
///
/// The promise of a policy can be checked: run it over history (or over demand drawn at random) and
/// compare the achieved service with the promised. Each day receipts come in first, then demand is
/// served as far as the stock goes and the rest waits, then the position is looked at.
public struct StockSimulation: Sendable, Hashable {
  /// The share of order cycles that ended without a stock-out; nil without a complete cycle.
  public let cycleService: Double?
  /// The share of units that were served at once; nil without demand.
  public let fillRate: Double?
  /// The average stock on hand at the end of a day.
  public let averageStock: Double
  /// How many orders were placed.
  public let orders: Int
  /// Order cycles that ended with a receipt.
  public let cycles: Int
  /// Order cycles without a stock-out.
  public let goodCycles: Int
  /// Units that were demanded.
  public let demand: Double
  /// Units that were served at once.
  public let served: Double

  /// Runs a policy: order whenever the position is at or below `reorderPoint` at a review.
  ///
  /// An order brings the least number of lots of `quantity` that leads above the point; its lead
  /// time is taken from `leadTimes` in turn, in whole days.
  ///
  /// A cycle ends when a receipt arrives; it failed if demand had to wait at that moment.
  public init(
    demand: [Double],
    reorderPoint: Double,
    quantity: Double,
    leadTimes: [Int],
    reviewDays: Int = 1,
    initialStock: Double? = nil
  ) {
    self.init(
      demand: demand,
      reorderPoint: { _ in reorderPoint },
      quantity: quantity,
      leadTimes: leadTimes,
      reviewDays: reviewDays,
      initialStock: initialStock
    )
  }

  /// The same with a reorder point that is worked out anew as time goes on.
  public init(
    demand: [Double],
    reorderPoint: (_ day: Int) -> Double,
    quantity: Double,
    leadTimes: [Int],
    reviewDays: Int = 1,
    initialStock: Double? = nil
  ) {
    var stock = initialStock ?? reorderPoint(0) + quantity
    var arrivals: [(day: Int, quantity: Double)] = []
    var position = stock
    var cycles = 0
    var goodCycles = 0
    var served = 0.0
    var sum = 0.0
    var orders = 0
    for (day, wanted) in demand.enumerated() {
      for arrival in arrivals where arrival.day == day {
        cycles += 1
        if stock >= 0 { goodCycles += 1 }
        stock += arrival.quantity
      }
      arrivals.removeAll { $0.day == day }
      served += min(max(stock, 0), wanted)
      stock -= wanted
      position -= wanted
      sum += max(stock, 0)
      guard day % max(1, reviewDays) == 0, quantity > 0, !leadTimes.isEmpty else { continue }
      let short = reorderPoint(day) - position
      guard short >= 0 else { continue }
      // As many lots as it takes to be above the point again, in one order.
      let lots = (short / quantity).rounded(.down) + 1
      let lead = max(0, leadTimes[orders % leadTimes.count])
      arrivals.append((day + 1 + lead, lots * quantity))
      position += lots * quantity
      orders += 1
    }
    let total = demand.reduce(0, +)
    self.cycles = cycles
    self.goodCycles = goodCycles
    self.demand = total
    self.served = served
    cycleService = cycles > 0 ? Double(goodCycles) / Double(cycles) : nil
    fillRate = total > 0 ? served / total : nil
    averageStock = demand.isEmpty ? 0 : sum / Double(demand.count)
    self.orders = orders
  }
}
