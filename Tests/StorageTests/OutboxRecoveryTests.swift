import Foundation
import GRDB
import Testing
import Warehouse

@testable import Storage

@Suite("The outbox when sender and receiver have come apart")
struct OutboxRecoveryTests {
  private let bed: Bed

  init() throws { bed = try Bed() }

  private func append(_ subject: String, _ data: String) throws {
    _ = try bed.store.write(bed.home) {
      try $0.appendEvent(kind: "demand.daily", subject: subject, dataJSON: data, at: .test)
    }
  }

  private static func body(_ text: String) -> FrozenBody {
    FrozenBody(bytes: Array(text.utf8), isPacked: false, digest: [UInt8](repeating: 7, count: 32))
  }

  @discardableResult
  private func freeze() throws -> OutboxBatch {
    try bed.store.write(bed.home) { write in
      try write.freezeBatch(
        events: try write.unbatchedEvents(limit: 99).map(\.id),
        at: .test
      ) { epoch, sequence in Self.body("\(epoch) \(sequence)") }
    }
  }

  private func acknowledge(_ through: Int64, at: Instant = .test, receiver: Instant? = .test) throws
  {
    try bed.store.write(bed.home) {
      try $0.acknowledge(through: through, receiver: "hub", receiverTime: receiver, at: at)
    }
  }

  private func prune(_ through: Int64, before: Instant, receiver: Instant?) throws -> Int {
    try bed.store.write(bed.home) {
      try $0.pruneAcknowledged(
        before: before,
        receiverBefore: receiver,
        through: through,
        limit: 99
      )
    }
  }

  private func state() throws -> OutboxState {
    try bed.store.read(bed.home) { try $0.outboxState() }
  }

  private func kept() throws -> [OutboxBatch] {
    try bed.store.read(bed.home) { try $0.keptBatches(after: 0, limit: 99) }
  }

  /// Five batches: d1 twice, then d2, d3 and d4.
  private func five() throws {
    for (subject, data) in [("d1", "{}"), ("d1", "{\"a\":1}"), ("d2", "{}"), ("d3", "{}")] {
      try append(subject, data)
      try freeze()
    }
    try append("d4", "{}")
    try freeze()
  }

  @Test("Nothing is deleted before both clocks and the receiver agree")
  func prune() throws {
    try five()
    try acknowledge(3)
    let later = Instant.test.adding(seconds: 86_400)
    // The receiver's clock has not moved, however far ours was set.
    #expect(try prune(3, before: later, receiver: .test) == 0)
    #expect(try prune(3, before: .test, receiver: later) == 0)
    // It says that it holds two of them.
    #expect(try prune(2, before: later, receiver: later) == 2)
    #expect(try kept().map(\.sequence) == [3, 4, 5])
    #expect(try prune(3, before: later, receiver: nil) == 1)
    #expect(try state().lastSequence == 5)
  }

  @Test("What the receiver has lost is pending again; tombstones stand for what is gone here too")
  func reopen() throws {
    try five()
    try acknowledge(5)
    let later = Instant.test.adding(seconds: 1)
    #expect(try prune(3, before: later, receiver: later) == 3)
    let reopened = try bed.store.write(bed.home) {
      try $0.reopen([1...1, 3...9], at: .test) { _, range in
        Self.body("gone \(range.lowerBound) \(range.upperBound)")
      }
    }
    // Batches 4 and 5, and tombstones for 1 and 3.
    #expect(reopened == 4)
    #expect(try kept().map(\.sequence) == [1, 3, 4, 5])
    #expect(try kept().map(\.isTombstone) == [true, true, false, false])
    #expect(try state().pendingBatches == 4)
    #expect(try state().acknowledgedThrough == 0)
    // d2 was in batch 3 and is the newest of its subject; the first revision of d1 is superseded.
    let queued = try bed.store.read(bed.home) { try $0.unbatchedEvents(limit: 9) }
    #expect(queued.map(\.subject) == ["d2"])
    let again = try bed.store.write(bed.home) {
      try $0.reopen([1...5], at: .test) { _, range in Self.body("gone \(range.upperBound)") }
    }
    // Only number 2 is new: a range of its own between two tombstones.
    #expect(again == 1)
    #expect(try kept().map(\.coversFrom) == [1, 2, 3, 4, 5])
  }

