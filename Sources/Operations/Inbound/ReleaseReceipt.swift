import Warehouse
import WireFormat

/// Takes the open tasks of a receipt back, but for those that are locked, so that the rest can be
/// planned anew.
///
/// A task that somebody has started stays: its goods are on their way. What is taken back is
/// `CANCELLED`, not rejected: its place may be recommended again.
public struct ReleaseReceipt: DurableUseCase {
  /// What is taken back.
  public struct Request: Sendable, Equatable {
    /// The receipt.
    public var receipt: PublicID
    /// The tasks that stay.
    public var kept: Set<PublicID>

    /// Makes a request.
    public init(receipt: PublicID, kept: Set<PublicID> = []) {
      self.receipt = receipt
      self.kept = kept
    }

    /// Reads the JSON body: `keep` lists the tasks that stay.
    public init(receipt: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      let names = body.texts("keep", limit: Limits.lineHandlingUnits) ?? []
      let kept = Set(names.compactMap { PublicID($0) })
      if kept.count != Set(names).count { body.fault("keep", "must hold ids of tasks") }
      self.init(receipt: receipt, kept: kept)
      try body.finish()
    }
  }

  /// What came of it.
  public struct Outcome: Sendable, Equatable, JSONDocument {
    /// Tasks that were taken back.
    public var released: Int
    /// Open tasks that stay: locked, or on their way.
    public var kept: Int

    /// Writes the counts.
    public func write(to writer: inout JSONWriter) {
      writer.object {
        $0.member("released", released)
        $0.member("kept", kept)
      }
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Takes them back, all in one unit of work.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    guard let receipt = try transaction.receipt(publicID: request.receipt) else {
      throw Receipts.missing(request.receipt)
    }
    let filter = RecommendationFilter(statuses: [.recommended, .started], receipt: receipt.id)
    var page = PageRequest(limit: Limits.pageRows)
    var open: [Recommendation] = []
    repeat {
      let rows = try transaction.recommendations(filter, page)
      open += rows.rows
      page.after = rows.next
    } while page.after != nil
    var released = 0
    for task in open
    where task.status == .recommended && !request.kept.contains(task.draft.publicID) {
      _ = try environment.step(
        task,
        to: .cancelled,
        reason: nil,
        note: nil,
        at: environment.now(),
        in: transaction
      )
      released += 1
    }
    return Outcome(released: released, kept: open.count - released)
  }

  /// Nothing to count.
  public func completed(_ outcome: Outcome, of request: Request) {}
}
