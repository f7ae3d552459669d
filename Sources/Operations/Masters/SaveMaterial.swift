import Warehouse

/// Creates a material, or replaces the one of its code.
public struct SaveMaterial: SavingUseCase {
  /// What is to be saved, under the names that imports take.
  public typealias Request = MasterDocument
  /// How it is shown.
  public typealias View = MaterialView

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Reads the document.
  public func prepare(_ request: Request, scope: TenantScope) throws -> MaterialDraft {
    let currency = try environment.store.read(scope) { try $0.facility().currency }
    return try SingleDocument.read(
      request.document,
      columns: ColumnSpec.materials,
      currency: currency
    ) { MaterialRows.draft(&$0) }
  }

  /// Saves it.
  public func apply(
    _ draft: MaterialDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<MaterialView> {
    if request.expectation != .anything {
      let there = try transaction.material(code: draft.code)?.version
      try request.expectation.check(there, of: draft.code)
    }
    let saved = try transaction.save(draft)
    let material = try Saved<View>.found(transaction.material(saved.id), "Material \(draft.code)")
    let view = try MaterialView(material, in: transaction)
    return Saved(view: view, isCreated: saved.created)
  }
}
