import Warehouse
import WireFormat

/// Takes goods back: a remnant roll or a part skid from the press, goods from a customer.
///
/// What comes back as it was joins its lot. What comes back changed (a roll with less paper on it,
/// a part skid of another height, anything damaged) becomes a lot of its own that names the one it
/// is from, with its own figures, so that it can be put away by its real size and picked by itself.
public struct ReturnGoods: DurableUseCase {
  /// What came back.
  public struct Request: Sendable, Equatable, ClientReport {
    /// The name of the ledger row, where the client made one.
    public var publicID: PublicID?
    /// Where it came from.
    public var source: ReturnSource
    /// The lot that it is of.
    public var lot: LotReference
    /// How much, in milli base units.
    public var quantityMilli: Int64
    /// Where it stands now; nil means the usual dock.
    public var to: String?
    /// Quantity in one handling unit, where it differs from the lot's.
    public var handlingUnitMilli: Int64?
    /// Size of a handling unit, where it differs.
    public var size: Dimensions?
    /// Weight of a handling unit in grams, where it differs.
    public var weightG: Int64?
    /// What is wrong with it; it is then held.
    public var damage: String?
    /// Why it comes back.
    public var reason: String?
    /// When, by the clock of the device.
    public var occurredAt: Instant?
    /// The device.
    public var device: String?
    /// What the device said of the report itself.
    public var trace = ClientTrace()

    /// Reads the JSON body.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      publicID = body.publicID("id")
      source = body.word("source", as: ReturnSource.self, isRequired: true) ?? .press
      lot = LotReference(
        text: body.text("lot", isRequired: true) ?? "",
        material: body.code("material")
      )
      quantityMilli = body.quantity("quantity", isRequired: true, isPositive: true) ?? 0
      to = body.text("to")
      handlingUnitMilli = body.quantity("handling_unit_quantity", isPositive: true)
      size = body.size()
      weightG = body.weight()
      damage = body.text("damage", limit: Limits.noteLength)
      reason = body.text("reason", limit: Limits.noteLength)
      occurredAt = body.moment("occurred_at")
      device = body.text("device", limit: Limits.codeLength)
      trace = body.trace()
      try body.finish()
    }
  }

  /// What was found out.
  public struct Prepared: Sendable {
    var lot: Lot
    var material: Material
    var place: Location
  }

  /// What came of it.
  public struct Outcome: Sendable, JSONDocument {
    var entry: LedgerView?
    var lot: LotView
    var isNew: Bool
    var warnings: [Warning]

    /// Writes the ledger row and the lot.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        if let entry { body.member("transaction", document: entry) }
        body.member("lot", document: lot)
        body.member("new_lot", isNew)
        body.member("warnings", documents: warnings)
      }
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Finds the lot and the place.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    try environment.store.read(scope) { transaction in
      let (lot, material) = try environment.goods(
        environment.lot(request.lot, in: transaction).id,
        in: transaction
      )
      if material.draft.baseUnit.isWhole, request.quantityMilli % 1_000 != 0 {
        throw Failure(
          .invalid,
          "One value of the body breaks a rule.",
          faults: [
            .init(
              place: "/quantity",
              rule: "must be whole: \(material.draft.baseUnit.rawValue) is counted"
            )
          ]
        )
      }
      let place =
        try request.to.map { try environment.location($0, in: transaction) }
        ?? environment.usualDock(in: transaction)
      return Prepared(lot: lot, material: material, place: place)
    }
  }

  /// Books it.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    if let id = request.publicID, let entry = try transaction.ledgerEntry(publicID: id) {
      let lot = try environment.goods(entry.draft.lot, in: transaction).0
      return Outcome(
        entry: try environment.views(of: [entry], in: transaction).first,
        lot: try LotView(lot, in: transaction),
        isNew: false,
        warnings: [Warning("REPEATED", "this was booked before; nothing was booked again")]
      )
    }
    let now = environment.now()
    let at = min(request.occurredAt ?? now, now)
    let (lot, isNew) = try lot(prepared, request, at: at, in: transaction)
    let entry = try transaction.post(
      LedgerDraft(
        publicID: request.publicID ?? environment.newID(),
        kind: .return,
        lot: lot.id,
        from: nil,
        to: prepared.place.id,
        quantityMilli: request.quantityMilli,
        returnSource: request.source,
        reason: request.damage ?? request.reason,
        occurredAt: at,
        recordedAt: now,
        localDay: environment.localDay(at),
        device: request.device,
        trace: request.trace
      )
    )
    var warnings: [Warning] = []
    if let damage = request.damage {
      try transaction.setHold(lot.id, "DAMAGED: \(damage)")
      warnings.append(Warning("HELD", "lot \(lot.draft.number) is on hold: \(damage)"))
    }
    try environment.announce(entry, in: transaction)
    let done = try environment.goods(lot.id, in: transaction).0
    return Outcome(
      entry: try environment.views(of: [entry], in: transaction).first,
      lot: try LotView(done, in: transaction),
      isNew: isNew,
      warnings: warnings
    )
  }

  /// The lot that the goods join: their own, or a new one where their figures differ.
  private func lot(
    _ prepared: Prepared,
    _ request: Request,
    at moment: Instant,
    in transaction: any WriteTransaction
  ) throws -> (Lot, Bool) {
    let whole = prepared.lot.draft
    let isWhole =
      request.damage == nil
      && (request.handlingUnitMilli ?? whole.handlingUnitMilli) == whole.handlingUnitMilli
      && (request.size ?? whole.handlingUnitSize) == whole.handlingUnitSize
      && (request.weightG ?? whole.handlingUnitWeightG) == whole.handlingUnitWeightG
    if isWhole { return (prepared.lot, false) }
    var draft = whole
    draft.parent = prepared.lot.id
    draft.licensePlate = nil
    draft.handlingUnitMilli = request.handlingUnitMilli ?? whole.handlingUnitMilli
    draft.handlingUnitSize = request.size ?? whole.handlingUnitSize
    draft.handlingUnitWeightG = request.weightG ?? whole.handlingUnitWeightG
    return (
      try environment.child(draft, mark: request.damage == nil ? "R" : "D", in: transaction), true
    )
  }
}

extension OperationsEnvironment {
  /// Makes a lot that was taken from another: its number with a mark and a number behind it.
  func child(
    _ draft: LotDraft,
    mark: String,
    in transaction: any WriteTransaction
  ) throws -> Lot {
    let base = draft.number.prefix(Limits.codeLength - 6)
    for copy in 1...9_999 {
      var draft = draft
      draft.number = "\(base)#\(mark)\(copy)"
      let isTaken = try transaction.lots(number: draft.number).contains {
        $0.draft.material == draft.material
      }
      if !isTaken { return try transaction.insert(draft, publicID: newID()) }
    }
    throw Failure(.conflict, "Lot \(draft.number) was divided 9,999 times already.")
  }

  /// The dock where goods arrive that name none.
  func usualDock(in transaction: any ReadTransaction) throws -> Location {
    if let code = settings.putaway.defaultDock { return try location(code, in: transaction) }
    let docks = store.locations.snapshot().states.lazy.map(\.location)
      .filter { $0.draft.kind == .dock }
    guard let first = docks.min(by: { $0.code < $1.code }) else {
      throw Failure(
        .conflict,
        "The facility has no dock to receive at.",
        hint: "Import a location of the kind DOCK first."
      )
    }
    return first
  }
}
