import Foundation
import GRDB
import Warehouse

extension WriteSession {
  /// Opens a session; what was open at the device ends.
  func openSession(_ session: BrowserSession, digest: [UInt8]) throws {
    let at = session.startedAt
    try db.run(
      "UPDATE browser_sessions SET ended_at = ? WHERE device_id = ? AND ended_at IS NULL",
      [at.ms, session.device.rawValue]
    )
    // What ended a month ago is of no use to anybody; the audit log keeps its trace.
    try db.run(
      """
      DELETE FROM browser_sessions WHERE id IN (
        SELECT id FROM browser_sessions WHERE expires_at < ? ORDER BY id LIMIT 100)
      """,
      [at.adding(seconds: -30 * 86_400).ms]
    )
    try db.run(
      """
      INSERT INTO browser_sessions (session_hash, device_id, operator_id, started_at, expires_at)
      VALUES (?, ?, ?, ?, ?)
      """,
      [
        Data(digest), session.device.rawValue, session.person.id.rawValue, at.ms,
        session.expiresAt.ms,
      ]
    )
    try audit(
      "session.opened",
      subject: session.person.badge,
      detailJSON: Self.object([("device", try deviceName(session.device))]),
      at: at
    )
  }

  /// Ends a session.
  func endSession(_ session: BrowserSession, at: Instant) throws {
    try db.run(
      "UPDATE browser_sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
      [at.ms, session.id.rawValue]
    )
    try audit(
      "session.ended",
      subject: session.person.badge,
      detailJSON: Self.object([("device", try deviceName(session.device))]),
      at: at
    )
  }

  private func deviceName(_ id: DeviceID) throws -> String {
    try device(id: id)?.name ?? ""
  }

  /// Keeps a code and forgets those that are over; a setup code replaces the one before.
  func addCode(_ code: PairingCode, digest: [UInt8], at: Instant) throws {
    try db.run(
      "DELETE FROM pairing_codes WHERE expires_at <= ?1 OR used_at IS NOT NULL OR purpose = ?2",
      [at.ms, code.purpose == .setup ? PairingCode.Purpose.setup.rawValue : ""]
    )
    let open = try db.first("SELECT count(*) FROM pairing_codes") { $0[0] as Int } ?? 0
    guard open < Limits.pairingCodes else {
      throw Failure(
        .conflict,
        "\(open) pairing codes are waiting to be used, which is the most there may be.",
        hint: "Use them, or wait ten minutes until they are over."
      )
    }
    try db.run(
      """
      INSERT INTO pairing_codes (code_hash, purpose, tenant_id, visible_json, kind, created_by,
        created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        Data(digest), code.purpose.rawValue, code.tenant.rawValue,
        AccessColumns.json(code.others), code.kind?.rawValue, scope.actor, at.ms,
        code.expiresAt.ms,
      ]
    )
    try audit(
      code.purpose == .setup ? "setup.offered" : "pairing.offered",
      subject: code.kind?.rawValue ?? "any",
      detailJSON: "{}",
      at: at
    )
  }

  /// Uses a code up; nil where it does not exist, is over, or was used.
  func useCode(
    digest: [UInt8],
    _ purpose: PairingCode.Purpose,
    at: Instant
  ) throws -> PairingCode? {
    let found = try db.first(
      """
      SELECT tenant_id, visible_json, kind, expires_at FROM pairing_codes
      WHERE code_hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?
      """,
      [Data(digest), purpose.rawValue, at.ms]
    ) { row in
      PairingCode(
        purpose: purpose,
        tenant: row.key(0),
        others: try AccessColumns.tenants(row[1]),
        kind: try row.word(orNil: 2),
        expiresAt: row.instant(3)
      )
    }
    guard let found else { return nil }
    try db.run("UPDATE pairing_codes SET used_at = ? WHERE code_hash = ?", [at.ms, Data(digest)])
    return found
  }
}
