import Synchronization
import Warehouse
import WireFormat

/// What somebody may do with a print job.
public enum PrintStep: Sendable {
  /// Not print it after all.
  case cancel
  /// Print it once more, as it was.
  case resend
}

/// Cancels a print job, or sends it again.
public struct StepPrintJob: DurableUseCase {
  /// Which job, and what is done with it.
  public struct Request: Sendable {
    var job: PublicID
    var step: PrintStep

    /// Reads the JSON body, which says nothing.
    public init(job: PublicID, step: PrintStep, document: JSONValue) throws {
      self.job = job
      self.step = step
      try DocumentReader(document).finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Takes the step; fails with `conflict` where the job is not in a state for it.
  ///
  /// A job that is being sent at this moment can be cancelled too, though the label may come.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> PrintJobView {
    var job = try PrinterQueries.job(request.job, in: transaction)
    let now = environment.now()
    switch (request.step, job.state) {
    case (.cancel, .queued):
      job.state = .cancelled
      job.endedAt = now
    case (.resend, .sent), (.resend, .failed), (.resend, .cancelled):
      job.state = .queued
      job.attempts = 0
      job.error = nil
      job.queuedAt = now
      job.dueAt = now
      job.endedAt = nil
    case (.cancel, _):
      throw Failure(
        .conflict,
        "The job is \(job.state.rawValue) already and cannot be cancelled.",
        hint: "Only jobs that are QUEUED can be cancelled."
      )
    case (.resend, .queued):
      throw Failure(
        .conflict,
        "The job waits for its printer already.",
        hint: "See the printer's state in GET /api/v1/printers."
      )
    }
    try transaction.update(job)
    try environment.announce(job, in: transaction)
    return try PrinterQueries.view(job, in: transaction)
  }

  /// Wakes whoever delivers.
  public func completed(_ outcome: PrintJobView, of request: Request) {
    environment.printBell.ring()
  }
}

/// Tells whoever delivers that a job was queued.
public final class PrintBell: Sendable {
  private let listener = Mutex<(@Sendable () -> Void)?>(nil)

  /// Has somebody called when it rings; nil calls nobody.
  public func onRing(_ call: (@Sendable () -> Void)?) {
    listener.withLock { $0 = call }
  }

  /// Rings.
  func ring() {
    listener.withLock { $0 }?()
  }
}

/// The queue of print jobs, as whoever delivers them sees it.
///
/// Jobs of a printer go in their order: what the first one waits for, all wait for. A job that was
/// sent and could not be noted (the power went) is sent again: a label too many, never one too few.
public struct PrintDelivery: Sendable {
  /// A job with its printer.
  public struct Task: Sendable {
    /// What is to be sent.
    public var job: PrintJob
    /// To whom.
    public var printer: Printer
  }

  private let environment: OperationsEnvironment
  private let facility: TenantScope

  /// Stands on the environment; sees the jobs of all owners.
  public init(_ environment: OperationsEnvironment, facility: TenantScope) {
    self.environment = environment
    self.facility = facility
  }

  /// The job that is next for each printer but those at work, where it is due; and after how many
  /// milliseconds the next of the others is, nil where none waits.
  public func next(besides atWork: Set<PrinterID>) throws -> (due: [Task], waitMS: Int64?) {
    let now = environment.now()
    return try environment.store.read(facility) { transaction in
      var due: [Task] = []
      var wait: Int64?
      for job in try transaction.nextPrintJobs() where !atWork.contains(job.printer) {
        let rest = job.dueAt.ms - now.ms
        if rest > 0 {
          wait = min(wait ?? rest, rest)
        } else if let printer = try transaction.printer(job.printer) {
          due.append(Task(job: job, printer: printer))
        }
      }
      return (due, wait)
    }
  }

  /// Notes how an attempt ended: nil is well, else what went wrong, in words.
  ///
  /// A job that was cancelled meanwhile stays so. What went wrong is tried again after 1, 2, 4, ...
  /// at most 30 seconds, until the job has waited for `Limits.printPatienceS`.
  public func note(_ task: Task, error: String?) throws {
    let now = environment.now()
    try environment.store.write(facility) { transaction in
      guard var job = try transaction.printJob(publicID: task.job.publicID),
        job.state == .queued
      else { return }
      job.attempts += 1
      job.error = error.map { String($0.prefix(Limits.noteLength)) }
      if error == nil {
        job.state = .sent
        job.endedAt = now
      } else if now.ms - job.queuedAt.ms >= Limits.printPatienceS * 1_000 {
        job.state = .failed
        job.endedAt = now
      } else {
        let pauseS = min(Int64(1) << Int64(min(job.attempts - 1, 5)), 30)
        job.dueAt = now.adding(seconds: pauseS)
      }
      try transaction.update(job)
      try environment.announce(job, in: transaction)
    }
  }
}
