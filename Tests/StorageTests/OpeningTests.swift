import Foundation
import GRDB
import Testing
import Warehouse

@testable import Storage

@Suite("Opening")
struct OpeningTests {
  /// Runs a body and returns the failure that it must throw.
  private func failure(_ body: () throws -> Void) throws -> Failure {
    do {
      try body()
    } catch {
      return try #require(error as? Failure)
    }
    throw Failure(.internal, "nothing was thrown")
  }

  /// The bytes of every file in a folder but the lock.
  private func contents(_ folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      found[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    return found
  }

  @Test("The writer is durable: synchronous is FULL and the log is WAL, read back")
  func durable() throws {
    let bed = try Bed()
    let vitals = try bed.store.vitals()
    #expect(vitals.synchronous == 2)
    #expect(vitals.journalMode == "wal")
    #expect(vitals.schemaVersion == WarehouseStore.schemaVersion)
    #expect(vitals.readOnlyReason == nil)
    #expect(vitals.diskTotalBytes > 0 && vitals.databaseBytes > 0)
  }

  @Test("Every connection is defensive, keeps foreign keys and never checkpoints by itself")
  func connections() throws {
    let bed = try Bed()
    func check(_ db: Database, isReader: Bool) throws {
      func value(_ pragma: String) throws -> Int? {
        try Int.fetchOne(db, sql: "PRAGMA \(pragma)")
      }
      #expect(try value("wal_autocheckpoint") == 0)
      #expect(try value("foreign_keys") == 1)
      #expect(try value("trusted_schema") == 0)
      #expect(try value("mmap_size") == 0 || value("mmap_size") == nil)
      #expect(try value("query_only") == (isReader ? 1 : 0))
      // DEFENSIVE shows in that the schema cannot be written to.
      try db.execute(sql: "PRAGMA writable_schema = ON")
      #expect(throws: DatabaseError.self) {
        try db.execute(sql: "UPDATE sqlite_schema SET sql = '' WHERE name = 'lots'")
      }
      if isReader {
        #expect(throws: DatabaseError.self) { try db.execute(sql: "DELETE FROM jobs") }
      }
    }
    try bed.store.pool.writeWithoutTransaction { try check($0, isReader: false) }
    try bed.store.pool.unsafeRead { try check($0, isReader: true) }
  }

  @Test("A path without a database says how to make one")
  func absent() throws {
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = try failure { _ = try Bed.open(folder + "/none.db") }
    #expect(found.code == .notFound)
    #expect(found.hint?.contains("stowage init") == true)
    #expect(try contents(folder).isEmpty)
  }

  @Test("An empty file, a text file and a foreign database are refused byte for byte untouched")
  func foreign() throws {
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data().write(to: URL(fileURLWithPath: folder + "/empty.db"))
    try Data(repeating: 65, count: 9_000).write(to: URL(fileURLWithPath: folder + "/text.db"))
    let queue = try DatabaseQueue(path: folder + "/other.db")
    try queue.write { try $0.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
    try queue.close()
    let before = try contents(folder)
    for name in ["empty", "text", "other"] {
      let found = try failure { _ = try Bed.open(folder + "/\(name).db") }
      #expect(found.code == .unusable, "\(name)")
      #expect(found.hint != nil)
    }
    #expect(try contents(folder) == before)
  }

  @Test("A newer database is refused byte for byte untouched, also with a pending log")
  func newer() throws {
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/warehouse.db"
    let known = WarehouseStore.schemaVersion
    try WarehouseStore.create(at: path, Bed.newWarehouse)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA user_version = \(known + 1)")
    }
    try queue.close()
    let plain = try contents(folder)
    let found = try failure { _ = try Bed.open(path) }
    #expect(found.code == .unusable)
    #expect(found.message.contains("schema version \(known + 1)"))
    #expect(found.hint?.contains("newer Stowage") == true)
    #expect(try contents(folder) == plain)

    // The same with the version in the write-ahead log alone, as after a crash.
    let pool = try DatabasePool(path: path)
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = \(known + 2)")
    }
    let crashed = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: crashed) }
    for name in ["warehouse.db", "warehouse.db-wal"] {
      try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: crashed + "/" + name)
    }
    try pool.close()
    let pending = try contents(crashed)
    #expect(pending["warehouse.db-wal"]?.isEmpty == false)
    let again = try failure { _ = try Bed.open(crashed + "/warehouse.db") }
    #expect(again.message.contains("schema version \(known + 2)"))
    #expect(try contents(crashed) == pending)
  }

  @Test("Links and folders are refused before anything is opened")
  func links() throws {
    let bed = try Bed()
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    symlink(bed.path, folder + "/soft.db")
    link(bed.path, folder + "/hard.db")
    mkdir(folder + "/folder.db", 0o755)
    for (name, word) in [("soft", "symbolic link"), ("hard", "hard links"), ("folder", "a file")] {
      let found = try failure { _ = try Bed.open(folder + "/\(name).db") }
      #expect(found.code == .unusable)
      #expect(found.message.contains(word), "\(found.message)")
    }
    #expect(FileCheck.unsafeFileSystem(0x6969) == "NFS")
    #expect(FileCheck.unsafeFileSystem(0xFF53_4D42) == "CIFS")
    #expect(FileCheck.unsafeFileSystem(0xFE53_4D42) == "SMB2")
    #expect(FileCheck.unsafeFileSystem(0x6573_5546) == "FUSE")
    #expect(FileCheck.unsafeFileSystem(0xEF53) == nil)
  }

  @Test("A second process is refused with the first one's id, and let in after it")
  func lock() throws {
    let bed = try Bed()
    let found = try failure { _ = try Bed.open(bed.path) }
    #expect(found.code == .busy)
    #expect(found.message.contains("pid \(getpid())"))
    let lock = bed.path + ".lock"
    #expect(FileManager.default.fileExists(atPath: lock))
    bed.store.close()
    #expect(!FileManager.default.fileExists(atPath: lock))
    try Bed.open(bed.path).close()
    // A lock file that a dead process left behind blocks nobody.
    try Data("999999\n".utf8).write(to: URL(fileURLWithPath: lock))
    try Bed.open(bed.path).close()
  }

  @Test("A database is made whole or not at all, and never over another one")
  func creation() throws {
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/warehouse.db"
    var wrong = Bed.newWarehouse
    wrong.facility.timeZone = "Europe/Nowhere"
    #expect(try failure { try WarehouseStore.create(at: path, wrong) }.code == .invalid)
    wrong = Bed.newWarehouse
    wrong.facility.currency = "euro"
    #expect(try failure { try WarehouseStore.create(at: path, wrong) }.code == .invalid)
    #expect(try contents(folder).isEmpty)
    try WarehouseStore.create(at: path, Bed.newWarehouse)
    #expect(try Set(contents(folder).keys) == ["warehouse.db"])
    let again = try failure { try WarehouseStore.create(at: path, Bed.newWarehouse) }
    #expect(again.code == .conflict)
    let store = try Bed.open(path)
    let facility = try store.read(TenantScope(home: store.homeTenant)) { try $0.facility() }
    #expect(facility == Bed.newWarehouse.facility)
    store.close()
    // After a clean end the log is empty or gone: one file holds everything.
    #expect(FileCheck.size(of: path + "-wal") == 0)
  }

  @Test("The integrity check runs after the start and reports")
  func integrity() throws {
    let bed = try Bed()
    for _ in 0..<200 {
      if try bed.store.vitals().integrityFaults != nil { break }
      usleep(10_000)
    }
    #expect(try bed.store.vitals().integrityFaults == [])
  }
}
