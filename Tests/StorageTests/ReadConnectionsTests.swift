import Foundation
import GRDB
import Synchronization
import Testing
import Warehouse

@testable import Storage

@Suite("Connections that read")
struct ReadConnectionsTests {
  @Test("However many can wait, an urgent read does not wait for them", .timeLimit(.minutes(1)))
  func urgent() throws {
    let bed = try Bed()
    let (entered, open, left) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let count = 20
    for _ in 0..<count {
      let thread = Thread { [store = bed.store, home = bed.home] in
        try? store.read(home) { _ in
          entered.signal()
          open.wait()
        }
        left.signal()
      }
      thread.start()
    }
    // As many as may are in, and stay there; the others wait behind them.
    let readers = bed.store.settings.readers
    for _ in 0..<readers - readers / 2 { entered.wait() }
    for _ in 0..<3 {
      let rows = try bed.store.read(bed.home.urgent) { try $0.rowCounts()["suppliers"] }
      #expect(rows == 0)
    }
    for _ in 0..<count { open.signal() }
    for _ in 0..<count { left.wait() }
  }

  @Test("A closed store refuses to read, and closing waits for who reads", .timeLimit(.minutes(1)))
  func closing() throws {
    let bed = try Bed()
    let readers = ReadConnections(path: bed.store.pool.path, limit: 2)
    #expect(try readers.read(isUrgent: false) { try $0.first("SELECT 1") { $0[0] as Int } } == 1)
    try readers.close()
    #expect(throws: (any Error).self) {
      _ = try readers.read(isUrgent: true) { try $0.first("SELECT 1") { $0[0] as Int } }
    }
  }
}
