import StowageTesting
import Warehouse

@testable import Upstream

extension FleetSimulation {
  /// One session of a facility: the sender decides, the books do.
  mutating func run(_ site: Int) {
    let outbox = sites[site].outbox
    let books = Sender.Books(
      epoch: ids[outbox.epoch],
      acknowledgedThrough: outbox.acknowledgedThrough,
      frozenThrough: outbox.lastSequence
    )
    var sender = sites[site].sender ?? Sender(books: books)
    if sender.books.epoch != books.epoch { sender = Sender(books: books) }
    sender.books = books
    var input = Sender.Input.begin(ignoringBackoff: isCalm)
    for _ in 0..<40 {
      // A kill: what is in memory is gone, the books stand.
      if chance(5) {
        seen.senderKills += 1
        sites[site].sender = nil
        return
      }
      let clock = Instant(ms: now + sites[site].wrongMS)
      let actions = sender.handle(input, now: clock, random: generator.next())
      guard let next = perform(actions, site) else { break }
      input = next
    }
    sites[site].sender = sender
    if !isFull(site) { prune(site, sender) }
  }

  /// Whether the facility's disk takes no writes: then each write ends the session.
  private mutating func isFull(_ site: Int) -> Bool {
    guard sites[site].isFull, !isCalm else { return false }
    seen.fullSites += 1
    return true
  }

  private mutating func perform(_ actions: [Sender.Action], _ site: Int) -> Sender.Input? {
    var next: Sender.Input?
    for action in actions {
      switch action {
      case .askWatermark:
        let answer = ask(site)
        next = .watermark(answer, isOurs: isOurs(answer, site))
      case .load:
        if isFull(site) { return nil }
        let batch = sites[site].outbox.next()
        next = .loaded(
          batch.map { .init(sequence: $0.sequence, isTombstone: $0.content.isEmpty) }
        )
      case .send(let sequence): next = .answered(send(sequence, site))
      case .acknowledge(let through, _, let time):
        if isFull(site) { return nil }
        sites[site].outbox.acknowledge(
          through,
          at: now + sites[site].wrongMS,
          receiver: time?.ms ?? 0
        )
      case .recordFailure: break
      case .reopen(let missing):
        if isFull(site) { return nil }
        seen.resends += 1
        sites[site].outbox.reopen(missing)
      case .bury(let sequence, _, _):
        if isFull(site) { return nil }
        seen.buried += 1
        sites[site].outbox.bury(sequence)
      case .renewEpoch:
        if isFull(site) { return nil }
        seen.epochs += 1
        let epoch = newEpoch()
        sites[site].outbox.renew(epoch)
        next = .renewed(ids[epoch])
      case .wait, .finish: return nil
      }
    }
    return next
  }

  private mutating func ask(_ site: Int) -> UplinkAnswer {
    now += 20
    if sites[site].isOffline && !isCalm || chance(150) { return .unreachable("") }
    return acknowledgement(site)
  }

  private func acknowledgement(_ site: Int) -> UplinkAnswer {
    let epoch = sites[site].outbox.epoch
    let standing = books[site].standing(epoch)
    var said = Acknowledgement(
      epoch: ids[epoch],
      durableThrough: standing.durable,
      receiverInstance: instance == 1 ? "1" : "\(instance)",
      gaps: standing.gaps,
      highest: standing.highest,
      durableDigest: "told",
      serverTime: Instant(ms: now)
    )
    said.isSuperseded = books[site].isSuperseded(epoch)
    return .answered(
      status: 200,
      acknowledgement: said,
      retryAfterS: nil,
      problem: ""
    )
  }

  /// Whether the newest batch that head office holds is the facility's own; nil where nobody knows.
  private func isOurs(_ answer: UplinkAnswer, _ site: Int) -> Bool? {
    guard case .answered(200, let said?, _, _) = answer, said.durableThrough > 0 else { return nil }
    let outbox = sites[site].outbox
    let kept = outbox.batches.first { $0.sequence == said.durableThrough }
    let theirs = books[site].batch(said.durableThrough, outbox.epoch)
    guard let kept, let theirs else { return nil }
    return kept.digest == theirs.digest
  }

  private static func status(_ status: Int) -> UplinkAnswer {
    .answered(status: status, acknowledgement: nil, retryAfterS: nil, problem: "")
  }

