import GRDB
import Warehouse

extension Printer {
  fileprivate static let columns = """
    id, public_id, version, name, address, dots_per_inch, width_mm, height_mm, zone, is_active
    """

  fileprivate init(row: Row) throws {
    let address: String = row[4]
    let cut = address.lastIndex(of: ":") ?? address.endIndex
    var host = address[..<cut]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.init(
      id: row.key(0),
      publicID: try row.publicID(1),
      version: row[2],
      draft: PrinterDraft(
        name: row[3],
        host: String(host),
        port: Int(address[cut...].dropFirst()) ?? 9_100,
        dotsPerInch: row[5],
        widthMM: row[6],
        heightMM: row[7],
        zone: row[8],
        isActive: row[9]
      )
    )
  }
}

extension PrintJob {
  fileprivate static let columns = """
    j.id, j.public_id, j.tenant_id, j.printer_id, j.title, j.labels, j.commands, j.actor,
    j.created_at, j.state, j.attempts, j.error, j.queued_at, j.due_at, j.ended_at
    """

  fileprivate init(row: Row) throws {
    self.init(
      id: row.key(0),
      publicID: try row.publicID(1),
      tenant: row.key(2),
      printer: row.key(3),
      title: row[4],
      labels: row[5],
      commands: row[6],
      actor: row[7],
      at: row.instant(8)
    )
    state = try row.word(9)
    attempts = row[10]
    error = row[11]
    queuedAt = row.instant(12)
    dueAt = row.instant(13)
    endedAt = row.instant(orNil: 14)
  }
}

extension ReadSession {
  /// A page of printers in the order of their names.
  func printers(_ page: PageRequest) throws -> Page<Printer> {
    let found = try db.all(
      "SELECT \(Printer.columns) FROM printers WHERE name > ? ORDER BY name LIMIT ?",
      [page.after ?? "", page.limit + 1]
    ) { try Printer(row: $0) }
    return .cut(found, page) { $0.draft.name }
  }

  /// The printer of that id.
  func printer(publicID: PublicID) throws -> Printer? {
    try db.first(
      "SELECT \(Printer.columns) FROM printers WHERE public_id = ?",
      [publicID.text]
    ) { try Printer(row: $0) }
  }

  /// The printer of that name.
  func printer(name: String) throws -> Printer? {
    try db.first("SELECT \(Printer.columns) FROM printers WHERE name = ?", [name]) {
      try Printer(row: $0)
    }
  }

  /// The printer of that key.
  func printer(_ id: PrinterID) throws -> Printer? {
    try db.first("SELECT \(Printer.columns) FROM printers WHERE id = ?", [id.rawValue]) {
      try Printer(row: $0)
    }
  }

  /// How many printers there are.
  func printerCount() throws -> Int {
    try db.first("SELECT count(*) FROM printers") { $0[0] } ?? 0
  }

  /// What waits for each of these printers, of the tenants in scope.
  func printQueues(_ ids: [PrinterID]) throws -> [PrinterID: PrintQueue] {
    var queues: [PrinterID: PrintQueue] = [:]
    _ = try db.all(
      """
      SELECT j.printer_id, sum(j.state = 'QUEUED'), sum(j.state = 'FAILED'),
        (SELECT q.error FROM print_jobs q WHERE q.printer_id = j.printer_id AND q.state = 'QUEUED'
          \(owned("q.tenant_id")) ORDER BY q.id LIMIT 1)
      FROM print_jobs j
      WHERE j.printer_id IN (SELECT value FROM json_each(?))\(owned("j.tenant_id"))
      GROUP BY j.printer_id
      """,
      [ids.jsonKeys()]
    ) { row in
      queues[row.key(0)] = PrintQueue(queued: row[1], failed: row[2], error: row[3])
    }
    return queues
  }

  /// A page of jobs in scope, the newest first.
  func printJobs(
    _ page: PageRequest,
    printer: PrinterID?,
    state: PrintState?
  ) throws -> Page<PrintJob> {
    let before = page.after == nil ? Int64.max : try page.afterKey()
    let found = try db.all(
      """
      SELECT \(PrintJob.columns) FROM print_jobs j
      WHERE j.id < ?1 AND (?2 IS NULL OR j.printer_id = ?2) AND (?3 IS NULL OR j.state = ?3)
        \(owned("j.tenant_id"))
      ORDER BY j.id DESC LIMIT ?4
      """,
      [before, printer?.rawValue, state?.rawValue, page.limit + 1]
    ) { try PrintJob(row: $0) }
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// The job of that id.
  func printJob(publicID: PublicID) throws -> PrintJob? {
    try db.first(
      """
      SELECT \(PrintJob.columns) FROM print_jobs j
      WHERE j.public_id = ?\(owned("j.tenant_id"))
      """,
      [publicID.text]
    ) { try PrintJob(row: $0) }
  }

  /// The oldest job that waits for each active printer, whether it is due or not.
  func nextPrintJobs() throws -> [PrintJob] {
    try db.all(
      """
      SELECT \(PrintJob.columns) FROM print_jobs j
      WHERE j.id IN (SELECT min(q.id) FROM print_jobs q WHERE q.state = 'QUEUED'
          \(owned("q.tenant_id")) GROUP BY q.printer_id)
        AND EXISTS (SELECT 1 FROM printers p WHERE p.id = j.printer_id AND p.is_active = 1)
      ORDER BY j.id
      """
    ) { try PrintJob(row: $0) }
  }
}

extension WriteSession {
  /// Creates or replaces the printer of that name; the id is for a new one.
  func save(_ draft: PrinterDraft, publicID: PublicID) throws {
    try db.run(
      """
      INSERT INTO printers (public_id, name, address, language, dots_per_inch, width_mm, height_mm,
        zone, is_active) VALUES (?, ?, ?, 'ZPL', ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET address = excluded.address,
        dots_per_inch = excluded.dots_per_inch, width_mm = excluded.width_mm,
        height_mm = excluded.height_mm, zone = excluded.zone, is_active = excluded.is_active,
        version = version + 1
      """,
      [
        publicID.text, draft.name, draft.address, draft.dotsPerInch, draft.widthMM,
        draft.heightMM, draft.zone, draft.isActive,
      ]
    )
  }

  /// Deletes a printer with its history.
  func delete(_ id: PrinterID) throws {
    try db.run("DELETE FROM printers WHERE id = ?", [id.rawValue])
    try expectOneChange("There is no printer with the key \(id.rawValue).")
  }

  /// Queues a job.
  func insert(_ job: PrintJob) throws -> PrintJob {
    try db.run(
      """
      INSERT INTO print_jobs (public_id, tenant_id, printer_id, title, labels, commands, actor,
        created_at, queued_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        job.publicID.text, job.tenant.rawValue, job.printer.rawValue, job.title, job.labels,
        job.commands, job.actor, job.createdAt.ms, job.queuedAt.ms, job.dueAt.ms,
      ]
    )
    var added = job
    added.id = PrintJobID(db.lastInsertedRowID)
    return added
  }

  /// Stores where a job stands: state, attempts, error and times.
  func update(_ job: PrintJob) throws {
    try db.run(
      """
      UPDATE print_jobs SET state = ?, attempts = ?, error = ?, queued_at = ?, due_at = ?,
        ended_at = ? WHERE id = ?
      """,
      [
        job.state.rawValue, job.attempts, job.error, job.queuedAt.ms, job.dueAt.ms,
        job.endedAt?.ms, job.id.rawValue,
      ]
    )
    try expectOneChange("There is no print job with the key \(job.id.rawValue).")
  }
}
