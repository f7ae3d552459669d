import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// The versions of settings that head office handed down, the newest first.
  func directedSettings(limit: Int) throws -> [DirectedSettings] {
    try db.all(
      """
      SELECT version, document_json, signature, state, reason, received_at, changed_at
      FROM directed_settings ORDER BY version DESC LIMIT ?
      """,
      [limit]
    ) { row in
      var settings = DirectedSettings(
        version: row[0],
        document: row[1],
        signature: Array(row[2] as Data),
        state: DirectedSettings.State(rawValue: row[3]) ?? .refused,
        reason: row[4],
        at: row.instant(5)
      )
      settings.changedAt = row.instant(6)
      return settings
    }
  }
}

extension WriteSession {
  /// Keeps a version; where it is active, the one before it becomes superseded.
  func keep(_ settings: DirectedSettings) throws {
    let newest = try directedSettings(limit: 1).first?.version ?? 0
    guard settings.version > newest else {
      throw Failure(.conflict, "Version \(newest) of head office's settings is here already.")
    }
    if settings.state == .active {
      try db.run(
        "UPDATE directed_settings SET state = 'SUPERSEDED', changed_at = ? WHERE state = 'ACTIVE'",
        [settings.changedAt.ms]
      )
    }
    try db.run(
      """
      INSERT INTO directed_settings
        (version, document_json, signature, state, reason, received_at, changed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        settings.version, settings.document, Data(settings.signature), settings.state.rawValue,
        settings.reason, settings.receivedAt.ms, settings.changedAt.ms,
      ]
    )
  }

  /// Changes what became of a version; the newest superseded one is in force again.
  func end(
    settings version: Int64,
    as state: DirectedSettings.State,
    reason: String,
    at moment: Instant
  ) throws {
    try db.run(
      """
      UPDATE directed_settings SET state = ?, reason = ?, changed_at = ?
      WHERE version = ? AND state = 'ACTIVE'
      """,
      [state.rawValue, reason, moment.ms, version]
    )
    guard db.changesCount > 0 else {
      throw Failure(.conflict, "Version \(version) of head office's settings is not in force.")
    }
    try db.run(
      """
      UPDATE directed_settings SET state = 'ACTIVE', changed_at = ? WHERE version = (
        SELECT max(version) FROM directed_settings WHERE state = 'SUPERSEDED')
      """,
      [moment.ms]
    )
  }
}
