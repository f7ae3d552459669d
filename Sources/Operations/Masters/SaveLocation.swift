import Warehouse

/// Creates a location, or replaces the one of its code.
public struct SaveLocation: SavingUseCase {
  /// What is to be saved, under the names that imports take.
  public typealias Request = MasterDocument
  /// How it is shown.
  public typealias View = LocationView

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Reads the document.
  public func prepare(_ request: Request, scope: TenantScope) throws -> LocationDraft {
    let (currency, tenants) = try environment.store.read(scope) { transaction in
      (try transaction.facility().currency, try transaction.tenants())
    }
    return try SingleDocument.read(
      request.document,
      columns: ColumnSpec.locations,
      currency: currency
    ) { LocationRows.draft(&$0, tenants: tenants) }
  }

  /// Saves it.
  public func apply(
    _ draft: LocationDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<LocationView> {
    if request.expectation != .anything {
      let there = try transaction.location(code: draft.code)?.version
      try request.expectation.check(there, of: draft.code)
    }
    let saved = try transaction.save(draft)
    let location = try Saved<View>.found(transaction.location(saved.id), "Location \(draft.code)")
    let snapshot = environment.store.locations.snapshot()
    var state = LocationState(location: location)
    if let index = snapshot.indices[saved.id] {
      state = snapshot.states[index]
      state.location = location
    }
    let owners = try Masters.codes(of: transaction.tenants())
    let owner = draft.dedicatedTo.flatMap { owners[$0] }
    let view = LocationView(state: state, ownerCode: owner)
    return Saved(view: view, isCreated: saved.created)
  }
}
