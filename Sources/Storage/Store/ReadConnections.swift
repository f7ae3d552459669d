import Dispatch
import GRDB
import Warehouse

/// The connections that read: opened when they are first needed, each used by one thread at a time.
///
/// The wrapper's pool has readers of its own, and hands them out through two queues, a lock and a
/// key path that is made anew each time: with 64 connections on two cores a tenth of the processor
/// time of a confirm went into that. Here it is a counting semaphore and a list; the one that was
/// used last, whose pages are in memory, is used next.
///
/// Half of them are for urgent reads alone. A look at a dock with thousands of lots takes many
/// milliseconds, and a crowd of screens that all look there again after each commit would hold
/// every connection: the scans behind them waited for a second and more.
final class ReadConnections: Sendable {
  private struct State {
    var idle: [DatabaseQueue] = []
    var all: [DatabaseQueue] = []
    var isClosed = false
  }

  private let path: String
  private let limit: Int
  private let seats: DispatchSemaphore
  /// What those who can wait take first.
  private let patientSeats: DispatchSemaphore
  private let state = Guarded(State())

  /// Makes room for so many; opens none.
  init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
    seats = DispatchSemaphore(value: limit)
    patientSeats = DispatchSemaphore(value: max(1, limit - limit / 2))
  }

  /// Reads in one snapshot; waits for a connection where all are in use.
  func read<Result>(
    isUrgent: Bool,
    _ body: (Database) throws -> Result
  ) throws -> Result {
    if !isUrgent { patientSeats.wait() }
    defer { if !isUrgent { patientSeats.signal() } }
    seats.wait()
    defer { seats.signal() }
    let connection = try take()
    defer { state.withLock { $0.idle.append(connection) } }
    return try connection.unsafeRead { db in
      try db.snapshot { try body(db) }
    }
  }

  private func take() throws -> DatabaseQueue {
    let idle = try state.withLock { state in
      guard !state.isClosed else {
        throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the store is closed")
      }
      return state.idle.popLast()
    }
    if let idle { return idle }
    let made = try DatabaseQueue(
      path: path,
      configuration: Connections.single(isReadOnly: true)
    )
    state.withLock { $0.all.append(made) }
    return made
  }

  /// Ends the statements that are running; those who wait for them get an error.
  func interrupt() {
    for connection in state.withLock({ $0.all }) { connection.interrupt() }
  }

  /// Waits for the reads that are under way, and closes; to be called before the writer closes.
  func close() throws {
    state.withLock { $0.isClosed = true }
    for _ in 0..<limit { seats.wait() }
    defer { for _ in 0..<limit { seats.signal() } }
    let all = state.withLock { state in
      defer { state = State(isClosed: true) }
      return state.all
    }
    for connection in all { try connection.close() }
  }
}
