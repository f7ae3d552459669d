import GRDB
import Warehouse

/// How one request of a group is run, and how it alone is undone where it fails.
///
/// A savepoint for each request would be simple, but SQLite then copies every page that a request
/// is the first to touch, twenty of them for a confirm, and nearly no request fails after it wrote
/// something. So requests run without one for as long as all of the group may be run again. One
/// that fails before it wrote anything leaves nothing to undo. Where one fails behind that, the
/// whole transaction is undone, those before it are run again, each in a savepoint, and so are that
/// one and all that follow. Nobody has been answered by then, so nobody sees the difference.
extension Writer {
  /// Runs one request; where it fails, what it did is undone, and what the others did is not.
  func serve(_ request: WriteRequest, _ group: inout Group, _ db: Database) throws -> Touched {
    if !request.isRepeatable { group.hasSavepoints = true }
    guard !group.hasSavepoints else { return try serveInSavepoint(request, db) }
    let before = db.totalChangesCount
    do {
      return try run(request, db)
    } catch {
      guard db.isInsideTransaction, db.totalChangesCount != before else { throw error }
      try beginAnew(&group, db)
      return try serveInSavepoint(request, db)
    }
  }

  /// Undoes the transaction and runs those who had been served well again.
  private func beginAnew(_ group: inout Group, _ db: Database) throws {
    auditHead.withLock { $0 = nil }
    try db.rollback()
    try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
    group.hasSavepoints = true
    group.touched = Touched()
    for place in group.served.indices where group.served[place].failure == nil {
      do {
        group.touched.merge(try serveInSavepoint(group.served[place].request, db))
      } catch {
        group.served[place].failure = note(error)
        guard db.isInsideTransaction else { throw error }
      }
    }
  }

  private func serveInSavepoint(_ request: WriteRequest, _ db: Database) throws -> Touched {
    try db.run("SAVEPOINT request")
    do {
      let touched = try run(request, db)
      try db.run("RELEASE request")
      return touched
    } catch {
      auditHead.withLock { $0 = nil }
      if db.isInsideTransaction {
        try db.run("ROLLBACK TO request")
        try db.run("RELEASE request")
      }
      throw error
    }
  }

  private func run(_ request: WriteRequest, _ db: Database) throws -> Touched {
    let session = WriteSession(
      db,
      request.scope,
      importID: request.importID,
      auditHead: auditHead
    )
    try WritingMark.during {
      try request.work(session)
      try session.sealBookings()
    }
    return session.touched
  }
}
