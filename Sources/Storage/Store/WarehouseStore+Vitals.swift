import CSQLite
import GRDB
import Synchronization
import Warehouse

extension WarehouseStore {
  /// What the store says of itself.
  public func vitals() throws -> StoreVitals {
    let path = settings.path
    let disk = FileCheck.disk(of: path)
    let counts = writer.counts.withLock { $0 }
    let (synchronous, journalMode, schema) = try writerPragmas()
    return StoreVitals(
      synchronous: synchronous,
      journalMode: journalMode,
      schemaVersion: schema,
      sqliteVersion: String(cString: sqlite3_libversion()),
      walBytes: FileCheck.size(of: path + "-wal"),
      databaseBytes: FileCheck.size(of: path),
      diskFreeBytes: disk.freeBytes,
      diskTotalBytes: disk.totalBytes,
      readOnlyReason: writer.readOnly.withLock { $0 },
      writerQueue: writer.queue.count,
      commits: counts.commits,
      committedRequests: counts.requests,
      readP95US: readTimings.percentileUS(0.95),
      commitP99US: writer.commitTimings.percentileUS(0.99),
      integrityFaults: integrity.withLock { $0 }
    )
  }

  /// Read back from the writer's own connection, since each connection has its own settings.
  private func writerPragmas() throws -> (Int, String, Int) {
    try pool.writeWithoutTransaction { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1,
        try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "",
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      )
    }
  }

  /// Checks the pages of every table on a reader, one table at a time so that no read lasts long;
  /// a fault turns writes off.
  func checkIntegrity() {
    do {
      let tables = try pool.read { db in
        try String.fetchAll(
          db,
          sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        )
      }
      var faults: [String] = []
      for table in tables {
        guard background.mayContinue else { return }
        faults += try pool.read { db in
          try String.fetchAll(db, sql: "PRAGMA quick_check('\(table)')").filter { $0 != "ok" }
        }
      }
      if !faults.isEmpty {
        writer.turnOff("the integrity check found \(faults.count) faults: \(faults[0])")
      }
      integrity.withLock { [faults] in $0 = faults }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      return
    } catch {
      guard background.mayContinue else { return }
      let failure = Failure.from(error)
      integrity.withLock { $0 = [failure.message] }
      writer.turnOff("the integrity check failed: \(failure.message)")
    }
  }
}

extension WarehouseStore {
  /// The version of the schema that this program brings.
  public static var schemaVersion: Int { (try? Migration.compiledIn())?.last?.version ?? 0 }

  /// The version of the SQLite library in this process.
  public static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
}
