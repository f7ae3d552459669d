import Warehouse
import WireFormat

/// Looks accepted moves up.
public struct ReslottingPlans: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of plans, the newest first.
  public func list(_ page: PageRequest, scope: TenantScope) throws -> Page<ReslottingPlanView> {
    try environment.store.read(scope) { transaction in
      try transaction.reslottingPlans(page).map { try view(of: $0, in: transaction) }
    }
  }

  /// The plan of that name.
  public func plan(_ id: PublicID, scope: TenantScope) throws -> ReslottingPlanView {
    try environment.store.read(scope) { try view(of: id, in: $0) }
  }

  /// The plan of that name, or `notFound`.
  func view(of id: PublicID, in transaction: any ReadTransaction) throws -> ReslottingPlanView {
    guard let plan = try transaction.reslottingPlan(publicID: id) else {
      throw Failure(
        .notFound,
        "There is no plan of moves \(id).",
        context: ["plan": id.text]
      )
    }
    return try view(of: plan, in: transaction)
  }

  private func view(
    of plan: ReslottingPlan,
    in transaction: any ReadTransaction
  ) throws -> ReslottingPlanView {
    let steps = try transaction.reslottingSteps(of: plan.id)
    let lots = try transaction.lots(Set(steps.map(\.lot)))
    let materials = try transaction.materials(Set(lots.values.map(\.draft.material)))
    let rows = try zip(steps, steps.turns).compactMap { step, turn -> ReslottingPlanView.Row? in
      guard let lot = lots[step.lot] else { return nil }
      return ReslottingPlanView.Row(
        step: step,
        turn: turn,
        lot: lot,
        material: materials[lot.draft.material]?.code ?? "",
        from: try environment.code(of: step.from, in: transaction),
        to: try environment.code(of: step.to, in: transaction),
        task: try step.task.flatMap { try transaction.recommendation($0)?.draft.publicID }
      )
    }
    return ReslottingPlanView(plan: plan, rows: rows)
  }
}

/// An accepted plan of moves, with where each step stands.
public struct ReslottingPlanView: Sendable, JSONDocument {
  /// One step with its codes.
  struct Row: Sendable {
    var step: ReslottingStep
    var turn: ReslottingTurn
    var lot: Lot
    var material: String
    var from: String
    var to: String
    var task: PublicID?

    /// Where it stands: the state of its task, or why it has none.
    func status(isEnded: Bool) -> String {
      if let status = step.taskStatus { return status.rawValue }
      return turn == .stopped || isEnded ? "STOPPED" : "WAITING"
    }
  }

  let plan: ReslottingPlan
  let rows: [Row]

  /// The open tasks.
  var openTasks: [RecommendationID] {
    rows.filter { $0.turn == .open }.compactMap(\.step.task)
  }

  /// Writes the plan with its steps.
  public func write(to writer: inout JSONWriter) {
    let isEnded = plan.endedAt != nil
    writer.object { body in
      body.member("id", plan.publicID.text)
      body.member("accepted_at", ms: plan.acceptedAt.ms)
      body.member("accepted_by", plan.acceptedBy)
      body.member("note", plan.note)
      body.member("ended_at", ms: plan.endedAt?.ms)
      body.member("ended_by", plan.endedBy)
      body.member("done", rows.count { $0.turn == .done })
      body.array("steps") { list in
        for row in rows {
          list.object {
            $0.member("step", row.step.number)
            $0.member("status", row.status(isEnded: isEnded))
            $0.member("material", row.material)
            $0.member("lot", row.lot.publicID.text)
            $0.member("lot_number", row.lot.draft.number)
            $0.member("from", row.from)
            $0.member("to", row.to)
            $0.member("quantity", milli: row.step.quantityMilli)
            $0.member("task", row.task?.text)
            $0.member("obstacle", row.step.obstacle)
          }
        }
      }
    }
  }
}

/// Calls off what is left of accepted moves; what somebody has begun goes on to its end.
public struct CancelMoves: DurableUseCase {
  /// What is called off.
  public struct Request: Sendable {
    var plan: PublicID
    var note: String?

    /// Makes a request.
    public init(plan: PublicID, note: String? = nil) {
      self.plan = plan
      self.note = note
    }

    /// Reads the JSON body.
    public init(plan: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(plan: plan, note: body.text("note", limit: Limits.noteLength))
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Cancels the tasks that nobody has begun, and ends the plan.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> ReslottingPlanView {
    let plans = ReslottingPlans(environment)
    let found = try plans.view(of: request.plan, in: transaction)
    guard found.plan.endedAt == nil else {
      throw Failure(.conflict, "These moves have ended already.")
    }
    let now = environment.now()
    for id in found.openTasks {
      guard let task = try transaction.recommendation(id), task.status == .recommended else {
        continue
      }
      _ = try environment.step(
        task,
        to: .cancelled,
        reason: nil,
        note: request.note,
        at: now,
        in: transaction
      )
    }
    try transaction.endReslottingPlan(found.plan.id, at: now)
    let note: JSONValue = ["note": request.note.map { .string($0) } ?? .null]
    try transaction.audit(
      "reslotting.cancelled",
      subject: request.plan.text,
      detailJSON: note.text,
      at: now
    )
    try MoveTasks(environment, found.plan).announce("reslotting.ended", in: transaction)
    return try plans.view(of: request.plan, in: transaction)
  }
}
