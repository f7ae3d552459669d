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
    /// Other bytes are stored under this number.
    case conflicting(String)
    /// The receiver does not know this form yet.
    case tooOld(String)
    /// The receiver refuses this batch; `isGap` where it wants earlier ones first.
    case refused(status: Int, String, isGap: Bool)
  }

  /// Reads an answer by its status (RFC 9110, section 15).
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
    case 409: return .conflicting(words)
    case 426: return .tooOld(words)
    case 400..<500: return .refused(status: status, words, isGap: status == 412)
    default: return .transient(words, retryAfterS: retryAfterS)
    }
  }

  mutating func takeAnswer(
    _ answer: UplinkAnswer,
    to load: Load,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    let sequence = load.sequence
    pace.sent(load.bytes, now)
    func failed(_ problem: String) -> Action {
      .recordFailure(sequence: sequence, message: problem)
    }
    switch Self.meaning(of: answer) {
    case .accepted(let said):
      return takeAcknowledgement(said, of: load, now, random)
    case .transient(let problem, let retryAfterS):
      let wait = waitAfterFailure(problem, now, random, retryAfterS: retryAfterS)
      return [failed(problem), wait]
    case .misdirected(let problem):
      let wait = waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS / 4)
      return [failed(problem), wait]
    case .conflicting(let problem):
      return [failed(problem)] + renew(problem, now, random)
    case .tooOld(let problem):
      // No fault of the batch: it goes when the receiver has been upgraded.
      held = (sequence, problem)
      return [failed(problem), waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS)]
    case .refused(_, let problem, isGap: true):
      isReconciled = false
      return [failed(problem), waitAfterFailure(problem, now, random)]
    case .refused(let status, let problem, _):
      return [failed(problem)] + refuse(load, status, problem, now, random)
    }
  }

  /// Gives a batch up that is refused again and again, and goes on with the next; but where several
  /// in a row are refused, or even a tombstone is, the receiver is at fault and all waits.
  private mutating func refuse(
    _ load: Load,
    _ status: Int,
    _ problem: String,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    refusals += 1
    guard refusals >= Self.refusalsToGiveUp else {
      return [waitAfterFailure(problem, now, random)]
    }
    guard !load.isTombstone, burials < Self.burialsInARow else {
      held = (load.sequence, problem)
      return [waitAfterFailure(problem, now, random, atLeastMS: Self.holdMS)]
    }
    burials += 1
    refusals = 0
    lastProblem = problem
    state = .loading
    return [.bury(sequence: load.sequence, status: status, reason: problem), .load]
  }

  private mutating func takeAcknowledgement(
    _ said: Acknowledgement,
    of load: Load,
    _ now: Instant,
    _ random: UInt64
  ) -> [Action] {
    let sequence = load.sequence
    guard said.epoch == books.epoch else {
      let problem = "the receiver acknowledged another epoch"
      return [
        .recordFailure(sequence: sequence, message: problem),
        waitAfterFailure(problem, now, random),
      ]
    }
    listen(to: said, now)
    guard said.durableThrough >= sequence else {
      // Its books are asked for before anything else goes.
      isReconciled = false
      let problem =
        "head office took batch \(sequence), but holds everything only up to "
        + "\(said.durableThrough): it has lost batches that it had acknowledged"
      return [
        .recordFailure(sequence: sequence, message: problem),
        waitAfterFailure(problem, now, random),
      ]
    }
    held = nil
    if !load.isTombstone { burials = 0 }
    return [acknowledge(said)] + goOn(now)
  }
}
