import Warehouse

extension Sender {
  /// What an answer means for what was asked.
  enum Meaning: Equatable {
    /// The receiver says what it holds.
    case accepted(Acknowledgement)
    /// Nothing is wrong with the batch; try again, after that many seconds at least.
    case transient(String, retryAfterS: Int64?)
    /// The receiver or the way to it is set up wrongly: the batch is not to blame.
    case misdirected(String)
    /// The receiver refuses this batch; `isFinal` where no accident on the way explains it.
    case refused(String, isFinal: Bool)
  }

  /// Reads an answer by its status (RFC 9110, section 15).
  ///
  /// 409 says that other bytes are stored under this number, 426 that the receiver is too old.
  static func meaning(of answer: UplinkAnswer) -> Meaning {
    guard case .answered(let status, let acknowledgement, let retryAfterS, let problem) = answer
    else {
      guard case .unreachable(let why) = answer else { return .transient("", retryAfterS: nil) }
      return .transient("no answer: \(why)", retryAfterS: nil)
    }
    let words = problem.isEmpty ? "status \(status)" : "status \(status): \(problem)"
    switch status {
    case 200, 201:
      if let acknowledgement { return .accepted(acknowledgement) }
      return .transient(
        "status \(status), but without a watermark: something else than a hub answers",
        retryAfterS: retryAfterS
      )
    case 408, 425, 429, 500...599, 200..<300: return .transient(words, retryAfterS: retryAfterS)
    case 401, 403, 404, 405, 407, 300..<400: return .misdirected(words)
    case 400..<500: return .refused(words, isFinal: status == 409 || status == 426)
    default: return .transient(words, retryAfterS: retryAfterS)
    }
  }

  mutating func takeWatermark(
    _ answer: UplinkAnswer,
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
      return compare(said, now, random)
    case .transient(let problem, let retryAfterS):
      return [waitAfterFailure(problem, now, random, retryAfterS: retryAfterS)]
    case .misdirected(let problem), .refused(let problem, _):
      return [waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS / 4)]
    }
  }

  /// Compares the receiver's books with ours at the beginning.
  ///
  /// It may know more than we do: an answer was lost. It may know less: its store was restored
  /// from a backup. It may know numbers that we never gave: then two boxes run on copies of one
  /// database, and whatever this one would send is refused there.
  private mutating func compare(
    _ said: Acknowledgement,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    isReceiverBehind = said.durableThrough < books.acknowledgedThrough
    guard said.durableThrough <= books.frozenThrough else {
      isReconciled = false
      let reason =
        "head office holds batch \(said.durableThrough) of this database, which has made only "
        + "\(books.frozenThrough): a copy of it is running elsewhere, or it was put back by hand"
      held = (said.durableThrough, reason)
      return [waitAfterFailure(reason, now, random, atLeastMS: Self.holdMS)]
    }
    guard said.durableThrough > books.acknowledgedThrough else { return goOn() }
    books.acknowledgedThrough = said.durableThrough
    return [.acknowledge(through: said.durableThrough, receiver: said.receiverInstance)] + goOn()
  }

  mutating func takeAnswer(
    _ answer: UplinkAnswer,
    to sequence: Int64,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    func failed(_ problem: String) -> Action {
      .recordFailure(sequence: sequence, message: problem)
    }
    switch Self.meaning(of: answer) {
    case .accepted(let said):
      return takeAcknowledgement(said, of: sequence, now, random)
    case .transient(let problem, let retryAfterS):
      let wait = waitAfterFailure(problem, now, random, retryAfterS: retryAfterS)
      return [failed(problem), wait]
    case .misdirected(let problem):
      let wait = waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS / 4)
      return [failed(problem), wait]
    case .refused(let problem, let isFinal):
      refusals += 1
      guard isFinal || refusals >= Self.refusalsToHold else {
        return [failed(problem), waitAfterFailure(problem, now, random)]
      }
      held = (sequence, problem)
      return [failed(problem), waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS)]
    }
  }

  private mutating func takeAcknowledgement(
    _ said: Acknowledgement,
    of sequence: Int64,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    guard said.epoch == books.epoch else {
      let problem = "the receiver acknowledged another epoch"
      return [
        .recordFailure(sequence: sequence, message: problem),
        waitAfterFailure(problem, now, random),
      ]
    }
    listen(to: said, now)
    guard said.durableThrough >= sequence else {
      isReceiverBehind = true
      let problem =
        "head office took batch \(sequence), but holds everything only up to "
        + "\(said.durableThrough): it has lost batches that it had acknowledged"
      return [
        .recordFailure(sequence: sequence, message: problem),
        waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS),
      ]
    }
    isReceiverBehind = false
    held = nil
    // Never more than was given out, whatever the receiver says.
    let through = min(said.durableThrough, books.frozenThrough)
    books.acknowledgedThrough = max(books.acknowledgedThrough, through)
    return [.acknowledge(through: through, receiver: said.receiverInstance)] + goOn()
  }

  /// Notes who answered and what its clock shows; another receiver is asked for its books.
  private mutating func listen(to said: Acknowledgement, _ now: Instant) {
    if let known = receiver, known != said.receiverInstance { isReconciled = false }
    receiver = said.receiverInstance
    if let time = said.serverTime { clockSkewMS = time.ms - now.ms }
  }
}
