import Warehouse
import WireFormat

/// Sets on what terms a supplier delivers a material, or replaces them.
public struct SaveTerms: SavingUseCase {
  /// What is to be saved, under the names that imports take.
  public typealias Request = MasterDocument
  /// How it is shown.
  public typealias View = SupplyTermsView

  /// The terms, with their material.
  public struct Prepared: Sendable {
    var terms: SupplyTerms
    var material: Material
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Reads the document, and finds supplier and material.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    try environment.store.read(scope) { transaction in
      var found: Material?
      let terms = try SingleDocument.read(
        request.document,
        columns: ColumnSpec.supplyTerms,
        currency: try transaction.facility().currency
      ) { fields in
        let supplier = fields.code("supplier")
        if let supplier, (try? transaction.supplier(code: supplier)) == nil {
          fields.fault("supplier", "no supplier has this code")
        }
        if let code = fields.code("material") {
          found = try? environment.material(code, in: transaction)
          if found == nil { fields.fault("material", "no material has this code or GTIN") }
        }
        return SupplyTermsRows.terms(&fields, supplier: supplier, material: found?.id)
      }
      guard let found else { throw Failure(.internal, "Terms were read without a material.") }
      return Prepared(terms: terms, material: found)
    }
  }

  /// Saves them.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<SupplyTermsView> {
    let (terms, material) = (prepared.terms, prepared.material)
    let there = try transaction.supplyTerms([material.id])[material.id]?
      .first { $0.supplierCode == terms.supplierCode }
    try request.expectation.check(
      there?.version,
      of: "The terms of \(terms.supplierCode) for \(material.code)"
    )
    try transaction.save(terms)
    let view = try SupplyTermsView.find(material, terms.supplierCode, in: transaction)
    return Saved(view: view, isCreated: there == nil)
  }
}

/// Takes the terms of a supplier for a material out of the books.
public struct DeleteTerms: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Deletes them; answers what they were.
  public func callAsFunction(
    material code: String,
    supplier: String,
    expectation: Expectation,
    scope: TenantScope
  ) throws -> SupplyTermsView {
    try environment.store.write(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      let view = try SupplyTermsView.find(material, supplier, in: transaction)
      try expectation.check(view.version, of: "The terms of \(supplier) for \(material.code)")
      try transaction.delete(view.terms)
      return view
    }
  }
}
