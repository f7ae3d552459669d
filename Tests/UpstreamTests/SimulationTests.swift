import Logging
import StowageTesting
import Testing
import Warehouse
import WireFormat

@testable import Upstream

/// Thousands of failed attempts would hide what a test has to say.
private let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })

/// One facility and one receiver, months long, with everything going wrong that can.
///
/// Marked unchecked because a simulation runs on one thread alone.
private final class Simulation: @unchecked Sendable {
  let seed: UInt64
  var generator: SeededGenerator
  let clock = SimulatedClock()
  let outbox: MemoryOutbox
  let hub: ModelHub
  var session: UplinkSession?
  /// Bytes of each batch when it was first seen: they may never change.
  var frozen: [Int64: [UInt8]] = [:]
  /// When the receiver first held each batch.
  var durableSince: [Int64: Int64] = [:]
  var isNetworkDown = false
  var killChance = 0.0

  init(seed: UInt64, epoch: PublicID) {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    outbox = MemoryOutbox(epoch: epoch)
    hub = ModelHub(instance: "hub-1", now: { [clock] in clock.now })
    outbox.isKilled = { [unowned self] in chance(killChance) }
  }

  func chance(_ share: Double) -> Bool {
    share > 0 && Double.random(in: 0..<1, using: &generator) < share
  }

  func roll(_ range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &generator)
  }

  func transport() -> ScriptedTransport {
    ScriptedTransport(
      onSend: { [unowned self] batch in send(batch) },
      onWatermark: { [unowned self] epoch in
        trouble() ?? { chance(0.1) ? .unreachable("answer lost") : hub.acknowledgement(epoch) }()
      }
    )
  }

  /// What may happen to a call before it arrives.
  func trouble() -> UplinkAnswer? {
    clock.ms += roll(5...400)
    if isNetworkDown || chance(0.1) { return .unreachable("no route") }
    if chance(0.05) { return ModelHub.refuse(503, "busy", retryAfterS: roll(0...600)) }
    if chance(0.03) { return ModelHub.refuse(429, "slow down") }
    if chance(0.03) { return ModelHub.refuse(200, "") }
    if chance(0.02) { return ModelHub.refuse(401, "key") }
    return nil
  }

  func send(_ batch: OutboxBatch) -> UplinkAnswer {
    #expect(frozen[batch.sequence] ?? batch.body == batch.body, "bytes changed, seed \(seed)")
    frozen[batch.sequence] = batch.body
    if let trouble = trouble() { return trouble }
    var arrived = batch
    if chance(0.03) {
      let place = Int(roll(0...Int64(batch.body.count - 1)))
      arrived.body[place] ^= UInt8(1 << roll(0...7))
    } else if chance(0.02) {
      arrived.body.removeLast(Int(roll(1...Int64(batch.body.count))))
    }
    let answer = hub.receive(arrived)
    if chance(0.05) { _ = hub.receive(batch) }
    if hub.stored[batch.epoch]?[batch.sequence] != nil, durableSince[batch.sequence] == nil {
      durableSince[batch.sequence] = clock.ms
    }
    return chance(0.1) ? .unreachable("answer lost") : answer
  }

  func run(patienceS: Int64) {
    let session =
      session
      ?? UplinkSession(
        facility: "B1",
        outbox: outbox,
        transport: transport(),
        now: { [clock] in clock.now },
        random: { [unowned self] in generator.next() },
        sleepMS: { [clock] in clock.ms += $0 },
        logger: quiet
      )
    self.session = session
    do {
      _ = try session.run(patienceS: patienceS)
    } catch {
      // Killed: everything in memory is gone, the outbox is what it was after the last commit.
      self.session = nil
    }
    check()
  }

  /// What must hold at every moment.
  func check() {
    for batch in outbox.rows.batches where batch.acknowledgedAt != nil {
      #expect(durableSince[batch.sequence] != nil, "acknowledged but not durable, seed \(seed)")
    }
    for batch in outbox.rows.pruned {
      let since = durableSince[batch.sequence]
      #expect(since != nil, "pruned but not durable, seed \(seed)")
      // The clock may have been set; ten seconds cover the answer's way.
      if let since { #expect(clock.ms - since >= 7 * 86_400_000 - 10_000, "seed \(seed)") }
    }
    #expect(hub.quarantined == 0, "two bodies under one number, seed \(seed)")
    let state = try? outbox.rows.outboxState()
    #expect(state?.acknowledgedThrough ?? 0 <= hub.durableThrough(outbox.rows.epoch))
  }

  func step() throws {
    switch roll(0...9) {
    case 0...3:
      for _ in 0..<roll(1...40) {
        let subject = "2026-03-\(roll(1...28))"
        let padding = String(repeating: "x", count: Int(roll(0...300)))
        let data = "{\"rows\":[\(roll(0...5))],\"pad\":\"\(padding)\"}"
        try outbox.append("demand.daily", subject, data, at: clock.now)
      }
    case 4: isNetworkDown.toggle()
    case 5: session = nil
    case 6: clock.ms += roll(0...86_400_000 * 3)
    default: clock.ms += roll(0...1_800_000)
    }
    run(patienceS: chance(0.5) ? roll(0...3_600) : 0)
  }

  /// Good weather at the end: everything must arrive.
  func settle() throws {
    isNetworkDown = false
    killChance = 0
    for _ in 0..<200 {
      clock.ms += 3_600_000
      run(patienceS: 3_600)
      let state = try outbox.rows.outboxState()
      if state.pendingBatches == 0 && state.unbatchedEvents == 0 { return }
    }
    Issue.record("not drained, seed \(seed): \(String(describing: session?.status()))")
  }

  /// The receiver's events, by id.
  func received() throws -> [String: String] {
    var events: [String: String] = [:]
    for (_, stored) in hub.stored[outbox.rows.epoch] ?? [:] {
      for event in try JSONReader.parse(stored.body).array ?? [] {
        let id = event["id"]?.string ?? ""
        #expect(events.updateValue(event["data"]?.text ?? "", forKey: id) == nil, "seed \(seed)")
      }
    }
    return events
  }
}

