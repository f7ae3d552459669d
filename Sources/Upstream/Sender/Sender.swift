import Warehouse

/// Decides what the uplink does next; pure, so that weeks of bad network pass in a test.
///
/// The shell performs the actions and reports what came of them. The rules: one batch is under way
/// at a time, the lowest number first; only the receiver's durable watermark frees it; whatever
/// goes wrong, it is sent again, without end, waiting longer each time; after a success the next
/// one follows at once, or as soon as the agreed pace allows. A refusal counts as final only when
/// it comes again and again, since what was torn on the way is refused as well; then a tombstone
/// takes the batch's number and its bytes are kept aside. A receiver that lost batches gets them
/// again; one that knows numbers which were never given out shows that this database was put back
/// or copied, and a new epoch begins.
struct Sender: Sendable {
  /// Where the machine stands.
  enum State: Sendable, Equatable {
    /// Nothing is under way.
    case idle
    /// Asking the receiver what it holds.
    case asking
    /// Looking for the next batch.
    case loading
    /// A batch is under way.
    case sending(Load)
    /// A new epoch is being begun.
    case renewing
    /// Waiting before the next attempt.
    case waiting(until: Instant)
  }

  /// What is known of a batch that is to be sent.
  struct Load: Sendable, Equatable {
    /// Its number.
    var sequence: Int64
    /// Its bytes on the line.
    var bytes = 0
    /// Whether it only says which numbers will never come.
    var isTombstone = false
  }

  /// What the shell reports.
  enum Input: Sendable, Equatable {
    /// A session begins; the backoff of the session before is ignored where asked.
    case begin(ignoringBackoff: Bool)
    /// What the receiver said to the question for its watermark, and whether the newest batch that
    /// it holds is ours; nil where nobody can tell any more.
    case watermark(UplinkAnswer, isOurs: Bool? = nil)
    /// The next batch, or nil where all is acknowledged.
    case loaded(Load?)
    /// What the receiver said to the batch.
    case answered(UplinkAnswer)
    /// The database has a new epoch.
    case renewed(PublicID)
    /// The wait is over.
    case waited
    /// The session must end.
    case stop
  }

  /// What the shell is to do, in order; the last one leads to the next input.
  enum Action: Sendable, Equatable {
    /// Ask the receiver for its watermark.
    case askWatermark
    /// Find the next batch, freezing one where needed.
    case load
    /// Send the batch that was loaded.
    case send(sequence: Int64)
    /// Record the receiver's watermark, with its clock where it told it.
    case acknowledge(through: Int64, receiver: String, receiverTime: Instant?)
    /// Record a failed attempt.
    case recordFailure(sequence: Int64, message: String)
    /// Make these numbers pending, if they are not: the receiver does not hold them.
    case reopen([ClosedRange<Int64>])
    /// Give a refused batch up, with a tombstone under its number.
    case bury(sequence: Int64, status: Int, reason: String)
    /// Begin a new epoch.
    case renewEpoch(reason: String)
    /// Wait, if the session has the patience; otherwise end it.
    case wait(until: Instant)
    /// End the session: all is acknowledged.
    case finish
  }

  /// Where the outbox stood when the session began.
  struct Books: Sendable, Equatable {
    /// The epoch of the database.
    var epoch: PublicID
    /// The last acknowledged number.
    var acknowledgedThrough: Int64
    /// The highest number given so far.
    var frozenThrough: Int64
  }

  var state = State.idle
  var books: Books
  var backoff = Backoff()
  /// How fast may be sent.
  var pace = Pace()
  /// Failures in a row.
  var failures = 0
  /// Before this, no attempt is made.
  var earliestAttempt: Instant?
  /// The receiver's id, once it was heard.
  var receiver: String?
  /// Whether the receiver was asked for its watermark since the start, or since it changed.
  var isReconciled = false
  /// The highest number that the receiver said to hold durably in this session; nil before a word.
  var heardThrough: Int64?
  /// The receiver's clock at its last answer.
  var receiverTime: Instant?
  /// The receiver's clock minus ours at its last answer, in milliseconds.
  var clockSkewMS: Int64?
  /// The number up to which the receiver once held everything, while it holds less.
  var behindUntil: Int64?
  /// How often in a row the receiver refused the batch that is under way.
  var refusals = 0
  /// Batches given up in a row, without one that was taken between them.
  var burials = 0
  /// When the last new epoch began.
  var renewedAt: Instant?
  /// Why a batch is held, and which; nil where none is.
  var held: (sequence: Int64, reason: String)?
  /// What went wrong last, nil after a success.
  var lastProblem: String?

