import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// The model in force.
  func model(_ name: String) throws -> LearnedModel? {
    try db.first(
      """
      SELECT name, version, state, outcomes, stored_at FROM ml_models
      WHERE name = ?\(owned("tenant_id")) ORDER BY \(homeFirst), version DESC LIMIT 1
      """,
      [name]
    ) { row in
      LearnedModel(
        name: row[0],
        version: row[1],
        state: Blob.doubles(row[2]),
        outcomes: row[3],
        storedAt: row.instant(4)
      )
    }
  }

  /// Features, probability at the time and outcome of feedback since then, the oldest first.
  func feedback(
    since: Instant,
    limit: Int
  ) throws -> [(features: [Double], confidence: Double, accepted: Bool)] {
    try db.all(
      """
      SELECT features, confidence, accepted FROM ml_feedback_training_data
      WHERE at >= ?\(owned("tenant_id")) ORDER BY at, id LIMIT ?
      """,
      [since.ms, limit]
    ) { (Blob.doubles($0[0]), $0[1], $0[2]) }
  }

  /// Events after that number, the oldest first, of the tenants in scope and of everybody.
  func events(after id: Int64, limit: Int) throws -> [StoreEvent] {
    let filter = owned("tenant_id")
    let visible = filter.isEmpty ? "" : " AND (tenant_id IS NULL OR (1\(filter)))"
    return try db.all(
      """
      SELECT id, tenant_id, kind, subject, at, data_json FROM events
      WHERE id > ?\(visible) ORDER BY id LIMIT ?
      """,
      [id, limit]
    ) { row in
      StoreEvent(
        id: row[0],
        tenant: row.key(orNil: 1),
        kind: row[2],
        subject: row[3],
        at: row.instant(4),
        dataJSON: row[5]
      )
    }
  }

  /// The numbers of the oldest and the newest event that are kept; nil where there is none.
  func eventRange() throws -> ClosedRange<Int64>? {
    let range = try db.first("SELECT min(id), max(id) FROM events") {
      row -> (Int64?, Int64?) in (row[0], row[1])
    }
    guard let range, let first = range.0, let last = range.1 else { return nil }
    return first...last
  }

  /// The newest number that was ever given: SQLite keeps it apart from the rows.
  func newestEvent() throws -> Int64 {
    try db.first("SELECT seq FROM sqlite_sequence WHERE name = 'events'") { $0[0] } ?? 0
  }
}

extension WriteSession {
  /// Stores a new state as the model in force.
  func saveModel(_ model: LearnedModel) throws {
    try db.run(
      """
      INSERT INTO ml_models (name, version, tenant_id, state, outcomes, stored_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        model.name, model.version, scope.home.rawValue, Blob.of(model.state), model.outcomes,
        model.storedAt.ms,
      ]
    )
    // The newest few stay, so that a step back is possible.
    try db.run(
      "DELETE FROM ml_models WHERE tenant_id = ? AND name = ? AND version <= ?",
      [scope.home.rawValue, model.name, model.version - Self.keptModels]
    )
  }

  private static let keptModels: Int64 = 10

  /// Records one outcome of a recommendation.
  func recordFeedback(
    recommendation: RecommendationID,
    features: [Double],
    confidence: Double,
    accepted: Bool,
    at: Instant
  ) throws {
    let known = lastTask?.id == recommendation ? lastTask : nil
    guard let task = try known ?? self.recommendation(recommendation) else {
      throw Failure(
        .notFound,
        "There is no recommendation with the key \(recommendation.rawValue)."
      )
    }
    try db.run(
      """
      INSERT OR REPLACE INTO ml_feedback_training_data (tenant_id, recommendation_id, features,
        confidence, accepted, at) VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        task.tenant.rawValue, recommendation.rawValue, Blob.of(features),
        min(1, max(0, confidence)), accepted, at.ms,
      ]
    )
  }

  /// Records an event, of which listeners hear after the commit; a nil tenant means everybody.
  func emit(
    _ kind: String,
    subject: String,
    tenant: TenantID?,
    at: Instant,
    dataJSON: String
  ) throws {
    try db.run(
      "INSERT INTO events (tenant_id, kind, subject, at, data_json) VALUES (?, ?, ?, ?, ?)",
      [tenant?.rawValue, kind, subject, at.ms, dataJSON]
    )
    touched.newestEvent = db.lastInsertedRowID
  }
}
