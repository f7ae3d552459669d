import Warehouse
import WireFormat

/// Takes an open task away from the device that has it, or calls it off.
///
/// A started task never expires by itself; a supervisor ends the wait: RELEASE offers it to
/// everybody again for the usual time, CANCEL ends it and frees its space.
public struct ReleaseTask: DurableUseCase {
  /// What becomes of the task.
  public enum Way: Sendable { case release, cancel }

  /// What is asked for.
  public struct Request: Sendable, Equatable {
    /// The task.
    public var recommendation: PublicID
    /// What becomes of it.
    public var way: Way
    /// Why.
    public var note: String?

    /// Makes a request.
    public init(recommendation: PublicID, way: Way, note: String? = nil) {
      self.recommendation = recommendation
      self.way = way
      self.note = note
    }

    /// Reads the JSON body.
    public init(recommendation: PublicID, way: Way, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        recommendation: recommendation,
        way: way,
        note: body.text("note", limit: Limits.noteLength)
      )
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Does it; a task that is not open any more is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TaskView {
    let found = try environment.recommendation(request.recommendation, in: transaction)
    guard found.status.isOpen else { throw try environment.notOpen(found, in: transaction) }
    let now = environment.now()
    if request.way == .cancel {
      return try environment.step(
        found,
        to: .cancelled,
        reason: nil,
        note: request.note,
        at: now,
        in: transaction
      )
    }
    let until = now.adding(seconds: environment.settings.putaway.reservationTTLS)
    try transaction.release(found.id, until: until, at: now)
    let done = try environment.recommendation(request.recommendation, in: transaction)
    try environment.announce("recommendation.released", done, in: transaction)
    return try environment.task(of: done, in: transaction)
  }

  /// Counts it.
  public func completed(_ outcome: TaskView, of request: Request) {
    if request.way == .cancel { environment.metrics.count(outcome.recommendation) }
  }
}
