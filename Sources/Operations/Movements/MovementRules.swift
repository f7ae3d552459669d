import Warehouse
import WireFormat

/// What each kind of movement must name to mean something.
enum MovementRules {
  /// Throws where the report means nothing; every fault is named.
  static func check(
    _ request: PostTransaction.Request,
    _ prepared: PostTransaction.Prepared
  ) throws {
    var faults: [Failure.Fault] = []
    func fault(_ key: String, _ rule: String) {
      faults.append(.init(place: "/\(key)", rule: rule))
    }
    let (hasFrom, hasTo) = (prepared.from != nil, prepared.to != nil)
    switch request.kind {
    case .receipt, .putaway:
      fault("kind", "is booked by receipts and putaway confirms, not here")
    case .move:
      if !hasFrom { fault("from", "is required for a move") }
      if !hasTo { fault("to", "is required for a move") }
      if hasFrom, prepared.from?.id == prepared.to?.id { fault("to", "must be another place") }
    case .pick, .crossDock:
      if !hasFrom { fault("from", "is required: where it was taken") }
      if request.kind == .crossDock, hasTo { fault("to", "must be left out: it leaves the house") }
      if hasFrom, prepared.from?.id == prepared.to?.id { fault("to", "must be another place") }
      if request.kind == .crossDock, let from = prepared.from, from.draft.kind == .storage {
        fault("from", "must be a staging place or a dock")
      }
    case .adjust:
      if hasFrom == hasTo { fault("from", "give from (less) or to (more), not both") }
      if request.reason == nil { fault("reason", "is required for an adjustment") }
    case .scrap:
      if !hasFrom { fault("from", "is required: where it was") }
      if hasTo { fault("to", "must be left out: it leaves the house") }
      if request.reason == nil { fault("reason", "is required for scrap") }
    case .return:
      if !hasTo { fault("to", "is required: where it was put") }
      if hasFrom { fault("from", "must be left out: it comes from outside") }
      if request.returnSource == nil { fault("source", "is required: CUSTOMER or PRESS") }
    case .count:
      if hasFrom == hasTo { fault("from", "name the one place that was counted") }
      if request.countedMilli == nil { fault("counted", "is required for a count") }
    case .hold:
      if request.reason == nil { fault("reason", "is required for a hold") }
    case .release: break
    }
    checkQuantities(request, prepared, fault)
    guard !faults.isEmpty else { return }
    throw Failure(
      .invalid,
      "The \(request.kind.rawValue) cannot be booked as it stands.",
      hint: "Correct what is named and send it again.",
      faults: faults
    )
  }

  private static func checkQuantities(
    _ request: PostTransaction.Request,
    _ prepared: PostTransaction.Prepared,
    _ fault: (String, String) -> Void
  ) {
    let isCounted = prepared.material.draft.baseUnit.isWhole
    let unit = prepared.material.draft.baseUnit.rawValue
    switch request.kind {
    case .hold, .release:
      if request.quantityMilli ?? 0 != 0 { fault("quantity", "must be left out: all is held") }
    case .count:
      if request.quantityMilli != nil { fault("quantity", "must be left out; give counted") }
      let counted = request.countedMilli ?? 0
      if !(0...Limits.quantityMilli).contains(counted) { fault("counted", "is out of range") }
      if isCounted, counted % 1_000 != 0 { fault("counted", "must be whole: \(unit) is counted") }
    default:
      let quantity = request.quantityMilli ?? 0
      if !(1...Limits.quantityMilli).contains(quantity) {
        fault("quantity", "is required and must be more than 0")
      }
      if isCounted, quantity % 1_000 != 0 {
        fault("quantity", "must be whole: \(unit) is counted")
      }
      if request.countedMilli != nil { fault("counted", "is for counts only") }
    }
    if request.returnSource != nil, request.kind != .return {
      fault("source", "is for returns only")
    }
  }
}

extension PostTransaction.Request {
  /// Reads the JSON body of a transaction.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    self.init(
      publicID: body.publicID("id"),
      kind: body.word("kind", as: LedgerKind.self, isRequired: true) ?? .move,
      lot: LotReference(
        text: body.text("lot", isRequired: true) ?? "",
        material: body.code("material")
      ),
      from: body.text("from"),
      to: body.text("to"),
      quantityMilli: body.quantity("quantity"),
      countedMilli: body.quantity("counted"),
      returnSource: body.word("source", as: ReturnSource.self),
      reason: body.text("reason", limit: Limits.noteLength),
      order: body.code("order"),
      occurredAt: body.moment("occurred_at"),
      device: body.text("device", limit: Limits.codeLength),
      trace: body.trace()
    )
    try body.finish()
  }
}

extension OperationsEnvironment {
  /// Tells listeners of a movement.
  func announce(_ entry: LedgerEntry, in transaction: any WriteTransaction) throws {
    var writer = JSONWriter()
    writer.object {
      $0.member("transaction", entry.draft.publicID.text)
      $0.member("kind", entry.draft.kind.rawValue)
    }
    try transaction.emit(
      "transaction.posted",
      subject: entry.draft.publicID.text,
      tenant: entry.tenant,
      at: now(),
      dataJSON: writer.text
    )
  }
}
