import Warehouse
import WireFormat

/// A better place for goods that must not stay where they are.
public struct Rescue: Sendable {
  var task: PutawayTask
  var decision: PutawayDecision
  var algorithm: PackingAlgorithm

  /// Looks for it; the goods will be on hold, so only a place where they lie alone will do.
  init(_ task: PutawayTask, _ environment: OperationsEnvironment, scope: TenantScope) throws {
    var held = task
    held.lot.hold = held.lot.hold ?? "must be moved"
    self.task = held
    algorithm = environment.algorithm(for: [task])
    decision = try PutawayEngine(environment: environment, scope: scope).decide(held)
  }
}

/// What follows from a fact that broke rules of a place.
struct FactConsequences {
  let environment: OperationsEnvironment
  let place: Location

  /// Writes down what was broken; holds the lot and opens tasks to move it where it is dangerous.
  func settle(
    _ breaches: [Breach],
    lot: LotID,
    rescue: Rescue?,
    _ warnings: inout [Warning],
    in transaction: any WriteTransaction
  ) throws -> [Recommendation] {
    let now = environment.now()
    warnings += breaches.map(\.warning)
    for breach in breaches where breach.gravity != .note {
      try transaction.recordCapacityFailure(
        location: place.id,
        lot: lot,
        rule: breach.rule,
        detail: breach.detail,
        at: now
      )
    }
    guard let danger = breaches.first(where: { $0.gravity == .danger }) else { return [] }
    try transaction.setHold(lot, "\(danger.rule): \(danger.detail)")
    warnings.append(Warning("HELD", "the lot is on hold until it is moved"))
    guard let rescue, !rescue.decision.placed.isEmpty else {
      warnings.append(
        Warning("NO_PLACE", "no place for it was found; a supervisor must decide")
      )
      return []
    }
    let booking = TaskBooking(
      environment: environment,
      algorithm: rescue.algorithm,
      receipt: nil
    )
    do {
      let stored = try booking.store(rescue.decision, of: [rescue.task], in: transaction)
      let moved = stored.map(\.recommendation)
      let codes = try moved.map { try environment.code(of: $0.draft.to, in: transaction) }
      let list = codes.joined(separator: ", ")
      warnings.append(Warning("MOVE", "move it to \(list); the task is open"))
      return moved
    } catch let failure as Failure where failure.code == .conflict {
      // The fact stands; only the way out was taken by somebody else meanwhile.
      warnings.append(
        Warning("NO_PLACE", "the place found was taken meanwhile; scan the lot again")
      )
      return []
    }
  }
}

extension OperationsEnvironment {
  /// A lot with its material.
  func goods(_ id: LotID, in transaction: any ReadTransaction) throws -> (Lot, Material) {
    guard let lot = try transaction.lot(id),
      let material = try transaction.material(lot.draft.material)
    else { throw Failure(.notFound, "The lot is gone, or belongs to another owner.") }
    return (lot, material)
  }

  /// What a material must be kept apart from; harmless goods may lie beside anything, and are most
  /// of what is put away.
  func hazards(
    of material: Material,
    in transaction: any ReadTransaction
  ) throws -> HazardMatrix {
    material.draft.hazardClass == nil ? HazardMatrix() : try transaction.hazardMatrix()
  }

  /// The judge of a fact at a place; `without` takes the space away that the task itself held.
  func judge(
    _ place: Location,
    _ lot: Lot,
    _ material: Material,
    hazards: HazardMatrix,
    without own: RecommendationDraft? = nil
  ) -> FactJudge {
    let snapshot = store.locations.snapshot()
    var state =
      snapshot.indices[place.id].map { snapshot.states[$0] } ?? LocationState(location: place)
    if let own { state.reservedHandlingUnits -= Int(clamping: own.handlingUnits) }
    return FactJudge(state, lot: lot, material: material.draft, hazards: hazards, in: snapshot)
  }
}

/// Closes a receipt once nothing of it is left to be put away.
struct ReceiptClosing {
  private let environment: OperationsEnvironment

  init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Closes the receipt that a task belongs to, where this was the last one.
  func close(after task: Recommendation, in transaction: any WriteTransaction) throws {
    guard let line = task.draft.receiptLine,
      let emptied = try transaction.emptiedReceipt(of: line),
      let receipt = try transaction.receipt(emptied)
    else { return }
    try transaction.setStatus(.closed, of: receipt.id, at: environment.now())
    try environment.announce("receipt.closed", receipt, in: transaction)
  }
}

/// What became of a confirm.
public struct Confirmation: Sendable, JSONDocument {
  /// The task as it stands now.
  public var task: TaskView
  /// The ledger row.
  public var transaction: LedgerView?
  /// What a person must know.
  public var warnings: [Warning]
  /// Tasks to move the goods elsewhere, where they must not stay.
  public var moveTasks: [TaskView]
  /// Steps of the same re-slotting whose turn has come.
  public var nextTasks: [TaskView] = []

  /// The task that was confirmed.
  public var explained: Recommendation? { task.recommendation }

  /// Writes task, ledger row, status, warnings and move tasks.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("recommendation", document: task)
      if let transaction { body.member("transaction", document: transaction) }
      body.member("status", task.recommendation.status.rawValue)
      body.member("warnings", documents: warnings)
      body.member("move_tasks", documents: moveTasks)
      body.member("next_tasks", documents: nextTasks)
    }
  }
}
