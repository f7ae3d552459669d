import CSQLite
import GRDB
import Synchronization

/// Knows how long the write-ahead log is, from SQLite's own hook on the writer.
final class LogWatch: Sendable {
  /// Frames in the log after the last commit.
  let frames = Atomic<Int>(0)
  /// Frames from which the next checkpoint is due.
  let due = Atomic<Int>(0)

  /// Hooks into the writer's connection, for as long as this object lives.
  func attach(to db: Database) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, frames in
        guard let context else { return SQLITE_OK }
        let watch = Unmanaged<LogWatch>.fromOpaque(context).takeUnretainedValue()
        watch.frames.store(Int(frames), ordering: .relaxed)
        return SQLITE_OK
      },
      context
    )
  }

  /// Lets go of the connection.
  func detach(from db: Database) {
    sqlite3_wal_hook(db.sqliteConnection, nil, nil)
  }
}
