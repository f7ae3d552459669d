import Warehouse
import WireFormat

/// Records that goods were put away, and where.
///
/// The place that was scanned decides: the recommended one confirms the task, another one overrides
/// it and wants a reason. Either is a fact and is always booked, also late and out of order. What
/// is wrong with it is said at once: a full place is written down; goods that endanger something
/// where they lie are held, and a task to move them is opened. Only a task that was completed
/// before is a conflict, since the goods cannot lie in two places.
public struct ConfirmPutaway: DurableUseCase {
  /// What was done.
  public struct Request: Sendable, Equatable {
    /// The task.
    public var recommendation: PublicID
    /// The place, as it was scanned or typed.
    public var location: String
    /// The check digits on its label, where they were scanned or typed.
    public var checkCode: String?
    /// How much was put away, in milli base units; nil means all of it.
    public var quantityMilli: Int64?
    /// Why another place was taken.
    public var reason: OverrideReason?
    /// More about it.
    public var note: String?
    /// When it happened, by the clock of the device.
    public var occurredAt: Instant?
    /// The device.
    public var device: String?
    /// The name of the ledger row, where the client made one.
    public var ledgerID: PublicID?
    /// What the device said of the report itself.
    public var trace: ClientTrace

    /// Makes a request.
    public init(
      recommendation: PublicID,
      location: String,
      checkCode: String? = nil,
      quantityMilli: Int64? = nil,
      reason: OverrideReason? = nil,
      note: String? = nil,
      occurredAt: Instant? = nil,
      device: String? = nil,
      ledgerID: PublicID? = nil,
      trace: ClientTrace = ClientTrace()
    ) {
      self.recommendation = recommendation
      self.location = location
      self.checkCode = checkCode
      self.quantityMilli = quantityMilli
      self.reason = reason
      self.note = note
      self.occurredAt = occurredAt
      self.device = device
      self.ledgerID = ledgerID
      self.trace = trace
    }
  }

  /// What the first half found out.
  public struct Prepared: Sendable {
    var place: Location
    /// The task as it is shown: its names do not change while it is confirmed.
    var view: TaskView
    var breaches: [Breach]
    var rescue: Rescue?
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Finds the place, judges the fact, and looks for a better place where goods must not stay.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    let (task, place, breaches, view) = try environment.store.read(scope) { transaction in
      let found = try environment.recommendation(request.recommendation, in: transaction)
      let place = try environment.location(request.location, in: transaction)
      // A task that is done already is a conflict, whatever else is wrong with the report.
      if found.status != .confirmed, found.status != .overridden {
        try Self.check(request, place, found)
      }
      let (lot, material) = try environment.goods(found.draft.lot, in: transaction)
      let quantity = request.quantityMilli ?? found.draft.quantityMilli
      let judge = environment.judge(
        place,
        lot,
        material,
        hazards: try environment.hazards(of: material, in: transaction),
        without: place.id == found.draft.to && found.status.isOpen ? found.draft : nil
      )
      let task = PutawayTask(
        lot: lot,
        material: material,
        from: place.id,
        fromCode: place.code,
        quantityMilli: quantity,
        receiptLine: found.draft.receiptLine
      )
      let view = try environment.view(of: found, lot, material, in: transaction)
      return (task, place, judge.breaches(quantity), view)
    }
    var prepared = Prepared(place: place, view: view, breaches: breaches)
    if breaches.contains(where: { $0.gravity == .danger }) {
      prepared.rescue = try Rescue(task, environment, scope: scope)
    }
    return prepared
  }

