import Warehouse

/// Decides what the uplink does next; pure, so that weeks of bad network pass in a test.
///
/// The shell performs the actions and reports what came of them. The rules: one batch is under way
/// at a time, the oldest first; only the receiver's durable watermark frees it; whatever goes
/// wrong, it is sent again, without end, waiting longer each time; after a success the next one
/// follows at once. A batch that the receiver refuses for good is held, in sight, and tried again
/// rarely: the receiver may have been mended. What was torn on the way is refused as well, so a
/// refusal counts as one for good only when it comes again and again.
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
    case sending(sequence: Int64)
    /// Waiting before the next attempt.
    case waiting(until: Instant)
  }

  /// What the shell reports.
  enum Input: Sendable, Equatable {
    /// A session begins; the backoff of the session before is ignored where asked.
    case begin(ignoringBackoff: Bool)
    /// What the receiver said to the question for its watermark.
    case watermark(UplinkAnswer)
    /// The next batch, or nil where all is acknowledged.
    case loaded(sequence: Int64?)
    /// What the receiver said to the batch.
    case answered(UplinkAnswer)
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
    /// Record the receiver's watermark.
    case acknowledge(through: Int64, receiver: String)
    /// Record a failed attempt.
    case recordFailure(sequence: Int64, message: String)
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
  /// Failures in a row.
  var failures = 0
  /// Before this, no attempt is made.
  var earliestAttempt: Instant?
  /// The receiver's id, once it was heard.
  var receiver: String?
  /// Whether the receiver was asked for its watermark since the start, or since it changed.
  var isReconciled = false
  /// The receiver's clock minus ours at its last answer, in milliseconds.
  var clockSkewMS: Int64?
  /// Whether the receiver lacks batches that it had acknowledged.
  var isReceiverBehind = false
  /// How often in a row the receiver refused the batch that is under way.
  var refusals = 0
  /// Why a batch is held, and which; nil where none is.
  var held: (sequence: Int64, reason: String)?
  /// What went wrong last, nil after a success.
  var lastProblem: String?

  /// How long a held batch or a refused key waits before it is tried again, in milliseconds.
  static let holdMS: Int64 = 3_600_000
  /// How many refusals in a row hold a batch.
  static let refusalsToHold = 3
  /// The longest wait that a receiver may ask for, in seconds.
  static let longestRetryAfterS: Int64 = 86_400

  /// Starts at rest.
  init(books: Books) {
    self.books = books
  }

  /// Takes an input and answers what to do.
  mutating func handle(_ input: Input, now: Instant, random: UInt64) -> [Action] {
    switch input {
    case .stop:
      state = .idle
      return []
    case .begin(let ignoringBackoff):
      if ignoringBackoff { earliestAttempt = nil }
      return attempt(now)
    case .waited:
      return attempt(now)
    case .watermark(let answer):
      guard state == .asking else { return [] }
      return takeWatermark(answer, now, random)
    case .loaded(let sequence):
      guard state == .loading else { return [] }
      return takeBatch(sequence)
    case .answered(let answer):
      guard case .sending(let sequence) = state else { return [] }
      return takeAnswer(answer, to: sequence, now, random)
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
    guard isReconciled else {
      state = .asking
      return [.askWatermark]
    }
    state = .loading
    return [.load]
  }

  private mutating func takeBatch(_ sequence: Int64?) -> [Action] {
    guard let sequence else {
      state = .idle
      held = nil
      return [.finish]
    }
    books.frozenThrough = max(books.frozenThrough, sequence)
    state = .sending(sequence: sequence)
    return [.send(sequence: sequence)]
  }

  /// Goes on at once after a success.
  mutating func goOn() -> [Action] {
    failures = 0
    refusals = 0
    earliestAttempt = nil
    lastProblem = nil
    if !isReconciled {
      state = .asking
      return [.askWatermark]
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
