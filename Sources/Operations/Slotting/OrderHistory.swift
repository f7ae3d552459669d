import Warehouse

/// The orders of the last months, the oldest first, with materials as numbers.
struct OrderHistory {
  /// The first day that was looked at.
  let from: LocalDay
  /// The last one.
  let through: LocalDay
  /// Each order's materials, by number.
  private(set) var orders: [[Int]] = []
  /// The key of each material.
  private(set) var materials: [MaterialID] = []
  /// The number of each material.
  private(set) var numbers: [MaterialID: Int] = [:]
  /// Lines of each material.
  private(set) var lines: [Int] = []
  /// What they came to, in milli base units.
  private(set) var quantitiesMilli: [Double] = []

  /// Days that the orders lie apart, at least one.
  var days: Int { max(1, from.days(to: through) + 1) }

  /// Reads the newest orders of so many days up to today, in short reads.
  init(
    _ environment: OperationsEnvironment,
    scope: TenantScope,
    days: Int,
    mayContinue: () -> Bool = { true }
  ) throws {
    through = environment.today
    from = environment.today.adding(days: 1 - max(1, days))
    var baskets: [OrderBasket] = []
    while mayContinue() {
      let limit = min(Limits.pageRows, Limits.slottingOrders - baskets.count)
      guard limit > 0 else { break }
      let before = baskets.last?.order
      let page = try environment.store.read(scope) {
        try $0.orderBaskets(from: from, through: through, before: before, limit: limit)
      }
      baskets += page
      if page.count < limit { break }
    }
    baskets.sort { ($0.day, $0.order) < ($1.day, $1.order) }
    for basket in baskets {
      var order: [Int] = []
      for line in basket.lines {
        let number = numbers[line.material] ?? materials.count
        if number == materials.count {
          numbers[line.material] = number
          materials.append(line.material)
          lines.append(0)
          quantitiesMilli.append(0)
        }
        lines[number] += 1
        quantitiesMilli[number] += Double(line.quantityMilli)
        if !order.contains(number) { order.append(number) }
      }
      orders.append(order)
    }
  }
}
