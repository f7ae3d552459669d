import CSQLite
import Foundation
import GRDB
import Warehouse

/// The row that a statement stands on: it reads the columns where SQLite holds them.
///
/// The wrapper's own row keeps the names of its columns and goes through a box per value, which
/// was a third of the time of a confirm. This one is a pointer; it ends with the closure that it
/// is handed to and is never kept. A NULL that nobody allowed for reads as SQLite converts it (0,
/// an empty text); the columns in question are NOT NULL.
struct Row {
  let statement: OpaquePointer

  /// The value of a column, counted from 0.
  subscript<Value: ColumnValue>(_ index: Int) -> Value { Value(statement, Int32(index)) }

  /// The value of a column that may be NULL.
  subscript<Value: ColumnValue>(_ index: Int) -> Value? {
    sqlite3_column_type(statement, Int32(index)) == SQLITE_NULL
      ? nil : Value(statement, Int32(index))
  }
}

/// What a column can be read as.
protocol ColumnValue {
  /// Reads a column of the row that the statement stands on.
  init(_ statement: OpaquePointer, _ column: Int32)
}

extension Int64: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    self = sqlite3_column_int64(statement, column)
  }
}

extension Int: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    self = Int(sqlite3_column_int64(statement, column))
  }
}

extension Bool: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    self = sqlite3_column_int64(statement, column) != 0
  }
}

extension Double: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    self = sqlite3_column_double(statement, column)
  }
}

extension String: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    guard let text = sqlite3_column_text(statement, column) else {
      self = ""
      return
    }
    let count = Int(sqlite3_column_bytes(statement, column))
    self.init(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }
}

extension Data: ColumnValue {
  init(_ statement: OpaquePointer, _ column: Int32) {
    // The pointer first: asking for the bytes may move them.
    guard let bytes = sqlite3_column_blob(statement, column) else {
      self.init()
      return
    }
    self.init(bytes: bytes, count: Int(sqlite3_column_bytes(statement, column)))
  }
}
