import Foundation
import GRDB
import HTTPClient
import Storage
import StowageTesting
import Testing
import Upstream
import Warehouse

@testable import HubCore

extension RealUplink {
  /// The box's outbox, in which the program may be killed before or after each commit.
  private struct KillableOutbox: Outbox {
    let inner: StoreOutbox
    let world: RealUplink

    func epoch() throws -> PublicID { try inner.epoch() }

    func read<Result>(_ body: (any OutboxReading) throws -> Result) throws -> Result {
      try inner.read(body)
    }

    func write<Outcome: Sendable>(
      _ effect: @escaping @Sendable (any OutboxReading & OutboxWriting) throws -> Outcome
    ) throws -> Outcome {
      if world.chance(0.01) { throw Killed() }
      let outcome = try inner.write(effect)
      if world.chance(0.01) { throw Killed() }
      return outcome
    }
  }

  /// The way to head office, with what may happen on it.
  private struct Weather: UplinkTransport {
    let inner: HTTPUplinkTransport
    let world: RealUplink

    func send(_ batch: OutboxBatch) -> UplinkAnswer { world.send(batch, inner) }

    func watermark(epoch: PublicID) -> UplinkAnswer {
      world.nowMS += 50
      if world.isOffline && !world.isCalm || world.chance(0.08) { return .unreachable("no route") }
      let answer = inner.watermark(epoch: epoch)
      return world.chance(0.05) ? .unreachable("answer lost") : answer
    }
  }

  private func transport() throws -> HTTPUplinkTransport {
    HTTPUplinkTransport(
      try UplinkSettings(url: "http://127.0.0.1:\(port)", facility: "B1", key: nil),
      logger: Self.quiet,
      now: { [unowned self] in Instant(ms: nowMS + wrongMS) }
    )
  }

  func run() throws {
    let session =
      try session
      ?? UplinkSession(
        facility: "B1",
        outbox: KillableOutbox(inner: StoreOutbox(store: store, scope: scope), world: self),
        transport: Weather(inner: try transport(), world: self),
        now: { [unowned self] in Instant(ms: nowMS + wrongMS) },
        random: { [unowned self] in generator.next() },
        keptDays: Self.daysKept,
        sleepMS: { [unowned self] in nowMS += $0 },
        logger: Self.quiet
      )
    self.session = session
    do {
      let report = try session.run(patienceS: 600, ignoringBackoff: isCalm)
      seen.pruned += report.prunedBatches
    } catch is Killed {
      seen.kills += 1
      self.session = nil
    }
    try check()
  }

  fileprivate func send(_ batch: OutboxBatch, _ line: HTTPUplinkTransport) -> UplinkAnswer {
    nowMS += 100
    if isOffline && !isCalm || chance(0.08) {
      seen.lost += 1
      return .unreachable("no route")
    }
    if chance(0.05) { late.append(batch) }
    if chance(0.02) {
      return .answered(status: 507, acknowledgement: nil, retryAfterS: nil, problem: "full")
    }
    var sent = batch
    if chance(0.03) {
      sent.body[Int(roll(0...Int64(sent.body.count - 1)))] ^= UInt8(1 << roll(0...7))
    } else if chance(0.03) {
      sent.body.removeLast(Int(roll(1...Int64(sent.body.count))))
    } else if chance(0.02) {
      sent.digest[Int(roll(0...31))] ^= 1
    }
    let isWhole = sent == batch
    if !isWhole { seen.torn += 1 }
    let answer = line.send(sent)
    if !isWhole, case .answered(200..<300, _, _, _) = answer {
      // A flipped bit may stand where gzip does not look: then the bytes inside are the same.
      if (try? sent.plainBody()) != (try? batch.plainBody()) { fault("a torn batch was taken") }
    }
    if chance(0.05) { _ = line.send(batch) }
    noteDurable(batch)
    if chance(0.08) {
      seen.lost += 1
      return .unreachable("answer lost")
    }
    return answer
  }

  private func noteDurable(_ batch: OutboxBatch) {
    let place = Place(epoch: batch.epoch, sequence: batch.sequence)
    guard durableSince[place] == nil,
      (try? hub.store.body(facility: "B1", epoch: batch.epoch, sequence: batch.sequence)) != nil
    else { return }
    durableSince[place] = nowMS
    seen.stored += 1
  }

