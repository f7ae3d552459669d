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
struct CrossDock {
  let environment: OperationsEnvironment

  /// The parts of a task that serve orders, in the order in which these are due.
  ///
  /// Only whole handling units are sent, since nobody opens a skid on the dock; the last one may
  /// hold more than the order needs.
  func parts(
    of task: PutawayTask,
    number: Int,
    in transaction: any ReadTransaction
  ) throws -> [PlacedPart] {
    let settings = environment.settings
    guard settings.flags.crossDock, task.lot.hold == nil else { return [] }
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
    guard let staging = staging(for: task) else { return [] }
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
  private func staging(for task: PutawayTask) -> (id: LocationID, code: String)? {
    var best: Location?
    for state in environment.store.locations.snapshot().states {
      let draft = state.location.draft
      guard draft.kind == .staging, draft.hold == nil,
        draft.temperatureZone == task.material.draft.temperatureZone,
        draft.dedicatedTo == nil || draft.dedicatedTo == task.lot.tenant
      else { continue }
      if let hazard = task.material.draft.hazardClass, !draft.hazardClasses.contains(hazard) {
        continue
      }
      if task.material.draft.needsSecurity, !draft.isSecure { continue }
      if let most = draft.maxHandlingUnits,
        state.usedHandlingUnits + state.reservedHandlingUnits + task.handlingUnits > most
      {
        continue
      }
      if best.map({ state.location.code < $0.code }) ?? true { best = state.location }
    }
    return best.map { ($0.id, $0.code) }
  }

  /// What stands in staging already, or is on its way there, of this material.
  private func coveredMilli(
    _ task: PutawayTask,
    _ stock: [StockLine],
    in transaction: any ReadTransaction
  ) throws -> Int64 {
    let snapshot = environment.store.locations.snapshot()
    var covered: Int64 = 0
    for line in stock where line.quantityMilli > 0 {
      guard let index = snapshot.indices[line.location],
        snapshot.states[index].location.draft.kind == .staging
      else { continue }
      covered += line.quantityMilli
    }
    let lots = Set(stock.map(\.lot.id))
    let filter = RecommendationFilter(statuses: [.recommended, .started])
    var page = PageRequest(limit: Limits.pageRows)
    while true {
      let open = try transaction.recommendations(filter, page)
      for row in open.rows where row.draft.orderLine != nil && lots.contains(row.draft.lot) {
        covered += row.draft.quantityMilli
      }
      guard let next = open.next else { return covered }
      page.after = next
    }
  }
}
