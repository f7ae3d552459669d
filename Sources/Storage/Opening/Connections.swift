import CSQLite
import GRDB
import Warehouse

/// How connections to the database are set up.
enum Connections {
  /// How long the writer waits for a lock that it should never meet, in seconds.
  private static let busyTimeoutS = 5.0

  /// Sets the library up, once and before its first use; where somebody was faster (tests put a
  /// layer of their own in first) it stays as it is, which is as safe and a little slower.
  static let setUp: Void = { _ = stowage_sqlite_configure() }()

  /// The configuration of the pool: one writer, and readers that can only read.
  ///
  /// No connection checkpoints by itself (`wal_autocheckpoint=0`); the writer does it on its own
  /// terms. That is also what keeps SQLite's WAL-reset fault (3.7.0 to 3.51.2) out: it needs a
  /// second connection that checkpoints or writes.
  static func pool(readers: Int) -> Configuration {
    var configuration = common()
    configuration.label = "stowage"
    configuration.maximumReaderCount = readers
    configuration.persistentReadOnlyConnections = true
    return configuration
  }

  /// The configuration of a connection for itself: creation and the checking of copies.
  static func single(isReadOnly: Bool) -> Configuration {
    var configuration = common()
    configuration.readonly = isReadOnly
    return configuration
  }

  private static func common() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeoutS)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { db in
      guard stowage_sqlite_defend(db.sqliteConnection) == SQLITE_OK else {
        throw DatabaseError(message: "this SQLite cannot be set to defensive")
      }
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA mmap_size = 0;
          PRAGMA wal_autocheckpoint = 0;
          PRAGMA temp_store = MEMORY;
          """
      )
      if db.configuration.readonly {
        try db.execute(sql: "PRAGMA query_only = ON; PRAGMA cache_size = -4096;")
      } else {
        try db.execute(
          sql: "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;"
        )
      }
    }
    return configuration
  }

  /// Sets `synchronous=FULL` on the writer and reads it back; no start unless it is 2.
  ///
  /// It comes after the pool's own start, which sets NORMAL: an acknowledged scan must survive a
  /// power cut.
  static func makeDurable(_ pool: DatabasePool) throws {
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
      guard level == 2 else {
        throw Failure(
          .unusable,
          "SQLite did not accept synchronous=FULL: \(level.map(String.init) ?? "no answer").",
          hint: "Use Debian's libsqlite3; without this a power cut loses confirmed scans."
        )
      }
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
      guard mode == "wal" else {
        throw Failure(
          .unusable,
          "The database is not in WAL mode (it says \(mode ?? "nothing")).",
          hint: "Keep the data folder on a local disk that supports shared memory."
        )
      }
    }
  }
}
