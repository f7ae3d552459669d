import Foundation
import GRDB
import Logging
import Warehouse

/// The hub's store: one SQLite file, one process, one writer, synced at every commit.
///
/// The same discipline as in the warehouses: an acknowledgement that is not durable would let a
/// facility delete what head office then loses.
public final class HubStore: HubLedger {
  /// The random id of this store, told to every sender.
  public let instance: String
  let pool: DatabasePool
  let path: String
  /// Where it keeps what it is given, for people.
  public var place: String { path }
  private let lock: FolderLock

  /// Opens the store in a folder, making both where they are new.
  ///
  /// Throws `unusable` for a file that is foreign, newer than this program or broken, which is left
  /// as it is, and `busy` where another hub has the folder.
  public init(folder: String, now: Instant) throws {
    try Self.makeFolder(folder)
    lock = try FolderLock(path: folder + "/hub.lock")
    path = folder + "/hub.sqlite"
    do {
      let isNew = try !HeaderCheck.isOurs(path)
      pool = try DatabasePool(path: path, configuration: Self.configuration())
      try Self.makeDurable(pool)
      if isNew { try Self.create(pool, now) }
      try Self.upgrade(pool)
      instance = try pool.read { db in
        try String.fetchOne(db, sql: "SELECT instance FROM hub") ?? ""
      }
    } catch let error as DatabaseError {
      lock.release()
      throw Failure(
        .unusable,
        "The store \(path) cannot be opened: \(error.message ?? "SQLite error").",
        hint: "Check the folder's owner and the disk; a damaged file is restored from a backup."
      )
    } catch {
      lock.release()
      throw error
    }
  }

  /// Closes the store; nothing may be asked of it any more.
  public func close() throws {
    try pool.writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
    }
    try pool.close()
    lock.release()
  }

  /// `PRAGMA synchronous` of the writer, read back; 2 is FULL.
  public func synchronous() throws -> Int {
    try pool.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "stowage-hub"
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA mmap_size = 0;
          PRAGMA journal_size_limit = 67108864;
          """
      )
    }
    return configuration
  }

  /// Sets `synchronous=FULL` after the pool's own start, which sets NORMAL, and reads it back.
  private static func makeDurable(_ pool: DatabasePool) throws {
    let level = try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      return try Int.fetchOne(db, sql: "PRAGMA synchronous")
    }
    guard level == 2 else {
      throw Failure(
        .unusable,
        "SQLite did not accept synchronous=FULL.",
        hint: "Use Debian's libsqlite3; without this a power cut loses what was acknowledged."
      )
    }
  }

  private static func create(_ pool: DatabasePool, _ now: Instant) throws {
    let random = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    try pool.write { db in
      try db.execute(sql: HubSchema.initial)
      try db.execute(
        sql: "INSERT INTO hub (id, instance, created_at) VALUES (1, ?, ?)",
        arguments: [PublicID(at: now, random: random).text, now.ms]
      )
      try db.execute(
        sql: """
          PRAGMA application_id = \(HubSchema.applicationID);
          PRAGMA user_version = 1;
          """
      )
    }
  }

  /// Applies the steps that the file lacks, each in a transaction of its own.
  private static func upgrade(_ pool: DatabasePool) throws {
    let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 1
    for (index, step) in HubSchema.steps.enumerated() where index + 2 > version {
      try pool.write { db in
        try db.execute(sql: step)
        try db.execute(sql: "PRAGMA user_version = \(index + 2)")
      }
    }
  }

  /// Makes a data folder where there is none.
  static func makeFolder(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o750]
      )
    } catch {
      throw Failure(
        .unusable,
        "The data folder \(folder) cannot be made.",
        hint: "Make it, and give it to the user who runs the hub."
      )
    }
  }
}
