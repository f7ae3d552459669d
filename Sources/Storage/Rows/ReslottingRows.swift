import GRDB
import Warehouse

extension ReadSession {
  private static let reslottingColumns = """
    p.id, p.public_id, p.tenant_id, p.accepted_at, p.accepted_by, p.note, p.steps, p.ended_at,
    p.ended_by
    """

  private static func reslottingPlan(_ row: Row) throws -> ReslottingPlan {
    ReslottingPlan(
      id: row.key(0),
      publicID: try row.publicID(1),
      tenant: row.key(2),
      acceptedAt: row.instant(3),
      acceptedBy: row[4],
      note: row[5],
      steps: row[6],
      endedAt: row.instant(orNil: 7),
      endedBy: row[8]
    )
  }

  /// Accepted plans of moves, the newest first.
  func reslottingPlans(_ page: PageRequest) throws -> Page<ReslottingPlan> {
    let before = try page.after == nil ? Int64.max : page.afterKey()
    let found = try db.all(
      """
      SELECT \(Self.reslottingColumns) FROM reslotting_plans p
      WHERE p.id < ?\(owned("p.tenant_id")) ORDER BY p.id DESC LIMIT ?
      """,
      [before, page.limit + 1],
      Self.reslottingPlan
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// Plans that have not ended.
  func runningReslottingPlans() throws -> [ReslottingPlan] {
    try db.all(
      """
      SELECT \(Self.reslottingColumns) FROM reslotting_plans p
      WHERE p.ended_at IS NULL\(owned("p.tenant_id")) ORDER BY p.id
      """,
      [],
      Self.reslottingPlan
    )
  }

  /// The plan of that name.
  func reslottingPlan(publicID: PublicID) throws -> ReslottingPlan? {
    try db.first(
      """
      SELECT \(Self.reslottingColumns) FROM reslotting_plans p
      WHERE p.public_id = ?\(owned("p.tenant_id"))
      """,
      [publicID.text],
      Self.reslottingPlan
    )
  }

  /// The running plan that a task belongs to.
  ///
  /// Whoever may do the task may see what comes behind it, whoever accepted the plan.
  func runningReslottingPlan(of task: RecommendationID) throws -> ReslottingPlan? {
    try db.first(
      """
      SELECT \(Self.reslottingColumns) FROM reslotting_steps s
        JOIN reslotting_plans p ON p.id = s.plan_id
      WHERE s.recommendation_id = ? AND p.ended_at IS NULL\(owned("s.tenant_id"))
      """,
      [task.rawValue],
      Self.reslottingPlan
    )
  }

  /// The steps of a plan in their order.
  func reslottingSteps(of plan: Key<ReslottingPlan>) throws -> [ReslottingStep] {
    try db.all(
      """
      SELECT s.number, s.lot_id, s.from_location_id, s.to_location_id, s.quantity_milli,
        s.recommendation_id, r.status, s.obstacle
      FROM reslotting_steps s LEFT JOIN putaway_recommendations r ON r.id = s.recommendation_id
      WHERE s.plan_id = ?\(owned("s.tenant_id")) ORDER BY s.number
      """,
      [plan.rawValue]
    ) { row in
      ReslottingStep(
        number: row[0],
        lot: row.key(1),
        from: row.key(2),
        to: row.key(3),
        quantityMilli: row[4],
        task: row.key(orNil: 5),
        taskStatus: try row.word(orNil: 6),
        obstacle: row[7]
      )
    }
  }
}

extension WriteSession {
  /// Keeps an accepted plan with its steps.
  func insertReslottingPlan(
    publicID: PublicID,
    note: String?,
    steps: [ReslottingStep],
    at: Instant
  ) throws -> ReslottingPlan {
    guard steps.count <= Limits.reslottingSteps else {
      throw Failure(.tooLarge, "A plan has at most \(Limits.reslottingSteps) moves.")
    }
    try db.run(
      """
      INSERT INTO reslotting_plans (public_id, tenant_id, accepted_at, accepted_by, note, steps)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [publicID.text, scope.home.rawValue, at.ms, scope.actor, note, steps.count]
    )
    let id = Key<ReslottingPlan>(db.lastInsertedRowID)
    for step in steps {
      let lot = try writableLot(step.lot)
      try db.run(
        """
        INSERT INTO reslotting_steps (plan_id, number, tenant_id, lot_id, from_location_id,
          to_location_id, quantity_milli) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          id.rawValue, step.number, lot.tenant.rawValue, lot.id.rawValue, step.from.rawValue,
          step.to.rawValue, step.quantityMilli,
        ]
      )
    }
    return ReslottingPlan(
      id: id,
      publicID: publicID,
      tenant: scope.home,
      acceptedAt: at,
      acceptedBy: scope.actor,
      note: note,
      steps: steps.count
    )
  }

  /// Notes the task of a step, or why it has none.
  func setReslottingTask(
    _ task: RecommendationID?,
    obstacle: String?,
    of step: Int,
    in plan: Key<ReslottingPlan>
  ) throws {
    try db.run(
      """
      UPDATE reslotting_steps SET recommendation_id = ?, obstacle = ?
      WHERE plan_id = ? AND number = ?\(owned("tenant_id"))
      """,
      [task?.rawValue, obstacle, plan.rawValue, step]
    )
    try expectOneChange("There is no step \(step) of this plan.")
  }

  /// Ends a plan.
  func endReslottingPlan(_ plan: Key<ReslottingPlan>, at: Instant) throws {
    try db.run(
      "UPDATE reslotting_plans SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
      [at.ms, scope.actor, plan.rawValue]
    )
  }
}