  /// How long a held batch or a refused key waits before it is tried again, in milliseconds.
  static let holdMS: Int64 = 3_600_000
  /// How many refusals in a row are final.
  static let refusalsToGiveUp = 3
  /// How many batches may be given up in a row; then the receiver is thought to be at fault.
  static let burialsInARow = 3
  /// From this many failures in a row on, the circuit is open: a small question goes first.
  static let failuresToOpen = 4
  /// The longest wait that a receiver may ask for, in seconds.
  static let longestRetryAfterS: Int64 = 86_400

  /// Starts at rest.
  init(books: Books) {
    self.books = books
  }

  /// Whether the receiver lacks batches that it had acknowledged.
  var isReceiverBehind: Bool { behindUntil != nil }

  /// Whether so much went wrong that no batch goes before the receiver has answered a question.
  var isCircuitOpen: Bool { failures >= Self.failuresToOpen }

  /// Takes an input and answers what to do.
  mutating func handle(_ input: Input, now: Instant, random: UInt64) -> [Action] {
    switch input {
    case .stop:
      state = .idle
      return []
    case .begin(let ignoringBackoff):
      if ignoringBackoff { earliestAttempt = nil }
      heardThrough = nil
      return attempt(now)
    case .waited:
      return attempt(now)
    case .watermark(let answer, let isOurs):
      guard state == .asking else { return [] }
      return takeWatermark(answer, isOurs, now, random)
    case .loaded(let load):
      guard state == .loading else { return [] }
      return takeBatch(load)
    case .answered(let answer):
      guard case .sending(let load) = state else { return [] }
      return takeAnswer(answer, to: load, now, random)
    case .renewed(let epoch):
      guard state == .renewing else { return [] }
      return takeEpoch(epoch, now)
    }
  }

  private mutating func attempt(_ now: Instant) -> [Action] {
    // A clock set back must not turn a short wait into a long one.
    if let earliest = earliestAttempt, now < earliest,
      earliest.ms - now.ms <= Self.longestRetryAfterS * 2_000
    {
      state = .waiting(until: earliest)
      return [.wait(until: earliest)]
    }
    earliestAttempt = nil
    // Half open: the question costs a hundred bytes, a batch up to a megabyte.
    guard isReconciled, heardThrough != nil, !isCircuitOpen else {
      state = .asking
      return [.askWatermark]
    }
    state = .loading
    return [.load]
  }

  private mutating func takeBatch(_ load: Load?) -> [Action] {
    guard let load else {
      state = .idle
      held = nil
      failures = 0
      lastProblem = nil
      return [.finish]
    }
    books.frozenThrough = max(books.frozenThrough, load.sequence)
    state = .sending(load)
    return [.send(sequence: load.sequence)]
  }

  /// Goes on after a batch was taken.
  mutating func goOn(_ now: Instant) -> [Action] {
    failures = 0
    refusals = 0
    lastProblem = nil
    return proceed(now)
  }

  /// Goes on, at once or when the pace allows; an answered question alone does not take failures
  /// back, or a receiver that answers questions but takes no batch would be called without pause.
  mutating func proceed(_ now: Instant) -> [Action] {
    earliestAttempt = nil
    if !isReconciled {
      state = .asking
      return [.askWatermark]
    }
    if let free = pace.freeAt, free > now {
      earliestAttempt = free
      state = .waiting(until: free)
      return [.wait(until: free)]
    }
    state = .loading
    return [.load]
  }

  /// Waits after a failure, at least as long as the receiver asks.
  mutating func waitAfterFailure(
    _ problem: String,
    _ now: Instant,
    _ random: UInt64,
    retryAfterS: Int64? = nil,
    atLeastMS: Int64 = 0
  ) -> Action {
    failures += 1
    lastProblem = problem
    let asked = min(max(0, retryAfterS ?? 0), Self.longestRetryAfterS) * 1_000
    let jitter = backoff.waitMS(failures: failures, random: random)
    let until = now.adding(ms: max(asked, atLeastMS) + jitter)
    earliestAttempt = until
    state = .waiting(until: until)
    return .wait(until: until)
  }
}
