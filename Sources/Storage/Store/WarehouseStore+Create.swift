import Foundation
import GRDB
import Warehouse

extension WarehouseStore {
  /// Makes a new database and closes it again; nothing of it is there unless all of it is.
  ///
  /// It is built beside its place and put there with one rename, so that an interrupted `init`
  /// leaves no half-made warehouse. Fails with `conflict` where something is there already.
  public static func create(at path: String, _ new: NewWarehouse) throws {
    guard try FileCheck.examine(path) == .absent else {
      throw Failure(
        .conflict,
        "There is a file at \(path) already.",
        hint: "Serve it with `stowage serve`, or name another path."
      )
    }
    for companion in [path + "-wal", path + "-journal"] where access(companion, F_OK) == 0 {
      throw Failure(
        .conflict,
        "\(companion) is there without its database.",
        hint: "It may hold the last writes of a database that was moved: bring the two together"
          + " again, or move it away."
      )
    }
    let lock = try DatabaseLock(databasePath: path)
    defer { lock.release() }
    let partial = path + ".new"
    for name in [partial, partial + "-journal"] { unlink(name) }
    do {
      let queue = try DatabaseQueue(
        path: partial,
        configuration: Connections.single(isReadOnly: false)
      )
      try queue.writeWithoutTransaction { db in
        _ = try Migrator(migrations: Migration.compiledIn()).migrate(db, path: partial)
        try db.inTransaction(.immediate) {
          try fill(db, new)
          return .commit
        }
      }
      try queue.close()
      try Snapshot.synchronise(partial)
      guard rename(partial, path) == 0 else {
        throw Failure(.unusable, "\(path) cannot be written: \(String(cString: strerror(errno))).")
      }
      try Snapshot.synchronise(FileCheck.folder(of: path))
    } catch {
      unlink(partial)
      throw Failure.from(error)
    }
  }

  private static func fill(_ db: Database, _ new: NewWarehouse) throws {
    if let fault = Code.fault(in: new.facility.code) {
      throw Failure(.invalid, "The facility's code \(fault).")
    }
    if let fault = Code.fault(in: new.ownerCode) {
      throw Failure(.invalid, "The owner's code \(fault).")
    }
    guard TimeZone(identifier: new.facility.timeZone) != nil else {
      throw Failure(
        .invalid,
        "There is no time zone \(new.facility.timeZone).",
        hint: "Use an IANA name, for example Europe/Berlin."
      )
    }
    try db.run(
      "INSERT INTO tenants (id, code, name, created_at) VALUES (1, ?, ?, ?)",
      [new.ownerCode, new.ownerName, new.at.ms]
    )
    try db.run(
      """
      INSERT INTO facility (id, code, name, time_zone, currency, gln, epoch, home_tenant_id,
        created_at) VALUES (1, ?, ?, ?, ?, ?, ?, 1, ?)
      """,
      [
        new.facility.code, new.facility.name, new.facility.timeZone, new.facility.currency,
        new.facility.gln, new.facility.epoch.text, new.at.ms,
      ]
    )
    let session = WriteSession(
      db,
      .facility(home: TenantID(1)),
      importID: nil,
      auditHead: Guarded(nil)
    )
    for (pair, mayMix) in new.hazards.rules {
      let distance = new.hazards.distances[pair] ?? .location
      try session.setHazardRule(pair, mayMix: mayMix, distance: distance, note: nil)
    }
  }

  /// Adds an owner of goods and returns its key; a code that is there already is a conflict.
  public func addTenant(
    code: String,
    name: String,
    at: Instant,
    actor: String = "box"
  ) throws -> TenantID {
    if let fault = Code.fault(in: code) { throw Failure(.invalid, "The owner's code \(fault).") }
    let slot = Slot<TenantID>()
    try writer.perform(.facility(home: homeTenant).acting(as: actor)) { session in
      if try session.tenants()[code] != nil {
        throw Failure(.conflict, "An owner has the code \(code) already.")
      }
      try session.db.run(
        "INSERT INTO tenants (code, name, created_at) VALUES (?, ?, ?)",
        [code, name, at.ms]
      )
      slot.put(TenantID(session.db.lastInsertedRowID))
      try session.audit("owner.added", subject: code, detailJSON: "{}", at: at)
    }
    guard let id = slot.take() else { throw Failure(.internal, "The owner was not written.") }
    return id
  }
}
