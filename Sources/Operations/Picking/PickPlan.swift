import Warehouse
import WireFormat

/// Says which lots to take, and from where: first expired, first out.
///
/// By expiry, then by the day of receipt, then the smaller rest first, so that places empty. What
/// is on hold, expired or still conditioning is left out, and said. It is advice: nothing is
/// reserved, and a pick of another lot is booked with a warning.
public struct PickPlan: Sendable {
  /// A quantity of a lot to be taken from a place.
  struct Line: Sendable, JSONDocument {
    var material: String
    var stock: StockLine
    var quantityMilli: Int64

    func write(to writer: inout JSONWriter) {
      writer.object { row in
        row.member("material", material)
        row.member("lot", stock.lot.publicID.text)
        row.member("lot_number", stock.lot.draft.number)
        row.member("location", stock.locationCode)
        row.member("quantity", milli: quantityMilli)
        row.member("there", milli: stock.quantityMilli)
        row.member("expiry", day: stock.lot.draft.expiry)
        row.member("received_on", day: stock.lot.draft.receivedDay)
      }
    }
  }

  /// Stock that was left out, and why.
  struct Skipped: Sendable, JSONDocument {
    var stock: StockLine
    var reason: String

    func write(to writer: inout JSONWriter) {
      writer.object { row in
        row.member("lot", stock.lot.publicID.text)
        row.member("lot_number", stock.lot.draft.number)
        row.member("location", stock.locationCode)
        row.member("quantity", milli: stock.quantityMilli)
        row.member("reason", reason)
      }
    }
  }

  /// The advice.
  public struct Outcome: Sendable, JSONDocument {
    var order: String?
    var lines: [Line] = []
    var skipped: [Skipped] = []
    var short: [(material: String, quantityMilli: Int64)] = []

    /// Writes what to take, what was left out, and what is missing.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("order", order)
        body.member("rows", documents: lines)
        body.member("skipped", documents: skipped)
        body.array("short") { list in
          for (material, quantity) in short {
            list.object {
              $0.member("material", material)
              $0.member("quantity", milli: quantity)
            }
          }
        }
      }
    }
  }

  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// What to take of a material; nil means all that is there, in the order in which it should go.
  public func callAsFunction(
    material code: String,
    quantityMilli: Int64?,
    scope: TenantScope
  ) throws -> Outcome {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      var outcome = Outcome()
      var taken: [StockKey: Int64] = [:]
      try take(material, quantityMilli, &outcome, &taken, in: transaction)
      return outcome
    }
  }

  /// What to take for the open lines of an order.
  public func callAsFunction(order number: String, scope: TenantScope) throws -> Outcome {
    try environment.store.read(scope) { transaction in
      guard let order = try transaction.outboundOrder(number: number) else {
        throw Failure(
          .notFound,
          "There is no order \(number).",
          hint: "Look it up in the list of orders."
        )
      }
      var outcome = Outcome(order: number)
      var taken: [StockKey: Int64] = [:]
      let materials = try transaction.materials(Set(order.draft.lines.map(\.material)))
      for line in order.draft.lines where line.orderedMilli > line.shippedMilli {
        guard let material = materials[line.material] else { continue }
        let open = line.orderedMilli - line.shippedMilli
        try take(material, open, &outcome, &taken, in: transaction)
      }
      return outcome
    }
  }

  /// A lot in a place: several lines of an order may want the same one.
  private struct StockKey: Hashable {
    var lot: LotID
    var location: LocationID
  }

  private func take(
    _ material: Material,
    _ wanted: Int64?,
    _ outcome: inout Outcome,
    _ taken: inout [StockKey: Int64],
    in transaction: any ReadTransaction
  ) throws {
    var rest = wanted ?? .max
    let candidates = try Fefo(environment, in: transaction).lines(of: material.id)
    for stock in candidates.usable where rest > 0 {
      let key = StockKey(lot: stock.lot.id, location: stock.location)
      let free = stock.quantityMilli - taken[key, default: 0]
      let quantity = min(rest, free)
      guard quantity > 0 else { continue }
      taken[key, default: 0] += quantity
      rest -= quantity
      outcome.lines.append(Line(material: material.code, stock: stock, quantityMilli: quantity))
    }
    outcome.skipped += candidates.skipped.map { Skipped(stock: $0.line, reason: $0.reason) }
    if wanted != nil, rest > 0 { outcome.short.append((material.code, rest)) }
  }
}

/// The order in which the stock of a material should go.
struct Fefo {
  private let environment: OperationsEnvironment
  private let transaction: any ReadTransaction

  init(_ environment: OperationsEnvironment, in transaction: any ReadTransaction) {
    self.environment = environment
    self.transaction = transaction
  }

  /// Usable stock in its order, and what must not be taken with the reason.
  func lines(
    of material: MaterialID
  ) throws -> (usable: [StockLine], skipped: [(line: StockLine, reason: String)]) {
    var usable: [StockLine] = []
    var skipped: [(line: StockLine, reason: String)] = []
    var page = PageRequest(limit: Limits.pageRows)
    while true {
      let found = try transaction.stock(StockFilter(material: material), page)
      for line in found.rows where line.quantityMilli > 0 {
        if let reason = reason(against: line.lot) {
          skipped.append((line, reason))
        } else {
          usable.append(line)
        }
      }
      guard let next = found.next else { break }
      page.after = next
    }
    return (usable.sorted(by: Self.isBefore), skipped)
  }

  /// Whether usable stock of the material should go before a lot; the first such line.
  func earlier(than lot: Lot) throws -> StockLine? {
    let lines = try transaction.stock(
      StockFilter(material: lot.draft.material),
      PageRequest(limit: 200)
    ).rows
    return lines.filter { line in
      line.quantityMilli > 0 && line.lot.id != lot.id && reason(against: line.lot) == nil
        && (line.lot.draft.expiry ?? .init(rawValue: .max))
          < (lot.draft.expiry ?? .init(rawValue: .max))
    }.min(by: Self.isBefore)
  }

  private func reason(against lot: Lot) -> String? {
    if let hold = lot.hold { return "on hold: \(hold)" }
    if let expiry = lot.draft.expiry, expiry < environment.today { return "expired on \(expiry)" }
    if let from = lot.draft.usableFrom, from > environment.today { return "usable from \(from)" }
    return nil
  }

  private static func isBefore(_ one: StockLine, _ other: StockLine) -> Bool {
    let (first, second) = (one.lot.draft, other.lot.draft)
    let last = LocalDay(rawValue: .max)
    if first.expiry != second.expiry { return first.expiry ?? last < second.expiry ?? last }
    if first.receivedDay != second.receivedDay { return first.receivedDay < second.receivedDay }
    if one.quantityMilli != other.quantityMilli { return one.quantityMilli < other.quantityMilli }
    return (one.lot.id, one.locationCode) < (other.lot.id, other.locationCode)
  }
}
