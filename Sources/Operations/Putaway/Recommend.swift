import Packing
import Warehouse
import WireFormat

/// Recommends where lots should go, and reserves the space.
///
/// One lot is judged against every place, with the next best ones named; several are planned
/// together. Goods that an order waits for go to staging. A lot that has a task already gets that
/// task again, so that a second scan never reserves twice.
public struct Recommend: DurableUseCase {
  /// One lot that wants a place.
  public struct Item: Sendable, Equatable {
    /// The lot.
    public var lot: LotReference
    /// Where it stands; nil means the dock or staging place where it lies.
    public var from: String?
    /// How much of it, in milli base units; nil means all that has no task yet.
    public var quantityMilli: Int64?

    /// Makes an item.
    public init(lot: LotReference, from: String? = nil, quantityMilli: Int64? = nil) {
      self.lot = lot
      self.from = from
      self.quantityMilli = quantityMilli
    }
  }

  /// What is asked for.
  public struct Request: Sendable, Equatable {
    /// The lots.
    public var items: [Item]
    /// The algorithm; nil means the one of the settings.
    public var algorithm: PackingAlgorithm?
    /// Time for improvement in milliseconds; nil means that of the settings.
    public var budgetMS: Int?
    /// The seed of what is random.
    public var seed: UInt64
    /// Rounds of improvement to complete instead of a time.
    public var rounds: Int?
    /// Whether a list was asked for, which is answered by a list.
    public var isList: Bool
    /// Codes of places that other stations were faster at, again and again.
    var contested: Set<String> = []

    /// Makes a request.
    public init(
      items: [Item],
      algorithm: PackingAlgorithm? = nil,
      budgetMS: Int? = nil,
      seed: UInt64 = 1,
      rounds: Int? = nil,
      isList: Bool? = nil
    ) {
      self.items = items
      self.algorithm = algorithm
      self.budgetMS = budgetMS
      self.seed = seed
      self.rounds = rounds
      self.isList = isList ?? (items.count != 1)
    }
  }

  /// What the first half found out.
  public struct Prepared: Sendable {
    var tasks: [PutawayTask] = []
    var existing: [Recommendation] = []
    var decision = PutawayDecision()
    var algorithm = PackingAlgorithm.hybrid
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// As often as the settings say.
  public var attempts: Int { max(1, environment.settings.putaway.conflictAttempts) }

  /// One lot that lost twice goes elsewhere: at a place that everybody wants, only one can win.
  public func again(_ request: Request, after conflict: Failure, attempt: Int) -> Request {
    guard request.items.count == 1, attempt > 1, let code = conflict.context["location"] else {
      return request
    }
    var other = request
    other.contested.insert(code)
    return other
  }

