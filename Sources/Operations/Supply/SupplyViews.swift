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
    }
  }
}

/// A purchase order with the codes of its materials.
public struct PurchaseOrderView: Sendable, JSONDocument {
  let order: PurchaseOrder
  let materials: [MaterialID: Material]

  /// The version, for edits.
  public var version: Int64 { order.version }

  init(_ order: PurchaseOrder, in transaction: any ReadTransaction) throws {
    self.order = order
    materials = try transaction.materials(Set(order.draft.lines.map(\.material)))
  }

  /// Writes the order with its lines.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("number", order.draft.number)
      body.member("supplier", order.draft.supplierCode)
      body.member("ordered_on", day: order.draft.orderedDay)
      body.array("lines") { list in
        for (index, line) in order.draft.lines.enumerated() {
          list.object {
            $0.member("line", index + 1)
            $0.member("material", materials[line.material]?.code)
            $0.member("ordered", milli: line.orderedMilli)
            $0.member("received", milli: line.receivedMilli)
            $0.member("due", day: line.dueDay)
          }
        }
      }
      body.member("open", order.draft.lines.contains { $0.receivedMilli < $0.orderedMilli })
      body.member("version", order.version)
    }
  }
}

/// An outbound order with the codes of its materials.
public struct OutboundOrderView: Sendable, JSONDocument {
  let order: OutboundOrder
  let materials: [MaterialID: Material]

  /// The version, for edits.
  public var version: Int64 { order.version }

  init(_ order: OutboundOrder, in transaction: any ReadTransaction) throws {
    self.order = order
    materials = try transaction.materials(Set(order.draft.lines.map(\.material)))
  }

  /// Writes the order with its lines.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("number", order.draft.number)
      body.member("due", ms: order.draft.dueAt.ms)
      body.array("lines") { list in
        for (index, line) in order.draft.lines.enumerated() {
          list.object {
            $0.member("line", index + 1)
            $0.member("material", materials[line.material]?.code)
            $0.member("ordered", milli: line.orderedMilli)
            $0.member("shipped", milli: line.shippedMilli)
          }
        }
      }
      body.member("open", order.draft.lines.contains { $0.shippedMilli < $0.orderedMilli })
      body.member("version", order.version)
    }
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

  /// A page of purchase orders in the order in which they were entered.
  public func purchaseOrders(
    _ page: PageRequest,
    openOnly: Bool,
    scope: TenantScope
  ) throws -> Page<PurchaseOrderView> {
    try environment.store.read(scope) { transaction in
      try transaction.purchaseOrders(page, openOnly: openOnly).map {
        try PurchaseOrderView($0, in: transaction)
      }
    }
  }

  /// The purchase order of a number.
  public func purchaseOrder(number: String, scope: TenantScope) throws -> PurchaseOrderView {
    try environment.store.read(scope) { transaction in
      guard let found = try transaction.purchaseOrder(number: number) else {
        throw Self.missing("purchase order", number)
      }
      return try PurchaseOrderView(found, in: transaction)
    }
  }

  /// A page of outbound orders in the order in which they were entered.
  public func orders(
    _ page: PageRequest,
    openOnly: Bool,
    scope: TenantScope
  ) throws -> Page<OutboundOrderView> {
    try environment.store.read(scope) { transaction in
      try transaction.outboundOrders(page, openOnly: openOnly).map {
        try OutboundOrderView($0, in: transaction)
      }
    }
  }

  /// The outbound order of a number.
  public func order(number: String, scope: TenantScope) throws -> OutboundOrderView {
    try environment.store.read(scope) { transaction in
      guard let found = try transaction.outboundOrder(number: number) else {
        throw Self.missing("order", number)
      }
      return try OutboundOrderView(found, in: transaction)
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
