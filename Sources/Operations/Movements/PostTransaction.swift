import Warehouse
import WireFormat

/// Books a movement that somebody reports: a move, a pick, a count, an adjustment, a return.
///
/// A report is a fact and is booked; what is odd about it comes back as warnings. Refused is only
/// what means nothing: a pick from nowhere, an adjustment without a reason. Receipts and putaways
/// have calls of their own, because lots and tasks hang on them.
public struct PostTransaction: DurableUseCase {
  /// What is reported.
  public struct Request: Sendable, Equatable {
    /// The name outside, where the client made one; the same name is booked once.
    public var publicID: PublicID?
    /// The kind of movement.
    public var kind: LedgerKind
    /// The lot.
    public var lot: LotReference
    /// From where; nil means from outside.
    public var from: String?
    /// To where; nil means to outside.
    public var to: String?
    /// How much, in milli base units; a count gives `countedMilli` instead.
    public var quantityMilli: Int64?
    /// What was counted.
    public var countedMilli: Int64?
    /// Where a return came from.
    public var returnSource: ReturnSource?
    /// Why.
    public var reason: String?
    /// The number of the outbound order that it serves.
    public var order: String?
    /// When it happened, by the clock of the device.
    public var occurredAt: Instant?
    /// The device.
    public var device: String?
    /// What the device said of the report itself.
    public var trace: ClientTrace

    /// Makes a request.
    public init(
      publicID: PublicID? = nil,
      kind: LedgerKind,
      lot: LotReference,
      from: String? = nil,
      to: String? = nil,
      quantityMilli: Int64? = nil,
      countedMilli: Int64? = nil,
      returnSource: ReturnSource? = nil,
      reason: String? = nil,
      order: String? = nil,
      occurredAt: Instant? = nil,
      device: String? = nil,
      trace: ClientTrace = ClientTrace()
    ) {
      self.publicID = publicID
      self.kind = kind
      self.lot = lot
      self.from = from
      self.to = to
      self.quantityMilli = quantityMilli
      self.countedMilli = countedMilli
      self.returnSource = returnSource
      self.reason = reason
      self.order = order
      self.occurredAt = occurredAt
      self.device = device
      self.trace = trace
    }
  }

  /// What the first half found out.
  public struct Prepared: Sendable {
    var lot: Lot
    var material: Material
    var from: Location?
    var to: Location?
    var breaches: [Breach] = []
    var rescue: Rescue?
    var earlier: StockLine?
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Finds what is named, checks that it means something, and judges where goods come to lie.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    var prepared = try environment.store.read(scope) { transaction in
      let (lot, material) = try environment.goods(
        environment.lot(request.lot, in: transaction).id,
        in: transaction
      )
      var prepared = Prepared(lot: lot, material: material)
      prepared.from = try request.from.map { try environment.location($0, in: transaction) }
      prepared.to = try request.to.map { try environment.location($0, in: transaction) }
      try MovementRules.check(request, prepared)
      if let to = prepared.to, let quantity = request.quantityMilli, request.kind != .count {
        let judge = environment.judge(
          to,
          lot,
          material,
          hazards: try environment.hazards(of: material, in: transaction)
        )
        prepared.breaches = judge.breaches(quantity)
      }
      if request.kind == .pick, lot.draft.expiry != nil {
        prepared.earlier = try Fefo(environment, in: transaction).earlier(than: lot)
      }
      return prepared
    }
    if let to = prepared.to, let quantity = request.quantityMilli,
      prepared.breaches.contains(where: { $0.gravity == .danger })
    {
      let task = PutawayTask(
        lot: prepared.lot,
        material: prepared.material,
        from: to.id,
        fromCode: to.code,
        quantityMilli: quantity
      )
      prepared.rescue = try Rescue(task, environment, scope: scope)
    }
    return prepared
  }

