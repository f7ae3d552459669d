import GRDB
import Warehouse

extension ReadSession {
  /// Days whose demand changed after they went upstream, the newest first; none while an import is
  /// under way, whose rows nobody sees yet.
  func changedDays(limit: Int) throws -> [ChangedDay] {
    try db.all(
      """
      SELECT day, changes FROM demand_changes
      WHERE NOT EXISTS (SELECT 1 FROM imports WHERE status = 'APPLYING')
      ORDER BY day DESC LIMIT ?
      """,
      [limit]
    ) { ChangedDay(day: $0.day(0), changes: $0[1]) }
  }

  /// The mark that the database has in common with the file beside it.
  func copyMark() throws -> PublicID? {
    try db.first("SELECT mark FROM database_mark WHERE id = 1") { try $0.publicID(0) }
  }
}

extension WriteSession {
  /// Forgets a changed day that was told, unless it changed once more meanwhile.
  func settle(_ day: ChangedDay) throws {
    try db.run(
      "DELETE FROM demand_changes WHERE day = ? AND changes = ?",
      [day.day.rawValue, day.changes]
    )
  }

  /// Notes that the demand of these days is another one now.
  func noteChanged(_ days: Set<LocalDay>) throws {
    let keys = "[" + days.map { String($0.rawValue) }.sorted().joined(separator: ",") + "]"
    try db.run(
      """
      INSERT INTO demand_changes (day) SELECT value FROM json_each(?) WHERE true
      ON CONFLICT (day) DO UPDATE SET changes = changes + 1
      """,
      [keys]
    )
  }

  /// Gives the database another mark.
  func setCopyMark(_ mark: PublicID, at: Instant) throws {
    try db.run(
      """
      INSERT INTO database_mark (id, mark, set_at) VALUES (1, ?1, ?2)
      ON CONFLICT (id) DO UPDATE SET mark = ?1, set_at = ?2
      """,
      [mark.text, at.ms]
    )
  }
}
