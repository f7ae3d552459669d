import Foundation
import GRDB
import Warehouse

/// One step of the schema: the SQL that leads from the version before to this one.
struct Migration: Sendable {
  /// The version that the schema has afterwards.
  let version: Int
  /// What it does, in a word; also the end of the snapshot's name.
  let name: String
  /// The statements.
  let sql: String

  /// All steps in their order, as they are compiled into the program.
  static func compiledIn() throws -> [Migration] {
    let steps = [
      (1, "initial"), (2, "access"), (3, "flows"), (4, "sync"), (5, "open_tasks"),
      (7, "forecast_lags"), (10, "forecast_fits"), (11, "printers"),
      (12, "slotting"), (13, "forecast_bursts"), (14, "hazard_distance"),
      (15, "cores_and_busy_aisles"), (16, "forecast_basis"), (20, "site_settings"),
      (21, "supply_terms"), (23, "upkeep"), (24, "explanations"),
      (30, "decided_suggestions"), (31, "reslotting_plans"), (32, "ledger_days"),
    ]
    return try steps.map { version, name in
      let number = String(repeating: "0", count: 4 - String(version).count) + String(version)
      return Migration(
        version: version,
        name: name,
        sql: try Assets.text("schema/\(number)_\(name).sql")
      )
    }
  }
}

/// Brings a database to the newest schema, a step at a time, each in one transaction.
///
/// Before the first step touches a database that has data, a verified copy of it is put beside it
/// (`<database>.before-<version>`), so that the way back is a file and not a hope.
struct Migrator {
  /// The steps, in order.
  let migrations: [Migration]

  /// The newest version that this program knows.
  var newest: Int { migrations.last?.version ?? 0 }

  /// Applies what is missing; returns the versions that were applied.
  func migrate(_ db: Database, path: String) throws -> [Int] {
    let current = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    var applied: [Int] = []
    for migration in migrations where migration.version > current {
      if current > 0, applied.isEmpty {
        try Snapshot.take(of: db, to: path + ".before-\(migration.version)")
      }
      try apply(migration, db)
      applied.append(migration.version)
    }
    return applied
  }

  /// One step: foreign keys are off while tables are rebuilt and checked before the commit.
  private func apply(_ migration: Migration, _ db: Database) throws {
    try db.execute(sql: "PRAGMA foreign_keys = OFF")
    defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
    try db.inTransaction(.immediate) {
      try db.execute(sql: migration.sql)
      if let row = try GRDB.Row.fetchOne(db, sql: "PRAGMA foreign_key_check") {
        throw Failure(
          .unusable,
          "Schema step \(migration.version) (\(migration.name)) leaves a dangling reference in"
            + " table \(row[0] as String).",
          hint: "The database is unchanged. Report this with the output of `stowage doctor`."
        )
      }
      try db.execute(sql: "PRAGMA user_version = \(migration.version)")
      return .commit
    }
  }
}

/// A verified copy of the database, made by SQLite itself.
enum Snapshot {
  /// Copies the database into a new file, checks the copy, and makes it durable.
  ///
  /// `VACUUM INTO` reads one consistent moment. It does not sync what it wrote, so this does, the
  /// folder included. An older copy of the same name gives way.
  static func take(of db: Database, to path: String) throws {
    let partial = path + ".part"
    unlink(partial)
    try db.execute(sql: "VACUUM INTO ?", arguments: [partial])
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    try verify(partial, version: version)
    try synchronise(partial)
    guard rename(partial, path) == 0 else {
      throw Failure(.storageFull, "The copy \(path) could not be put in place.")
    }
    try synchronise(FileCheck.folder(of: path))
  }

  /// Opens a copy read-only and checks its mark, its version, its pages and its references.
  static func verify(_ path: String, version: Int) throws {
    let queue = try DatabaseQueue(
      path: path,
      configuration: Connections.single(isReadOnly: true)
    )
    defer { try? queue.close() }
    let faults = try queue.unsafeRead { db -> [String] in
      var faults = try String.fetchAll(db, sql: "PRAGMA quick_check(10)").filter { $0 != "ok" }
      if try Int.fetchOne(db, sql: "PRAGMA user_version") != version {
        faults.append("the schema version differs")
      }
      if try Int64.fetchOne(db, sql: "PRAGMA application_id") != HeaderCheck.applicationID {
        faults.append("the application id differs")
      }
      if try GRDB.Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil {
        faults.append("a reference is dangling")
      }
      return faults
    }
    guard faults.isEmpty else {
      throw Failure(
        .unusable,
        "The copy \(path) is not sound: \(faults.joined(separator: "; ")).",
        hint: "Check the disk, and run `stowage doctor` before anything else."
      )
    }
  }

  /// Flushes a file or a folder to the disk; never used on the open database itself.
  static func synchronise(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.internal, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw Failure(.storageFull, "\(path) could not be flushed to the disk.")
    }
  }
}
