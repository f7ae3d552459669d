import Dispatch
import Synchronization
import Warehouse

/// Some connections that threads take turns with; a broken one is thrown away.
final class PostgresPool: Sendable {
  /// How many connections one hub holds at most.
  static let connections = 8

  private let parameters: String
  private let idle = Mutex<[PostgresConnection]>([])
  private let free = DispatchSemaphore(value: connections)

  init(_ parameters: String) { self.parameters = parameters }

  /// Lends a connection.
  func use<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
    free.wait()
    defer { free.signal() }
    let connection = try idle.withLock { $0.popLast() } ?? PostgresConnection(parameters)
    defer {
      if connection.isUsable { idle.withLock { $0.append(connection) } }
    }
    return try body(connection)
  }

  /// Runs the body between BEGIN and COMMIT; what it throws rolls back.
  ///
  /// A connection that had gone stale meanwhile shows at the BEGIN, when nothing is done yet: then
  /// a new one is taken, once.
  func transaction<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
    do {
      return try attempt(body)
    } catch is StaleConnection {
      idle.withLock { $0.removeAll() }
      return try attempt(body)
    }
  }

  private struct StaleConnection: Error {}

  private func attempt<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
    try use { connection in
      do {
        try connection.script("BEGIN")
      } catch let error as PostgresError where error.isConnectionLost {
        throw StaleConnection()
      }
      do {
        let value = try body(connection)
        try connection.script("COMMIT")
        return value
      } catch {
        try? connection.script("ROLLBACK")
        throw error
      }
    }
  }

  /// Closes what is idle.
  func close() {
    idle.withLock { $0.removeAll() }
  }
}
