import Warehouse
import WireFormat

/// Enters a receipt: announced, or with the goods on the dock already.
public struct CreateReceipt: DurableUseCase {
  /// One line as it is entered.
  public struct Line: Sendable, Equatable {
    /// The material's code or GTIN.
    public var material: String
    /// How much, in milli base units.
    public var quantityMilli: Int64
    /// What the goods say of themselves: lot, plate, dates, claim, and the handling unit's figures.
    public var details: ReceiptLineDraft?

    /// Makes a line; `details` may leave its material open.
    public init(material: String, quantityMilli: Int64, details: ReceiptLineDraft? = nil) {
      self.material = material
      self.quantityMilli = quantityMilli
      self.details = details
    }
  }

  /// What is entered.
  public struct Request: Sendable, Equatable {
    /// The name outside, where the client made one.
    public var publicID: PublicID?
    /// The document's number.
    public var number: String
    /// The code of the dock; nil means the facility's usual one.
    public var dock: String?
    /// The supplier's code.
    public var supplierCode: String?
    /// When it is due.
    public var dueDay: LocalDay?
    /// Whether the goods are there.
    public var hasArrived: Bool
    /// The lines.
    public var lines: [Line]
    /// The number of the purchase order that it fulfils.
    public var purchaseOrder: String?

