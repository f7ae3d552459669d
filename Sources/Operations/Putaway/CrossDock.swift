import Packing
import Warehouse
import WireFormat

/// A chance to send goods straight to staging, because an order waits for them.
struct CrossDockChance: Sendable {
  /// The order line.
  var orderLine: Key<OutboundOrderLine>
  /// The order's number.
  var order: String
  /// When it is due.
  var dueAt: Instant
  /// The staging place.
  var location: LocationID
  /// Its code.
  var code: String
}

/// Finds orders that goods on the dock can serve at once.
///
/// An order line counts where it is due within the window of the settings and neither goods in
/// staging nor goods on their way there cover it. Goods that are on hold, not usable yet, or would
/// leave before earlier-expiring stock of the same material stay out of it.
///
/// One value serves all tasks of a request: what is the same for all of them is read once, and what
/// one task is given no other task gets.
struct CrossDock {
  private let environment: OperationsEnvironment
  private var stagingPlaces: [LocationState]?
  private var underway: [LotID: Int64]?
  private var given: [MaterialID: Int64] = [:]

  init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The parts of a task that serve orders, in the order in which these are due.
  ///
  /// Only whole handling units are sent, since nobody opens a skid on the dock; the last one may
  /// hold more than the order needs.
  mutating func parts(
    of task: PutawayTask,
    number: Int,
    in transaction: any ReadTransaction
  ) throws -> [PlacedPart] {
    let settings = environment.settings
    let reach = settings.zones(with: .crossDock, for: task.material.draft)
    guard !reach.isNowhere, task.lot.hold == nil else { return [] }
    let now = environment.now()
    if let usable = task.lot.draft.usableFrom, usable > environment.localDay(now) { return [] }
    let window = now.adding(seconds: settings.putaway.crossDockWindowH * 3_600)
    let lines = try transaction.openOrderLines(material: task.material.id, dueBefore: window)
    guard !lines.isEmpty else { return [] }
    let stock = try transaction.stock(
      StockFilter(material: task.material.id),
      PageRequest(limit: Limits.pageRows)
    ).rows
    guard !Self.hasEarlier(stock, than: task.lot, beside: task.from) else { return [] }
    guard let staging = staging(for: task, in: reach) else { return [] }
    var covered = try coveredMilli(task, stock, in: transaction)
    var left = task.quantityMilli
    var parts: [PlacedPart] = []
    for line in lines where left > 0 {
      let open = max(0, line.openMilli - covered)
      covered = max(0, covered - line.openMilli)
      guard open > 0 else { continue }
      let unit = max(1, task.lot.draft.handlingUnitMilli)
      let quantity = min(left, ((open - 1) / unit + 1) * unit)
      left -= quantity
      var part = PlacedPart(task: number, quantityMilli: quantity)
      part.crossDock = CrossDockChance(
        orderLine: line.line,
        order: line.order,
        dueAt: line.dueAt,
        location: staging.id,
        code: staging.code
      )
      parts.append(part)
      covered += quantity - open
      given[task.material.id, default: 0] += quantity
    }
    return parts
  }

  /// Whether free stock of the material should leave before this lot.
  private static func hasEarlier(
    _ stock: [StockLine],
    than lot: Lot,
    beside dock: LocationID
  ) -> Bool {
    let day = lot.draft.expiry ?? lot.draft.receivedDay
    return stock.contains { line in
      line.quantityMilli > 0 && line.location != dock && line.lot.id != lot.id
        && line.lot.hold == nil && (line.lot.draft.expiry ?? line.lot.draft.receivedDay) < day
    }
  }

  /// The first staging place by code that is not on hold and has a position left.
  private mutating func staging(
    for task: PutawayTask,
    in reach: ZoneReach
  ) -> (id: LocationID, code: String)? {
    let places =
      stagingPlaces
      ?? environment.store.locations.snapshot().states
      .filter { $0.location.draft.kind == .staging && $0.location.draft.hold == nil }
      .sorted { $0.location.code < $1.location.code }
    stagingPlaces = places
    let found = places.first { state in
      let draft = state.location.draft
      guard reach.holds(zone: draft.zone),
        draft.temperatureZone == task.material.draft.temperatureZone,
        draft.dedicatedTo == nil || draft.dedicatedTo == task.lot.tenant,
        draft.isSecure || !task.material.draft.needsSecurity
      else { return false }
      if let hazard = task.material.draft.hazardClass, !draft.hazardClasses.contains(hazard) {
        return false
      }
      guard let most = draft.maxHandlingUnits else { return true }
      return state.usedHandlingUnits + state.reservedHandlingUnits + task.handlingUnits <= most
    }
    return found.map { ($0.location.id, $0.location.code) }
  }

  /// What stands in staging already, is on its way there, or was given in this request.
  private mutating func coveredMilli(
    _ task: PutawayTask,
    _ stock: [StockLine],
    in transaction: any ReadTransaction
  ) throws -> Int64 {
    let staged = Set((stagingPlaces ?? []).map(\.location.id))
    var covered = given[task.material.id] ?? 0
    for line in stock where line.quantityMilli > 0 && staged.contains(line.location) {
      covered += line.quantityMilli
    }
    let underway = try underway ?? openTasks(in: transaction)
    self.underway = underway
    for lot in Set(stock.map(\.lot.id)) { covered += underway[lot] ?? 0 }
    return covered
  }

  /// What open tasks take to staging for an order, by lot.
  private func openTasks(in transaction: any ReadTransaction) throws -> [LotID: Int64] {
    let filter = RecommendationFilter(statuses: [.recommended, .started])
    var page = PageRequest(limit: Limits.pageRows)
    var found: [LotID: Int64] = [:]
    while true {
      let open = try transaction.recommendations(filter, page)
      for row in open.rows where row.draft.orderLine != nil {
        found[row.draft.lot, default: 0] += row.draft.quantityMilli
      }
      guard let next = open.next else { return found }
      page.after = next
    }
  }
}