  /// A batch on its way, and what becomes of it at head office.
  private mutating func send(_ sequence: Int64, _ site: Int) -> UplinkAnswer {
    now += 50
    guard var batch = sites[site].outbox.batches.first(where: { $0.sequence == sequence }) else {
      fault("a batch that is not there is sent")
      return .unreachable("")
    }
    let epoch = sites[site].outbox.epoch
    let whole = batch
    if sites[site].isOffline && !isCalm || chance(60) {
      seen.lost += 1
      return .unreachable("")
    }
    // A copy stays in the network, and arrives when later ones have.
    if chance(40) { late.append(Copy(site: site, epoch: epoch, batch: whole)) }
    if isHubFull && !isCalm {
      seen.fullHub += 1
      return Self.status(507)
    }
    if chance(30) { return Self.status(503) }
    spoil(&batch)
    if FleetBatch.digest(batch.content, sequence, epoch) != batch.digest {
      return Self.status(400)
    }
    // One aggregate in a hundred is of a form that head office does not take, until it is mended.
    if !isCalm, batch.content.contains(where: { $0 % 101 == 7 }) { return Self.status(422) }
    // Killed before its commit: nothing of the batch is there.
    if chance(20) {
      seen.hubKills += 1
      return .unreachable("")
    }
    if store(batch, epoch, site) == .conflicting { return Self.status(409) }
    // Doubled on the way: the second copy must change nothing.
    if chance(50), store(whole, epoch, site) != .repeated {
      fault("a second copy of batch \(sequence) was not known")
    }
    // Killed after its commit, or the answer is lost.
    if chance(80) {
      seen.hubKills += 1
      return .unreachable("")
    }
    return acknowledgement(site)
  }

  /// What may happen to a body, or to the digest in its head, on the way.
  private mutating func spoil(_ batch: inout FleetBatch) {
    if chance(20), !batch.content.isEmpty {
      seen.torn += 1
      batch.content[below(batch.content.count)] ^= 1
    } else if chance(20), !batch.content.isEmpty {
      seen.truncated += 1
      batch.content.removeLast(1 + below(batch.content.count))
    } else if chance(10) {
      seen.wrongDigests += 1
      batch.digest ^= 1 << UInt64(below(64))
    }
  }

  private mutating func prune(_ site: Int, _ sender: Sender) {
    guard !sender.isReceiverBehind, let through = sender.heardThrough,
      let time = sender.receiverTime?.ms
    else { return }
    let span = Self.daysKept * Self.day
    let epoch = sites[site].outbox.epoch
    let pruned = sites[site].outbox.prune(
      through,
      before: now + sites[site].wrongMS - span,
      receiverBefore: time - span
    )
    for sequence in pruned {
      seen.pruned += 1
      guard let since = durableSince[site][Int64(epoch) << 32 | sequence] else {
        fault("site \(site) pruned batch \(sequence), which head office never held")
        continue
      }
      if now - since < span { fault("site \(site) pruned batch \(sequence) too early") }
      let held = books[site].standing(epoch).durable
      if held < sequence { fault("site \(site) pruned \(sequence), head office holds \(held)") }
    }
  }

  /// Good weather: everything must arrive, and be exactly what the facilities hold.
  mutating func settle() {
    isCalm = true
    deliver(all: true)
    for site in sites.indices {
      sites[site].wrongMS = 0
      // A new epoch may have begun hours ago, and another be needed: they are a day apart.
      for _ in 0..<10 {
        now += 6 * 3_600_000
        sites[site].outbox.requeue()
        run(site)
        if isSettled(site) { break }
      }
      compare(site)
    }
  }

  private func isSettled(_ site: Int) -> Bool {
    let outbox = sites[site].outbox
    return sites[site].sender?.held == nil && outbox.letters.isEmpty
      && outbox.acknowledgedThrough == outbox.lastSequence
      && books[site].standing(outbox.epoch).durable == outbox.lastSequence
      && !books[site].isSuperseded(outbox.epoch)
      && outbox.places.allSatisfy {
        $0.sequence != 0 && ($0.epoch == outbox.epoch || $0.sequence < 0)
      }
  }

  private mutating func compare(_ site: Int) {
    let outbox = sites[site].outbox
    let standing = books[site].standing(outbox.epoch)
    if standing.durable != outbox.lastSequence || !standing.gaps.isEmpty {
      let kept = outbox.batches.map { "\($0.first)...\($0.sequence) \($0.acknowledgedAt ?? -1)" }
      let held = sites[site].sender?.held.map { "held \($0.sequence): \($0.reason)" } ?? ""
      fault(
        "site \(site): \(standing) for \(outbox.lastSequence) batches, \(kept), "
          + "acknowledged \(outbox.acknowledgedThrough) \(held)"
      )
    }
    var newest = books[site].newest()
    while newest.count < outbox.revisions.count { newest.append(0) }
    for subject in newest.indices {
      let made = subject < outbox.revisions.count ? outbox.revisions[subject] : 0
      if newest[subject] == made || made == 0 && subject < sites[site].lostSubjects { continue }
      fault("site \(site), subject \(subject): \(newest[subject]) there, \(made) here")
    }
  }
}
