import Foundation
import SlowDisk
import Synchronization
import Testing
import Warehouse

@testable import Storage

/// On a real file whose syncs fail or are slow; one after the other, since the layer has one state.
@Suite("Slow and failing disks", .serialized)
struct SlowDiskTests {
  /// A plant on files that the layer acts upon; no other test's files have this name.
  private static func plant() throws -> Plant {
    #expect(slow_disk_install() == 0)
    slow_disk_set("stowage-slow-disk", 0, -1)
    return try Plant(Bed(tag: "slow-disk"))
  }

  /// Hands requests to the writer while it is kept busy, so that they become one group.
  private func group(_ bed: Bed, _ works: [@Sendable (WriteSession) throws -> Void]) throws
    -> [Answer<Void>]
  {
    let gate = Answer<Void>()
    let isIn = Answer<Void>()
    try bed.store.writer.submit(
      WriteRequest(scope: bed.home) { _ in
        isIn.leave(.success(()))
        try gate.wait()
      } completion: { _ in
      }
    )
    try isIn.wait()
    let answers = try works.map { work in
      let answer = Answer<Void>()
      try bed.store.writer.submit(
        WriteRequest(scope: bed.home, work: work, completion: { answer.leave($0) })
      )
      return answer
    }
    gate.leave(.success(()))
    return answers
  }

  @Test("A failed sync answers its whole group with a failure, and publishes nothing")
  func failedSync() throws {
    let plant = try Self.plant()
    let (bed, lot, dock, rack) = (plant.bed, plant.lot.id, plant.dock, plant.rack)
    let events = Slot<Int64>()
    let subscription = bed.store.onEvents { events.put($0) }
    defer { subscription.cancel() }
    let older = bed.store.locations.snapshot().version
    slow_disk_set("stowage-slow-disk", 0, 0)
    let answers = try group(
      bed,
      (1...8).map { number in
        { session in
          _ = try session.post(Sample.move(.putaway, lot, from: dock, to: rack, 10_000))
          try session.emit("x", subject: "\(number)", tenant: nil, at: .test, dataJSON: "{}")
        }
      }
    )
    for answer in answers {
      let failure = #expect(throws: Failure.self) { try answer.wait() }
      #expect(failure?.code == .readOnly)
      #expect(failure?.hint != nil)
    }
    #expect(bed.store.locations.snapshot().version == older)
    #expect(events.take() == nil)
    #expect(try bed.store.read(bed.home) { try $0.quantity(of: lot, at: rack) } == 0)
    // There is no second try: what the kernel dropped would be reported as written.
    slow_disk_set("stowage-slow-disk", 0, -1)
    let later = #expect(throws: Failure.self) {
      try bed.store.write(bed.home) { try $0.save(SupplierDraft(code: "S", name: "S")) }
    }
    #expect(later?.code == .readOnly)
    #expect(slow_disk_syncs() == 0, "a store that is read-only syncs no more")

    // After a restart what was answered is there; what was in doubt is there as a whole or not.
    try bed.reopen()
    let there = try bed.store.read(bed.home) { try $0.quantity(of: lot, at: rack) }
    #expect([0, 80_000].contains(there))
    try bed.store.write(bed.home) { try $0.save(SupplierDraft(code: "S", name: "S")) }
  }

  @Test("A write that holds the writer for longer than the limit is counted and told")
  func longWrite() throws {
    let bed = try Bed()
    _ = try bed.store.write(bed.home) { try $0.save(SupplierDraft(code: "S", name: "S")) }
    let before = bed.store.writer.counts.withLock { $0.long }
    try bed.store.write(bed.home) { _ in _ = usleep(UInt32(Limits.writeUS + 1_000)) }
    #expect(bed.store.writer.counts.withLock { $0.long } == before + 1)
  }

  @Test("On a slow disk what waits is made durable together: far fewer syncs than requests")
  func slowSync() throws {
    let plant = try Self.plant()
    slow_disk_set("stowage-slow-disk", 20_000, -1)
    defer { slow_disk_set("stowage-slow-disk", 0, -1) }
    let answers = try group(
      plant.bed,
      (1...60).map { number in
        { _ = try $0.save(SupplierDraft(code: "S-\(number)", name: "S")) }
      }
    )
    for answer in answers { try answer.wait() }
    // One group, where the machine is not too busy: each takes 2 ms of work at most.
    #expect((1...30).contains(slow_disk_syncs()))
  }
}
