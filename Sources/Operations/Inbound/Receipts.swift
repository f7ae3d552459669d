import Warehouse
import WireFormat

/// Looks receipts up.
public struct Receipts: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The receipt of that name.
  public func receipt(publicID: PublicID, scope: TenantScope) throws -> ReceiptView {
    try environment.store.read(scope) { transaction in
      guard let receipt = try transaction.receipt(publicID: publicID) else {
        throw Self.missing(publicID)
      }
      return try ReceiptView(receipt, environment, in: transaction)
    }
  }

  /// A page of receipts in the order in which they were entered.
  public func receipts(
    _ page: PageRequest,
    status: ReceiptStatus? = nil,
    scope: TenantScope
  ) throws -> Page<ReceiptView> {
    try environment.store.read(scope) { transaction in
      try transaction.receipts(page, status: status).map { receipt in
        try ReceiptView(receipt, environment, in: transaction)
      }
    }
  }

  static func missing(_ id: PublicID) -> Failure {
    Failure(
      .notFound,
      "There is no receipt \(id).",
      hint: "Look it up in the list of receipts.",
      context: ["receipt": id.text]
    )
  }
}

/// A receipt with the codes of what it names.
public struct ReceiptView: Sendable, Equatable, JSONDocument {
  /// The receipt.
  public var receipt: Receipt
  /// The code of its dock.
  public var dockCode: String
  /// The codes of its materials.
  public var materialCodes: [MaterialID: String]
  /// Its lots, once it has arrived.
  public var lots: [LotID: Lot]

  init(
    _ receipt: Receipt,
    _ environment: OperationsEnvironment,
    in transaction: any ReadTransaction
  ) throws {
    self.receipt = receipt
    dockCode = try environment.code(of: receipt.dock, in: transaction)
    materialCodes = try transaction.materials(Set(receipt.lines.map(\.draft.material)))
      .mapValues(\.code)
    lots = try transaction.lots(
      Set(receipt.lines.compactMap(\.lot) + receipt.lines.compactMap(\.damagedLot))
    )
  }

  /// Writes the receipt with its lines.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("id", receipt.publicID.text)
      body.member("number", receipt.number)
      body.member("status", receipt.status.rawValue)
      body.member("dock", dockCode)
      body.member("supplier", receipt.supplierCode)
      body.member("due", day: receipt.dueDay)
      body.member("arrived_at", ms: receipt.arrivedAt?.ms)
      body.member("created_at", ms: receipt.createdAt.ms)
      body.array("lines") { list in for line in receipt.lines { write(line, to: &list) } }
    }
  }

  private func write(_ line: ReceiptLine, to list: inout JSONWriter) {
    let draft = line.draft
    let lot = line.lot.flatMap { lots[$0] }
    list.object { row in
      row.member("line", line.number)
      row.member("material", materialCodes[draft.material])
      row.member("quantity", milli: draft.quantityMilli)
      row.member("received", milli: line.receivedMilli)
      row.member("damaged", milli: line.damagedMilli)
      row.member("damaged_lot", line.damagedLot.flatMap { lots[$0] }?.publicID.text)
      row.member("difference", line.difference)
      row.member("lot", lot?.publicID.text)
      row.member("lot_number", lot?.draft.number ?? draft.lotNumber)
      row.member("sscc", draft.licensePlate)
      row.member("expiry", day: lot?.draft.expiry ?? draft.expiry)
      row.member("usable_from", day: draft.usableFrom)
      row.member("fsc", draft.fscClaim)
      row.member("handling_unit_quantity", milli: draft.handlingUnitMilli)
      row.member("size_mm", size: draft.handlingUnitSize)
      row.member("weight_g", draft.handlingUnitWeightG)
    }
  }
}

extension ReceiptLine {
  /// `SHORT`, `OVER` or `DAMAGED` against what was announced; nil where it came as it should.
  var difference: String? {
    guard let receivedMilli else { return nil }
    if receivedMilli < draft.quantityMilli { return "SHORT" }
    if receivedMilli > draft.quantityMilli { return "OVER" }
    return damagedMilli ?? 0 > 0 ? "DAMAGED" : nil
  }
}

extension OperationsEnvironment {
  /// Tells listeners of a receipt.
  func announce(
    _ kind: String,
    _ receipt: Receipt,
    in transaction: any WriteTransaction
  ) throws {
    var writer = JSONWriter()
    writer.object {
      $0.member("receipt", receipt.publicID.text)
      $0.member("number", receipt.number)
      $0.member("status", receipt.status.rawValue)
    }
    try transaction.emit(
      kind,
      subject: receipt.publicID.text,
      tenant: receipt.tenant,
      at: now(),
      dataJSON: writer.text
    )
  }
}