  /// Books it.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> PostedTransaction {
    if let id = request.publicID, let entry = try transaction.ledgerEntry(publicID: id) {
      return PostedTransaction(
        entry: try environment.views(of: [entry], in: transaction).first,
        warnings: [Warning("REPEATED", "this was booked before; nothing was booked again")]
      )
    }
    var warnings: [Warning] = []
    let draft = try draft(request, prepared, &warnings, in: transaction)
    let entry = try transaction.post(draft)
    switch request.kind {
    case .hold: try transaction.setHold(prepared.lot.id, request.reason)
    case .release: try transaction.setHold(prepared.lot.id, nil)
    default: break
    }
    if let line = draft.orderLine { try transaction.addShipped(draft.quantityMilli, to: line) }
    var moved: [Recommendation] = []
    if let to = prepared.to {
      moved = try FactConsequences(environment: environment, place: to).settle(
        prepared.breaches,
        lot: prepared.lot.id,
        rescue: prepared.rescue,
        &warnings,
        in: transaction
      )
    }
    let view = try environment.views(of: [entry], in: transaction).first
    try environment.announce(entry, in: transaction)
    return PostedTransaction(
      entry: view,
      warnings: warnings,
      moveTasks: try environment.tasks(of: moved, in: transaction)
    )
  }

  /// The ledger row; a count books its difference to what the books have.
  private func draft(
    _ request: Request,
    _ prepared: Prepared,
    _ warnings: inout [Warning],
    in transaction: any WriteTransaction
  ) throws -> LedgerDraft {
    let now = environment.now()
    let occurredAt = min(request.occurredAt ?? now, now)
    var draft = LedgerDraft(
      publicID: request.publicID ?? environment.newID(),
      kind: request.kind,
      lot: prepared.lot.id,
      from: prepared.from?.id,
      to: prepared.to?.id,
      quantityMilli: request.quantityMilli ?? 0,
      countedMilli: request.countedMilli,
      returnSource: request.returnSource,
      reason: request.reason,
      occurredAt: occurredAt,
      recordedAt: now,
      localDay: environment.localDay(occurredAt),
      device: request.device,
      trace: request.trace
    )
    if request.kind == .count, let counted = request.countedMilli,
      let place = prepared.from ?? prepared.to
    {
      try count(counted, at: place, &draft, &warnings, in: transaction)
      return draft
    }
    if let from = prepared.from, draft.quantityMilli > 0 {
      let there = try transaction.quantity(of: prepared.lot.id, at: from.id)
      if there < draft.quantityMilli {
        let text = DecimalText.text(max(0, there), decimals: 3)
        warnings.append(
          Warning("STOCK_NEGATIVE", "the books have \(text) of it in \(from.code); count it")
        )
      }
    }
    if let hold = prepared.lot.hold, request.kind == .pick || request.kind == .crossDock {
      warnings.append(Warning("HOLD", "the lot is on hold: \(hold)"))
    }
    warnings += try environment.countedSince(
      occurredAt,
      prepared.lot.id,
      [prepared.from?.id, prepared.to?.id].compactMap { $0 },
      in: transaction
    )
    if request.kind == .pick, let earlier = prepared.earlier {
      let expiry = earlier.lot.draft.expiry.map { " (\($0))" } ?? ""
      warnings.append(
        Warning(
          "FEFO",
          "lot \(earlier.lot.draft.number) in \(earlier.locationCode) expires earlier\(expiry)"
        )
      )
    }
    draft.orderLine = try orderLine(request, prepared, &warnings, in: transaction)
    return draft
  }

  /// Books the difference of a count to what the books have.
  private func count(
    _ counted: Int64,
    at place: Location,
    _ draft: inout LedgerDraft,
    _ warnings: inout [Warning],
    in transaction: any WriteTransaction
  ) throws {
    // What was counted is compared with what the books had at that moment: what moved since then
    // was reported by others, and the count does not speak of it.
    let since =
      draft.occurredAt < draft.recordedAt
      ? try transaction.movement(of: draft.lot, at: place.id, after: draft.occurredAt) : 0
    let there = try transaction.quantity(of: draft.lot, at: place.id) - since
    if since != 0 {
      let text = DecimalText.text(since, decimals: 3)
      warnings.append(Warning("LATE", "\(text) moved there since it was counted; both count"))
    }
    draft.quantityMilli = abs(counted - there)
    draft.from = counted < there ? place.id : nil
    draft.to = counted < there ? nil : place.id
  }

  /// The line of the order that a pick serves.
  private func orderLine(
    _ request: Request,
    _ prepared: Prepared,
    _ warnings: inout [Warning],
    in transaction: any WriteTransaction
  ) throws -> Key<OutboundOrderLine>? {
    guard let order = request.order else { return nil }
    let lines = try transaction.openOrderLines(
      material: prepared.material.id,
      dueBefore: Instant(ms: Int64.max / 2)
    )
    if let line = lines.first(where: { $0.order == order }) { return line.line }
    warnings.append(
      Warning("NO_ORDER_LINE", "order \(order) has no open line of \(prepared.material.code)")
    )
    return nil
  }
}

/// What was booked, and what is odd about it.
public struct PostedTransaction: Sendable, JSONDocument {
  /// The ledger row.
  public var entry: LedgerView?
  /// What a person must know.
  public var warnings: [Warning]
  /// Tasks to move the goods elsewhere, where they must not stay.
  public var moveTasks: [TaskView] = []

  /// Writes the row with its warnings.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      if let entry { body.member("transaction", document: entry) }
      body.member("warnings", documents: warnings)
      body.member("move_tasks", documents: moveTasks)
    }
  }
}
