import Packing
import Warehouse
import WireFormat

/// A lot, or a part of it, that no place takes.
public struct Refusal: Sendable, Equatable, JSONDocument {
  /// The name of the lot.
  public var lot: PublicID
  /// The number of the lot.
  public var lotNumber: String
  /// The code of the material.
  public var materialCode: String
  /// How many handling units have no place.
  public var handlingUnits: Int
  /// How many places each rule kept out.
  public var rejected: [String: Int]
  /// The rule that kept most of them out.
  public var reason: String
  /// The cheapest way out, in words.
  public var wayOut: String?

  init(_ part: UnplacedPart, _ task: PutawayTask) {
    lot = task.lot.publicID
    lotNumber = task.lot.draft.number
    materialCode = task.material.code
    handlingUnits = part.handlingUnits
    rejected = Dictionary(
      part.rejected.map { ($0.key.rawValue, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
    let worst = part.rejected.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
    reason = worst?.key.rawValue ?? "NO_LOCATION"
    wayOut = part.wayOut
  }

  /// Writes the refusal.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("lot", lot.text)
      body.member("lot_number", lotNumber)
      body.member("material", materialCode)
      body.member("handling_units", handlingUnits)
      writeReasons(&body)
    }
  }

  func writeReasons(_ body: inout JSONWriter) {
    body.member("reason", reason)
    body.member("way_out", wayOut)
    body.object("rejected") { counts in
      for (rule, count) in rejected.sorted(by: { $0.key < $1.key }) { counts.member(rule, count) }
    }
  }
}

/// The answer to a request for recommendations.
public struct Recommendations: Sendable, JSONDocument {
  /// The tasks: those that were there already, then the new ones.
  public var tasks: [TaskView]
  /// Which of them are new.
  public var created: Set<RecommendationID>
  /// What found no place.
  public var refusals: [Refusal]
  /// Whether a list was asked for.
  public var isList: Bool
  /// The algorithm that was used.
  public var algorithm: PackingAlgorithm
  /// How long the engine took, in milliseconds.
  public var elapsedMS: Double

  /// Writes one recommendation for one lot that stays whole; else `rows` and `refused`.
  public func write(to writer: inout JSONWriter) {
    if !isList, refusals.isEmpty, tasks.count == 1 {
      tasks[0].write(to: &writer)
      return
    }
    writer.object { body in
      body.member("algorithm", algorithm.rawValue)
      body.member("rows", documents: tasks)
      body.member("refused", documents: refusals)
      body.member("elapsed_ms", (elapsedMS * 1_000).rounded() / 1_000)
    }
  }
}

extension Recommend.Request {
  /// Reads the JSON body: one lot, or `lots`.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    let hasList = body.object["lots"] != nil
    var items: [Recommend.Item] = []
    if hasList {
      for entry in body.objects("lots", isRequired: true, limit: Limits.receiptLines) {
        items.append(Self.item(entry))
        entry.refuseUnknown()
      }
    } else {
      items = [Self.item(body)]
    }
    self.init(
      items: items,
      algorithm: body.word("algorithm", as: PackingAlgorithm.self),
      budgetMS: body.whole("budget_ms", 0...Int64(Limits.planBudgetMS)).map { Int($0) },
      seed: UInt64(body.whole("seed", 0...Int64.max) ?? 1),
      rounds: body.whole("rounds", 0...1_000_000).map { Int($0) },
      isList: hasList
    )
    try body.finish()
  }

  private static func item(_ body: DocumentReader) -> Recommend.Item {
    let lot = body.text("lot", isRequired: true, limit: Limits.nameLength) ?? ""
    return Recommend.Item(
      lot: LotReference(text: lot, material: body.code("material")),
      from: body.text("from", limit: Limits.codeLength),
      quantityMilli: body.quantity("quantity", isPositive: true)
    )
  }
}
