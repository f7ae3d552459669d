import GRDB
import Warehouse

/// The life of a putaway task after it was made.
extension WriteSession {
  /// Moves a task on; releases the reservation where the new state is not open, and keeps the
  /// places of the units where it was confirmed as recommended.
  ///
  /// A task that reached its end stays there (`conflict`), with one exception: goods that were
  /// put away on an expired, rejected or cancelled task are a late fact, which is recorded. A
  /// repeat of the state that the task has is accepted and changes nothing.
  @discardableResult
  func setStatus(
    _ status: RecommendationStatus,
    of id: RecommendationID,
    actual: LocationID?,
    reason: OverrideReason?,
    note: String?,
    at: Instant
  ) throws -> Recommendation {
    // What this request has read itself is what is there: nobody else writes meanwhile.
    let known = lastTask?.id == id ? lastTask : nil
    lastTask = nil
    guard var task = try known ?? recommendation(id) else {
      throw Failure(.notFound, "There is no recommendation with the key \(id.rawValue).")
    }
    if task.status == status, task.actual == (actual ?? task.actual) { return task }
    guard Self.mayBecome(status, from: task.status) else {
      throw Failure(
        .conflict,
        "The task is \(task.status.rawValue) already.",
        hint: "Look at the task again: another device may have finished it.",
        context: ["status": task.status.rawValue]
      )
    }
    let isDone = status == .confirmed || status == .overridden
    let place = actual ?? (status == .confirmed ? task.draft.to : nil)
    guard !isDone || place != nil else {
      throw Failure(.missing, "An override names the location where the goods are.")
    }
    try db.run(
      """
      UPDATE putaway_recommendations SET status = ?, actual_location_id = ?, reason = ?, note = ?,
        changed_at = ? WHERE id = ?
      """,
      [
        status.rawValue, place?.rawValue, reason?.rawValue, note, at.ms, id.rawValue,
      ]
    )
    let before = task
    task.status = status
    task.actual = place
    task.reason = reason
    task.changedAt = at
    lastTask = task
    try settle(before, status, place)
    if isDone || status == .rejected {
      try db.run(
        """
        INSERT INTO putaway_feedback (tenant_id, recommendation_id, status, actual_location_id,
          reason, note, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          task.tenant.rawValue, id.rawValue, status.rawValue, place?.rawValue, reason?.rawValue,
          note, at.ms,
        ]
      )
    }
    return task
  }

  /// Which states may follow which.
  private static func mayBecome(
    _ status: RecommendationStatus,
    from older: RecommendationStatus
  ) -> Bool {
    switch older {
    case .recommended: status != .recommended
    case .started: status != .recommended && status != .expired
    case .expired, .rejected, .cancelled: status == .confirmed || status == .overridden
    case .confirmed, .overridden: false
    }
  }

  /// What a new state means for the room that the task held.
  private func settle(
    _ task: Recommendation,
    _ status: RecommendationStatus,
    _ place: LocationID?
  ) throws {
    if status == .started {
      return try db.run(
        "UPDATE reservations SET expires_at = NULL WHERE recommendation_id = ?",
        [task.id.rawValue]
      )
    }
    try db.run("DELETE FROM reservations WHERE recommendation_id = ?", [task.id.rawValue])
    touched.note(task.draft.lot, at: task.draft.to)
    guard status == .confirmed, place == task.draft.to else {
      return try db.run(
        "DELETE FROM handling_unit_positions WHERE recommendation_id = ? AND is_reserved = 1",
        [task.id.rawValue]
      )
    }
    let lot = try writableLot(task.draft.lot)
    if task.status.isOpen {
      try db.run(
        "UPDATE handling_unit_positions SET is_reserved = 0 WHERE recommendation_id = ?",
        [task.id.rawValue]
      )
    } else {
      // A late confirmation: the places count again, unless something else stands there.
      let taken = try contents(of: [task.draft.to])[task.draft.to]?.boxes ?? []
      for box in task.draft.boxes where !taken.contains(where: box.overlaps) {
        try self.place(box, of: lot, at: task.draft.to, task: task.id, isReserved: false)
      }
    }
    try trimPlaces(of: lot, at: task.draft.to, afterTask: task.id)
  }

  /// Expires up to `limit` recommendations whose time is over; returns how many.
  func expireRecommendations(at: Instant, limit: Int) throws -> Int {
    let due = try db.all(
      """
      SELECT r.id FROM putaway_recommendations r
      WHERE r.status = 'RECOMMENDED' AND r.expires_at <= ?\(owned("r.tenant_id"))
      ORDER BY r.expires_at LIMIT ?
      """,
      [at.ms, limit]
    ) { $0.key(0) as RecommendationID }
    for id in due {
      try setStatus(.expired, of: id, actual: nil, reason: nil, note: nil, at: at)
    }
    return due.count
  }

  /// Records that a fact breached a rule of a location.
  func recordCapacityFailure(
    location: LocationID,
    lot: LotID,
    rule: String,
    detail: String,
    at: Instant
  ) throws {
    let owner = try writableLot(lot).tenant
    try db.run(
      """
      INSERT INTO capacity_validation_failures (tenant_id, location_id, lot_id, rule, detail, at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [owner.rawValue, location.rawValue, lot.rawValue, rule, detail, at.ms]
    )
  }
}
