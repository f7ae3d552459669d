import StowageTesting
import Testing
import Warehouse

@testable import Upstream

extension Simulation {
  /// Something happens, and a session runs.
  func step() throws {
    switch roll(0...15) {
    case 0...4: try make()
    case 5: isNetworkDown.toggle()
    case 6: session = nil
    case 7: clock.ms += roll(0...86_400_000 * 3)
    case 8: hub.isFull.toggle()
    case 9: wrongMS = chance(0.5) ? 0 : roll(-1...1) * 365 * 86_400_000
    case 10:
      if chance(0.5) { outboxBackup = outbox.rows } else { try putOutboxBack() }
    case 11:
      if chance(0.5) { hubBackup = hub.books } else { putHubBack() }
    default: clock.ms += roll(0...1_800_000)
    }
    run(patienceS: chance(0.5) ? roll(0...3_600) : 0)
  }

  private func make() throws {
    for _ in 0..<roll(1...40) {
      let subject = "2026-03-\(roll(1...28))"
      let word = isPoisoned && chance(0.01) ? "poison" : "x"
      let padding = String(repeating: word, count: Int(roll(1...200)))
      let data = "{\"rows\":[\(roll(0...5))],\"pad\":\"\(padding)\"}"
      try outbox.append("demand.daily", subject, data, at: Instant(ms: clock.ms + wrongMS))
    }
  }

  /// The facility's database is put back from a copy, by the command that begins a new epoch or by
  /// hand.
  private func putOutboxBack() throws {
    guard let backup = outboxBackup else { return }
    for event in outbox.rows.events { lost.insert("org.stowage.\(event.kind) \(event.subject)") }
    // What the lost timeline froze and the copy freezes anew may differ.
    for place in frozen.keys
    where place.epoch == backup.epoch && place.sequence > backup.lastSequence {
      if hub.stored[place.epoch]?[place.sequence] == nil { frozen[place] = nil }
    }
    let pruned = outbox.rows.pruned
    outbox.rows = backup
    outbox.rows.pruned = pruned
    session = nil
    seen.epochs += 1
    if chance(0.5) {
      try outbox.rows.renew(PublicID(at: clock.now, random: (generator.next(), generator.next())))
    }
  }

  /// The receiver is restored from an old copy, or made anew.
  private func putHubBack() {
    if chance(0.3) {
      hub.books = .init(instance: "hub-\(generator.next())")
    } else if let backup = hubBackup {
      hub.books = backup
    }
    // From now on it may hold less than the outbox believes, until the next word.
    hubBackup = hub.books
  }

  /// Good weather at the end: everything must arrive.
  func settle() throws {
    isNetworkDown = false
    killChance = 0
    isPoisoned = false
    hub.isFull = false
    wrongMS = 0
    try outbox.write { _ = try $0.requeueDeadLetters(at: Instant(ms: 0)) }
    for _ in 0..<300 {
      clock.ms += 3_600_000
      run(patienceS: 3_600)
      let state = try outbox.rows.outboxState()
      if state.deadLetters > 0 {
        try outbox.write { _ = try $0.requeueDeadLetters(at: Instant(ms: 0)) }
      } else if state.pendingBatches == 0, state.unbatchedEvents == 0,
        hub.durableThrough(outbox.rows.epoch) == outbox.rows.lastSequence
      {
        seen.pruned += outbox.rows.pruned.count
        return
      }
    }
    Issue.record("not drained, seed \(seed): \(String(describing: session?.status()))")
  }

  /// Head office's newest aggregates are the facility's, but for what lost timelines had made.
  func compare() throws {
    let received = try hub.newest()
    var made: [String: String] = [:]
    for event in outbox.rows.events {
      made["org.stowage.\(event.kind) \(event.subject)"] = event.dataJSON
    }
    for (name, data) in made {
      #expect(received[name] == data, "seed \(seed): \(name)")
    }
    for name in received.keys where made[name] == nil {
      #expect(lost.contains(name), "seed \(seed): \(name) was never made")
    }
    let standing = hub.standing(outbox.rows.epoch)
    #expect(standing.gaps.isEmpty && standing.durable == outbox.rows.lastSequence, "seed \(seed)")
  }
}

extension MemoryOutbox.Rows {
  /// Begins a new epoch, as the restore command does.
  mutating func renew(_ epoch: PublicID) throws {
    let write = MemoryOutbox.Write(self)
    try write.renewEpoch(epoch)
    self = write.rows
  }
}
