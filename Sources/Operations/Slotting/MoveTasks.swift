import Warehouse
import WireFormat

/// Makes the tasks of an accepted plan of moves, each when its turn has come.
///
/// A step waits until what lies in its place has left: its task is made in the transaction that
/// confirms the step before, so that nobody can take the place in between.
struct MoveTasks {
  private let environment: OperationsEnvironment
  private let plan: ReslottingPlan

  init(_ environment: OperationsEnvironment, _ plan: ReslottingPlan) {
    self.environment = environment
    self.plan = plan
  }

  /// The running plan that a task is a step of; nil for every other task.
  init?(
    _ environment: OperationsEnvironment,
    of task: Recommendation,
    in transaction: any ReadTransaction
  ) throws {
    // Goods that were just received, or go out, belong to no plan: most tasks ask no question.
    guard task.draft.receiptLine == nil, task.draft.orderLine == nil,
      let plan = try transaction.runningReslottingPlan(of: task.id)
    else { return nil }
    self.init(environment, plan)
  }

  /// Makes the tasks of all steps that are due, and ends the plan where nothing is left to do.
  func openDue(in transaction: any WriteTransaction) throws -> [Recommendation] {
    var steps = try transaction.reslottingSteps(of: plan.id)
    var opened: [Recommendation] = []
    for (index, turn) in steps.turns.enumerated() where turn == .due {
      do {
        let task = try transaction.insert(try draft(steps[index], in: transaction))
        steps[index].task = task.id
        steps[index].taskStatus = task.status
        try environment.announce("recommendation.created", task, in: transaction)
        opened.append(task)
      } catch let failure as Failure where failure.code == .conflict {
        steps[index].obstacle = failure.message
      }
      try transaction.setReslottingTask(
        steps[index].task,
        obstacle: steps[index].obstacle,
        of: steps[index].number,
        in: plan.id
      )
    }
    let isOver = steps.turns.allSatisfy { $0 == .done || $0 == .stopped }
    if isOver, steps.count == plan.steps {
      try transaction.endReslottingPlan(plan.id, at: environment.now())
      try announce("reslotting.ended", in: transaction)
    }
    return opened
  }

  /// Tells listeners of the plan.
  func announce(_ kind: String, in transaction: any WriteTransaction) throws {
    var writer = JSONWriter(capacity: 96)
    writer.object { $0.member("plan", plan.publicID.text) }
    try transaction.emit(
      kind,
      subject: plan.publicID.text,
      tenant: plan.tenant,
      at: environment.now(),
      dataJSON: writer.text
    )
  }

  /// The task of a step: all that lies there of the lot, as long as nothing else is planned for it.
  private func draft(
    _ step: ReslottingStep,
    in transaction: any ReadTransaction
  ) throws -> RecommendationDraft {
    let (found, _) = try environment.goods(step.lot, in: transaction)
    let (lot, from) = (found.draft, try environment.code(of: step.from, in: transaction))
    if let hold = found.hold {
      throw Failure(.conflict, "Lot \(lot.number) is on hold: \(hold).")
    }
    let free = try TaskBooking.freeMilli(step.lot, at: step.from, in: transaction)
    guard free > 0 else {
      throw Failure(.conflict, "Nothing of lot \(lot.number) lies in \(from) for a move.")
    }
    let now = environment.now()
    let units = lot.handlingUnits(in: free)
    let (volume, overflowed) = (lot.handlingUnitSize?.volumeMM3 ?? 0)
      .multipliedReportingOverflow(by: units)
    return RecommendationDraft(
      publicID: environment.newID(),
      lot: step.lot,
      from: step.from,
      to: step.to,
      quantityMilli: free,
      handlingUnits: units,
      volumeMM3: overflowed ? .max : volume,
      weightG: lot.weightG(of: free) ?? 0,
      boxes: [],
      algorithm: environment.settings.putaway.algorithm,
      confidencePermille: try environment.confidence.permille(
        [],
        isLearned: false,
        environment,
        in: transaction
      ),
      features: [],
      explanationJSON: explanation(step),
      createdAt: now,
      expiresAt: now.adding(seconds: Limits.reslottingTaskS),
      receiptLine: nil,
      parent: nil,
      orderLine: nil
    )
  }

  private func explanation(_ step: ReslottingStep) -> String {
    let words = "re-slotting: step \(step.number) of \(plan.steps)"
    var writer = JSONWriter(capacity: 320)
    writer.object { body in
      body.member("score", 1.0)
      body.array("parts") { list in
        list.object {
          $0.member("name", "RESLOTTING")
          $0.member("score", 1.0)
          $0.member("weight", 1.0)
          $0.member("figure", Double(step.number))
          $0.member("unit", "step")
          $0.member("words", words)
        }
      }
      body.member("reasons", [words])
      body.array("runners_up") { _ in }
      body.object("rejected") { _ in }
      body.member("geometry", "VOLUME_AND_WEIGHT")
      body.member("cross_dock", false)
      body.member("reslotting_plan", plan.publicID.text)
      body.member("reslotting_step", step.number)
    }
    return writer.text
  }
}
