import Packing
import Warehouse
import WireFormat

/// Plans a whole receipt: every line placed, split or refused with a reason, in one go.
///
/// All reservations are made in one unit of work, or none. Where another station was faster, the
/// plan is made anew against what is free then, a bounded number of times.
public struct PlanReceipt: DurableUseCase {
  /// What is asked for.
  public struct Request: Sendable, Equatable {
    /// The receipt.
    public var receipt: PublicID
    /// The algorithm; nil means the one of the settings.
    public var algorithm: PackingAlgorithm?
    /// Time for improvement in milliseconds; nil means that of the settings.
    public var budgetMS: Int?
    /// The seed of what is random.
    public var seed: UInt64
    /// Rounds of improvement to complete instead of a time: replays a plan.
    public var rounds: Int?
    /// What the plan is to be good at.
    public var objective: PlanObjective

    /// Makes a request.
    public init(
      receipt: PublicID,
      algorithm: PackingAlgorithm? = nil,
      budgetMS: Int? = nil,
      seed: UInt64 = 1,
      rounds: Int? = nil,
      objective: PlanObjective = .balanced
    ) {
      self.receipt = receipt
      self.algorithm = algorithm
      self.budgetMS = budgetMS
      self.seed = seed
      self.rounds = rounds
      self.objective = objective
    }
  }

  /// What the first half found out.
  public struct Prepared: Sendable {
    var receipt: Receipt
    var tasks: [PutawayTask] = []
    var decision = PutawayDecision()
    var algorithm: PackingAlgorithm
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// As often as the settings say.
  public var attempts: Int { max(1, environment.settings.putaway.conflictAttempts) }

  /// Finds what lies on the dock without a task, and decides where it goes.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    let settings = environment.settings.putaway
    var docked: [PlacedPart] = []
    var prepared = try environment.store.read(scope) { transaction in
      guard let receipt = try transaction.receipt(publicID: request.receipt) else {
        throw Receipts.missing(request.receipt)
      }
      guard receipt.status == .arrived || receipt.status == .planned else {
        throw Failure(
          .conflict,
          "Receipt \(receipt.number) is \(receipt.status.rawValue).",
          hint: receipt.status == .expected
            ? "Book its arrival first." : "Only goods that lie on the dock can be planned."
        )
      }
      var prepared = Prepared(receipt: receipt, algorithm: settings.algorithm)
      prepared.tasks = try tasks(of: receipt, in: transaction)
      var dock = CrossDock(environment)
      for (number, task) in prepared.tasks.enumerated() {
        docked += try dock.parts(of: task, number: number, in: transaction)
      }
      return prepared
    }
    prepared.algorithm = request.algorithm ?? environment.algorithm(for: prepared.tasks)
    let asking = PutawayEngine.Asking(
      algorithm: prepared.algorithm,
      budgetMS: min(max(0, request.budgetMS ?? settings.planBudgetMS), Limits.planBudgetMS),
      seed: request.seed,
      rounds: request.rounds,
      objective: request.objective
    )
    let board = environment.planBoard
    board.begin(request.receipt, asking)
    defer { board.end(request.receipt) }
    prepared.decision = try PutawayEngine(environment: environment, scope: scope)
      .decide(prepared.tasks, docked, asking) { board.note(request.receipt, $0) }
    return prepared
  }

  /// Reserves the whole plan.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> ReceiptPlan {
    let receipt = prepared.receipt
    let booking = TaskBooking(
      environment: environment,
      algorithm: prepared.algorithm,
      receipt: receipt
    )
    let stored = try booking.store(prepared.decision, of: prepared.tasks, in: transaction)
    if receipt.status == .arrived {
      try transaction.setStatus(.planned, of: receipt.id, at: environment.now())
    }
    let views = try environment.tasks(of: openTasks(of: receipt, in: transaction), in: transaction)
    try environment.announce("receipt.planned", receipt, in: transaction)
    return ReceiptPlan(
      receipt: receipt,
      prepared.tasks,
      prepared.decision,
      tasks: views,
      created: Set(stored.map(\.recommendation.id)),
      algorithm: prepared.algorithm,
      objective: request.objective
    )
  }

  /// Counts the new recommendations, and the time of the plan.
  public func completed(_ outcome: ReceiptPlan, of request: Request) {
    for line in outcome.lines {
      for task in line.tasks where outcome.created.contains(task.recommendation.id) {
        environment.metrics.countNew(task.recommendation)
      }
    }
    environment.metrics.plan(outcome.algorithm, elapsedMS: outcome.elapsedMS)
  }

  /// What of each line lies on the dock without a task; lines that share a lot share its stock.
  private func tasks(
    of receipt: Receipt,
    in transaction: any ReadTransaction
  ) throws -> [PutawayTask] {
    let lots = try transaction.lots(Set(receipt.lines.compactMap(\.lot)))
    let materials = try transaction.materials(Set(lots.values.map(\.draft.material)))
    let dock = try environment.code(of: receipt.dock, in: transaction)
    var tasks: [PutawayTask] = []
    var taken: Set<LotID> = []
    for line in receipt.lines {
      guard let id = line.lot, taken.insert(id).inserted, let lot = lots[id],
        let material = materials[lot.draft.material]
      else { continue }
      // Tasks of other requests for the same lot count as well.
      let free = try TaskBooking.freeMilli(id, at: receipt.dock, in: transaction)
      guard free > 0 else { continue }
      var task = PutawayTask(
        lot: lot,
        material: material,
        from: receipt.dock,
        fromCode: dock,
        quantityMilli: free,
        receiptLine: line.id
      )
      task.declined = try TaskBooking.declined(id, in: transaction)
      tasks.append(task)
    }
    return tasks
  }

  private func openTasks(
    of receipt: Receipt,
    in transaction: any ReadTransaction
  ) throws -> [Recommendation] {
    let filter = RecommendationFilter(statuses: [.recommended, .started], receipt: receipt.id)
    var page = PageRequest(limit: Limits.pageRows)
    var found: [Recommendation] = []
    while true {
      let rows = try transaction.recommendations(filter, page)
      found += rows.rows
      guard let next = rows.next else { return found }
      page.after = next
    }
  }
}

extension PlanReceipt.Request {
  /// Reads the JSON body of a plan request.
  public init(receipt: PublicID, document: JSONValue) throws {
    let body = try DocumentReader(document)
    self.init(
      receipt: receipt,
      algorithm: body.word("algorithm", as: PackingAlgorithm.self),
      budgetMS: body.whole("budget_ms", 0...Int64(Limits.planBudgetMS)).map { Int($0) },
      seed: UInt64(body.whole("seed", 0...Int64.max) ?? 1),
      rounds: body.whole("rounds", 0...1_000_000).map { Int($0) },
      objective: body.word("objective", as: PlanObjective.self) ?? .balanced
    )
    try body.finish()
  }
}
