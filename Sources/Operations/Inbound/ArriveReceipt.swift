import Warehouse
import WireFormat

/// Books an announced receipt as arrived: its lots are made, and lie on the dock.
public struct ArriveReceipt: DurableUseCase {
  /// What has arrived.
  public struct Request: Sendable, Equatable {
    /// The receipt.
    public var receipt: PublicID
    /// What was really delivered, by line number; others as announced.
    public var received: [Int: Delivered]
    /// When it arrived, by the clock of the device.
    public var occurredAt: Instant?

    /// Makes a request; without `received` everything has come as announced.
    public init(receipt: PublicID, received: [Int: Delivered] = [:], occurredAt: Instant? = nil) {
      self.receipt = receipt
      self.received = received
      self.occurredAt = occurredAt
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Books it.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> ReceiptView {
    guard let receipt = try transaction.receipt(publicID: request.receipt) else {
      throw Receipts.missing(request.receipt)
    }
    guard receipt.status == .expected else {
      throw Failure(
        .conflict,
        "Receipt \(receipt.number) is \(receipt.status.rawValue) already.",
        hint: "Only a receipt that is EXPECTED can arrive."
      )
    }
    let numbers = Set(receipt.lines.map(\.number))
    if let wrong = request.received.keys.sorted().first(where: { !numbers.contains($0) }) {
      throw Failure(
        .invalid,
        "Receipt \(receipt.number) has no line \(wrong).",
        faults: [.init(place: "/received", value: "\(wrong)", rule: "no such line")]
      )
    }
    let now = environment.now()
    let at = min(request.occurredAt ?? now, now)
    let arrived = try Arrival(environment, receipt).book(request.received, at: at, in: transaction)
    let view = try ReceiptView(arrived, environment, in: transaction)
    try environment.announce("receipt.arrived", arrived, in: transaction)
    return view
  }
}

extension ArriveReceipt.Request {
  /// Reads the JSON body: `{}`, or the quantities of lines that came short or over.
  public init(receipt: PublicID, document: JSONValue) throws {
    let body = try DocumentReader(document)
    self.receipt = receipt
    occurredAt = body.moment("occurred_at")
    received = [:]
    if body.object["received"] != nil {
      let lines = body.objects("received", isRequired: false, limit: Limits.receiptLines)
      for line in lines {
        let number = line.whole("line", 1...Int64(Limits.receiptLines))
        let quantity = line.quantity("quantity", isRequired: true)
        let damaged = line.quantity("damaged") ?? 0
        let reason = line.text("reason", limit: Limits.noteLength)
        if number == nil { line.fault("line", "is required") }
        if let quantity, damaged > quantity { line.fault("damaged", "is part of the quantity") }
        if let number, let quantity {
          received[Int(number)] = Delivered(
            quantityMilli: quantity,
            damagedMilli: damaged,
            reason: reason
          )
        }
        line.refuseUnknown()
      }
    }
    try body.finish()
  }
}

/// What was really delivered of a line.
public struct Delivered: Sendable, Equatable {
  /// How much, damaged goods included, in milli base units.
  public var quantityMilli: Int64
  /// How much of it is damaged, in milli base units.
  public var damagedMilli: Int64
  /// What is wrong with it.
  public var reason: String?

  /// Makes a delivery.
  public init(quantityMilli: Int64, damagedMilli: Int64 = 0, reason: String? = nil) {
    self.quantityMilli = quantityMilli
    self.damagedMilli = damagedMilli
    self.reason = reason
  }
}

/// Makes the lots of a receipt and books them onto its dock.
///
/// Damaged goods become a lot of their own, on hold: nobody picks them by mistake, and what is to
/// be claimed from the supplier stands in the books.
struct Arrival {
  private let environment: OperationsEnvironment
  private let receipt: Receipt

  init(_ environment: OperationsEnvironment, _ receipt: Receipt) {
    self.environment = environment
    self.receipt = receipt
  }

