import Foundation
import GRDB
import Synchronization
import Testing
import Warehouse

@testable import Storage

/// A switch that tests throw to make a commit fail.
final class Breakage: Sendable {
  let error = Mutex<DatabaseError?>(nil)
  func check() throws { if let error = error.withLock({ $0 }) { throw error } }
}

@Suite("Writer")
struct WriterTests {
  /// Holds the writer in one request until it is let go.
  private final class Gate: Sendable {
    let entered = DispatchSemaphore(value: 0)
    let open = DispatchSemaphore(value: 0)
  }

  private func block(_ bed: Bed, isRepeatable: Bool = false) throws -> Gate {
    let gate = Gate()
    try bed.store.writer.submit(
      WriteRequest(
        scope: bed.home,
        isRepeatable: isRepeatable,
        work: { _ in
          gate.entered.signal()
          gate.open.wait()
        },
        completion: { _ in }
      )
    )
    gate.entered.wait()
    return gate
  }

  private func submit(
    _ bed: Bed,
    isRepeatable: Bool = false,
    _ work: @escaping @Sendable (WriteSession) throws -> Void
  ) throws -> Answer<Void> {
    let answer = Answer<Void>()
    try bed.store.writer.submit(
      WriteRequest(scope: bed.home, isRepeatable: isRepeatable, work: work) { answer.leave($0) }
    )
    return answer
  }

  private func suppliers(_ bed: Bed) throws -> Int {
    try bed.store.read(bed.home) { try $0.rowCounts()["suppliers"] ?? 0 }
  }

  @Test("Requests that wait share one commit, and a failing one undoes itself alone")
  func group() throws {
    let bed = try Bed()
    let before = try bed.store.vitals().commits
    let gate = try block(bed)
    var answers: [Answer<Void>] = []
    for number in 0..<10 {
      answers.append(
        try submit(bed) { session in
          try session.save(SupplierDraft(code: "S\(number)", name: "Supplier"))
          if number % 3 == 1 { throw Failure(.invalid, "on purpose") }
        }
      )
    }
    gate.open.signal()
    var failures = 0
    for answer in answers {
      do { try answer.wait() } catch { failures += 1 }
    }
    #expect(failures == 3)
    #expect(try suppliers(bed) == 7)
    let vitals = try bed.store.vitals()
    // The gate's group was over its 2 ms, so the ten follow in one or, on a slow machine, few.
    #expect(vitals.commits - before < 11)
    #expect(vitals.committedRequests >= 8)
  }

  /// What one request of a group does.
  private struct Step: Sendable {
    var code: String
    var isRepeatable = true
    var writes = true
    var fails = false
  }

  private static let courses: [[Step]] = [
    // Nothing to undo: nobody is run again.
    [Step(code: "A"), Step(code: "B", writes: false, fails: true), Step(code: "C")],
    // Whoever was before the one that is undone is run again, those behind it are not.
    [
      Step(code: "A"), Step(code: "B", writes: false, fails: true), Step(code: "C", fails: true),
      Step(code: "D"), Step(code: "E", fails: true), Step(code: "F"),
    ],
    // What may not be run again has a savepoint, and so has all that follows.
    [
      Step(code: "A"), Step(code: "B", isRepeatable: false), Step(code: "C", fails: true),
      Step(code: "D", isRepeatable: false, fails: true), Step(code: "E"),
    ],
    [Step(code: "A", fails: true), Step(code: "B")],
  ]

