import Warehouse
import WireFormat

/// A recommendation with the codes of what it names.
public struct TaskView: Sendable, Equatable, JSONDocument {
  /// The recommendation.
  public var recommendation: Recommendation
  /// The lot.
  public var lot: Lot
  /// The code of the material.
  public var materialCode: String
  /// What people call the material.
  public var materialName: String
  /// The code of the place that the goods leave.
  public var fromCode: String
  /// The code of the place they should go to.
  public var toCode: String
  /// The code of the place they went to.
  public var actualCode: String?
  /// Whether the label of the place carries check digits.
  public var hasCheckCode: Bool
  /// The name of the first task of a lot that was split.
  public var parentID: PublicID?

  /// The number of the lot.
  public var lotNumber: String { lot.draft.number }

  /// Writes the recommendation with its explanation.
  public func write(to writer: inout JSONWriter) {
    let draft = recommendation.draft
    writer.object { body in
      body.member("id", draft.publicID.text)
      body.member("status", recommendation.status.rawValue)
      body.member("lot", lot.publicID.text)
      body.member("lot_number", lotNumber)
      body.member("material", materialCode)
      body.member("material_name", materialName)
      body.member("from", fromCode)
      body.member("location", toCode)
      body.member("quantity", milli: draft.quantityMilli)
      body.member("handling_units", draft.handlingUnits)
      body.member("algorithm", draft.algorithm.rawValue)
      body.member("confidence", decimal: Int64(draft.confidencePermille), decimals: 3)
      body.members(of: draft.explanationJSON)
      body.member("created_at", ms: draft.createdAt.ms)
      body.member("expires_at", ms: draft.expiresAt.ms)
      body.member("check_code_required", hasCheckCode)
      body.member("actual_location", actualCode)
      body.member("reason", recommendation.reason?.rawValue)
      body.member("changed_at", ms: recommendation.changedAt.ms)
      body.member("leased_to", recommendation.leasedTo)
      body.member("parent", parentID?.text)
    }
  }
}

extension OperationsEnvironment {
  /// Recommendations with their codes.
  func tasks(
    of recommendations: [Recommendation],
    in transaction: any ReadTransaction
  ) throws -> [TaskView] {
    let lots = try transaction.lots(Set(recommendations.map(\.draft.lot)))
    let materials = try transaction.materials(Set(lots.values.map(\.draft.material)))
    return try recommendations.compactMap { recommendation in
      guard let lot = lots[recommendation.draft.lot] else { return nil }
      return try view(of: recommendation, lot, materials[lot.draft.material], in: transaction)
    }
  }

  /// A recommendation of goods that are known already, with its codes.
  func view(
    of recommendation: Recommendation,
    _ lot: Lot,
    _ material: Material?,
    in transaction: any ReadTransaction
  ) throws -> TaskView {
    let to = try location(recommendation.draft.to, in: transaction)
    return TaskView(
      recommendation: recommendation,
      lot: lot,
      materialCode: material?.code ?? "",
      materialName: material?.draft.name ?? "",
      fromCode: try code(of: recommendation.draft.from, in: transaction),
      toCode: to?.code ?? "",
      actualCode: try recommendation.actual.map { try code(of: $0, in: transaction) },
      hasCheckCode: to?.draft.checkCode != nil,
      parentID: try recommendation.draft.parent.flatMap {
        try transaction.recommendation($0)?.draft.publicID
      }
    )
  }

  /// A recommendation with its codes.
  func task(
    of recommendation: Recommendation,
    in transaction: any ReadTransaction
  ) throws -> TaskView {
    guard let view = try tasks(of: [recommendation], in: transaction).first else {
      throw Failure(
        .notFound,
        "The lot of recommendation \(recommendation.draft.publicID) is gone."
      )
    }
    return view
  }

  /// A location by its key: from the index in memory, or from the store where it is new.
  func location(_ id: LocationID, in transaction: any ReadTransaction) throws -> Location? {
    let snapshot = store.locations.snapshot()
    if let index = snapshot.indices[id] { return snapshot.states.location(at: index) }
    return try transaction.location(id)
  }

  /// The recommendation of a name, or `notFound`.
  func recommendation(
    _ id: PublicID,
    in transaction: any ReadTransaction
  ) throws -> Recommendation {
    if let found = try transaction.recommendation(publicID: id) { return found }
    throw noRecommendation(id)
  }

  /// What is told where no recommendation has a name.
  func noRecommendation(_ id: PublicID) -> Failure {
    Failure(
      .notFound,
      "There is no recommendation \(id).",
      hint: "Scan the lot again to get a new one.",
      context: ["recommendation": id.text]
    )
  }
}

/// Looks putaway tasks up.
public struct Tasks: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The task of that name.
  public func task(publicID: PublicID, scope: TenantScope) throws -> TaskView {
    try environment.store.read(scope) { transaction in
      let found = try environment.recommendation(publicID, in: transaction)
      return try environment.task(of: found, in: transaction)
    }
  }

  /// A page of tasks in the order in which they were made.
  public func tasks(
    statuses: Set<RecommendationStatus> = [],
    receipt: PublicID? = nil,
    lot: LotReference? = nil,
    leasedTo: String? = nil,
    _ page: PageRequest,
    scope: TenantScope
  ) throws -> Page<TaskView> {
    try environment.store.read(scope) { transaction in
      var filter = RecommendationFilter(statuses: statuses, leasedTo: leasedTo)
      if let receipt {
        guard let found = try transaction.receipt(publicID: receipt) else {
          throw Receipts.missing(receipt)
        }
        filter.receipt = found.id
      }
      filter.lot = try lot.map { try environment.lot($0, in: transaction).id }
      let found = try transaction.recommendations(filter, page)
      return Page(rows: try environment.tasks(of: found.rows, in: transaction), next: found.next)
    }
  }
}
