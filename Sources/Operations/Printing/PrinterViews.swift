import Warehouse
import WireFormat

/// A printer as callers see it, with what waits for it.
public struct PrinterView: Sendable, JSONDocument {
  let printer: Printer
  let queue: PrintQueue

  /// The version, for edits.
  public var version: Int64 { printer.version }

  /// `OFF`, `WAITING` (something hinders it), `PRINTING`, or `IDLE`.
  private var state: String {
    if !printer.draft.isActive { return "OFF" }
    if queue.queued == 0 { return "IDLE" }
    return queue.error == nil ? "PRINTING" : "WAITING"
  }

  /// Writes the printer.
  public func write(to writer: inout JSONWriter) {
    let draft = printer.draft
    writer.object { row in
      row.member("id", printer.publicID.text)
      row.member("name", draft.name)
      row.member("host", draft.host)
      row.member("port", draft.port)
      row.member("dots_per_inch", draft.dotsPerInch)
      row.member("width_mm", draft.widthMM)
      row.member("height_mm", draft.heightMM)
      row.member("zone", draft.zone)
      row.member("active", draft.isActive)
      row.member("state", state)
      row.member("queued", queue.queued)
      row.member("failed", queue.failed)
      row.member("error", queue.error)
      row.member("version", printer.version)
    }
  }
}

/// A print job as callers see it.
public struct PrintJobView: Sendable, JSONDocument {
  let job: PrintJob
  let printer: Printer
  /// Whether the commands are shown too.
  var showsCommands = false

  /// Writes the job; its commands as `zpl`, where they are asked for.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("id", job.publicID.text)
      row.member("printer", printer.publicID.text)
      row.member("printer_name", printer.draft.name)
      row.member("title", job.title)
      row.member("labels", job.labels)
      row.member("state", job.state.rawValue)
      row.member("attempts", job.attempts)
      row.member("error", job.error)
      row.member("made_by", job.actor)
      row.member("created_at", ms: job.createdAt.ms)
      row.member("next_try_at", ms: job.state == .queued ? job.dueAt.ms : nil)
      row.member("ended_at", ms: job.endedAt?.ms)
      if showsCommands { row.member("zpl", job.commands) }
    }
  }
}

/// Looks printers up, and what waits for them.
public struct PrinterQueries: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of printers in the order of their names.
  public func printers(_ page: PageRequest, scope: TenantScope) throws -> Page<PrinterView> {
    try environment.store.read(scope) { transaction in
      let found = try transaction.printers(page)
      let queues = try transaction.printQueues(found.rows.map(\.id))
      return found.map { PrinterView(printer: $0, queue: queues[$0.id] ?? PrintQueue()) }
    }
  }

  /// The printer of an id.
  public func printer(_ id: PublicID, scope: TenantScope) throws -> PrinterView {
    try environment.store.read(scope) { transaction in
      let printer = try Self.printer(id, in: transaction)
      let queue = try transaction.printQueues([printer.id])[printer.id] ?? PrintQueue()
      return PrinterView(printer: printer, queue: queue)
    }
  }

  /// A page of jobs, the newest first, of one printer or all, in one state or any.
  public func jobs(
    _ page: PageRequest,
    printer: PublicID?,
    state: PrintState?,
    scope: TenantScope
  ) throws -> Page<PrintJobView> {
    try environment.store.read(scope) { transaction in
      let only = try printer.map { try Self.printer($0, in: transaction).id }
      let found = try transaction.printJobs(page, printer: only, state: state)
      return try found.map { try Self.view($0, in: transaction) }
    }
  }

  /// The job of an id, with its commands.
  public func job(_ id: PublicID, scope: TenantScope) throws -> PrintJobView {
    try environment.store.read(scope) { transaction in
      var view = try Self.view(try Self.job(id, in: transaction), in: transaction)
      view.showsCommands = true
      return view
    }
  }

  static func printer(_ id: PublicID, in transaction: any ReadTransaction) throws -> Printer {
    guard let found = try transaction.printer(publicID: id) else {
      throw Failure(
        .notFound,
        "There is no printer with the id \(id).",
        hint: "GET /api/v1/printers names those that there are."
      )
    }
    return found
  }

  static func job(_ id: PublicID, in transaction: any ReadTransaction) throws -> PrintJob {
    guard let found = try transaction.printJob(publicID: id) else {
      throw Failure(
        .notFound,
        "There is no print job with the id \(id).",
        hint: "Finished jobs are kept \(Limits.printJobDays) days."
      )
    }
    return found
  }

  static func view(
    _ job: PrintJob,
    in transaction: any ReadTransaction
  ) throws -> PrintJobView {
    guard let printer = try transaction.printer(job.printer) else {
      throw Failure(.internal, "The printer of job \(job.publicID) is not there.")
    }
    return PrintJobView(job: job, printer: printer)
  }
}