  /// Books the fact.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Confirmation {
    guard let found = try transaction.bareRecommendation(publicID: request.recommendation) else {
      throw environment.noRecommendation(request.recommendation)
    }
    if found.status == .confirmed || found.status == .overridden {
      return try repeated(request, in: transaction)
    }
    let now = environment.now()
    let occurredAt = min(request.occurredAt ?? now, now)
    let place = prepared.place
    let quantity = request.quantityMilli ?? found.draft.quantityMilli
    let before = try transaction.quantity(of: found.draft.lot, at: found.draft.from)
    let counted = try environment.countedSince(
      occurredAt,
      found.draft.lot,
      [found.draft.from, place.id],
      in: transaction
    )
    let moves = try MoveTasks(environment, of: found, in: transaction)
    let kind: LedgerKind = moves == nil ? .putaway : .move
    let entry = try transaction.post(
      movement(kind, found, to: place.id, quantity, request, at: now)
    )
    let isOverride = place.id != found.draft.to
    let status: RecommendationStatus = isOverride ? .overridden : .confirmed
    let done = try transaction.setStatus(
      status,
      of: found.id,
      actual: place.id,
      reason: isOverride ? request.reason : nil,
      note: request.note,
      at: occurredAt
    )
    try learn(from: found, wasTaken: !isOverride, at: now, in: transaction)
    var warnings = Self.warnings(found, quantity, before, device: request.device)
    warnings += counted
    let consequences = FactConsequences(environment: environment, place: place)
    let moved = try consequences.settle(
      prepared.breaches,
      lot: found.draft.lot,
      rescue: prepared.rescue,
      &warnings,
      in: transaction
    )
    try ReceiptClosing(environment).close(after: found, in: transaction)
    let event = "recommendation.\(status.rawValue.lowercased())"
    try environment.announce(event, done, in: transaction)
    let opened = try isOverride ? [] : moves?.openDue(in: transaction) ?? []
    var view = prepared.view
    view.recommendation = done
    view.recommendation.draft.explanationJSON = prepared.view.recommendation.draft.explanationJSON
    view.actualCode = place.code
    return Confirmation(
      task: view,
      transaction: LedgerView(entry: entry, of: view, toCode: place.code),
      warnings: warnings,
      moveTasks: try environment.tasks(of: moved, in: transaction),
      nextTasks: try environment.tasks(of: opened, in: transaction)
    )
  }

  /// Keeps what the confidence in the next recommendations is learned from.
  private func learn(
    from found: Recommendation,
    wasTaken: Bool,
    at now: Instant,
    in transaction: any WriteTransaction
  ) throws {
    guard !found.draft.features.isEmpty else { return }
    try transaction.recordFeedback(
      recommendation: found.id,
      features: found.draft.features,
      confidence: Double(found.draft.confidencePermille) / 1_000,
      accepted: wasTaken,
      at: now
    )
  }

  /// The ledger row of the fact.
  private func movement(
    _ kind: LedgerKind,
    _ found: Recommendation,
    to place: LocationID,
    _ quantityMilli: Int64,
    _ request: Request,
    at now: Instant
  ) -> LedgerDraft {
    let occurredAt = min(request.occurredAt ?? now, now)
    return LedgerDraft(
      publicID: request.ledgerID ?? environment.newID(),
      kind: kind,
      lot: found.draft.lot,
      from: found.draft.from,
      to: place,
      quantityMilli: quantityMilli,
      reason: request.reason?.rawValue,
      occurredAt: occurredAt,
      recordedAt: now,
      localDay: environment.localDay(occurredAt),
      recommendation: found.id,
      receiptLine: found.draft.receiptLine,
      orderLine: found.draft.orderLine,
      device: request.device,
      trace: request.trace
    )
  }

  /// Counts the outcome.
  public func completed(_ outcome: Confirmation, of request: Request) {
    environment.metrics.count(outcome.task.recommendation)
    for task in outcome.moveTasks + outcome.nextTasks {
      environment.metrics.countNew(task.recommendation)
    }
  }

  /// What makes the report itself unusable: wrong check digits, or an override without a reason.
  private static func check(_ request: Request, _ place: Location, _ found: Recommendation) throws {
    if let given = request.checkCode, let wanted = place.draft.checkCode, given != wanted {
      throw Failure(
        .invalid,
        "The check digits \(given) do not belong to \(place.code).",
        hint: "Look at the label in front of you and scan it again.",
        faults: [.init(place: "/check_code", value: given, rule: "must be those on the label")]
      )
    }
    guard found.draft.to != place.id, request.reason == nil else { return }
    let words = OverrideReason.allCases.map(\.rawValue).joined(separator: ", ")
    throw Failure(
      .invalid,
      "\(place.code) is another place than recommended; say why.",
      hint: "Give a reason: \(words).",
      faults: [.init(place: "/reason", rule: "is required for another place than recommended")]
    )
  }

  /// The same report again gets the same answer; a different one is a conflict.
  private func repeated(
    _ request: Request,
    in transaction: any WriteTransaction
  ) throws -> Confirmation {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    if let id = request.ledgerID, let entry = try transaction.ledgerEntry(publicID: id),
      entry.draft.recommendation == found.id
    {
      return Confirmation(
        task: try environment.task(of: found, in: transaction),
        transaction: try environment.views(of: [entry], in: transaction).first,
        warnings: [Warning("REPEATED", "this was booked before; nothing was booked again")],
        moveTasks: []
      )
    }
    let place = try? environment.location(request.location, in: transaction)
    throw try environment.notOpen(found, at: place, in: transaction)
  }

  private static func warnings(
    _ found: Recommendation,
    _ quantity: Int64,
    _ before: Int64,
    device: String?
  ) -> [Warning] {
    var warnings: [Warning] = []
    if let holder = found.leasedTo, let device, holder != device, found.status.isOpen {
      warnings.append(Warning("LEASED", "the task belonged to \(holder); it is done now"))
    }
    if !found.status.isOpen {
      let status = found.status.rawValue
      warnings.append(Warning("LATE", "the task was \(status) already; it is booked all the same"))
    }
    let wanted = found.draft.quantityMilli
    let text = DecimalText.text(abs(quantity - wanted), decimals: 3)
    if quantity < wanted {
      warnings.append(Warning("SHORT", "\(text) less than the task said; the rest has no task now"))
    } else if quantity > wanted {
      warnings.append(Warning("OVER", "\(text) more than the task said"))
    }
    if before < quantity {
      warnings.append(
        Warning("STOCK_NEGATIVE", "the books had less at the place it came from; count it")
      )
    }
    return warnings
  }
}

extension ConfirmPutaway.Request {
  /// Reads the JSON body of a confirm.
  public init(recommendation: PublicID, document: JSONValue) throws {
    let body = try DocumentReader(document)
    self.init(
      recommendation: recommendation,
      location: body.text("location", isRequired: true) ?? "",
      checkCode: body.text("check_code", limit: Limits.codeLength),
      quantityMilli: body.quantity("quantity", isPositive: true),
      reason: body.word("reason", as: OverrideReason.self),
      note: body.text("note", limit: Limits.noteLength),
      occurredAt: body.moment("occurred_at"),
      device: body.text("device", limit: Limits.codeLength),
      ledgerID: body.publicID("id"),
      trace: body.trace()
    )
    try body.finish()
  }
}
