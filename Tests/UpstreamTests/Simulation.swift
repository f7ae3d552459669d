import Logging
import StowageTesting
import Testing
import Warehouse
import WireFormat

@testable import Upstream

/// Thousands of failed attempts would hide what a test has to say.
let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })

/// One facility and one receiver, months long, with everything going wrong that can: the real
/// session, the outbox and the receiver in memory.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class Simulation: @unchecked Sendable {
  /// How often what came up.
  struct Seen {
    var pruned = 0
    var resends = 0
    var epochs = 0
    var buried = 0

    mutating func add(_ other: Seen) {
      pruned += other.pruned
      resends += other.resends
      epochs += other.epochs
      buried += other.buried
    }
  }

  let seed: UInt64
  var generator: SeededGenerator
  /// The true time; the facility's own clock may be set wrong.
  let clock = SimulatedClock()
  var wrongMS: Int64 = 0
  let outbox: MemoryOutbox
  let hub: ModelHub
  var session: UplinkSession?
  var seen = Seen()
  /// Bytes of each batch when it was first seen: they may never change.
  var frozen: [MemoryOutbox.Place: [UInt8]] = [:]
  /// When the receiver first held each batch, by the true time.
  var durableSince: [MemoryOutbox.Place: Int64] = [:]
  var prunedBefore = 0
  /// Copies of both databases that may be put back.
  var outboxBackup: MemoryOutbox.Rows?
  var hubBackup: ModelHub.Books?
  /// Everything that a timeline of the facility ever made which was then put back.
  var lost: Set<String> = []
  var isNetworkDown = false
  var killChance = 0.0
  /// Whether the receiver refuses batches that hold a certain aggregate.
  var isPoisoned = false

  init(seed: UInt64) {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    let epoch = PublicID(at: Instant(ms: 1_774_746_000_000), random: (seed, 1))
    outbox = MemoryOutbox(epoch: epoch)
    hub = ModelHub(instance: "hub-1", now: { [clock] in clock.now })
    killChance = seed % 3 == 0 ? 0.05 : 0
    isPoisoned = seed % 4 == 0
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
    let place = MemoryOutbox.Place(epoch: batch.epoch, sequence: batch.sequence)
    if !batch.isTombstone {
      #expect(frozen[place] ?? batch.body == batch.body, "bytes changed, seed \(seed)")
      frozen[place] = batch.body
    }
    if let trouble = trouble() { return trouble }
    var arrived = batch
    if chance(0.03) {
      let position = Int(roll(0...Int64(batch.body.count - 1)))
      arrived.body[position] ^= UInt8(1 << roll(0...7))
    } else if chance(0.02) {
      arrived.body.removeLast(Int(roll(1...Int64(batch.body.count))))
    }
    if isPoisoned, let plain = try? batch.plainBody(),
      String(decoding: plain, as: UTF8.self).contains("poison")
    {
      return ModelHub.refuse(422, "not taken")
    }
    let answer = hub.receive(arrived)
    if chance(0.05) { _ = hub.receive(batch) }
    if hub.stored[batch.epoch]?[batch.sequence] != nil, durableSince[place] == nil {
      durableSince[place] = clock.ms
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
        now: { [unowned self] in Instant(ms: clock.ms + wrongMS) },
        random: { [unowned self] in generator.next() },
        sleepMS: { [clock] in clock.ms += $0 },
        logger: quiet
      )
    self.session = session
    do {
      let report = try session.run(patienceS: patienceS)
      seen.buried += report.buriedBatches
    } catch {
      // Killed: everything in memory is gone, the outbox is what it was after the last commit.
      self.session = nil
    }
    check()
  }

  /// What must hold at every moment.
  func check() {
    let rows = outbox.rows
    for batch in rows.pruned.dropFirst(prunedBefore) {
      let since = durableSince[.init(epoch: batch.epoch, sequence: batch.sequence)]
      #expect(since != nil, "pruned but never durable, seed \(seed)")
      if let since { #expect(clock.ms - since >= 7 * 86_400_000, "too early, seed \(seed)") }
    }
    prunedBefore = rows.pruned.count
    #expect(
      rows.acknowledgedThrough <= hub.durableThrough(rows.epoch) || hubBackup != nil,
      "acknowledged but not durable, seed \(seed)"
    )
    if session?.status().isReceiverBehind == true { seen.resends += 1 }
  }
}