  /// Books each line with what was delivered of it; a line of which nothing came gets no lot.
  func book(
    _ received: [Int: Delivered],
    at occurredAt: Instant,
    in transaction: any WriteTransaction
  ) throws -> Receipt {
    let day = environment.localDay(occurredAt)
    let materials = try transaction.materials(Set(receipt.lines.map(\.draft.material)))
    for line in receipt.lines {
      let came = received[line.number] ?? Delivered(quantityMilli: line.draft.quantityMilli)
      guard let material = materials[line.draft.material] else { continue }
      let draft = lotDraft(line, material.draft, at: occurredAt, day: day)
      let good = came.quantityMilli - came.damagedMilli
      if good > 0 {
        let lot = try lot(draft, in: transaction)
        try transaction.setLot(lot.id, of: line.id)
        try post(good, of: lot, line, reason: nil, at: occurredAt, in: transaction)
      }
      var damaged: Lot?
      if came.damagedMilli > 0 {
        damaged = try self.damaged(draft, came, line, at: occurredAt, in: transaction)
      }
      try transaction.setReceived(
        came.quantityMilli,
        damagedMilli: came.damagedMilli,
        damagedLot: damaged?.id,
        of: line.id
      )
      try transaction.addReceived(came.quantityMilli, of: line.draft.material, on: receipt.id)
    }
    try transaction.setStatus(.arrived, of: receipt.id, at: occurredAt)
    guard let arrived = try transaction.receipt(publicID: receipt.publicID) else {
      throw Receipts.missing(receipt.publicID)
    }
    return arrived
  }

  /// Books damaged goods as a lot of their own, on hold.
  private func damaged(
    _ draft: LotDraft,
    _ came: Delivered,
    _ line: ReceiptLine,
    at occurredAt: Instant,
    in transaction: any WriteTransaction
  ) throws -> Lot {
    var draft = draft
    draft.licensePlate = nil
    let lot = try environment.child(draft, mark: "D", in: transaction)
    let reason = came.reason ?? "on arrival"
    try post(
      came.damagedMilli,
      of: lot,
      line,
      reason: "DAMAGED: \(reason)",
      at: occurredAt,
      in: transaction
    )
    try transaction.setHold(lot.id, "DAMAGED: \(reason)")
    return lot
  }

  private func post(
    _ quantityMilli: Int64,
    of lot: Lot,
    _ line: ReceiptLine,
    reason: String?,
    at occurredAt: Instant,
    in transaction: any WriteTransaction
  ) throws {
    _ = try transaction.post(
      LedgerDraft(
        publicID: environment.newID(),
        kind: .receipt,
        lot: lot.id,
        from: nil,
        to: receipt.dock,
        quantityMilli: quantityMilli,
        reason: reason,
        occurredAt: occurredAt,
        recordedAt: environment.now(),
        localDay: environment.localDay(occurredAt),
        receiptLine: line.id
      )
    )
  }

  /// The lot of a line; goods without a number are called after receipt and line.
  private func lotDraft(
    _ line: ReceiptLine,
    _ material: MaterialDraft,
    at moment: Instant,
    day: LocalDay
  ) -> LotDraft {
    let made = "\(receipt.number.prefix(Limits.codeLength - 6))-\(line.number)"
    return LotDraft(
      material: line.draft.material,
      number: line.draft.lotNumber ?? made,
      licensePlate: line.draft.licensePlate,
      receivedAt: moment,
      receivedDay: day,
      expiry: line.draft.expiry ?? material.shelfLifeDays.map { day.adding(days: $0) },
      usableFrom: line.draft.usableFrom,
      fscClaim: line.draft.fscClaim,
      handlingUnitMilli: line.draft.handlingUnitMilli ?? material.handlingUnitMilli,
      handlingUnitSize: line.draft.handlingUnitSize ?? material.handlingUnitSize,
      handlingUnitWeightG: line.draft.handlingUnitWeightG ?? material.handlingUnitWeightG
    )
  }

  /// More of a lot that is known joins it; where its figures differ it becomes a lot of its own.
  ///
  /// The goods are there, so a number that is taken must not refuse them: the second lot gets the
  /// number with `#2` behind it.
  private func lot(_ draft: LotDraft, in transaction: any WriteTransaction) throws -> Lot {
    let base = draft.number.prefix(Limits.codeLength - 5)
    for copy in 1...9_999 {
      var draft = draft
      if copy > 1 { draft.number = "\(base)#\(copy)" }
      let known = try transaction.lots(number: draft.number).first {
        $0.draft.material == draft.material && $0.tenant == receipt.tenant
      }
      guard let known else {
        return try transaction.insert(draft, publicID: environment.newID())
      }
      if Self.isSame(known.draft, draft) { return known }
    }
    throw Failure(.conflict, "Lot \(draft.number) exists 9,999 times over with other figures.")
  }

  private static func isSame(_ known: LotDraft, _ draft: LotDraft) -> Bool {
    known.handlingUnitMilli == draft.handlingUnitMilli
      && known.handlingUnitSize == draft.handlingUnitSize
      && known.handlingUnitWeightG == draft.handlingUnitWeightG
      && known.fscClaim == draft.fscClaim && known.expiry == draft.expiry
      && known.licensePlate == draft.licensePlate
  }
}
