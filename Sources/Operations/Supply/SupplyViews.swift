import Warehouse
import WireFormat

extension Supplier: JSONDocument {
  /// Writes code, name and version.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("code", draft.code)
      row.member("name", draft.name)
      row.member("version", version)
    }
  }
}

/// Terms of supply with the code of the material and the facility's currency.
public struct SupplyTermsView: Sendable, JSONDocument {
  let terms: SupplyTerms
  let materialCode: String
  let currency: String

  /// The version, for edits.
  public var version: Int64 { terms.version }

  /// Writes the terms under the names that imports take.
  public func write(to writer: inout JSONWriter) {
    let digits = Money.minorDigits(of: currency)
    let suffix = currency.lowercased()
    writer.object { row in
      row.member("supplier", terms.supplierCode)
      row.member("material", materialCode)
      row.member("lead_time_days", terms.leadTimeDays)
      row.member("lead_time_deviation_days", terms.leadTimeDeviationDays)
      row.member("minimum_order", milli: terms.minimumOrderMilli)
      row.member("multiple", milli: terms.multipleMilli)
      row.member("unit_cost_\(suffix)", decimal: terms.unitCostMinor, decimals: digits)
      row.member("ordering_cost_\(suffix)", decimal: terms.orderingCostMinor, decimals: digits)
      row.member("holding_cost_pct", terms.holdingCostPct)
      row.member("working_days", terms.isInWorkingDays)
      row.member("rank", terms.rank)
      row.member("version", terms.version)
    }
  }
}

extension SupplyTermsView {
  /// The terms of a supplier for a material; fails where there are none.
  static func find(
    _ material: Material,
    _ supplier: String,
    in transaction: any ReadTransaction
  ) throws -> SupplyTermsView {
    let all = try transaction.supplyTerms([material.id])[material.id] ?? []
    guard let terms = all.first(where: { $0.supplierCode == supplier }) else {
      throw SupplyDesk.missing("terms of supply of \(material.code) by", supplier)
    }
    return SupplyTermsView(
      terms: terms,
      materialCode: material.code,
      currency: try transaction.facility().currency
    )
  }
}

/// Looks up who delivers what, and what is on order both ways.
public struct SupplyDesk: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of suppliers in the order of their codes.
  public func suppliers(_ page: PageRequest, scope: TenantScope) throws -> Page<Supplier> {
    try environment.store.read(scope) { try $0.suppliers(page) }
  }

  /// The supplier of a code.
  public func supplier(code: String, scope: TenantScope) throws -> Supplier {
    try environment.store.read(scope) { transaction in
      guard let found = try transaction.supplier(code: code) else {
        throw Self.missing("supplier", code)
      }
      return found
    }
  }

  /// The terms on which a material is delivered, the preferred supplier first.
  public func terms(material code: String, scope: TenantScope) throws -> Page<SupplyTermsView> {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      let currency = try transaction.facility().currency
      let terms = try transaction.supplyTerms([material.id])[material.id] ?? []
      return Page(
        rows: terms.map {
          SupplyTermsView(terms: $0, materialCode: material.code, currency: currency)
        },
        next: nil
      )
    }
  }

  /// The terms of one supplier for a material.
  public func terms(
    material code: String,
    supplier: String,
    scope: TenantScope
  ) throws -> SupplyTermsView {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      return try SupplyTermsView.find(material, supplier, in: transaction)
    }
  }

  /// A page of orders of a kind, in the order in which they were entered.
  public func orders<View: OrderView>(
    _: View.Type,
    _ page: PageRequest,
    openOnly: Bool,
    scope: TenantScope
  ) throws -> Page<View> {
    try environment.store.read(scope) { try View.page(page, openOnly: openOnly, in: $0) }
  }

  /// The order of a kind and number.
  public func order<View: OrderView>(
    _: View.Type,
    number: String,
    scope: TenantScope
  ) throws -> View {
    try environment.store.read(scope) { transaction in
      guard let found = try View.find(number, in: transaction) else {
        throw Self.missing(View.noun, number)
      }
      return found
    }
  }

  static func missing(_ what: String, _ code: String) -> Failure {
    Failure(
      .notFound,
      "There is no \(what) \(code.prefix(60)).",
      hint: "Look it up in the list, or create it first."
    )
  }
}
