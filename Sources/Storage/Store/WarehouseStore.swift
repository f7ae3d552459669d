import Foundation
import GRDB
import Logging
import Synchronization
import Warehouse

/// The store of one warehouse: an SQLite file, one writer, many readers, an index in memory.
///
/// Opening is strict (see `FileCheck`, `HeaderCheck`, `Connections`): what could lose data later
/// is refused now, with a sentence that says what to do. All calls block; none may be made on
/// Swift's cooperative pool.
public final class WarehouseStore: Store {
  let settings: StoreSettings
  let lock: DatabaseLock
  let pool: DatabasePool
  let readers: ReadConnections
  let writer: Writer
  let index: LocationIndex
  let running = RunningKeys()
  let readTimings = Timings()
  let listeners: EventListeners
  let integrity = Mutex<[String]?>(nil)
  let stages = StageBook()
  private let isClosed = Mutex(false)
  let background = BackgroundWork()

  /// The owner of rows that nobody else owns, as `init` made it.
  public let homeTenant: TenantID

  /// Grows with every commit.
  public var generation: UInt64 { writer.generation.load(ordering: .acquiring) }

  /// The index in memory.
  public var locations: any LocationIndexing { index }

  /// Opens the database at `settings.path`, brings its schema up to date, and starts the writer.
  ///
  /// Fails with `notFound` where there is none, `unusable` where it is not ours, newer, damaged or
  /// in a place that cannot be trusted, `busy` where another process has it.
  public convenience init(_ settings: StoreSettings) throws {
    try self.init(settings, migrations: Migration.compiledIn(), beforeCommit: {})
  }

  /// Opens with other migrations, or with a commit that fails on purpose; for tests.
  init(
    _ settings: StoreSettings,
    migrations: [Migration],
    beforeCommit: @escaping @Sendable () throws -> Void
  ) throws {
    self.settings = settings
    Connections.setUp
    let migrator = Migrator(migrations: migrations)
    guard try FileCheck.examine(settings.path) == .file else {
      throw Failure(
        .notFound,
        "There is no warehouse at \(settings.path).",
        hint: "Make one with `stowage init`, or try `stowage demo`."
      )
    }
    lock = try DatabaseLock(databasePath: settings.path)
    do {
      _ = try HeaderCheck.schemaVersion(of: settings.path, known: migrator.newest)
      pool = try Self.openPool(settings, migrator)
      readers = ReadConnections(path: settings.path, limit: settings.readers)
      index = LocationIndex()
      listeners = EventListeners()
      writer = Writer(
        pool: pool,
        index: index,
        logger: settings.logger,
        queueLimit: settings.writerQueue,
        onEvents: { [listeners] in listeners.tell($0) },
        beforeCommit: beforeCommit
      )
      homeTenant = try pool.writeWithoutTransaction { [index] db in
        try index.load(db)
        return try db.first("SELECT home_tenant_id FROM facility") { $0.key(0) } ?? TenantID(1)
      }
      writer.start()
    } catch {
      lock.release()
      throw Failure.from(error)
    }
    background.start { [self] in
      resumeImports()
      checkIntegrity()
    }
  }

  deinit { close() }

  /// Opens the pool, makes it durable, and migrates.
  private static func openPool(
    _ settings: StoreSettings,
    _ migrator: Migrator
  ) throws -> DatabasePool {
    let pool = try DatabasePool(
      path: settings.path,
      configuration: Connections.pool(readers: settings.readers)
    )
    do {
      try Connections.makeDurable(pool)
      let applied = try pool.writeWithoutTransaction {
        try migrator.migrate($0, path: settings.path)
      }
      if !applied.isEmpty { settings.logger.notice("schema brought to version \(applied)") }
      return pool
    } catch {
      try? pool.close()
      throw error
    }
  }

  /// Serves what waits, empties the write-ahead log, and closes; to be called once, at the end.
  public func close() {
    let isFirst = isClosed.withLock { closed in
      defer { closed = true }
      return !closed
    }
    guard isFirst else { return }
    background.stop {
      pool.interrupt()
      readers.interrupt()
    }
    writer.stop()
    writer.truncate(waitingMS: 1_000)
    pool.writeWithoutTransaction { writer.log.detach(from: $0) }
    do {
      try readers.close()
      try pool.close()
    } catch {
      settings.logger.error("the database did not close cleanly: \(error)")
    }
    lock.release()
  }

  /// Calls `listener` with the number of the newest event after each commit that brought events.
  public func onEvents(_ listener: @escaping @Sendable (Int64) -> Void) -> EventSubscription {
    let number = listeners.add(listener)
    return EventSubscription { [listeners] in listeners.remove(number) }
  }
}

/// Who wants to hear of new events.
final class EventListeners: Sendable {
  private struct State {
    var next = 0
    var listeners: [Int: @Sendable (Int64) -> Void] = [:]
  }

  private let state = Mutex(State())

  func add(_ listener: @escaping @Sendable (Int64) -> Void) -> Int {
    state.withLock { state in
      state.next += 1
      state.listeners[state.next] = listener
      return state.next
    }
  }

  func remove(_ number: Int) {
    // The closure is let go outside the lock: what it holds may subscribe or end as it goes.
    let gone = state.withLock { $0.listeners.removeValue(forKey: number) }
    _ = gone
  }

  func tell(_ newest: Int64) {
    for listener in state.withLock({ Array($0.listeners.values) }) { listener(newest) }
  }
}
