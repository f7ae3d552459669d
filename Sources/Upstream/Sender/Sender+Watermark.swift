import Warehouse

extension Sender {
  mutating func takeWatermark(
    _ answer: UplinkAnswer,
    _ isOurs: Bool?,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    switch Self.meaning(of: answer) {
    case .accepted(let said):
      guard said.epoch == books.epoch else {
        return [waitAfterFailure("the watermark is of another epoch", now, random)]
      }
      listen(to: said, now)
      isReconciled = true
      if isOurs == false {
        let reason = "head office holds other bytes under number \(said.durableThrough)"
        return renew(reason, now, random)
      }
      if said.isSuperseded {
        let reason = "head office knows a later epoch of this facility than the one that runs here"
        return renew(reason, now, random)
      }
      return compare(said, now, random)
    case .transient(let problem, let retryAfterS):
      return [waitAfterFailure(problem, now, random, retryAfterS: retryAfterS)]
    case .misdirected(let problem), .refused(_, let problem, _), .conflicting(let problem),
      .tooOld(let problem):
      return [waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS / 4)]
    }
  }

  /// Compares the receiver's books with ours.
  ///
  /// It may know more than we do: an answer was lost. It may know less: its store was restored from
  /// a backup, or made anew. It may know numbers that we never gave: then this database was
  /// restored, or two boxes run on copies of it.
  private mutating func compare(
    _ said: Acknowledgement,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    let highest = max(said.durableThrough, said.highest ?? 0)
    guard highest <= books.frozenThrough else {
      return renew(
        "head office holds batch \(highest) of this database, which has made only "
          + "\(books.frozenThrough): it was put back from a copy, or a copy runs elsewhere",
        now,
        random
      )
    }
    var actions: [Action] = []
    if said.durableThrough < books.acknowledgedThrough {
      behindUntil = max(behindUntil ?? 0, books.acknowledgedThrough)
      books.acknowledgedThrough = said.durableThrough
    } else if said.durableThrough > books.acknowledgedThrough {
      actions.append(acknowledge(said))
    }
    // Also what counts as pending here: a loss may come while an earlier one is being made good.
    let missing = Self.missing(said, through: books.frozenThrough)
    if !missing.isEmpty { actions.append(.reopen(missing)) }
    return actions + proceed(now)
  }

  /// What the receiver lacks of the numbers up to `last`.
  ///
  /// Its answer lists a limited number of gaps; those beyond come to light when the first are
  /// closed. Where it does not say its highest number, all above the watermark counts as missing.
  static func missing(_ said: Acknowledgement, through last: Int64) -> [ClosedRange<Int64>] {
    guard said.durableThrough < last else { return [] }
    guard let highest = said.highest else { return [said.durableThrough + 1...last] }
    var ranges = said.gaps.filter { $0.lowerBound > said.durableThrough && $0.lowerBound <= last }
      .map { $0.lowerBound...min($0.upperBound, last) }
    if max(highest, said.durableThrough) < last {
      ranges.append(max(highest, said.durableThrough) + 1...last)
    }
    return ranges
  }

  /// Begins a new epoch, unless one began a short while ago: then something else is wrong.
  mutating func renew(_ reason: String, _ now: Instant, _ random: UInt64) -> [Action] {
    isReconciled = false
    if let renewedAt, now >= renewedAt, now.ms - renewedAt.ms < Self.holdMS * 24 {
      held = (books.frozenThrough, reason)
      return [waitAfterFailure(reason, now, random, atLeastMS: Self.holdMS)]
    }
    renewedAt = now
    state = .renewing
    return [.renewEpoch(reason: reason)]
  }

  mutating func takeEpoch(_ epoch: PublicID, _ now: Instant) -> [Action] {
    books = Books(epoch: epoch, acknowledgedThrough: 0, frozenThrough: 0)
    behindUntil = nil
    held = nil
    return proceed(now)
  }

  /// The action that records what the receiver holds; never more than was given out.
  mutating func acknowledge(_ said: Acknowledgement) -> Action {
    let through = min(said.durableThrough, books.frozenThrough)
    books.acknowledgedThrough = max(books.acknowledgedThrough, through)
    if let until = behindUntil, books.acknowledgedThrough >= until { behindUntil = nil }
    return .acknowledge(
      through: through,
      receiver: said.receiverInstance,
      receiverTime: said.serverTime
    )
  }

  /// Notes who answered, what its clock shows and how fast it can take more; another receiver is
  /// asked for its books.
  mutating func listen(to said: Acknowledgement, _ now: Instant) {
    if let known = receiver, known != said.receiverInstance { isReconciled = false }
    receiver = said.receiverInstance
    heardThrough = said.durableThrough
    receiverTime = said.serverTime
    pace.receiverBytesPerS = said.maximumBytesPerS
    if let time = said.serverTime { clockSkewMS = time.ms - now.ms }
  }
}
