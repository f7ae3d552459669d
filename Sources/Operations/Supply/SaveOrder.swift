import Warehouse
import WireFormat

/// Creates an outbound order, or replaces the one of its number.
///
/// What has left for it stays counted; a line that is no longer there is cancelled.
public struct SaveOrder: SavingUseCase {
  /// What is to be saved.
  public struct Request: SaveRequest {
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

  /// How it is shown.
  public typealias View = OutboundOrderView

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
  ) throws -> Saved<OutboundOrderView> {
    let there = try transaction.outboundOrder(number: draft.number)
    try request.expectation.check(there?.version, of: draft.number)
    try transaction.save(draft)
    let saved = try Saved<View>.found(
      transaction.outboundOrder(number: draft.number),
      "Order \(draft.number)"
    )
    return Saved(
      view: try OutboundOrderView(saved, in: transaction),
      isCreated: there == nil
    )
  }
}
