import Packing
import Warehouse

/// Goods that no longer go to staging, since their order was cancelled or put off: each task is
/// called off, recorded, and the goods get a place in storage instead.
///
/// A task that somebody has started is left alone: the goods are on their way, and whoever scans
/// them in staging gets the next one.
public struct CrossDockRelease: Sendable {
  /// Goods of one task, and where they go instead.
  struct Goods: Sendable {
    var task: PutawayTask
    var decision: PutawayDecision
    var algorithm: PackingAlgorithm
  }

  /// Why an order no longer wants the goods.
  enum Reason: String {
    case cancelled = "ORDER_CANCELLED"
    case later = "ORDER_LATER"
    case covered = "ORDER_COVERED"
  }

  private let environment: OperationsEnvironment
  private var goods: [RecommendationID: Goods] = [:]

  /// Looks ahead at what a change of an order sets free, and where it would go.
  init(_ draft: OutboundOrderDraft, _ environment: OperationsEnvironment, scope: TenantScope) throws
  {
    self.environment = environment
    let found = try environment.store.read(scope) { transaction -> [(Recommendation, Goods)] in
      guard let there = try transaction.outboundOrder(number: draft.number) else { return [] }
      let tasks = try Self.wasted(draft, lines: there.lines, of: there, environment, transaction)
      return try tasks.map { task, _ in
        let (lot, material) = try environment.goods(task.draft.lot, in: transaction)
        let putaway = PutawayTask(
          lot: lot,
          material: material,
          from: task.draft.from,
          fromCode: try environment.code(of: task.draft.from, in: transaction),
          quantityMilli: task.draft.quantityMilli,
          receiptLine: task.draft.receiptLine
        )
        let algorithm = environment.algorithm(for: [putaway])
        return (task, Goods(task: putaway, decision: PutawayDecision(), algorithm: algorithm))
      }
    }
    let engine = PutawayEngine(environment: environment, scope: scope)
    for (task, waiting) in found {
      var waiting = waiting
      waiting.decision = try engine.decide(waiting.task)
      goods[task.id] = waiting
    }
  }

  /// Calls off what the order, as it was saved, no longer wants.
  func settle(_ order: OutboundOrder, in transaction: any WriteTransaction) throws {
    let tasks = try Self.wasted(
      order.draft,
      lines: order.lines,
      of: order,
      environment,
      transaction
    )
    let now = environment.now()
    for (task, reason) in tasks {
      _ = try environment.step(
        task,
        to: .cancelled,
        reason: nil,
        note: reason.rawValue,
        at: now,
        in: transaction
      )
      try transaction.recordCrossDockCancellation(
        task,
        reason: reason.rawValue,
        replacement: try storage(task, in: transaction),
        at: now
      )
    }
  }

  /// The task that takes the goods into storage; nil where no place was found, or it was taken
  /// meanwhile: then whoever scans the lot gets one.
  private func storage(
    _ task: Recommendation,
    in transaction: any WriteTransaction
  ) throws -> RecommendationID? {
    guard let goods = goods[task.id], !goods.decision.placed.isEmpty else { return nil }
    let booking = TaskBooking(
      environment: environment,
      algorithm: goods.algorithm,
      receipt: nil
    )
    do {
      return try booking.store(goods.decision, of: [goods.task], in: transaction)
        .first?.recommendation.id
    } catch let failure as Failure where failure.code == .conflict {
      return nil
    }
  }

  /// The tasks that an order no longer wants, if it stands like this; `lines` are the keys of its
  /// lines by their place.
  private static func wasted(
    _ draft: OutboundOrderDraft,
    lines: [Key<OutboundOrderLine>],
    of order: OutboundOrder,
    _ environment: OperationsEnvironment,
    _ transaction: any ReadTransaction
  ) throws -> [(Recommendation, Reason)] {
    let window = environment.settings.putaway.crossDockWindowH * 3_600
    let isLater = draft.dueAt > environment.now().adding(seconds: window)
    return try transaction.crossDockTasks(of: order.id).compactMap { task in
      guard task.status == .recommended, let line = task.draft.orderLine else { return nil }
      guard let place = lines.firstIndex(of: line), place < draft.lines.count else {
        return (task, .cancelled)
      }
      let wanted = draft.lines[place]
      let material = try transaction.lot(task.draft.lot)?.draft.material
      if wanted.material != material { return (task, .cancelled) }
      let shipped = place < order.draft.lines.count ? order.draft.lines[place].shippedMilli : 0
      if wanted.orderedMilli <= max(wanted.shippedMilli, shipped) { return (task, .covered) }
      return isLater ? (task, .later) : nil
    }
  }
}
