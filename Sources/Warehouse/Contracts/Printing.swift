/// How many jobs of a printer stand where.
public struct PrintQueue: Sendable, Equatable {
  /// Jobs that wait.
  public var queued: Int
  /// Jobs that were given up and not sent again.
  public var failed: Int
  /// What went wrong with the job that is next; nil where nothing did.
  public var error: String?

  /// Makes a queue.
  public init(queued: Int = 0, failed: Int = 0, error: String? = nil) {
    self.queued = queued
    self.failed = failed
    self.error = error
  }
}

/// Reads printers and what waits for them.
public protocol PrinterReading {
  /// A page of printers in the order of their names.
  func printers(_ page: PageRequest) throws -> Page<Printer>
  /// The printer of that id.
  func printer(publicID: PublicID) throws -> Printer?
  /// The printer of that name.
  func printer(name: String) throws -> Printer?
  /// The printer of that key.
  func printer(_ id: PrinterID) throws -> Printer?
  /// How many printers there are.
  func printerCount() throws -> Int
  /// What waits for each of these printers, of the tenants in scope.
  func printQueues(_ ids: [PrinterID]) throws -> [PrinterID: PrintQueue]
  /// A page of jobs in scope, the newest first.
  func printJobs(
    _ page: PageRequest,
    printer: PrinterID?,
    state: PrintState?
  ) throws -> Page<PrintJob>
  /// The job of that id.
  func printJob(publicID: PublicID) throws -> PrintJob?
  /// The oldest job that waits for each active printer, whether it is due or not.
  func nextPrintJobs() throws -> [PrintJob]
}

/// Writes printers and what waits for them.
public protocol PrinterWriting {
  /// Creates or replaces the printer of that name; the id is for a new one.
  func save(_ draft: PrinterDraft, publicID: PublicID) throws
  /// Deletes a printer with its history.
  func delete(_ id: PrinterID) throws
  /// Queues a job.
  func insert(_ job: PrintJob) throws -> PrintJob
  /// Stores where a job stands: state, attempts, error and times.
  func update(_ job: PrintJob) throws
}
