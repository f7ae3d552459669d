import Glibc
import Logging
import Metrics
import Synchronization
import Warehouse

/// Sends what waits in the outbox to head office: performs what `Sender` decides.
///
/// One object lives as long as the program, so that waits and the knowledge of the receiver last
/// from one run to the next. `run` blocks for as long as it is given patience: call it on a thread
/// of your own, such as the network lane of the jobs.
public final class UplinkSession: Sendable {
  struct State {
    var sender: Sender?
    var isRunning = false
  }

  let outbox: any Outbox
  let transport: any UplinkTransport
  let packing: BatchPacking
  let now: @Sendable () -> Instant
  let random: @Sendable () -> UInt64
  let newEpoch: @Sendable () -> PublicID
  let bytesPerS: Int64?
  let keptDays: Int
  let takeDirective: @Sendable (Directive) -> Void
  let sleepMS: @Sendable (Int64) -> Void
  let logger: Logger
  let state = Mutex(State())

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - facility: the facility's code.
  ///   - outbox: what waits.
  ///   - transport: the way to head office.
  ///   - now: the time of day.
  ///   - random: 64 random bits, for the jitter of waits.
  ///   - newEpoch: a new id, for a database that was put back.
  ///   - bytesPerS: how fast may be sent; nil for as fast as the line.
  ///   - keptDays: how many days acknowledged batches stay.
  ///   - takeDirective: told of settings that head office hands down; must return soon.
  ///   - sleepMS: waits that many milliseconds; never more than 200 at once.
  ///   - logger: where failures are told.
  public init(
    facility: String,
    outbox: any Outbox,
    transport: any UplinkTransport,
    now: @escaping @Sendable () -> Instant,
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
    newEpoch: (@Sendable () -> PublicID)? = nil,
    bytesPerS: Int64? = nil,
    keptDays: Int = Limits.acknowledgedDays,
    takeDirective: @escaping @Sendable (Directive) -> Void = { _ in },
    sleepMS: @escaping @Sendable (Int64) -> Void = { usleep(UInt32($0) * 1_000) },
    logger: Logger = Logger(label: "stowage.uplink")
  ) {
    self.outbox = outbox
    self.transport = transport
    self.packing = BatchPacking(encoding: BatchEncoding(facility: facility))
    self.now = now
    self.random = random
    self.newEpoch = newEpoch ?? { PublicID(at: now(), random: (random(), random())) }
    self.bytesPerS = bytesPerS
    self.keptDays = keptDays
    self.takeDirective = takeDirective
    self.sleepMS = sleepMS
    self.logger = logger
  }

  /// Freezes, sends and acknowledges until all is acknowledged or patience ends.
  ///
  /// Whatever goes wrong on the way to head office is an outcome of the report; only faults of the
  /// store are thrown. A second call while one is at work returns `busy` at once.
  ///
  /// - Parameters:
  ///   - patienceS: how many seconds the session may wait for its next attempts, 0 for none.
  ///   - ignoringBackoff: whether the first attempt is made at once, whatever was waited for.
  ///   - shouldStop: asked between steps and while waiting.
  public func run(
    patienceS: Int64 = 0,
    ignoringBackoff: Bool = false,
    shouldStop: () -> Bool = { false }
  ) throws -> UplinkReport {
    let mayRun = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard mayRun else { return UplinkReport(.busy) }
    defer { state.withLock { $0.isRunning = false } }
    try reclaim(shouldStop)
    var sender = try prepare(state.withLock { $0.sender })
    var work = Work(deadline: now().adding(seconds: patienceS))
    var input = Sender.Input.begin(ignoringBackoff: ignoringBackoff)
    while true {
      if shouldStop() { input = .stop }
      let actions = sender.handle(input, now: now(), random: random())
      let current = sender
      state.withLock { $0.sender = current }
      if input == .stop { return try finish(.stopped, work) }
      guard let next = try perform(actions, current, &work, shouldStop) else { break }
      input = next
    }
    return try finish(work.outcome, work)
  }

  /// Where the sending stands.
  public func status() -> UplinkStatus {
    state.withLock { state in
      UplinkStatus(
        receiver: state.sender?.receiver,
        failures: state.sender?.failures ?? 0,
        nextAttemptAt: state.sender?.earliestAttempt,
        heldSequence: state.sender?.held?.sequence,
        heldReason: state.sender?.held?.reason,
        lastProblem: state.sender?.lastProblem,
        clockSkewMS: state.sender?.clockSkewMS,
        isCircuitOpen: state.sender?.isCircuitOpen ?? false,
        isReceiverBehind: state.sender?.isReceiverBehind ?? false,
        isRunning: state.isRunning
      )
    }
  }

  /// Brings the machine up to date with the outbox; a new epoch starts it afresh.
  private func prepare(_ known: Sender?) throws -> Sender {
    let epoch = try outbox.epoch()
    let outboxState = try outbox.read { try $0.outboxState() }
    let books = Sender.Books(
      epoch: epoch,
      acknowledgedThrough: outboxState.acknowledgedThrough,
      frozenThrough: outboxState.lastSequence
    )
    guard var sender = known, sender.books.epoch == epoch else {
      var sender = Sender(books: books)
      sender.pace.ownBytesPerS = bytesPerS
      return sender
    }
    sender.books = books
    return sender
  }
}
