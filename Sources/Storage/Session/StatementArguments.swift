import CSQLite
import Foundation

/// The values of a statement's parameters, in their order.
struct StatementArguments: ExpressibleByArrayLiteral {
  let values: [(any Bindable)?]

  /// Takes the values.
  init(_ values: [(any Bindable)?]) { self.values = values }

  /// Takes the values.
  init(arrayLiteral elements: (any Bindable)?...) { values = elements }
}

/// A value that a parameter can hold.
///
/// Ours and not the wrapper's: a confirm binds two hundred values, and each went through a cast and
/// a box of the wrapper's on its way to SQLite.
protocol Bindable {
  /// Binds it to a parameter, counted from 1; gives SQLite's code.
  func put(into statement: OpaquePointer, at index: Int32) -> Int32
}

extension Int64: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self)
  }
}

extension Int32: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}

extension Int: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}

extension Bool: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self ? 1 : 0)
  }
}

extension Double: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_double(statement, index, self)
  }
}

/// `SQLITE_TRANSIENT`, a cast that Swift does not import: SQLite makes its own copy.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension String: Bindable {
  /// Binds the whole text; the wrapper's way ends at a zero byte.
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // An empty text without an address would be bound as NULL.
        guard let first = characters.baseAddress else {
          return sqlite3_bind_text(statement, index, "", 0, copied)
        }
        return sqlite3_bind_text(statement, index, first, Int32(clamping: bytes.count), copied)
      }
    }
  }
}

extension Data: Bindable {
  func put(into statement: OpaquePointer, at index: Int32) -> Int32 {
    withUnsafeBytes { bytes in
      // Without an address the blob would be NULL; it is empty.
      guard let first = bytes.baseAddress, !bytes.isEmpty else {
        return sqlite3_bind_zeroblob(statement, index, 0)
      }
      return sqlite3_bind_blob(statement, index, first, Int32(clamping: bytes.count), copied)
    }
  }
}
