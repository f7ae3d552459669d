import GRDB
import Logging
import Synchronization
import Warehouse

/// A group while it is being made.
struct Group {
  /// A request of it, and how it went.
  struct Served {
    var request: WriteRequest
    var failure: Failure?
  }

  var served: [Served] = []
  var touched = Touched()
  /// Whether each further request gets a savepoint of its own.
  var hasSavepoints = false
}

extension Writer {
  /// Takes what waits and commits it as one group.
  func runGroup() {
    pool.writeWithoutTransaction { db in
      let group = collect(db)
      answer(group, commit: commit(group, db), db)
    }
  }

  /// Begins the transaction and runs requests in it.
  private func collect(_ db: Database) -> Group {
    var group = Group()
    let start = ContinuousClock.now
    let limitUS = Self.workLimitUS(usualCommitUS.load(ordering: .relaxed))
    do {
      try refuseWhenOff()
      try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
    } catch {
      let failure = note(error)
      while group.served.count < Limits.groupCommitRequests, let next = queue.takeIfAny() {
        group.served.append(Group.Served(request: next, failure: failure))
      }
      return group
    }
    while group.served.count < Limits.groupCommitRequests, let request = queue.takeIfAny() {
      let begun = ContinuousClock.now
      defer { noteTime(since: begun, request) }
      do {
        let touched = try serve(request, &group, db)
        group.served.append(Group.Served(request: request))
        group.touched.merge(touched)
      } catch {
        group.served.append(Group.Served(request: request, failure: note(error)))
        if !db.isInsideTransaction {
          // SQLite gave up the whole transaction (full disk, I/O error): nobody's work stands.
          spoil(&group, note(error))
          break
        }
      }
      if Stopwatch.us(since: start) >= limitUS { break }
    }
    return group
  }

  /// How long a group may work before it is closed, in microseconds, where commits take so long of
  /// late: on a slow disk longer, in step with its syncs.
  static func workLimitUS(_ commitUS: Int64) -> Int64 {
    min(
      max(Int64(Limits.groupCommitWorkUS), 2 * commitUS),
      Int64(Limits.groupCommitLongestWorkUS)
    )
  }

  /// Says so where a request held the writer for too long.
  private func noteTime(since begun: ContinuousClock.Instant, _ request: WriteRequest) {
    let spent = Stopwatch.us(since: begun)
    guard spent > Int64(Limits.writeUS) else { return }
    counts.withLock { $0.long += 1 }
    logger.notice(
      "a write held the writer for \(spent / 1_000) ms; \(Limits.writeUS / 1_000) ms is the aim",
      metadata: request.importID.map { ["import": "\($0)"] } ?? [:]
    )
  }

  /// Ends the transaction; nil where it is durable.
  private func commit(_ group: Group, _ db: Database) -> Failure? {
    guard db.isInsideTransaction else { return nil }
    let start = ContinuousClock.now
    do {
      try beforeCommit()
      try db.cachedStatement(sql: "COMMIT").execute()
    } catch {
      let failure = note(error)
      auditHead.withLock { $0 = nil }
      if db.isInsideTransaction { try? db.rollback() }
      return failure
    }
    let spentUS = Stopwatch.us(since: start)
    commitTimings.add(spentUS)
    let usual = usualCommitUS.load(ordering: .relaxed)
    usualCommitUS.store((7 * usual + spentUS) / 8, ordering: .relaxed)
    let done = Int64(group.served.count { $0.failure == nil })
    counts.withLock { counts in
      counts.commits += 1
      counts.requests += done
    }
    return nil
  }

  /// Publishes what changed, then answers everybody.
  private func answer(_ group: Group, commit failure: Failure?, _ db: Database) {
    if failure == nil, group.served.contains(where: { $0.failure == nil }) {
      index.refresh(group.touched, db, logger)
      // Behind the index, or a reader could take the old index for what is there now.
      generation.wrappingAdd(1, ordering: .releasing)
      if let newest = group.touched.newestEvent { onEvents(newest) }
    }
    for served in group.served {
      if let own = served.failure ?? failure {
        served.request.completion(.failure(own))
      } else {
        served.request.completion(.success(()))
      }
    }
  }

  /// Marks those that had been served well as failed too.
  private func spoil(_ group: inout Group, _ failure: Failure) {
    for place in group.served.indices where group.served[place].failure == nil {
      group.served[place].failure = failure
    }
    group.touched = Touched()
  }

  private func refuseWhenOff() throws(Failure) {
    if let reason = readOnly.withLock({ $0 }) { throw Self.isOff(reason) }
  }

  /// Turns an error into its failure; one that leaves the file in doubt turns writes off.
  ///
  /// After a failed sync the kernel may have dropped the dirty pages, and a second sync would
  /// report success over lost data. So there is no second try: read-only until a restart, which
  /// reads back what really is on the disk.
  func note(_ error: any Error) -> Failure {
    let failure = Failure.from(error)
    if let error = error as? DatabaseError {
      switch error.resultCode {
      case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB:
        turnOff("\(failure.message)")
      default:
        break
      }
      if failure.code == .internal { logger.error("a write failed: \(error)") }
    }
    return failure
  }
}