    /// Makes a request.
    public init(
      publicID: PublicID? = nil,
      number: String,
      dock: String? = nil,
      supplierCode: String? = nil,
      dueDay: LocalDay? = nil,
      hasArrived: Bool = true,
      lines: [Line]
    ) {
      self.publicID = publicID
      self.number = number
      self.dock = dock
      self.supplierCode = supplierCode
      self.dueDay = dueDay
      self.hasArrived = hasArrived
      self.lines = lines
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Resolves dock and materials.
  public func prepare(_ request: Request, scope: TenantScope) throws -> ReceiptDraft {
    guard (1...Limits.receiptLines).contains(request.lines.count) else {
      throw Failure(
        .invalid,
        "A receipt has 1 to \(Limits.receiptLines) lines; this one has \(request.lines.count).",
        hint: "Split a longer one into several receipts."
      )
    }
    return try environment.store.read(scope) { transaction in
      let dock = try dock(request.dock, in: transaction)
      var faults: [Failure.Fault] = []
      var lines: [ReceiptLineDraft] = []
      var known: [String: Material] = [:]
      for (index, line) in request.lines.enumerated() {
        let found = try known[line.material] ?? self.material(line.material, in: transaction)
        known[line.material] = found
        guard let material = found else {
          faults.append(
            .init(
              place: "/lines/\(index)/material",
              value: line.material,
              rule: "no material has this code or GTIN"
            )
          )
          continue
        }
        let draft = Self.draft(line, material.id)
        faults += Self.faults(of: draft, material, index)
        lines.append(draft)
      }
      guard faults.isEmpty else {
        throw Failure(
          .invalid,
          "The receipt has "
            + "\(counted(faults.count, "value that breaks", "values that break")) a rule.",
          hint: "Correct the lines named; materials must be imported before they are received.",
          faults: Array(faults.prefix(Limits.importFaults))
        )
      }
      var draft = ReceiptDraft(
        publicID: request.publicID ?? environment.newID(),
        number: request.number,
        dock: dock,
        supplierCode: request.supplierCode,
        dueDay: request.dueDay,
        createdAt: environment.now(),
        lines: lines
      )
      draft.purchaseOrder = try purchaseOrder(request.purchaseOrder, in: transaction)?.id
      return draft
    }
  }

  /// Enters it, and books the goods where they are there.
  public func apply(
    _ draft: ReceiptDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> ReceiptView {
    var receipt = try transaction.insert(draft)
    if request.hasArrived {
      receipt = try Arrival(environment, receipt).book([:], at: draft.createdAt, in: transaction)
    }
    let view = try ReceiptView(receipt, environment, in: transaction)
    try environment.announce("receipt.created", view.receipt, in: transaction)
    return view
  }

  private func material(_ text: String, in transaction: any ReadTransaction) throws -> Material? {
    do {
      return try environment.material(text, in: transaction)
    } catch let failure as Failure where failure.code == .notFound {
      return nil
    }
  }

  private func purchaseOrder(
    _ number: String?,
    in transaction: any ReadTransaction
  ) throws -> PurchaseOrder? {
    guard let number else { return nil }
    if let order = try transaction.purchaseOrder(number: number) { return order }
    throw Failure(
      .invalid,
      "There is no purchase order \(number).",
      hint: "Import it first, or leave it out.",
      faults: [.init(place: "/purchase_order", value: number, rule: "is not in the books")]
    )
  }

  private func dock(_ code: String?, in transaction: any ReadTransaction) throws -> LocationID {
    if let code {
      let location = try environment.location(code, in: transaction)
      guard location.draft.kind == .dock else {
        throw Failure(
          .invalid,
          "\(location.code) is no dock, it is \(location.draft.kind.rawValue).",
          hint: "Name a location of the kind DOCK.",
          faults: [.init(place: "/dock", value: code, rule: "must be a dock")]
        )
      }
      return location.id
    }
    return try environment.usualDock(in: transaction).id
  }

  private static func draft(_ line: Line, _ material: MaterialID) -> ReceiptLineDraft {
    var draft =
      line.details ?? ReceiptLineDraft(material: material, quantityMilli: line.quantityMilli)
    draft.material = material
    draft.quantityMilli = line.quantityMilli
    return draft
  }

  private static func faults(
    of draft: ReceiptLineDraft,
    _ material: Material,
    _ index: Int
  ) -> [Failure.Fault] {
    var faults: [Failure.Fault] = []
    let text = DecimalText.text(draft.quantityMilli, decimals: 3)
    func fault(_ key: String, _ value: String, _ rule: String) {
      faults.append(.init(place: "/lines/\(index)/\(key)", value: value, rule: rule))
    }
    if !(1...Limits.quantityMilli).contains(draft.quantityMilli) {
      fault("quantity", text, "must be more than 0 and at most \(Limits.quantityMilli / 1_000)")
    } else if material.draft.baseUnit.isWhole, draft.quantityMilli % 1_000 != 0 {
      fault("quantity", text, "must be whole, since \(material.draft.baseUnit.rawValue) is counted")
    }
    let unit = draft.handlingUnitMilli ?? material.draft.handlingUnitMilli
    if unit > 0, draft.quantityMilli / unit > Int64(Limits.lineHandlingUnits) {
      fault("quantity", text, "fills more than \(Limits.lineHandlingUnits) handling units")
    }
    if let plate = draft.licensePlate, !OpeningStockRows.isLicensePlate(plate) {
      fault("sscc", plate, "must be 18 digits of which the last one is the check digit")
    }
    return faults
  }
}

extension CreateReceipt.Request {
  /// Reads the JSON body of a receipt.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    publicID = body.publicID("id")
    number = body.code("number", isRequired: true) ?? ""
    dock = body.text("dock", limit: Limits.codeLength)
    supplierCode = body.code("supplier")
    purchaseOrder = body.code("purchase_order")
    dueDay = body.day("due")
    hasArrived = body.flag("arrived") ?? true
    lines = body.objects("lines", isRequired: true, limit: Limits.receiptLines).map { line in
      let material = line.text("material", isRequired: true, limit: Limits.codeLength) ?? ""
      let quantity = line.quantity("quantity", isRequired: true, isPositive: true) ?? 0
      let details = ReceiptLineDraft(
        material: MaterialID(0),
        quantityMilli: quantity,
        lotNumber: line.code("lot"),
        licensePlate: line.code("sscc"),
        expiry: line.day("expiry"),
        usableFrom: line.day("usable_from"),
        fscClaim: line.text("fsc"),
        handlingUnitMilli: line.quantity("handling_unit_quantity", isPositive: true),
        handlingUnitSize: line.size(),
        handlingUnitWeightG: line.weight()
      )
      line.refuseUnknown()
      return CreateReceipt.Line(material: material, quantityMilli: quantity, details: details)
    }
    try body.finish()
  }
}
