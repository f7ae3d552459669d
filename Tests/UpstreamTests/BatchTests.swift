import StowageTesting
import Testing
import Warehouse
import WireFormat

@testable import Upstream

@Suite("Batches")
struct BatchTests {
  private let epoch = PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
  private let now = Instant(ms: 1_774_746_000_000)

  private func event(_ id: Int64, _ data: String = "{\"day\":\"2026-03-28\"}") -> OutboxEvent {
    OutboxEvent(
      id: id,
      kind: "demand.daily",
      subject: "2026-03-28",
      revision: 2,
      createdAt: now,
      dataJSON: data
    )
  }

  @Test("A body is a CloudEvents batch with these very bytes")
  func golden() throws {
    let epoch = try #require(epoch)
    let (body, digest) = BatchEncoding(facility: "Werk 1/ä").encode(
      [event(7)],
      epoch: epoch,
      sequence: 42
    )
    #expect(
      String(decoding: body, as: UTF8.self)
        == "[{\"specversion\":\"1.0\",\"id\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b:7\","
        + "\"source\":\"/facilities/Werk%201%2F%C3%A4\",\"type\":\"org.stowage.demand.daily\","
        + "\"subject\":\"2026-03-28\",\"time\":\"2026-03-29T01:00:00.000Z\","
        + "\"datacontenttype\":\"application/json\","
        + "\"dataschema\":\"urn:stowage:schema:demand.daily:1\",\"facility\":\"Werk 1/ä\","
        + "\"epoch\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\","
        + "\"sequence\":\"000000000042-0000\",\"revision\":2,"
        + "\"data\":{\"day\":\"2026-03-28\"}}]"
    )
    #expect(digest == BatchEncoding.digest(body))
  }

  /// An outbox in which a day is corrected whenever what waits was read.
  private struct Restless: Outbox {
    let inner: MemoryOutbox
    let corrections: Int
    let done = Counter()

    final class Counter: @unchecked Sendable {
      // One thread alone uses it.
      var value = 0
    }

    func epoch() throws -> PublicID { try inner.epoch() }

    func read<Result>(_ body: (any OutboxReading) throws -> Result) throws -> Result {
      let result = try inner.read(body)
      if done.value < corrections {
        done.value += 1
        try inner.append("demand.daily", "2026-03-28", "{\"n\":\(done.value)}", at: Instant(ms: 1))
      }
      return result
    }

    func write<Outcome: Sendable>(
      _ effect: @escaping @Sendable (any OutboxReading & OutboxWriting) throws -> Outcome
    ) throws -> Outcome { try inner.write(effect) }
  }

  @Test("A day that is corrected between reading and freezing goes in its newest form")
  func correctedMeanwhile() throws {
    let inner = MemoryOutbox(epoch: try #require(epoch))
    try inner.append("demand.daily", "2026-03-28", "{}", at: now)
    let outbox = Restless(inner: inner, corrections: 2)
    let packing = BatchPacking(encoding: BatchEncoding(facility: "B1"))
    let step = try packing.freeze(from: outbox, foretold: 1, now: now)
    let batch = try #require(step.batch)
    let body = String(decoding: try batch.plainBody(), as: UTF8.self)
    #expect(body.contains("\"revision\":3,\"data\":{\"n\":2}"))
    #expect(try inner.rows.unbatchedEvents(limit: 9).isEmpty && inner.rows.lastSequence == 1)
    // Without end, it is a failure of this session and not a wrong batch.
    try inner.append("demand.daily", "2026-03-28", "{\"n\":-1}", at: now)
    let endless = Restless(inner: inner, corrections: .max)
    #expect(throws: Failure.self) { _ = try packing.freeze(from: endless, foretold: 2, now: now) }
    #expect(inner.rows.lastSequence == 1)
  }

  @Test("The digest is SHA-256 (FIPS 180-2, appendix B.1)")
  func digest() {
    #expect(
      HTTPUplinkTransport.hexadecimal(BatchEncoding.digest(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
  }

  @Test("Each event keeps the rules of CloudEvents 1.0")
  func cloudEvents() throws {
    let epoch = try #require(epoch)
    let (body, _) = BatchEncoding(facility: "B1").encode(
      (1...3).map { event($0) },
      epoch: epoch,
      sequence: 1
    )
    let events = try #require(try JSONReader.parse(body).array)
    #expect(events.count == 3)
    var ids: Set<String> = []
    var sequences: [String] = []
    for event in events {
      let members = try #require(event.object)
      for name in ["id", "source", "specversion", "type"] {
        #expect(members[name]?.string?.isEmpty == false)
      }
      for name in members.keys where name != "data" {
        #expect(name.count <= 20)
        #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
      }
      #expect(members["specversion"]?.string == "1.0")
      ids.insert(try #require(members["id"]?.string))
      sequences.append(try #require(members["sequence"]?.string))
    }
    #expect(ids.count == 3)
    #expect(sequences == sequences.sorted())
  }

  private func packed(
    _ sizes: [Int],
    bytesLimit: Int = Limits.batchBytes,
    eventsLimit: Int = Limits.batchEvents
  ) throws -> (MemoryOutbox, BatchPacking) {
    let outbox = MemoryOutbox(epoch: try #require(epoch))
    for (index, size) in sizes.enumerated() {
      let data = "{\"x\":\"\(String(repeating: "a", count: size))\"}"
      try outbox.append("demand.daily", "2026-01-\(index)", data, at: now)
    }
    var packing = BatchPacking(encoding: BatchEncoding(facility: "B1"))
    packing.bytesLimit = bytesLimit
    packing.eventsLimit = eventsLimit
    return (outbox, packing)
  }

  @Test("A batch is never larger than its limit, and as full as the order allows")
  func sizeLimit() throws {
    let (outbox, packing) = try packed([300, 300, 300, 300], bytesLimit: 2_000)
    let batch = try #require(try packing.next(from: outbox, foretold: 1, now: now).batch)
    #expect(try batch.plainBody().count <= 2_000)
    let next = try #require(try outbox.read { try $0.unbatchedEvents(limit: 1) }.first)
    let size = try batch.plainBody().count
    #expect(size + packing.encoding.size(of: next, epoch: batch.epoch) > 2_000)
    // One byte less, and the same events do not fit any more.
    let (again, tighter) = try packed([300, 300, 300, 300], bytesLimit: size - 1)
    #expect(try tighter.next(from: again, foretold: 1, now: now).batch?.events == batch.events - 1)
    let (third, exact) = try packed([300, 300, 300, 300], bytesLimit: size)
    #expect(try exact.next(from: third, foretold: 1, now: now).batch?.events == batch.events)
  }

  @Test("A batch holds at most Limits.batchEvents events and Limits.batchBytes bytes")
  func limits() throws {
    let (outbox, packing) = try packed([Int](repeating: 1, count: Limits.batchEvents + 1))
    #expect(
      try packing.next(from: outbox, foretold: 1, now: now).batch?.events == Limits.batchEvents
    )
    let (large, other) = try packed([600_000, 600_000])
    let batch = try #require(try other.next(from: large, foretold: 1, now: now).batch)
    #expect(batch.events == 1)
    #expect(try batch.plainBody().count <= Limits.batchBytes)
  }

  @Test("An aggregate that can never fit is told, and does not stand in the way of others")
  func oversized() throws {
    let (outbox, packing) = try packed([10, 5_000, 10], bytesLimit: 3_000)
    let step = try packing.next(from: outbox, foretold: 1, now: now)
    #expect(step.batch?.events == 2)
    #expect(step.oversized == [2])
    try outbox.write {
      try $0.acknowledge(through: 1, receiver: "r", receiverTime: nil, at: Instant(ms: 0))
    }
    let after = try packing.next(from: outbox, foretold: 1, now: now)
    #expect(after.batch == nil)
    #expect(after.oversized == [2])
  }

  @Test("A number that was foretold wrongly is laid out again with the true one")
  func foretold() throws {
    let (outbox, packing) = try packed([10, 10])
    // Another session froze and lost its answer: the state tells one less than the next number.
    outbox.rows.lastSequence = 8
    let batch = try #require(try packing.next(from: outbox, foretold: 1, now: now).batch)
    #expect(batch.sequence == 9)
    let events = try JSONReader.parse(try batch.plainBody())
    #expect(events[0]?["sequence"]?.string == "000000000009-0000")
    #expect(batch.digest == BatchEncoding.digest(try batch.plainBody()))
    #expect(batch.isSound)
  }
}
