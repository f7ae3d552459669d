import Logging
import StowageTesting
import Testing
import Warehouse
import WireFormat

@testable import Upstream

@Suite("Simulations of the uplink")
struct SimulationTests {
  @Test("Whatever is lost, doubled, torn, killed or put back, head office ends with what was made")
  func seeds() throws {
    var seen = Simulation.Seen()
    for seed in 1...150 as ClosedRange<UInt64> {
      let simulation = Simulation(seed: seed)
      for _ in 0..<25 { try simulation.step() }
      try simulation.settle()
      try simulation.compare()
      seen.add(simulation.seen)
    }
    // Each trouble came up, so that the comparison says something.
    #expect(seen.pruned > 0 && seen.resends > 0 && seen.epochs > 0 && seen.buried > 0, "\(seen)")
  }

  @Test("Three weeks offline lose nothing and are caught up in one run once the line is back")
  func offline() throws {
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    let clock = SimulatedClock()
    let outbox = MemoryOutbox(epoch: epoch)
    let hub = ModelHub(instance: "hub-1", now: { clock.now })
    let transport = ScriptedTransport(hub)
    let live = (transport.onSend, transport.onWatermark)
    transport.onSend = { _ in .unreachable("no route") }
    transport.onWatermark = { _ in .unreachable("no route") }
    let session = UplinkSession(
      facility: "B1",
      outbox: outbox,
      transport: transport,
      now: { clock.now },
      random: { 12_345 },
      sleepMS: { clock.ms += $0 },
      logger: quiet
    )
    for day in 0..<21 {
      for part in 0..<40 {
        let data = "{\"pad\":\"\(String(repeating: "x", count: 20_000))\"}"
        try outbox.append("demand.daily", "day-\(day)/\(part)", data, at: clock.now)
      }
      for _ in 0..<96 {
        let report = try session.run(patienceS: 840)
        if case .waiting = report.outcome {} else { Issue.record("\(report.outcome)") }
        clock.ms += 60_000
      }
    }
    #expect(outbox.rows.pruned.isEmpty)
    (transport.onSend, transport.onWatermark) = live
    let before = clock.ms
    let report = try session.run(ignoringBackoff: true)
    #expect(report.outcome == .drained)
    #expect(report.sentEvents == 840)
    #expect(report.pendingBatches == 0)
    #expect(clock.ms == before)
    #expect(report.sentBatches >= 17)
    #expect(hub.durableThrough(epoch) == outbox.rows.lastSequence)
  }

  @Test("A refused batch is kept aside with a tombstone in its place, and goes when it is requeued")
  func refused() throws {
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    let clock = SimulatedClock()
    let outbox = MemoryOutbox(epoch: epoch)
    try outbox.append("demand.daily", "2026-03-28", "{}", at: clock.now)
    let hub = ModelHub(instance: "hub-1", now: { clock.now })
    let transport = ScriptedTransport(hub)
    let live = transport.onSend
    transport.onSend = { batch in
      batch.isTombstone ? live(batch) : ModelHub.refuse(422, "unknown schema")
    }
    let session = UplinkSession(
      facility: "B1",
      outbox: outbox,
      transport: transport,
      now: { clock.now },
      random: { 0 },
      sleepMS: { clock.ms += $0 },
      logger: quiet
    )
    let report = try session.run(patienceS: 600)
    #expect(report.outcome == .drained && report.buriedBatches == 1)
    #expect(try hub.newest().isEmpty && hub.durableThrough(epoch) == 1)
    let letter = try #require(try outbox.read { try $0.deadLetters(limit: 9) }.first)
    #expect(letter.sequence == 1 && letter.status == 422 && letter.events == 1)
    #expect(letter.reason == "status 422: unknown schema")
    // The tombstone says what is missing and why.
    let tombstone = try JSONReader.parse(try #require(hub.stored[epoch]?[1]).plain)
    #expect(tombstone[0]?["data"]?["reason"]?.string == "refused")
    #expect(tombstone[0]?["data"]?["through"]?.integer == 1)
    #expect(tombstone[0]?["data"]?["sha256"]?.string?.count == 64)

    transport.onSend = live
    #expect(try outbox.write { try $0.requeueDeadLetters(at: clock.now).events } == 1)
    #expect(try session.run().outcome == .drained)
    #expect(try hub.newest() == ["org.stowage.demand.daily 2026-03-28": "{}"])
    #expect(hub.durableThrough(epoch) == 2)
  }

  @Test("A line with a pace takes the time that it must, and no batch is lost over it")
  func pace() throws {
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    let clock = SimulatedClock()
    let outbox = MemoryOutbox(epoch: epoch)
    var generator = SeededGenerator(seed: 7)
    for part in 0..<40 {
      let noise = (0..<4_000).map { _ in String(UInt64.random(in: 0...9, using: &generator)) }
      let data = "{\"pad\":\"\(noise.joined())\"}"
      for copy in 0..<20 {
        try outbox.append("demand.daily", "\(part)/\(copy)", data, at: clock.now)
      }
    }
    let hub = ModelHub(instance: "hub-1", now: { clock.now })
    let session = UplinkSession(
      facility: "B1",
      outbox: outbox,
      transport: ScriptedTransport(hub),
      now: { clock.now },
      bytesPerS: 2_000,
      sleepMS: { clock.ms += $0 },
      logger: quiet
    )
    let began = clock.ms
    let report = try session.run(patienceS: 86_400)
    #expect(report.outcome == .drained && report.sentBatches > 2)
    let bytes = outbox.rows.batches.dropLast().reduce(0) { $0 + $1.body.count }
    #expect(clock.ms - began >= Int64(bytes) / 2)
    #expect(clock.ms - began < Int64(bytes) * 2)
  }

  @Test("A stop ends a wait at once")
  func stop() throws {
    let clock = SimulatedClock()
    let outbox = MemoryOutbox(
      epoch: try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    )
    try outbox.append("demand.daily", "2026-03-28", "{}", at: clock.now)
    let session = UplinkSession(
      facility: "B1",
      outbox: outbox,
      transport: ScriptedTransport(
        onSend: { _ in .unreachable("") },
        onWatermark: { _ in .unreachable("") }
      ),
      now: { clock.now },
      random: { 1_999 },
      sleepMS: { clock.ms += $0 },
      logger: quiet
    )
    let began = clock.ms
    let report = try session.run(patienceS: 86_400, shouldStop: { clock.ms > began + 500 })
    #expect(report.outcome == .stopped)
    #expect(clock.ms <= began + 800)
  }
}