  /// Finds the lots and decides where they go.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    guard (1...Limits.receiptLines).contains(request.items.count) else {
      throw Failure(
        .invalid,
        "A request names 1 to \(Limits.receiptLines) lots; this one names \(request.items.count)."
      )
    }
    var prepared = Prepared()
    var docked: [PlacedPart] = []
    var dock = CrossDock(environment)
    var contested: Set<LocationID> = []
    try environment.store.read(scope) { transaction in
      for item in request.items {
        let (task, existing) = try task(item, in: transaction)
        prepared.existing += existing
        guard let task else { continue }
        docked += try dock.parts(of: task, number: prepared.tasks.count, in: transaction)
        prepared.tasks.append(task)
      }
      for code in request.contested.sorted() {
        contested.insert(try environment.location(code, in: transaction).id)
      }
    }
    prepared.algorithm = request.algorithm ?? environment.algorithm(for: prepared.tasks)
    let asking = asking(request, prepared.algorithm)
    let engine = PutawayEngine(environment: environment, scope: scope)
    if !contested.isEmpty {
      var elsewhere = prepared.tasks
      for task in elsewhere.indices { elsewhere[task].declined.formUnion(contested) }
      prepared.decision = try engine.decide(elsewhere, docked, asking)
      if prepared.decision.unplaced.isEmpty { return prepared }
    }
    prepared.decision = try engine.decide(prepared.tasks, docked, asking)
    // Said here and not in `apply`: a place that is not there will not be there in a moment either.
    if !request.isList, let first = prepared.decision.unplaced.first,
      prepared.decision.placed.isEmpty, prepared.existing.isEmpty
    {
      throw Self.nothingFits(first, prepared.tasks[first.task])
    }
    return prepared
  }

  /// Reserves what was decided.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Recommendations {
    let booking = TaskBooking(
      environment: environment,
      algorithm: prepared.algorithm,
      receipt: nil
    )
    let stored = try booking.store(prepared.decision, of: prepared.tasks, in: transaction)
    let all = prepared.existing + stored.map(\.recommendation)
    return Recommendations(
      tasks: try environment.tasks(of: all, in: transaction),
      created: Set(stored.map(\.recommendation.id)),
      refusals: prepared.decision.unplaced.map { Refusal($0, prepared.tasks[$0.task]) },
      isList: request.isList,
      algorithm: prepared.algorithm,
      elapsedMS: prepared.decision.elapsedMS
    )
  }

  /// Counts new recommendations, and the time of a plan.
  public func completed(_ outcome: Recommendations, of request: Request) {
    for task in outcome.tasks where outcome.created.contains(task.recommendation.id) {
      environment.metrics.countNew(task.recommendation)
    }
    if request.items.count > 1 {
      environment.metrics.plan(outcome.algorithm, elapsedMS: outcome.elapsedMS)
    }
  }

  private func asking(
    _ request: Request,
    _ algorithm: PackingAlgorithm
  ) -> PutawayEngine.Asking {
    let settings = environment.settings.putaway
    return PutawayEngine.Asking(
      algorithm: algorithm,
      budgetMS: min(max(0, request.budgetMS ?? settings.planBudgetMS), Limits.planBudgetMS),
      seed: request.seed,
      rounds: request.rounds
    )
  }

  /// What of an item wants a place, and the tasks that it has already.
  private func task(
    _ item: Item,
    in transaction: any ReadTransaction
  ) throws -> (PutawayTask?, [Recommendation]) {
    let lot = try environment.lot(item.lot, in: transaction)
    guard let material = try transaction.material(lot.draft.material) else {
      throw Failure(.notFound, "The material of lot \(lot.draft.number) is gone.")
    }
    let (from, code) = try place(of: lot, item.from, in: transaction)
    let open = try TaskBooking.open(lot.id, at: from, in: transaction)
    let free = try TaskBooking.freeMilli(lot.id, at: from, in: transaction)
    let quantity = item.quantityMilli ?? free
    if free <= 0, !open.isEmpty { return (nil, open) }
    guard quantity > 0, quantity <= free else {
      let there = DecimalText.text(max(0, free), decimals: 3)
      throw Failure(
        .conflict,
        "Of lot \(lot.draft.number) \(there) lie free at \(code), fewer than asked for.",
        hint: open.isEmpty ? "Ask for less, or count the place." : "The rest has tasks already.",
        context: ["lot": lot.publicID.text, "location": code]
      )
    }
    var task = PutawayTask(
      lot: lot,
      material: material,
      from: from,
      fromCode: code,
      quantityMilli: quantity
    )
    task.declined = try TaskBooking.declined(lot.id, in: transaction)
    if task.handlingUnits > Limits.lineHandlingUnits {
      throw Failure(
        .tooLarge,
        "That is \(task.handlingUnits) handling units; the limit is \(Limits.lineHandlingUnits).",
        hint: "Ask for a part of it at a time."
      )
    }
    return (task, [])
  }

  /// Where a lot stands: as named, or the one dock or staging place, or the one place at all.
  private func place(
    of lot: Lot,
    _ named: String?,
    in transaction: any ReadTransaction
  ) throws -> (LocationID, String) {
    if let named {
      let location = try environment.location(named, in: transaction)
      return (location.id, location.code)
    }
    let lines = try transaction.stock(StockFilter(lot: lot.id), PageRequest(limit: 200)).rows
      .filter { $0.quantityMilli > 0 }
    let snapshot = environment.store.locations.snapshot()
    func kind(_ line: StockLine) -> LocationKind? {
      snapshot.indices[line.location].map { snapshot.states[$0].location.draft.kind }
    }
    let docked = lines.filter { kind($0) == .dock }
    let staged = lines.filter { kind($0) == .staging }
    let choice = docked.isEmpty ? (staged.isEmpty ? lines : staged) : docked
    if choice.count == 1 { return (choice[0].location, choice[0].locationCode) }
    let codes = lines.prefix(5).map(\.locationCode).joined(separator: ", ")
    throw Failure(
      .conflict,
      lines.isEmpty
        ? "Nothing of lot \(lot.draft.number) lies in the warehouse."
        : "Lot \(lot.draft.number) lies in several places: \(codes).",
      hint: lines.isEmpty ? "Book its receipt first." : "Name the place with \"from\".",
      context: ["lot": lot.publicID.text]
    )
  }

  private static func nothingFits(_ part: UnplacedPart, _ task: PutawayTask) -> Failure {
    let refusal = Refusal(part, task)
    return Failure(
      .conflict,
      "No place takes lot \(task.lot.draft.number) ("
        + "\(counted(part.handlingUnits, "handling unit")) of \(task.material.code)).",
      hint: refusal.wayOut,
      context: ["lot": task.lot.publicID.text],
      faults: refusal.rejected.sorted { $0.value > $1.value }.map { rule, count in
        .init(
          place: rule,
          value: "\(count)",
          rule: PutawayConstraint(rawValue: rule)?.sentence ?? rule
        )
      }
    )
  }
}

extension PutawayEngine {
  /// Decides on tasks of which some parts go to staging.
  func decide(
    _ tasks: [PutawayTask],
    _ docked: [PlacedPart],
    _ asking: Asking,
    progress: (PutawayProgress) -> Void = { _ in }
  ) throws -> PutawayDecision {
    var left: [(number: Int, task: PutawayTask)] = []
    for (number, task) in tasks.enumerated() {
      let gone = docked.filter { $0.task == number }.reduce(0) { $0 + $1.quantityMilli }
      if task.quantityMilli > gone {
        left.append((number, task.with(quantityMilli: task.quantityMilli - gone)))
      }
    }
    var decision = PutawayDecision()
    if left.count == 1 {
      decision = try decide(left[0].task)
    } else if left.count > 1 {
      decision = try plan(left.map(\.task), asking, progress: progress)
    }
    for index in decision.placed.indices {
      decision.placed[index].task = left[decision.placed[index].task].number
    }
    for index in decision.unplaced.indices {
      decision.unplaced[index].task = left[decision.unplaced[index].task].number
    }
    decision.placed = docked + decision.placed
    return decision
  }
}
