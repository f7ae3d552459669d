import Foundation
import GRDB
import Warehouse

/// The columns of a recommendation.
enum RecommendationColumns {
  /// All columns that `recommendation(_:)` reads, of the table called `r`.
  static let r = """
    \(bare), (SELECT e.json FROM recommendation_explanations e WHERE e.recommendation_id = r.id)
    """

  /// The same without the explanation, which is far longer than all the rest.
  private static let bare = [
    "id", "public_id", "tenant_id", "lot_id", "from_location_id", "to_location_id",
    "quantity_milli", "handling_units", "volume_mm3", "weight_g", "boxes", "algorithm",
    "confidence_permille", "features", "created_at", "expires_at", "receipt_line_id", "parent_id",
    "order_line_id", "status", "actual_location_id", "reason", "changed_at", "leased_to",
  ].map { "r.\($0)" }.joined(separator: ", ")

  /// One row by its name; a text that is made once, since a confirm asks for it twice.
  static let byName = "SELECT \(r) FROM putaway_recommendations r WHERE r.public_id = ?"
  /// The same without the explanation.
  static let bareByName = """
    SELECT \(bare), '' FROM putaway_recommendations r WHERE r.public_id = ?
    """
  /// One row by its key.
  static let byKey = "SELECT \(r) FROM putaway_recommendations r WHERE r.id = ?"

  /// A recommendation from its row.
  static func recommendation(_ row: Row) throws -> Recommendation {
    let draft = RecommendationDraft(
      publicID: try row.publicID(1),
      lot: row.key(3),
      from: row.key(4),
      to: row.key(5),
      quantityMilli: row[6],
      handlingUnits: row[7],
      volumeMM3: row[8],
      weightG: row[9],
      boxes: Blob.boxes(row[10]),
      algorithm: try row.word(11),
      confidencePermille: row[12],
      features: Blob.doubles(row[13]),
      explanationJSON: row[24],
      createdAt: row.instant(14),
      expiresAt: row.instant(15),
      receiptLine: row.key(orNil: 16),
      parent: row.key(orNil: 17),
      orderLine: row.key(orNil: 18)
    )
    return Recommendation(
      id: row.key(0),
      tenant: row.key(2),
      draft: draft,
      status: try row.word(19),
      actual: row.key(orNil: 20),
      reason: try row.word(orNil: 21),
      changedAt: row.instant(22),
      leasedTo: row[23]
    )
  }
}

extension ReadSession {
  /// The recommendation of that name.
  func recommendation(publicID: PublicID) throws -> Recommendation? {
    lastTask = try mine(
      db.first(
        RecommendationColumns.byName,
        [publicID.text],
        RecommendationColumns.recommendation
      )
    )
    return lastTask
  }

  /// The recommendation of that name without its explanation.
  func bareRecommendation(publicID: PublicID) throws -> Recommendation? {
    lastTask = try mine(
      db.first(
        RecommendationColumns.bareByName,
        [publicID.text],
        RecommendationColumns.recommendation
      )
    )
    return lastTask
  }

  /// The recommendation of that key.
  func recommendation(_ id: RecommendationID) throws -> Recommendation? {
    try mine(
      db.first(
        RecommendationColumns.byKey,
        [id.rawValue],
        RecommendationColumns.recommendation
      )
    )
  }

  private func mine(_ found: Recommendation?) -> Recommendation? {
    found.flatMap { scope.allows($0.tenant) ? $0 : nil }
  }

