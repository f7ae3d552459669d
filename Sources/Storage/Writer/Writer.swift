import CSQLite
import Foundation
import GRDB
import Logging
import Synchronization
import Warehouse

/// The one thread that writes, and the one connection that checkpoints.
///
/// Group commit: the thread takes what is queued and never waits for more. One `BEGIN IMMEDIATE`
/// holds all of it; the group is closed at `Limits.groupCommitRequests` or after
/// `Limits.groupCommitWorkUS` of work (more where syncs are slow), and everybody is answered after
/// the one COMMIT. A request that fails undoes what it did itself and nothing else (see
/// `Writer+Serving`). A failed COMMIT answers the whole group with a failure and publishes nothing.
final class Writer: Sendable {
  /// How many commits there were, and requests in them.
  struct Counts: Sendable {
    var commits: Int64 = 0
    var requests: Int64 = 0
    /// Requests that held the writer for longer than `Limits.writeUS`.
    var long: Int64 = 0
  }

  let pool: DatabasePool
  let queue: WriterQueue
  let index: LocationIndex
  let logger: Logger
  let commitTimings = Timings()
  let counts = Mutex(Counts())
  /// How many commits can be read, index and all; see `Store.generation`.
  let generation = Atomic<UInt64>(0)
  let readOnly = Mutex<String?>(nil)
  /// What a COMMIT takes of late, in microseconds.
  let usualCommitUS = Atomic<Int64>(0)
  let log = LogWatch()
  /// The newest row of the audit log, once one was written; forgotten with whatever is undone.
  let auditHead = Guarded<AuditHead?>(nil)
  /// Told the number of the newest event after a commit that brought events.
  let onEvents: @Sendable (Int64) -> Void
  /// Called before each COMMIT; tests throw from it what a broken disk would report.
  let beforeCommit: @Sendable () throws -> Void
  private let stopped = DispatchSemaphore(value: 0)

  /// Makes a writer; `start()` sets it to work.
  init(
    pool: DatabasePool,
    index: LocationIndex,
    logger: Logger,
    queueLimit: Int,
    onEvents: @escaping @Sendable (Int64) -> Void,
    beforeCommit: @escaping @Sendable () throws -> Void
  ) {
    self.pool = pool
    self.index = index
    self.logger = logger
    self.queue = WriterQueue(limit: queueLimit)
    self.onEvents = onEvents
    self.beforeCommit = beforeCommit
  }

  /// Starts the thread.
  func start() {
    pool.writeWithoutTransaction { log.attach(to: $0) }
    let thread = Thread { [self] in
      run()
      stopped.signal()
    }
    thread.name = "stowage-writer"
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Serves what waits, then ends the thread; the connection stays open.
  func stop() {
    queue.close()
    stopped.wait()
  }

  /// Refuses writes from now on; the first reason stays.
  func turnOff(_ reason: String) {
    let isNew = readOnly.withLock { current in
      guard current == nil else { return false }
      current = reason
      return true
    }
    if isNew { logger.critical("writes are turned off until a restart: \(reason)") }
  }

  /// Queues a request.
  func submit(_ request: WriteRequest) throws(Failure) {
    if let reason = readOnly.withLock({ $0 }) { throw Self.isOff(reason) }
    try queue.append(request)
  }

  /// Queues work and waits until it is durable.
  func perform(
    _ scope: TenantScope,
    importID: Int64? = nil,
    isRepeatable: Bool = false,
    _ work: @escaping @Sendable (WriteSession) throws -> Void
  ) throws(Failure) {
    guard !WritingMark.isSet else {
      throw Failure(.internal, "A write was begun inside a write; pass the transaction on.")
    }
    let answer = Answer<Void>()
    try submit(
      WriteRequest(
        scope: scope,
        importID: importID,
        isRepeatable: isRepeatable,
        work: work
      ) { answer.leave($0) }
    )
    try answer.wait()
  }

  /// The failure that says that writes are off.
  static func isOff(_ reason: String) -> Failure {
    Failure(
      .readOnly,
      "The warehouse takes no writes: \(reason)",
      hint: "Check the disk, then restart Stowage. What was acknowledged is safe."
    )
  }

  private func run() {
    var idleS = 0.0
    while true {
      switch queue.await(upToS: 1) {
      case .work:
        idleS = 0
        runGroup()
        checkpointIfGrown()
      case .idle:
        idleS += 1
        if idleS == 5 { checkpointWhenIdle() }
      case .stop:
        return
      }
    }
  }
}
