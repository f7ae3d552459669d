import Foundation
import GRDB
import Testing
import Warehouse

@testable import Storage

@Suite("Statements")
struct StatementTests {
  @Test("Values come back as they were bound, NULL among them")
  func values() throws {
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { db in
      let text = "Ünïcode \u{0}and a zero"
      let found = try db.first(
        "SELECT ?, ?, ?, ?, ?, ?, ?",
        [Int64.min, -1.5, text, Data([0, 255, 1]), true, Int64?.none, ""]
      ) { row in
        #expect(row[0] as Int64 == Int64.min)
        #expect(row[1] as Double == -1.5)
        #expect(row[2] as String == text)
        #expect(row[3] as Data == Data([0, 255, 1]))
        #expect(row[4] as Bool)
        #expect((row[5] as Int64?) == nil)
        #expect((row[6] as String?) == "")
        return true
      }
      #expect(found == true)
      // What one call has bound is gone in the next.
      #expect(throws: DatabaseError.self) { try db.all("SELECT ?") { $0[0] as Int64? } }
      #expect(try db.all("SELECT ?", [nil]) { $0[0] as Int64? } == [nil])
    }
  }

  @Test("A statement may be used again inside its own rows, and left before its end")
  func nested() throws {
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { db in
      let count =
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
        + " SELECT i FROM n"
      let pairs = try db.all(count) { outer in
        let own = outer[0] as Int
        return try db.all(count) { own * 10 + ($0[0] as Int) }
      }
      #expect(pairs == [[11, 12, 13], [21, 22, 23], [31, 32, 33]])
      #expect(try db.first(count) { $0[0] as Int } == 1)
      #expect(try db.all(count) { $0[0] as Int } == [1, 2, 3])
    }
  }

  @Test("What SQLite refuses is told with its code, and the next call is not troubled by it")
  func faults() throws {
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE) STRICT")
      try db.run("INSERT INTO t VALUES (1, ?)", ["x"])
      let fault = #expect(throws: DatabaseError.self) {
        try db.run("INSERT INTO t VALUES (2, ?)", ["x"])
      }
      #expect(fault?.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE)
      #expect(fault?.message?.contains("t.b") == true)
      try db.run("INSERT INTO t VALUES (2, ?)", ["y"])
      #expect(db.changesCount == 1)
      #expect(throws: DatabaseError.self) { try db.run("INSERT INTO t VALUES (3, ?)", []) }
      #expect(try db.all("SELECT a FROM t ORDER BY a") { $0[0] as Int } == [1, 2])
    }
  }

  @Test("A connection closes, whatever was prepared and half read on it")
  func closing() throws {
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { db in
      _ = try db.first("SELECT 1 UNION ALL SELECT 2") { $0[0] as Int }
      #expect(throws: CancellationError.self) {
        try db.all("SELECT 3") { _ in throw CancellationError() }
      }
    }
    try queue.close()
  }
}