  /// A page in the order of their keys.
  func recommendations(
    _ filter: RecommendationFilter,
    _ page: PageRequest
  ) throws -> Page<Recommendation> {
    var conditions = ["r.id > ?1"]
    if !filter.statuses.isEmpty {
      let words = filter.statuses.map(\.rawValue).sorted().map { "'\($0)'" }
      conditions.append("r.status IN (\(words.joined(separator: ", ")))")
    }
    if filter.lot != nil { conditions.append("r.lot_id = ?2") }
    if filter.receipt != nil {
      conditions.append(
        "r.receipt_line_id IN (SELECT id FROM receipt_lines WHERE receipt_id = ?3)"
      )
    }
    if filter.to != nil { conditions.append("r.to_location_id = ?5") }
    if filter.leasedTo != nil { conditions.append("r.leased_to = ?6") }
    conditions.append("(?2 IS NULL OR 1) AND (?3 IS NULL OR 1) AND (?5 IS NULL OR 1)")
    conditions.append("(?6 IS NULL OR 1)")
    let found = try db.all(
      """
      SELECT \(RecommendationColumns.r) FROM putaway_recommendations r
      WHERE \(conditions.joined(separator: " AND "))\(owned("r.tenant_id"))
      ORDER BY r.id LIMIT ?4
      """,
      [
        try page.afterKey(), filter.lot?.rawValue, filter.receipt?.rawValue, page.limit + 1,
        filter.to?.rawValue, filter.leasedTo,
      ],
      RecommendationColumns.recommendation
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// Open tasks by aisle that were made or started since that moment; of all owners, since they
  /// share the aisles.
  func openTasksByAisle(since: Instant) throws -> [String: Int] {
    let found = try db.all(
      """
      SELECT l.aisle, sum(t.tasks) FROM (
        SELECT to_location_id, count(*) AS tasks
        FROM putaway_recommendations INDEXED BY putaway_recommendations_busy
        WHERE status IN ('RECOMMENDED', 'STARTED') AND changed_at >= ?
        GROUP BY to_location_id) t
        CROSS JOIN locations l ON l.id = t.to_location_id
      GROUP BY l.aisle
      """,
      [since.ms]
    ) { row -> (String, Int) in (row[0], row[1]) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }

  /// How many recommendations reached each state since that moment, moves of re-slotting left out.
  func outcomes(since: Instant) throws -> [RecommendationStatus: Int] {
    let found = try db.all(
      """
      SELECT r.status, count(*) FROM putaway_recommendations r
      WHERE r.changed_at >= ?\(owned("r.tenant_id")) AND \(Self.isPutaway("r.id"))
      GROUP BY r.status
      """,
      [since.ms]
    ) { row -> (RecommendationStatus, Int) in (try row.word(0), row[1]) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }
}

extension WriteSession {
  /// Stores a recommendation and reserves its space, in one request.
  ///
  /// The room is checked again here, against what is committed now; `conflict` where another
  /// station was faster. A repeat of the same name with the same figures returns what is there.
  func insert(_ draft: RecommendationDraft) throws -> Recommendation {
    if let known = try recommendation(publicID: draft.publicID) {
      guard known.draft == draft else {
        throw Failure(
          .conflict,
          "The name \(draft.publicID) belongs to another recommendation already."
        )
      }
      return known
    }
    let lot = try writableLot(draft.lot)
    try RoomCheck(self, draft, lot).run()
    try db.run(
      """
      INSERT INTO putaway_recommendations (public_id, tenant_id, lot_id, from_location_id,
        to_location_id, quantity_milli, handling_units, volume_mm3, weight_g, boxes, algorithm,
        confidence_permille, features, created_at, expires_at, receipt_line_id, parent_id,
        order_line_id, changed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        draft.publicID.text, lot.tenant.rawValue, lot.id.rawValue, draft.from.rawValue,
        draft.to.rawValue, draft.quantityMilli, draft.handlingUnits, draft.volumeMM3,
        draft.weightG, Blob.of(draft.boxes), draft.algorithm.rawValue, draft.confidencePermille,
        Blob.of(draft.features), draft.createdAt.ms, draft.expiresAt.ms,
        draft.receiptLine?.rawValue, draft.parent?.rawValue, draft.orderLine?.rawValue,
        draft.createdAt.ms,
      ]
    )
    let id = RecommendationID(db.lastInsertedRowID)
    try db.run(
      "INSERT INTO recommendation_explanations (recommendation_id, json) VALUES (?, ?)",
      [id.rawValue, draft.explanationJSON]
    )
    try reserve(id, draft, lot)
    return Recommendation(
      id: id,
      tenant: lot.tenant,
      draft: draft,
      status: .recommended,
      actual: nil,
      reason: nil,
      changedAt: draft.createdAt
    )
  }

  private func reserve(
    _ id: RecommendationID,
    _ draft: RecommendationDraft,
    _ lot: Lot
  ) throws {
    try db.run(
      """
      INSERT INTO reservations (recommendation_id, tenant_id, lot_id, location_id, volume_mm3,
        weight_g, handling_units, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        id.rawValue, lot.tenant.rawValue, lot.id.rawValue, draft.to.rawValue, draft.volumeMM3,
        draft.weightG, draft.handlingUnits, draft.expiresAt.ms,
      ]
    )
    for box in draft.boxes { try place(box, of: lot, at: draft.to, task: id, isReserved: true) }
    touched.note(lot.id, at: draft.to)
  }

  /// Records the place of one handling unit.
  func place(
    _ box: StoredBox,
    of lot: Lot,
    at location: LocationID,
    task: RecommendationID,
    isReserved: Bool
  ) throws {
    try db.run(
      """
      INSERT INTO handling_unit_positions (tenant_id, location_id, lot_id, recommendation_id,
        is_reserved, x_mm, y_mm, z_mm, size_x_mm, size_y_mm, size_z_mm, weight_g)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        lot.tenant.rawValue, location.rawValue, lot.id.rawValue, task.rawValue, isReserved,
        box.position.x, box.position.y, box.position.z, box.size.x, box.size.y, box.size.z,
        box.weightG,
      ]
    )
  }
}
