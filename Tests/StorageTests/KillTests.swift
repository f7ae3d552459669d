import Foundation
import StowageTesting
import Testing
import Warehouse

@testable import Storage

/// `kill -9` in the middle of work: a child process books and notes each acknowledgement, the
/// parent kills it, opens what is left, and asks for everything that was acknowledged.
@Suite("Killed in the middle", .serialized)
struct KillTests {
  private static let folderKey = "STOWAGE_KILLED_CHILD"

  private static var childFolder: String? {
    ProcessInfo.processInfo.environment[folderKey]
  }

  @Test("the child's work", .enabled(if: KillTests.childFolder != nil, "runs in a child process"))
  func child() throws {
    let folder = try #require(Self.childFolder)
    let store = try Bed.open(folder + "/warehouse.db")
    let home = TenantScope(home: store.homeTenant)
    let (lot, dock, rack) = try store.read(home) { read in
      (
        try #require(try read.lots(number: "L1").first).id,
        try #require(try read.location(code: "DOCK")).id,
        try #require(try read.location(code: "A-01")).id
      )
    }
    let notes = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      @Sendable func fresh() -> PublicID {
        PublicID(at: .test, random: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max)))
      }
      while true {
        let id = fresh()
        let draft = Sample.move(.receipt, lot, from: nil, to: dock, 1_000, id: id)
        let performed = try? store.perform(
          key: IdempotencyKey(text: id.text, fingerprint: [1]),
          scope: home,
          at: .test,
          effect: { write -> Int in
            _ = try write.post(draft)
            _ = try write.post(Sample.move(.putaway, lot, from: dock, to: rack, 500, id: fresh()))
            return 1
          },
          encode: { _ in StoredAnswer(status: 200, body: Array(id.text.utf8)) }
        )
        if performed != nil { write(notes, id.text + "\n", 37) }
      }
    }
  }

  @Test(
    "Nothing that was acknowledged is lost, and the books agree",
    .enabled(if: KillTests.childFolder == nil)
  )
  func kill() throws {
    let bed = try Bed()
    _ = try Plant(bed)
    let seed = UInt64(20_261_121)
    var random = SeededGenerator(seed: seed)
    bed.store.close()
    for round in 0..<4 {
      let acknowledged = try Self.runAndKill(bed.folder, &random)
      try bed.reopen()
      let store = bed.store
      try store.read(bed.home) { (read) throws in
        for id in acknowledged {
          #expect(try read.ledgerEntry(publicID: id) != nil, "round \(round), seed \(seed)")
        }
        #expect(try read.unexplainedStock(limit: 9).isEmpty)
        #expect(try read.staleUtilization(limit: 9).isEmpty)
        let counts = try read.rowCounts()
        // Each unit of work is there whole: its answer, and both of its movements.
        let works = try #require(counts["idempotency_keys"])
        #expect(counts["inventory_transactions"] == 1 + 2 * works)
        #expect(works >= acknowledged.count)
      }
      if let id = acknowledged.last {
        let again = try store.perform(
          key: IdempotencyKey(text: id.text, fingerprint: [1]),
          scope: bed.home,
          at: .test,
          effect: { _ in },
          encode: { StoredAnswer(status: 500, body: []) }
        )
        #expect(again.isReplay && again.answer.body == Array(id.text.utf8))
      }
      store.close()
    }
    try bed.reopen()
  }

  /// Runs the child until it has acknowledged something and a while has passed, then kills it.
  private static func runAndKill(
    _ folder: String,
    _ random: inout SeededGenerator
  ) throws -> [PublicID] {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["--testing-library", "swift-testing", "--filter", "KillTests/child"]
    var environment = ProcessInfo.processInfo.environment
    environment[folderKey] = folder
    child.environment = environment
    child.standardOutput = FileHandle.nullDevice
    child.standardError = FileHandle.nullDevice
    let notes = folder + "/acknowledged"
    let before = FileCheck.size(of: notes)
    try child.run()
    for _ in 0..<6_000 where child.isRunning {
      if FileCheck.size(of: notes) > before { break }
      usleep(5_000)
    }
    usleep(UInt32.random(in: 5_000...150_000, using: &random))
    #expect(child.isRunning, "the child ended by itself")
    Foundation.kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    let text = try String(contentsOfFile: notes, encoding: .utf8)
    let ids = text.split(separator: "\n").filter { $0.count == 36 }.compactMap { PublicID($0) }
    #expect(FileCheck.size(of: notes) > before, "the child acknowledged nothing")
    return ids
  }
}
