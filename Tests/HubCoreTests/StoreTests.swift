import Foundation
import GRDB
import Testing
import Warehouse

@testable import HubCore

@Suite("The hub's file")
struct StoreTests {
  private let start = Instant(ms: 1_774_746_000_000)

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true
    )
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test("The running writer says synchronous = 2, also after it is opened again")
  func durable() throws {
    try inFolder { folder in
      var store = try HubStore(folder: folder, now: start)
      #expect(try store.synchronous() == 2)
      let instance = store.instance
      try store.close()
      store = try HubStore(folder: folder, now: start)
      #expect(try store.synchronous() == 2)
      #expect(store.instance == instance)
      try store.close()
    }
  }

  @Test("A second hub on the same folder is refused, and the first goes on")
  func busy() throws {
    try inFolder { folder in
      let store = try HubStore(folder: folder, now: start)
      let failure = try #require(throws: Failure.self) {
        _ = try HubStore(folder: folder, now: start)
      }
      #expect(failure.code == .busy)
      #expect(try store.synchronous() == 2)
      try store.close()
      try HubStore(folder: folder, now: start).close()
    }
  }

  private func refused(_ folder: String, _ word: String) throws {
    let path = folder + "/hub.sqlite"
    let before = FileManager.default.contents(atPath: path)
    let failure = try #require(throws: Failure.self) {
      _ = try HubStore(folder: folder, now: start)
    }
    #expect(failure.code == .unusable)
    #expect(failure.message.contains(word), "\(failure.message)")
    #expect(failure.hint?.contains("Nothing was changed") == true)
    #expect(FileManager.default.contents(atPath: path) == before)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(left).isSubset(of: ["hub.sqlite", "hub.lock"]), "\(left)")
  }

  @Test("A foreign, a newer, an empty and a broken file are left byte-identical when refused")
  func foreign() throws {
    try inFolder { folder in
      let queue = try DatabaseQueue(path: folder + "/hub.sqlite")
      try queue.write { try $0.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
      try queue.close()
      try refused(folder, "not a store of the hub")
    }
    try inFolder { folder in
      try HubStore(folder: folder, now: start).close()
      let queue = try DatabaseQueue(path: folder + "/hub.sqlite")
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA user_version = 99; PRAGMA journal_mode = DELETE")
      }
      try queue.close()
      try refused(folder, "version 99")
    }
    for text in [
      "", "This is no database at all, but long enough to have a header of 100 bytes...",
    ] {
      try inFolder { folder in
        try text.write(toFile: folder + "/hub.sqlite", atomically: true, encoding: .utf8)
        try refused(folder, text.isEmpty ? "empty" : "cannot be read")
      }
    }
  }

  @Test("The batch's bytes are kept as they came")
  func bytes() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(1, [("software", "stowage", 1, "{\"v\":1}")])
    try fixture.send(batch)
    #expect(
      try fixture.hub.store.body(facility: "B1", epoch: batch.epoch, sequence: 1) == batch.body
    )
    #expect(try fixture.hub.store.body(facility: "B1", epoch: batch.epoch, sequence: 2) == nil)
  }
}
