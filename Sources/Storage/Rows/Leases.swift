import GRDB
import Warehouse

extension WriteSession {
  /// Gives a task to a device until a moment; false where another one has it, or it moved on.
  func lease(_ id: RecommendationID, to device: String, until: Instant) throws -> Bool {
    lastTask = nil
    try db.run(
      """
      UPDATE putaway_recommendations SET leased_to = ?2, expires_at = max(created_at, ?3)
      WHERE id = ?1 AND status = 'RECOMMENDED' AND coalesce(leased_to, ?2) = ?2
      \(owned("tenant_id"))
      """,
      [id.rawValue, device, until.ms]
    )
    guard db.changesCount > 0 else { return false }
    try db.run(
      "UPDATE reservations SET expires_at = ? WHERE recommendation_id = ?",
      [until.ms, id.rawValue]
    )
    return true
  }

  /// Says which device works on a task; its expiry stays as it is.
  func setHolder(_ device: String, of id: RecommendationID) throws {
    lastTask = nil
    try db.run(
      "UPDATE putaway_recommendations SET leased_to = ? WHERE id = ?\(owned("tenant_id"))",
      [device, id.rawValue]
    )
  }

  /// Takes an open task away from its device: anybody may have it again, until a moment.
  func release(_ id: RecommendationID, until: Instant, at: Instant) throws {
    lastTask = nil
    try db.run(
      """
      UPDATE putaway_recommendations SET status = 'RECOMMENDED', leased_to = NULL,
        expires_at = max(created_at, ?2), changed_at = ?3
      WHERE id = ?1 AND status IN ('RECOMMENDED', 'STARTED')\(owned("tenant_id"))
      """,
      [id.rawValue, until.ms, at.ms]
    )
    try expectOneChange("There is no open task with the key \(id.rawValue).")
    try db.run(
      "UPDATE reservations SET expires_at = ? WHERE recommendation_id = ?",
      [until.ms, id.rawValue]
    )
  }
}

extension ReadSession {
  /// The newest row of a device that nobody has taken back, and that takes nothing back itself.
  func lastEntry(of device: String) throws -> LedgerEntry? {
    try db.first(
      """
      SELECT \(LedgerColumns.x) FROM inventory_transactions x
      WHERE x.device = ? AND x.corrects_id IS NULL\(owned("x.tenant_id"))
        AND NOT EXISTS (SELECT 1 FROM inventory_transactions c
          WHERE c.lot_id = x.lot_id AND c.corrects_id = x.id)
      ORDER BY x.id DESC LIMIT 1
      """,
      [device],
      LedgerColumns.entry
    )
  }

  /// What came to a place less what left it after a moment, in milli base units of one lot.
  func movement(of lot: LotID, at location: LocationID, after moment: Instant) throws -> Int64 {
    try db.first(
      """
      SELECT coalesce(sum(quantity_milli * ((x.to_location_id IS ?2) - (x.from_location_id IS ?2))),
        0) FROM inventory_transactions x
      WHERE x.lot_id = ?1 AND x.occurred_at > ?3\(owned("x.tenant_id"))
      """,
      [lot.rawValue, location.rawValue, moment.ms]
    ) { $0[0] } ?? 0
  }

  /// When a lot was last counted in a place.
  func lastCount(of lot: LotID, at location: LocationID) throws -> Instant? {
    try db.first(
      """
      SELECT max(x.occurred_at) FROM inventory_transactions x
      WHERE x.lot_id = ?1 AND x.kind = 'COUNT'
        AND (x.to_location_id = ?2 OR x.from_location_id = ?2)\(owned("x.tenant_id"))
      """,
      [lot.rawValue, location.rawValue]
    ) { $0.instant(orNil: 0) } ?? nil
  }

  /// How far the operations of a device have been taken; nil for one that never sent any.
  func deviceSequence(_ device: String) throws -> DeviceSequence? {
    try db.first(
      """
      SELECT last_sequence, clock_offset_ms, seen_at FROM device_sequences
      WHERE tenant_id = ? AND device = ?
      """,
      [scope.home.rawValue, device]
    ) { DeviceSequence(last: $0[0], clockOffsetMS: $0[1], seenAt: $0.instant(2)) }
  }
}

extension WriteSession {
  /// Notes how far the operations of a device have been taken; never goes back.
  func setDeviceSequence(_ sequence: DeviceSequence, of device: String) throws {
    try db.run(
      """
      INSERT INTO device_sequences (tenant_id, device, last_sequence, clock_offset_ms, seen_at)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (tenant_id, device) DO UPDATE SET
        last_sequence = max(last_sequence, excluded.last_sequence),
        clock_offset_ms = excluded.clock_offset_ms, seen_at = excluded.seen_at
      """,
      [
        scope.home.rawValue, device, sequence.last, sequence.clockOffsetMS, sequence.seenAt.ms,
      ]
    )
  }
}
