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

    /// Makes a request.
    public init(recommendation: PublicID, occurredAt: Instant? = nil) {
      self.recommendation = recommendation
      self.occurredAt = occurredAt
    }

    /// Reads the JSON body.
    public init(recommendation: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(recommendation: recommendation, occurredAt: body.moment("occurred_at"))
      _ = body.text("device", limit: Limits.codeLength)
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Nothing to prepare.
  public func prepare(_ request: Request, scope: TenantScope) throws {}

  /// Starts it; a task that is not open any more is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    guard found.status != .started else {
      return try environment.task(of: found, in: transaction)
    }
    guard found.status == .recommended else { throw environment.notOpen(found) }
    return try environment.step(
      found,
      to: .started,
      reason: nil,
      note: nil,
      at: request.occurredAt ?? environment.now(),
      in: transaction
    )
  }

  /// Counts it.
  public func completed(_ outcome: TaskView, of request: Request) {
    PutawayMetrics.count(outcome.recommendation)
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
      _ = body.text("device", limit: Limits.codeLength)
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Nothing to prepare.
  public func prepare(_ request: Request, scope: TenantScope) throws {}

  /// Turns it down; a task that is not open any more is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    guard found.status.isOpen else { throw environment.notOpen(found) }
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
    PutawayMetrics.count(outcome.recommendation)
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

  /// The conflict of a task that is not open any more.
  func notOpen(_ found: Recommendation) -> Failure {
    Failure(
      .conflict,
      "The task is \(found.status.rawValue) already.",
      hint: found.status == .expired || found.status == .cancelled
        ? "Scan the lot again to get a new one." : "Look at the task to see what became of it.",
      context: ["status": found.status.rawValue]
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
