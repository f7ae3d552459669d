/// Reads what slotting works with, and what it found.
public protocol SlottingReading {
  /// Orders that were due in a range of days, the newest keys first, before a key if one is named.
  ///
  /// Lines that were taken off an order are left out, and orders without a line as well.
  func orderBaskets(
    from: LocalDay,
    through: LocalDay,
    before: Key<OutboundOrder>?,
    limit: Int
  ) throws -> [OrderBasket]
  /// What the materials are picked with, the strongest first.
  func affinities(
    of materials: some Collection<MaterialID>
  ) throws -> [MaterialID: [SKUAffinity]]
  /// The number of the newest run; nil before the first.
  func slottingRunNumber() throws -> Int64?
  /// The newest run.
  func slottingRun() throws -> SlottingRun?
  /// Accepted plans of moves, the newest first.
  func reslottingPlans(_ page: PageRequest) throws -> Page<ReslottingPlan>
  /// Plans that have not ended.
  func runningReslottingPlans() throws -> [ReslottingPlan]
  /// The plan of that name.
  func reslottingPlan(publicID: PublicID) throws -> ReslottingPlan?
  /// The running plan that a task belongs to.
  func runningReslottingPlan(of task: RecommendationID) throws -> ReslottingPlan?
  /// The steps of a plan in their order.
  func reslottingSteps(of plan: Key<ReslottingPlan>) throws -> [ReslottingStep]
}

/// Writes what slotting found.
public protocol SlottingWriting {
  /// Stores pairs, both ways round, as of a moment; at most `Limits.sliceRows` rows at once.
  func save(_ affinities: [SKUAffinity], at: Instant) throws
  /// Drops up to `limit` pairs that are older than a moment; returns how many.
  func dropAffinities(before: Instant, limit: Int) throws -> Int
  /// Stores a run as the newest one; older runs keep their figures and lose their costs.
  func save(_ run: SlottingRun) throws
  /// Keeps an accepted plan with its steps.
  func insertReslottingPlan(
    publicID: PublicID,
    note: String?,
    steps: [ReslottingStep],
    at: Instant
  ) throws -> ReslottingPlan
  /// Notes the task of a step, or why it has none.
  func setReslottingTask(
    _ task: RecommendationID?,
    obstacle: String?,
    of step: Int,
    in plan: Key<ReslottingPlan>
  ) throws
  /// Ends a plan.
  func endReslottingPlan(_ plan: Key<ReslottingPlan>, at: Instant) throws
}
