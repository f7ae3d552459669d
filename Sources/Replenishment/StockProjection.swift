import Warehouse

/// How the stock goes on, day by day, if nothing more is ordered.
///
/// A receipt counts from its due day on, before the demand of that day; one that is overdue is
/// taken for due today. The requirement of a day is the larger of the forecast and the orders that
/// are due: an open order is part of the demand that was forecast, so their sum would count it
/// twice. Orders that are overdue are due today.
public struct StockProjection: Sendable, Equatable {
  /// Today: the day of the first figure.
  public let today: LocalDay
  /// The stock at the end of each day, in base units.
  public let stock: [Double]
  /// What is required on each day, in base units.
  public let requirement: [Double]
  /// What arrives on each day, in base units.
  public let receipts: [Double]
  /// The stock before the first day.
  public let onHand: Double

  /// Projects `days` days from today on.
  public init(today: LocalDay, days: Int, outlook: DemandOutlook, supply: SupplyPosition) {
    var orders = [Double](repeating: 0, count: days)
    var receipts = orders
    for order in supply.openOrders {
      let index = max(0, today.days(to: order.day))
      if index < days { orders[index] += Double(order.quantityMilli) / 1_000 }
    }
    for order in supply.onOrder {
      let index = max(0, today.days(to: order.day))
      if index < days { receipts[index] += Double(order.quantityMilli) / 1_000 }
    }
    let onHand = Double(supply.onHandMilli) / 1_000
    var stock: [Double] = []
    stock.reserveCapacity(days)
    var level = onHand
    for index in 0..<days {
      orders[index] = max(orders[index], outlook.mean(on: today.adding(days: index)))
      level += receipts[index] - orders[index]
      stock.append(level)
    }
    self.today = today
    self.stock = stock
    self.requirement = orders
    self.receipts = receipts
    self.onHand = onHand
  }

  /// The first day on which the stock is below `level`, or nil within the days projected.
  public func firstDay(below level: Double) -> LocalDay? {
    // Sums of a year of doubles: a billionth of a unit is no stock-out.
    stock.firstIndex { $0 < level - 1e-9 }.map { today.adding(days: $0) }
  }

  /// The first day after today's open on which something arrives; nil where nothing is due.
  public var nextReceipt: LocalDay? {
    receipts.firstIndex { $0 > 0 }.map { today.adding(days: $0) }
  }

  /// What is required in the first days, the last one with its fraction.
  func required(days: Double) -> Double { Self.sum(requirement, days) }

  /// What arrives in the first days.
  func received(days: Double) -> Double { Self.sum(receipts, Double(Int(days.rounded(.up)))) }

  private static func sum(_ values: [Double], _ days: Double) -> Double {
    let whole = min(Int(days), values.count)
    var sum = values.prefix(whole).reduce(0, +)
    if whole < values.count { sum += (days - Double(whole)) * values[whole] }
    return sum
  }
}

extension Urgency {
  /// How soon a stock-out `days` days away must be met; nil days for none in sight.
  ///
  /// A new order arrives after the lead time, at the start of its day. A stock-out before that is
  /// critical; within 7 days after it high; within 30 medium.
  public static func of(daysUntilStockOut days: Int?, leadTimeDays: Double) -> Urgency {
    guard let days else { return .low }
    let lead = Int(leadTimeDays.rounded(.up))
    if days < lead { return .critical }
    if days <= lead + 7 { return .high }
    return days <= lead + 30 ? .medium : .low
  }
}
