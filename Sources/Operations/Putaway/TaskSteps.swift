import Warehouse
import WireFormat

/// Marks a task as started: its lot was scanned, and it no longer expires.
public struct StartPutaway: DurableUseCase {
  /// What is started.
  public struct Request: Sendable, Equatable {
    /// The task.
    public var recommendation: PublicID
    /// When, by the clock of the device.
    public var occurredAt: Instant?
    /// The device, which has the task from now on.
    public var device: String?

    /// Makes a request.
    public init(
      recommendation: PublicID,
      occurredAt: Instant? = nil,
      device: String? = nil
    ) {
      self.recommendation = recommendation
      self.occurredAt = occurredAt
      self.device = device
    }

    /// Reads the JSON body.
    public init(recommendation: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        recommendation: recommendation,
        occurredAt: body.moment("occurred_at"),
        device: body.text("device", limit: Limits.codeLength)
      )
      _ = body.trace()
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Starts it; a task that is not open any more is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    guard found.status.isOpen else {
      throw try environment.notOpen(found, in: transaction)
    }
    try environment.refuseForeign(found, device: request.device)
    guard found.status != .started else {
      return try environment.task(of: found, in: transaction)
    }
    if let device = request.device { try transaction.setHolder(device, of: found.id) }
    let now = environment.now()
    return try environment.step(
      found,
      to: .started,
      reason: nil,
      note: nil,
      at: min(request.occurredAt ?? now, now),
      in: transaction
    )
  }

  /// Counts it.
  public func completed(_ outcome: TaskView, of request: Request) {
    environment.metrics.count(outcome.recommendation)
  }
}

/// Turns a recommendation down, with a reason; its space is free again.
public struct RejectPutaway: DurableUseCase {
  /// What is turned down.
  public struct Request: Sendable, Equatable {
    /// The task.
    public var recommendation: PublicID
    /// Why.
    public var reason: OverrideReason
    /// More about it.
    public var note: String?
    /// When, by the clock of the device.
    public var occurredAt: Instant?
    /// The device.
    public var device: String?

    /// Makes a request.
    public init(
      recommendation: PublicID,
      reason: OverrideReason,
      note: String? = nil,
      occurredAt: Instant? = nil
    ) {
      self.recommendation = recommendation
      self.reason = reason
      self.note = note
      self.occurredAt = occurredAt
    }

    /// Reads the JSON body.
    public init(recommendation: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        recommendation: recommendation,
        reason: body.word("reason", as: OverrideReason.self, isRequired: true) ?? .other,
        note: body.text("note", limit: Limits.noteLength),
        occurredAt: body.moment("occurred_at")
      )
      device = body.text("device", limit: Limits.codeLength)
      _ = body.trace()
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Turns it down; a task that is not open any more is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    guard found.status.isOpen else { throw try environment.notOpen(found, in: transaction) }
    try environment.refuseForeign(found, device: request.device)
    if !found.draft.features.isEmpty {
      try transaction.recordFeedback(
        recommendation: found.id,
        features: found.draft.features,
        confidence: Double(found.draft.confidencePermille) / 1_000,
        accepted: false,
        at: environment.now()
      )
    }
    return try environment.step(
      found,
      to: .rejected,
      reason: request.reason,
      note: request.note,
      at: request.occurredAt ?? environment.now(),
      in: transaction
    )
  }

  /// Counts it.
  public func completed(_ outcome: TaskView, of request: Request) {
    environment.metrics.count(outcome.recommendation)
  }
}

extension OperationsEnvironment {
  /// Moves a task on, tells listeners, and shows it.
  func step(
    _ found: Recommendation,
    to status: RecommendationStatus,
    reason: OverrideReason?,
    note: String?,
    at moment: Instant,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    try transaction.setStatus(
      status,
      of: found.id,
      actual: nil,
      reason: reason,
      note: note,
      at: moment
    )
    let done = try recommendation(found.draft.publicID, in: transaction)
    try announce("recommendation.\(status.rawValue.lowercased())", done, in: transaction)
    return try task(of: done, in: transaction)
  }

  /// The conflict of a task that is not open any more: what became of it, and what can be done.
  ///
  /// `place` is where somebody says that the goods are, where that is another place.
  func notOpen(
    _ found: Recommendation,
    at place: Location? = nil,
    in transaction: any ReadTransaction
  ) throws -> Failure {
    var context = ["status": found.status.rawValue]
    let isDone = found.status == .confirmed || found.status == .overridden
    let lot = JSONValue.string(try transaction.lot(found.draft.lot)?.publicID.text ?? "")
    guard isDone, let actual = found.actual else {
      let body: JSONValue = ["lot": lot]
      return Failure(
        .conflict,
        "The task is \(found.status.rawValue) already.",
        hint: "Scan the lot again to get a new one.",
        context: context,
        choices: [
          .init(
            "RECOMMEND",
            ScanSteps.recommendations,
            bodyJSON: body.text,
            "Get a new task for the lot"
          )
        ]
      )
    }
    let code = try code(of: actual, in: transaction)
    context["location"] = code
    let quantity = DecimalText.text(found.draft.quantityMilli, decimals: 3)
    var move: JSONValue = ["kind": "MOVE", "lot": lot, "from": .string(code)]
    var needs = ["to", "quantity"]
    if let place, place.id != actual {
      move = [
        "kind": "MOVE", "lot": lot, "from": .string(code), "to": .string(place.code),
        "quantity": .string(quantity),
      ]
      needs = []
    }
    let count: JSONValue = ["kind": "COUNT", "lot": lot, "from": .string(code)]
    let path = "/api/v1/transactions"
    return Failure(
      .conflict,
      "This task was completed already: the goods were booked into \(code).",
      hint: "If they lie elsewhere, move them there or count both places.",
      context: context,
      choices: [
        .init(
          "MOVE",
          path,
          bodyJSON: move.text,
          needs: needs,
          "Book a move to \(needs.isEmpty ? place?.code ?? "" : "where the goods lie")"
        ),
        .init("COUNT", path, bodyJSON: count.text, needs: ["counted"], "Count \(code)"),
      ]
    )
  }
}

/// Lets recommendations expire whose time is over; a job runs it every minute.
public struct ExpireRecommendations: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Expires them in short slices; returns how many.
  public func callAsFunction(
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> Int {
    var total = 0
    while mayContinue() {
      let now = environment.now()
      let done = try environment.store.write(scope) { transaction in
        try transaction.expireRecommendations(at: now, limit: Limits.sliceRows)
      }
      total += done
      if done < Limits.sliceRows { break }
    }
    return total
  }
}
