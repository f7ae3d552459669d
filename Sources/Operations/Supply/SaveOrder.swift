import Warehouse
import WireFormat

/// Creates an outbound order, or replaces the one of its number.
///
/// What has left for it stays counted; a line that is no longer there is cancelled.
public struct SaveOrder: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    var number: String
    var dueAt: Instant
    var lines: [(material: String, orderedMilli: Int64)]
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      number = body.code("number", isRequired: true) ?? ""
      dueAt = body.moment("due") ?? Instant(ms: 0)
      if body.object["due"] == nil { body.fault("due", "is required") }
      lines = body.objects("lines", isRequired: true, limit: Limits.receiptLines).map { line in
        let material = line.text("material", isRequired: true, limit: Limits.codeLength) ?? ""
        let ordered = line.quantity("ordered", isRequired: true, isPositive: true) ?? 0
        line.refuseUnknown()
        return (material, ordered)
      }
      self.expectation = expectation
      try body.finish()
    }
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    var order: OutboundOrderView
    /// Whether it is new.
    public var isCreated: Bool

    /// Writes the order.
    public func write(to writer: inout JSONWriter) { order.write(to: &writer) }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Resolves the materials.
  public func prepare(_ request: Request, scope: TenantScope) throws -> OutboundOrderDraft {
    try environment.store.read(scope) { transaction in
      let materials = try environment.materials(request.lines.map(\.material), in: transaction)
      return OutboundOrderDraft(
        number: request.number,
        dueAt: request.dueAt,
        dueDay: environment.localDay(request.dueAt),
        lines: zip(request.lines, materials).map { line, material in
          OutboundOrderDraft.Line(material: material, orderedMilli: line.orderedMilli)
        }
      )
    }
  }

  /// Saves it.
  public func apply(
    _ draft: OutboundOrderDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    let there = try transaction.outboundOrder(number: draft.number)
    try request.expectation.check(there?.version, of: draft.number)
    try transaction.save(draft)
    guard let saved = try transaction.outboundOrder(number: draft.number) else {
      throw Failure(.internal, "Order \(draft.number) was saved and is not there.")
    }
    return Outcome(
      order: try OutboundOrderView(saved, in: transaction),
      isCreated: there == nil
    )
  }
}