  /// Copies that the network held arrive, after whatever was sent since.
  func deliverLate() throws {
    let line = try transport()
    for batch in late {
      _ = line.send(batch)
      noteDurable(batch)
      seen.late += 1
    }
    late = []
  }

  /// What must hold at every moment: gaps are what is missing, nothing went too early.
  func check() throws {
    let (state, epoch, kept) = try store.read(scope) { read in
      (
        try read.outboxState(), try read.facility().epoch,
        try read.keptBatches(after: 0, limit: 10_000)
      )
    }
    if epochs.insert(epoch).inserted { seen.epochs += 1 }
    let told = try hub.store.watermark(facility: "B1", epoch: epoch)
    let missing = try missingThere(epoch, through: told.highest)
    if told.gaps.flatMap(Array.init) != missing { fault("\(told) but \(missing) are missing") }
    if told.durableThrough != (missing.first ?? told.highest + 1) - 1 { fault("\(told)") }
    if !missing.isEmpty { seen.gaps += 1 }
    var expected: Int64 = 1
    for range in kept.map({ $0.coversFrom...$0.sequence }) + [
      (state.lastSequence + 1)...(state.lastSequence + 1)
    ] {
      for gone in expected..<max(expected, range.lowerBound) {
        let since = durableSince[Place(epoch: epoch, sequence: gone)]
        if since.map({ nowMS - $0 < Int64(Self.daysKept) * 86_400_000 }) ?? true {
          fault("batch \(gone) was deleted, durable since \(String(describing: since))")
        }
      }
      expected = range.upperBound + 1
    }
  }

  /// The numbers that no row of head office's table stands for.
  private func missingThere(_ epoch: PublicID, through highest: Int64) throws -> [Int64] {
    guard let store = hub.store as? HubStore else { return [] }
    let covered = try store.pool.read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT coalesce(covers_from, sequence), sequence FROM batches WHERE epoch = ?",
        arguments: [epoch.text]
      ).flatMap { row in Array((row[0] as Int64)...(row[1] as Int64)) }
    }
    return Array(Set(1...max(1, highest)).subtracting(covered)).filter { $0 <= highest }.sorted()
  }

  /// The newest data of each subject, as the box has them.
  func newestHere() throws -> [String: String] {
    try store.read(scope) { read in
      var newest: [String: String] = [:]
      for day in 10...28 {
        let subject = "2026-03-\(day)"
        let event = try read.newestEvent(kind: "demand.daily", subject: subject)
        if let event { newest[subject] = event.dataJSON }
      }
      return newest
    }
  }

  /// Good weather: everything must arrive, and be what the box holds.
  func settle() throws {
    isCalm = true
    wrongMS = 0
    try deliverLate()
    for _ in 0..<40 {
      nowMS += 3 * 3_600_000
      try run()
      let (state, epoch) = try store.read(scope) { (try $0.outboxState(), try $0.facility().epoch) }
      let told = try hub.store.watermark(facility: "B1", epoch: epoch)
      if state.deadLetters > 0 {
        let at = Instant(ms: nowMS)
        _ = try store.write(scope) { try $0.requeueDeadLetters(at: at) }
      } else if state.pendingBatches == 0, state.unbatchedEvents == 0, !told.isSuperseded,
        told.durableThrough == state.lastSequence, told.gaps.isEmpty
      {
        return try compare()
      }
    }
    fault("not settled: \(String(describing: session?.status()))")
  }

  private func compare() throws {
    let here = try newestHere()
    let rows = try hub.store.events(
      facility: "B1",
      kind: "demand.daily",
      subject: nil,
      after: 0,
      limit: 10_000
    )
    let there = Dictionary(uniqueKeysWithValues: rows.map { ($0.subject, $0.data) })
    for (subject, data) in here where there[subject] != data {
      fault("\(subject): \(there[subject] ?? "nothing") there, \(data) here")
    }
    for subject in there.keys where here[subject] == nil && !lost.contains(subject) {
      fault("\(subject) was never made")
    }
  }
}
