import Warehouse
import WireFormat

/// Creates a supplier, or replaces the one of its code.
public struct SaveSupplier: SavingUseCase {
  /// What is to be saved.
  public struct Request: SaveRequest {
    var draft: SupplierDraft
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      let code = body.code("code", isRequired: true) ?? ""
      draft = SupplierDraft(code: code, name: body.text("name") ?? code)
      self.expectation = expectation
      try body.finish()
    }
  }

  /// How it is shown.
  public typealias View = Supplier

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Saves it.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<Supplier> {
    let there = try transaction.supplier(code: request.draft.code)
    try request.expectation.check(there?.version, of: request.draft.code)
    try transaction.save(request.draft)
    let saved = try Saved<View>.found(
      transaction.supplier(code: request.draft.code),
      "Supplier \(request.draft.code)"
    )
    return Saved(view: saved, isCreated: there == nil)
  }
}
