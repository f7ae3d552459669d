import Warehouse
import WireFormat

/// Books an announced receipt as arrived: its lots are made, and lie on the dock.
public struct ArriveReceipt: DurableUseCase {
  /// What has arrived.
  public struct Request: Sendable, Equatable {
    /// The receipt.
    public var receipt: PublicID
    /// What was really delivered, by line number, in milli base units; others as announced.
    public var received: [Int: Int64]
    /// When it arrived, by the clock of the device.
    public var occurredAt: Instant?

    /// Makes a request; without `received` everything has come as announced.
    public init(receipt: PublicID, received: [Int: Int64] = [:], occurredAt: Instant? = nil) {
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

  /// Nothing to prepare.
  public func prepare(_ request: Request, scope: TenantScope) throws {}

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
    let at = request.occurredAt ?? environment.now()
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
        if number == nil { line.fault("line", "is required") }
        if let number, let quantity { received[Int(number)] = quantity }
        line.refuseUnknown()
      }
    }
    try body.finish()
  }
}

/// Makes the lots of a receipt and books them onto its dock.
struct Arrival {
  private let environment: OperationsEnvironment
  private let receipt: Receipt

  init(_ environment: OperationsEnvironment, _ receipt: Receipt) {
    self.environment = environment
    self.receipt = receipt
  }

  /// Books each line with what was delivered of it; a line of which nothing came gets no lot.
  func book(
    _ received: [Int: Int64],
    at occurredAt: Instant,
    in transaction: any WriteTransaction
  ) throws -> Receipt {
    let now = environment.now()
    let day = environment.localDay(occurredAt)
    let materials = try transaction.materials(Set(receipt.lines.map(\.draft.material)))
    for line in receipt.lines {
      let quantity = received[line.number] ?? line.draft.quantityMilli
      guard quantity > 0, let material = materials[line.draft.material] else { continue }
      let draft = lotDraft(line, material.draft, at: occurredAt, day: day)
      let lot = try lot(draft, in: transaction)
      try transaction.setLot(lot.id, of: line.id)
      _ = try transaction.post(
        LedgerDraft(
          publicID: environment.newID(),
          kind: .receipt,
          lot: lot.id,
          from: nil,
          to: receipt.dock,
          quantityMilli: quantity,
          occurredAt: occurredAt,
          recordedAt: now,
          localDay: day,
          receiptLine: line.id
        )
      )
    }
    try transaction.setStatus(.arrived, of: receipt.id, at: occurredAt)
    guard let arrived = try transaction.receipt(publicID: receipt.publicID) else {
      throw Receipts.missing(receipt.publicID)
    }
    return arrived
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
