import Metrics
import Packing
import Synchronization
import Warehouse
import WireFormat

/// Turns decisions into recommendations: checks that the goods are still there, and reserves.
struct TaskBooking {
  let environment: OperationsEnvironment
  let algorithm: PackingAlgorithm
  let receipt: Receipt?

  /// Stores a decision; a conflict where another station was faster, for the goods or the space.
  func store(
    _ decision: PutawayDecision,
    of tasks: [PutawayTask],
    in transaction: any WriteTransaction
  ) throws -> [(task: Int, recommendation: Recommendation)] {
    let now = environment.now()
    var stored: [(task: Int, recommendation: Recommendation)] = []
    for (number, task) in tasks.enumerated() {
      let parts = decision.placed.filter { $0.task == number }
      guard !parts.isEmpty else { continue }
      let wanted = parts.reduce(0) { $0 + $1.quantityMilli }
      let free = try Self.freeMilli(task.lot.id, at: task.from, in: transaction)
      guard wanted <= free else {
        throw Failure(
          .conflict,
          "Lot \(task.lot.draft.number) has been taken on by another station meanwhile.",
          hint: "Scan it again to see its task."
        )
      }
      var parent: RecommendationID?
      for part in parts {
        let recommendation = try book(part, of: task, decision, in: transaction) { part in
          try draft(part, of: task, decision, parts.count > 1, parent, now, transaction)
        }
        if parts.count > 1, parent == nil { parent = recommendation.id }
        try environment.announce("recommendation.created", recommendation, in: transaction)
        stored.append((number, recommendation))
      }
    }
    return stored
  }

  /// What of a lot at a place no open task has taken on yet.
  static func freeMilli(
    _ lot: LotID,
    at place: LocationID,
    in transaction: any ReadTransaction
  ) throws -> Int64 {
    let open = try open(lot, at: place, in: transaction)
    let there = try transaction.quantity(of: lot, at: place)
    return there - open.reduce(0) { $0 + $1.draft.quantityMilli }
  }

  /// The open tasks of a lot at a place.
  static func open(
    _ lot: LotID,
    at place: LocationID,
    in transaction: any ReadTransaction
  ) throws -> [Recommendation] {
    let filter = RecommendationFilter(statuses: [.recommended, .started], lot: lot)
    return try transaction.recommendations(filter, PageRequest(limit: Limits.pageRows)).rows
      .filter { $0.draft.from == place }
  }

  /// The places that a person has rejected for a lot.
  static func declined(
    _ lot: LotID,
    in transaction: any ReadTransaction
  ) throws -> Set<LocationID> {
    let filter = RecommendationFilter(statuses: [.rejected], lot: lot)
    let rejected = try transaction.recommendations(filter, PageRequest(limit: Limits.pageRows))
    return Set(rejected.rows.map(\.draft.to))
  }

  private func draft(
    _ part: PlacedPart,
    of task: PutawayTask,
    _ decision: PutawayDecision,
    _ isSplit: Bool,
    _ parent: RecommendationID?,
    _ now: Instant,
    _ transaction: any ReadTransaction
  ) throws -> RecommendationDraft {
    let features = Explanation.features(part, isSplit: isSplit)
    let lot = task.lot.draft
    let units = lot.handlingUnits(in: part.quantityMilli)
    let line = task.receiptLine.flatMap { key in receipt?.lines.first { $0.id == key }?.number }
    let to = part.suggestion?.location ?? part.crossDock?.location ?? task.from
    let boxes = (part.suggestion?.boxes ?? []).map { box in
      StoredBox(
        lot: task.lot.id,
        position: box.position,
        size: box.size,
        weightG: box.weightG,
        isReserved: true
      )
    }
    return RecommendationDraft(
      publicID: environment.newID(),
      lot: task.lot.id,
      from: task.from,
      to: to,
      quantityMilli: part.quantityMilli,
      handlingUnits: units,
      volumeMM3: Self.product(lot.handlingUnitSize?.volumeMM3 ?? 0, units),
      weightG: lot.weightG(of: part.quantityMilli) ?? 0,
      boxes: boxes,
      algorithm: algorithm,
      confidencePermille: try environment.confidence.permille(
        features,
        isLearned: environment.settings.isOn(
          .learnedConfidence,
          for: task.material.draft,
          in: environment.zone(of: to)
        ),
        environment,
        in: transaction
      ),
      features: features,
      explanationJSON: Explanation.json(
        part,
        receipt: receipt?.number,
        line: line,
        rounds: decision.rounds
      ),
      createdAt: now,
      expiresAt: now.adding(seconds: environment.settings.putaway.reservationTTLS),
      receiptLine: task.receiptLine,
      parent: parent,
      orderLine: part.crossDock?.orderLine
    )
  }

  private static func product(_ one: Int64, _ other: Int64) -> Int64 {
    let (product, overflowed) = one.multipliedReportingOverflow(by: other)
    return overflowed ? .max : product
  }
}

/// Counts what happens to recommendations.
///
/// A counter is looked up once and kept: making its labels anew for every confirm would cost more
/// than reading its task.
final class PutawayMetrics: Sendable {
  private struct Kind: Hashable {
    var algorithm: PackingAlgorithm
    var status: RecommendationStatus
  }

  private let counters = Mutex<[Kind: Counter]>([:])

  /// Counts a recommendation that reached a state.
  func count(_ recommendation: Recommendation) {
    let kind = Kind(
      algorithm: recommendation.draft.algorithm,
      status: recommendation.status
    )
    let counter = counters.withLock { counters in
      if let known = counters[kind] { return known }
      let made = Counter(
        label: "putaway_recommendations_total",
        dimensions: [
          ("algorithm", kind.algorithm.rawValue), ("status", kind.status.rawValue),
        ]
      )
      counters[kind] = made
      return made
    }
    counter.increment()
  }

  /// Counts a new recommendation and its confidence.
  func countNew(_ recommendation: Recommendation) {
    count(recommendation)
    Recorder(label: "putaway_recommendation_confidence_score", aggregate: true)
      .record(Double(recommendation.draft.confidencePermille) / 1_000)
  }

  /// Records how long a plan took.
  func plan(_ algorithm: PackingAlgorithm, elapsedMS: Double) {
    Timer(
      label: "batch_putaway_processing_seconds",
      dimensions: [("algorithm", algorithm.rawValue)]
    ).recordNanoseconds(Int64(elapsedMS * 1_000_000))
  }
}

extension OperationsEnvironment {
  /// Tells listeners of a task.
  func announce(
    _ kind: String,
    _ recommendation: Recommendation,
    status: RecommendationStatus? = nil,
    in transaction: any WriteTransaction
  ) throws {
    var writer = JSONWriter()
    writer.object {
      $0.member("recommendation", recommendation.draft.publicID.text)
      $0.member("status", (status ?? recommendation.status).rawValue)
    }
    try transaction.emit(
      kind,
      subject: recommendation.draft.publicID.text,
      tenant: recommendation.tenant,
      at: now(),
      dataJSON: writer.text
    )
  }
}
