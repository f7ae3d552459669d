import CPostgres
import Foundation
import Warehouse

/// What PostgreSQL said went wrong.
struct PostgresError: Error, CustomStringConvertible {
  /// The SQLSTATE, five characters; empty where the connection broke.
  var state: String
  var message: String

  /// Whether nobody knows what became of the statement.
  var isConnectionLost: Bool { state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P") }
  /// Whether the server's disk is full.
  var isDiskFull: Bool { state == "53100" }

  var description: String { state.isEmpty ? message : "\(message) (\(state))" }
}

/// A value handed to a statement.
enum PostgresValue {
  case text(String?)
  case integer(Int64?)
  case bytes([UInt8])
}

/// The rows of an answer, as text.
struct PostgresRows {
  private let cells: [[String?]]

  init(_ cells: [[String?]]) { self.cells = cells }

  var count: Int { cells.count }
  var first: PostgresRow? { cells.first.map { PostgresRow($0) } }

  func map<Value>(_ make: (PostgresRow) throws -> Value) rethrows -> [Value] {
    try cells.map { try make(PostgresRow($0)) }
  }
}

/// One row of an answer.
struct PostgresRow {
  private let cells: [String?]

  init(_ cells: [String?]) { self.cells = cells }

  func text(_ column: Int) -> String { cells[column] ?? "" }
  func optionalText(_ column: Int) -> String? { cells[column] }
  func integer(_ column: Int) -> Int64 { cells[column].flatMap { Int64($0) } ?? 0 }
  func optionalInteger(_ column: Int) -> Int64? { cells[column].flatMap { Int64($0) } }
  func number(_ column: Int) -> Double { cells[column].flatMap { Double($0) } ?? 0 }
  func bool(_ column: Int) -> Bool { cells[column] == "t" }

  /// A column of bytes, which comes as `\x` and hexadecimal digits.
  func bytes(_ column: Int) -> [UInt8] {
    guard let text = cells[column], text.hasPrefix("\\x") else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for digit in text.utf8.dropFirst(2) {
      let value = digit <= 0x39 ? digit - 0x30 : digit - 0x57
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}

/// One connection to PostgreSQL, used by one thread at a time.
///
/// Marked unchecked because the pool hands it to one caller, who gives it back before another can
/// have it; libpq allows that from different threads.
final class PostgresConnection: @unchecked Sendable {
  private let handle: OpaquePointer

  /// Connects; throws where the server cannot be reached or refuses.
  init(_ parameters: String) throws {
    guard let handle = PQconnectdb(parameters) else {
      throw PostgresError(state: "", message: "libpq has no memory")
    }
    self.handle = handle
    guard PQstatus(handle) == CONNECTION_OK else {
      // `deinit` runs, as every member is set, and gives the handle back.
      throw PostgresError(state: "", message: Self.words(PQerrorMessage(handle)))
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
  }

  deinit { PQfinish(handle) }

  /// Whether it can be used again.
  var isUsable: Bool {
    PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
  }

  /// Runs statements without values.
  func script(_ sql: String) throws {
    _ = try take(PQexec(handle, sql))
  }

  /// Runs one statement.
  @discardableResult
  func run(_ sql: String, _ values: [PostgresValue] = []) throws -> PostgresRows {
    var kept: [UnsafeMutablePointer<CChar>?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    defer { for pointer in kept { free(pointer) } }
    for value in values {
      switch value {
      case .text(let text):
        kept.append(text.map { strdup($0) } ?? nil)
        lengths.append(0)
        formats.append(0)
      case .integer(let number):
        kept.append(number.map { strdup(String($0)) } ?? nil)
        lengths.append(0)
        formats.append(0)
      case .bytes(let bytes):
        guard let copy = malloc(max(1, bytes.count)) else {
          throw PostgresError(state: "", message: "there is no memory for a value")
        }
        bytes.withUnsafeBytes { source in
          if let base = source.baseAddress { memcpy(copy, base, bytes.count) }
        }
        kept.append(copy.assumingMemoryBound(to: CChar.self))
        lengths.append(Int32(bytes.count))
        formats.append(1)
      }
    }
    let pointers = kept.map { UnsafePointer($0) }
    let result = PQexecParams(
      handle,
      sql,
      Int32(values.count),
      nil,
      pointers,
      lengths,
      formats,
      0
    )
    return try take(result)
  }

  private func take(_ result: OpaquePointer?) throws -> PostgresRows {
    guard let result else {
      throw PostgresError(state: "", message: Self.words(PQerrorMessage(handle)))
    }
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
      // `PG_DIAG_SQLSTATE`, a macro that Swift does not see.
      let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
      throw PostgresError(
        state: PQstatus(handle) == CONNECTION_OK ? state ?? "" : "",
        message: Self.words(PQresultErrorMessage(result))
      )
    }
    let columns = PQnfields(result)
    return PostgresRows(
      (0..<PQntuples(result)).map { row in
        (0..<columns).map { column in
          PQgetisnull(result, row, column) == 1
            ? nil : String(cString: PQgetvalue(result, row, column))
        }
      }
    )
  }

  private static func words(_ message: UnsafePointer<CChar>?) -> String {
    let text = message.map { String(cString: $0) } ?? ""
    return String(text.split(separator: "\n").first ?? "PostgreSQL gives no reason")
  }
}