  @Test("Whoever fails is undone alone, with a savepoint and without", arguments: courses.indices)
  func undone(_ number: Int) throws {
    let steps = Self.courses[number]
    let bed = try Bed()
    let runs = Mutex<[String: Int]>([:])
    let gate = try block(bed, isRepeatable: true)
    let answers = try steps.map { step in
      try submit(bed, isRepeatable: step.isRepeatable) { session in
        runs.withLock { $0[step.code, default: 0] += 1 }
        if step.writes {
          try session.save(SupplierDraft(code: step.code, name: "Supplier"))
          try session.audit("test.noted", subject: step.code, detailJSON: "{}", at: .test)
        }
        if step.fails { throw Failure(.invalid, "on purpose") }
      }
    }
    // The gate is one of the group, and may be run again with it.
    for _ in 0...steps.count { gate.open.signal() }
    for (step, answer) in zip(steps, answers) {
      let failure: Failure?
      do throws(Failure) {
        try answer.wait()
        failure = nil
      } catch { failure = error }
      #expect((failure != nil) == step.fails, "\(step.code)")
    }
    #expect(try suppliers(bed) == steps.count { $0.writes && !$0.fails })
    let mayRunAgain = steps.contains { $0.writes && $0.fails }
    for step in steps {
      let times = runs.withLock { $0[step.code] ?? 0 }
      #expect((1...(mayRunAgain && step.isRepeatable ? 2 : 1)).contains(times), "\(step.code)")
    }
    let chain = try bed.store.read(.facility(home: bed.store.homeTenant)) {
      try $0.auditFaults(limit: 10)
    }
    #expect(chain.faults.isEmpty, "\(chain.faults)")
    let told = try bed.store.read(bed.home) { try $0.auditRecords(PageRequest(limit: 50)).rows }
    let noted = told.filter { $0.action == "test.noted" }.map(\.subject).sorted()
    #expect(noted == steps.filter { $0.writes && !$0.fails }.map(\.code).sorted())
  }

  @Test("A group never holds more requests than the limit")
  func groupLimit() throws {
    let bed = try Bed()
    let before = try bed.store.vitals()
    let gate = try block(bed)
    let count = Limits.groupCommitRequests * 2 + 5
    let answers = try (0..<count).map { _ in try submit(bed) { _ in } }
    gate.open.signal()
    for answer in answers { try answer.wait() }
    let vitals = try bed.store.vitals()
    #expect(vitals.committedRequests - before.committedRequests == Int64(count + 1))
    #expect(vitals.commits - before.commits >= 3)
  }

  @Test("A group works as long as two commits take, and no longer than the longest")
  func workLimit() {
    let (least, longest) = (Int64(Limits.groupCommitWorkUS), Int64(Limits.groupCommitLongestWorkUS))
    #expect(Writer.workLimitUS(0) == least)
    #expect(Writer.workLimitUS(least / 2) == least)
    #expect(Writer.workLimitUS(least / 2 + 1) == least + 2)
    #expect(Writer.workLimitUS(longest / 2 - 1) == longest - 2)
    #expect(Writer.workLimitUS(longest / 2) == longest)
    #expect(Writer.workLimitUS(longest / 2 + 1) == longest)
    #expect(Writer.workLimitUS(.max / 2) == longest)
  }

