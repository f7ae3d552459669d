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

/// Creates a purchase order, or replaces the one of its number with all its lines.
public struct SavePurchaseOrder: SavingUseCase {
  /// One line as it is entered.
  struct Line: Sendable {
    var material: String
    var orderedMilli: Int64
    var receivedMilli: Int64
    var dueDay: LocalDay
  }

  /// What is to be saved.
  public struct Request: SaveRequest {
    var number: String
    var supplier: String
    var orderedDay: LocalDay?
    var lines: [Line]
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      number = body.code("number", isRequired: true) ?? ""
      supplier = body.code("supplier", isRequired: true) ?? ""
      orderedDay = body.day("ordered_on")
      lines = body.objects("lines", isRequired: true, limit: Limits.receiptLines).map { line in
        let due = line.day("due")
        if line.object["due"] == nil { line.fault("due", "is required") }
        let made = Line(
          material: line.text("material", isRequired: true, limit: Limits.codeLength) ?? "",
          orderedMilli: line.quantity("ordered", isRequired: true, isPositive: true) ?? 0,
          receivedMilli: line.quantity("received") ?? 0,
          dueDay: due ?? LocalDay(rawValue: 0)
        )
        line.refuseUnknown()
        return made
      }
      self.expectation = expectation
      try body.finish()
    }
  }

  /// How it is shown.
  public typealias View = PurchaseOrderView

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Resolves the materials.
  public func prepare(_ request: Request, scope: TenantScope) throws -> PurchaseOrderDraft {
    try environment.store.read(scope) { transaction in
      let codes = request.lines.map(\.material)
      let materials = try environment.materials(codes, in: transaction)
      return PurchaseOrderDraft(
        number: request.number,
        supplierCode: request.supplier,
        orderedDay: request.orderedDay ?? environment.today,
        lines: zip(request.lines, materials).map { line, material in
          PurchaseOrderDraft.Line(
            material: material,
            orderedMilli: line.orderedMilli,
            receivedMilli: line.receivedMilli,
            dueDay: line.dueDay
          )
        }
      )
    }
  }

  /// Saves it.
  public func apply(
    _ draft: PurchaseOrderDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<PurchaseOrderView> {
    let there = try transaction.purchaseOrder(number: draft.number)
    try request.expectation.check(there?.version, of: draft.number)
    try transaction.save(draft)
    let saved = try Saved<View>.found(
      transaction.purchaseOrder(number: draft.number),
      "Purchase order \(draft.number)"
    )
    return Saved(
      view: try PurchaseOrderView(saved, in: transaction),
      isCreated: there == nil
    )
  }
}

extension OperationsEnvironment {
  /// The keys of the materials of some lines, or one fault for each that is unknown.
  func materials(
    _ codes: [String],
    in transaction: any ReadTransaction
  ) throws -> [MaterialID] {
    var faults: [Failure.Fault] = []
    let keys = try codes.enumerated().map { index, code in
      do {
        return try material(code, in: transaction).id
      } catch let failure as Failure where failure.code == .notFound {
        faults.append(
          .init(
            place: "/lines/\(index)/material",
            value: code,
            rule: "no material has this code or GTIN"
          )
        )
        return MaterialID(0)
      }
    }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "\(faults.count) line\(faults.count == 1 ? " names" : "s name") an unknown material.",
        hint: "Import the material first, or correct its code.",
        faults: Array(faults.prefix(Limits.importFaults))
      )
    }
    return keys
  }
}