  @Test("A tombstone may stand for a range")
  func range() throws {
    try five()
    try acknowledge(5)
    let later = Instant.test.adding(seconds: 1)
    #expect(try prune(4, before: later, receiver: later) == 4)
    _ = try bed.store.write(bed.home) {
      try $0.reopen([1...5], at: .test) { _, range in Self.body("\(range)") }
    }
    let tombstone = try #require(try kept().first)
    #expect(tombstone.coversFrom == 1 && tombstone.sequence == 4 && tombstone.isTombstone)
    #expect(try bed.store.read(bed.home) { try $0.nextPendingBatch() } == tombstone)
  }

  @Test("A refused batch leaves its bytes and its number behind, and can be queued again")
  func bury() throws {
    try five()
    try bed.store.write(bed.home) {
      try $0.bury(sequence: 2, status: 422, reason: "no", at: .test) { _, digest in
        Self.body("refused \(digest.count)")
      }
    }
    #expect(try kept()[1].isTombstone && kept()[1].body == Array("refused 32".utf8))
    #expect(try state().deadLetters == 1)
    let letter = try #require(try bed.store.read(bed.home) { try $0.deadLetters(limit: 9) }.first)
    #expect(letter.sequence == 2 && letter.events == 1 && letter.status == 422)
    // A tombstone is not refused in its turn.
    #expect(throws: Failure.self) {
      try bed.store.write(bed.home) {
        try $0.bury(sequence: 2, status: 422, reason: "no", at: .test) { _, _ in Self.body("") }
      }
    }
    let queued = try bed.store.write(bed.home) { try $0.requeueDeadLetters(at: .test) }
    #expect(queued == (1, 1))
    #expect(try state().deadLetters == 0)
    #expect(try freeze().sequence == 6)
  }

  @Test("A new epoch begins at 1 and tells again what is newest and what was never acknowledged")
  func renew() throws {
    try five()
    try acknowledge(4)
    let epoch = PublicID(at: .test, random: (8, 9))
    try bed.store.write(bed.home) { try $0.renewEpoch(epoch) }
    #expect(try state().lastSequence == 0)
    #expect(try bed.store.read(bed.home) { try $0.nextPendingBatch() } == nil)
    var rounds = 0
    while try bed.store.write(bed.home, { try $0.reclaimStale(limit: 2) }) > 0 { rounds += 1 }
    #expect(rounds >= 3)
    let queued = try bed.store.read(bed.home) { try $0.unbatchedEvents(limit: 9) }
    #expect(queued.map { "\($0.subject) \($0.revision)" } == ["d1 2", "d2 1", "d3 1", "d4 1"])
    let batch = try freeze()
    #expect(batch.epoch == epoch && batch.sequence == 1)
    #expect(try bed.store.write(bed.home) { try $0.reclaimStale(limit: 2) } == 0)
  }

  @Test("Frozen bytes cannot be changed, not even by hand")
  func frozen() throws {
    try five()
    for sql in [
      "UPDATE sync_bodies SET body = x'00'", "UPDATE sync_batches SET digest = zeroblob(32)",
      "UPDATE sync_batches SET events = 2", "UPDATE sync_batches SET covers_from = 1",
    ] {
      #expect(throws: Failure.self, "\(sql)") {
        try bed.store.writer.perform(bed.home) { try $0.db.execute(sql: sql) }
      }
    }
  }

  @Test("Dead letters beyond Limits.deadLetters give way, the oldest first")
  func limit() throws {
    try append("d", "{}")
    try freeze()
    let epoch = try bed.store.read(bed.home) { try $0.facility().epoch.text }
    try bed.store.writer.perform(bed.home) { write in
      for number in 1...Limits.deadLetters {
        try write.db.execute(
          sql: """
            INSERT INTO sync_dead_letters (epoch, sequence, status, reason, digest, events,
              is_packed, body, buried_at) VALUES (?, ?, 422, '', zeroblob(32), 1, 0, x'00', 0)
            """,
          arguments: [epoch, number + 100]
        )
      }
    }
    try bed.store.write(bed.home) {
      try $0.bury(sequence: 1, status: 422, reason: "", at: .test) { _, _ in Self.body("") }
    }
    #expect(try state().deadLetters == Limits.deadLetters)
    let letters = try bed.store.read(bed.home) { try $0.deadLetters(limit: Limits.deadLetters) }
    #expect(letters.first?.sequence == 1 && letters.last?.sequence == 102)
  }
}