  @Test("A failed commit fails its whole group and publishes nothing")
  func failedCommit() throws {
    let breakage = Breakage()
    let bed = try Bed(beforeCommit: { try breakage.check() })
    let plant = try Plant(bed)
    let heard = Mutex<[Int64]>([])
    let subscription = bed.store.onEvents { id in heard.withLock { $0.append(id) } }
    defer { subscription.cancel() }
    let older = bed.store.locations.snapshot()
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    breakage.error.withLock { $0 = DatabaseError(resultCode: .SQLITE_FULL) }
    let gate = try block(bed)
    let first = try submit(bed) { session in
      _ = try session.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000))
      try session.emit("x", subject: "y", tenant: nil, at: .test, dataJSON: "{}")
    }
    let second = try submit(bed) { try $0.save(SupplierDraft(code: "S", name: "S")) }
    gate.open.signal()
    for answer in [first, second] {
      let failure = #expect(throws: Failure.self) { try answer.wait() }
      #expect(failure?.code == .storageFull)
    }
    #expect(bed.store.locations.snapshot().version == older.version)
    #expect(heard.withLock { $0 }.isEmpty)
    #expect(try suppliers(bed) == 0)
    // A full disk is not the end: once there is room again, writing goes on.
    breakage.error.withLock { $0 = nil }
    _ = try bed.store.write(bed.home) {
      _ = try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000))
      try $0.emit("x", subject: "y", tenant: nil, at: .test, dataJSON: "{}")
    }
    #expect(heard.withLock { $0 } == [1])
    #expect(bed.store.locations.snapshot().version > older.version)
  }

  @Test("After an I/O error of a commit nothing is written until a restart, and reading goes on")
  func brokenDisk() throws {
    let breakage = Breakage()
    let bed = try Bed(beforeCommit: { try breakage.check() })
    breakage.error.withLock { $0 = DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
    func attempt() -> Failure.Code? {
      do {
        try bed.store.write(bed.home) { try $0.save(SupplierDraft(code: "S", name: "S")) }
        return nil
      } catch {
        return (error as? Failure)?.code
      }
    }
    #expect(attempt() == .readOnly)
    breakage.error.withLock { $0 = nil }
    #expect(attempt() == .readOnly)
    #expect(try bed.store.vitals().readOnlyReason != nil)
    #expect(try suppliers(bed) == 0)
    try bed.reopen()
    #expect(attempt() == nil)
  }

  @Test("A full disk refuses the write that does not fit and recovers by itself")
  func fullDisk() throws {
    let bed = try Bed()
    try bed.store.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
    }
    let note = String(repeating: "x", count: 4_000)
    func attempt(_ code: String, _ rows: Int) -> Failure.Code? {
      do {
        try bed.store.write(bed.home) { write in
          for row in 0..<rows {
            try write.save(SupplierDraft(code: "\(code)-\(row)", name: note))
          }
        }
        return nil
      } catch {
        return (error as? Failure)?.code
      }
    }
    #expect(attempt("BIG", 100) == .storageFull)
    #expect(try suppliers(bed) == 0)
    #expect(attempt("SMALL", 1) == nil)
    #expect(try bed.store.vitals().readOnlyReason == nil)
    try bed.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA max_page_count = 1073741823")
    }
    #expect(attempt("BIG", 100) == nil)
    #expect(try suppliers(bed) == 101)
  }

  @Test("A full queue is answered at once, with a time to try again")
  func overloaded() throws {
    let bed = try Bed(queue: 3)
    let gate = try block(bed)
    let answers = try (0..<3).map { _ in try submit(bed) { _ in } }
    do {
      _ = try submit(bed) { _ in }
      Issue.record("the queue took more than its limit")
    } catch let failure as Failure {
      #expect(failure.code == .overloaded)
      #expect(failure.retryAfterS == 1)
    }
    #expect(bed.store.writer.queue.count == 3)
    gate.open.signal()
    for answer in answers { try answer.wait() }
  }

  @Test("A write inside a write is refused instead of waiting for itself")
  func nested() throws {
    let bed = try Bed()
    let (store, home) = (bed.store, bed.home)
    #expect(throws: Failure.self) {
      try store.write(home) { _ in
        try store.write(home) { try $0.save(SupplierDraft(code: "S", name: "S")) }
      }
    }
  }

  @Test("What waits at the end is still served, and later requests are turned away")
  func closing() throws {
    let bed = try Bed()
    let gate = try block(bed)
    let answers = try (0..<5).map { number in
      try submit(bed) { try $0.save(SupplierDraft(code: "S\(number)", name: "S")) }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.05) { gate.open.signal() }
    let store = bed.store
    store.close()
    for answer in answers { try answer.wait() }
    #expect(throws: Failure.self) { try store.write(bed.home) { _ in } }
    try bed.reopen()
    #expect(try suppliers(bed) == 5)
  }

  @Test("The log is emptied while writing goes on, by the writer alone")
  func checkpoints() throws {
    let bed = try Bed()
    let name = String(repeating: "n", count: 3_000)
    for round in 0..<20 {
      try bed.store.write(bed.home) { write in
        for row in 0..<100 {
          try write.save(SupplierDraft(code: "\(round)-\(row)", name: name))
        }
      }
    }
    // 8 MB were written twice over; without checkpoints the log would hold them all.
    let wal = try bed.store.vitals().walBytes
    #expect(wal < Int64(Limits.walCheckpointBytes) * 2, "\(wal)")
    #expect(wal > 0)
  }
}
