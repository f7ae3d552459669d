import Warehouse
import WireFormat

/// Takes a movement back by a new row that names the one it corrects.
///
/// The ledger is never changed, so undoing is booking the opposite. Of which kind the opposite is
/// depends on what must be undone with it: a pick was demand, so it comes back as a customer's
/// return; a count or an adjustment comes back as an adjustment.
public struct UndoTransaction: DurableUseCase {
  /// What is taken back.
  public struct Request: Sendable, Equatable {
    /// The row; nil means the last one of the device.
    public var transaction: PublicID?
    /// Why.
    public var reason: String?
    /// The device.
    public var device: String?

    /// Makes a request.
    public init(transaction: PublicID?, reason: String? = nil, device: String? = nil) {
      self.transaction = transaction
      self.reason = reason
      self.device = device
    }

    /// Reads the JSON body of a call for the last thing that a device did.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        transaction: nil,
        reason: body.text("reason", limit: Limits.noteLength),
        device: body.text("device", isRequired: true, limit: Limits.codeLength)
      )
      try body.finish()
    }

    /// Reads the JSON body of a call for one row.
    public init(transaction: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        transaction: transaction,
        reason: body.text("reason", limit: Limits.noteLength),
        device: body.text("device", limit: Limits.codeLength)
      )
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Books the opposite; a row that was taken back before is a conflict.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> PostedTransaction {
    let entry = try entry(request, in: transaction)
    try refuseTwice(entry, in: transaction)
    let now = environment.now()
    let (kind, source) = Self.opposite(of: entry.draft)
    let row = try transaction.post(
      LedgerDraft(
        publicID: environment.newID(),
        kind: kind,
        lot: entry.draft.lot,
        from: entry.draft.to,
        to: entry.draft.from,
        quantityMilli: entry.draft.quantityMilli,
        returnSource: source,
        reason: request.reason ?? "UNDO",
        occurredAt: now,
        recordedAt: now,
        // Demand comes back on the day on which it was booked, so that the day is right again.
        localDay: entry.draft.localDay,
        corrects: entry.id,
        device: request.device
      )
    )
    switch kind {
    case .release: try transaction.setHold(entry.draft.lot, nil)
    case .hold: try transaction.setHold(entry.draft.lot, request.reason ?? "UNDO")
    default: break
    }
    if let line = entry.draft.orderLine, entry.draft.kind.demandSign > 0 {
      try transaction.addShipped(-entry.draft.quantityMilli, to: line)
    }
    try environment.announce(row, in: transaction)
    let view = try environment.views(of: [row], in: transaction).first
    var warnings: [Warning] = []
    if let from = row.draft.from,
      try transaction.quantity(of: row.draft.lot, at: from) < 0
    {
      let code = try environment.code(of: from, in: transaction)
      warnings.append(Warning("STOCK_NEGATIVE", "the books have less than nothing in \(code) now"))
    }
    return PostedTransaction(entry: view, warnings: warnings)
  }

  /// The row to be taken back.
  private func entry(
    _ request: Request,
    in transaction: any ReadTransaction
  ) throws -> LedgerEntry {
    let found =
      try request.transaction.map { try transaction.ledgerEntry(publicID: $0) }
      ?? request.device.flatMap { try transaction.lastEntry(of: $0) }
    if let found { return found }
    throw Failure(
      .notFound,
      request.transaction.map { "There is no transaction \($0)." }
        ?? "Nothing of \(request.device ?? "this device") is left to be taken back.",
      hint: "Look it up in the list of transactions."
    )
  }

  /// Looks through the later rows of the lot for one that corrects this one.
  private func refuseTwice(_ entry: LedgerEntry, in transaction: any ReadTransaction) throws {
    if entry.draft.corrects != nil {
      throw Failure(
        .conflict,
        "This row takes another one back already.",
        hint: "Book the movement again instead."
      )
    }
    let filter = StockFilter(lot: entry.draft.lot)
    var page = PageRequest(limit: Limits.pageRows)
    while true {
      let rows = try transaction.ledger(filter, kind: nil, days: nil, page, newestFirst: true)
      for row in rows.rows {
        if row.id <= entry.id { return }
        if row.draft.corrects == entry.id {
          throw Failure(
            .conflict,
            "This row was taken back already.",
            hint: "Look at transaction \(row.draft.publicID)."
          )
        }
      }
      guard let next = rows.next else { return }
      page.after = next
    }
  }

  /// The kind that undoes a row, with the source that a return needs.
  private static func opposite(of draft: LedgerDraft) -> (LedgerKind, ReturnSource?) {
    switch draft.kind {
    case .move, .putaway: (.move, nil)
    case .pick where draft.to != nil: (.move, nil)
    case .pick, .crossDock: (.return, .customer)
    case .return where draft.returnSource == .customer: (.pick, nil)
    case .hold: (.release, nil)
    case .release: (.hold, nil)
    case .receipt, .adjust, .count, .scrap, .return: (.adjust, nil)
    }
  }
}