@Suite("Simulations of the uplink")
struct SimulationTests {
  @Test("Whatever is lost, doubled, torn or killed, the receiver ends with exactly what was made")
  func seeds() throws {
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    var pruned = 0
    for seed in 1...150 as ClosedRange<UInt64> {
      let simulation = Simulation(seed: seed, epoch: epoch)
      simulation.killChance = seed % 3 == 0 ? 0.05 : 0
      for _ in 0..<25 { try simulation.step() }
      try simulation.settle()
      pruned += simulation.outbox.rows.pruned.count
      let received = try simulation.received()
      let made = simulation.outbox.rows.events
      #expect(received.count == made.count, "seed \(seed)")
      for event in made {
        #expect(received["\(epoch.text):\(event.id)"] == event.dataJSON, "seed \(seed)")
      }
      #expect(
        simulation.hub.durableThrough(epoch) == simulation.outbox.rows.lastSequence,
        "seed \(seed)"
      )
    }
    #expect(pruned > 0, "no simulation came to pruning")
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

  @Test("A refused batch is held, told, and goes when the receiver is mended")
  func held() throws {
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    let clock = SimulatedClock()
    let outbox = MemoryOutbox(epoch: epoch)
    try outbox.append("demand.daily", "2026-03-28", "{}", at: clock.now)
    let hub = ModelHub(instance: "hub-1", now: { clock.now })
    let transport = ScriptedTransport(hub)
    let live = transport.onSend
    transport.onSend = { _ in ModelHub.refuse(422, "unknown schema") }
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
    guard case .held(1, _, "status 422: unknown schema") = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(session.status().heldReason == "status 422: unknown schema")
    #expect(outbox.rows.lastError == "status 422: unknown schema")
    #expect(report.pendingBatches == 1)
    transport.onSend = live
    #expect(try session.run().sentBatches == 0)
    clock.ms += Sender.holdMS
    let mended = try session.run()
    #expect(mended.outcome == .drained)
    #expect(session.status().heldReason == nil)
    #expect(outbox.rows.lastError == nil)
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
