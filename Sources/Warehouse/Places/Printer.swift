/// The key of a printer.
public typealias PrinterID = Key<Printer>

/// The key of what waits for a printer.
public typealias PrintJobID = Key<PrintJob>

/// A label printer in the network, which takes ZPL on a port of its own.
public struct Printer: Sendable, Equatable {
  /// The key inside this facility.
  public var id: PrinterID
  /// The name outside.
  public var publicID: PublicID
  /// The row version, for conditional edits.
  public var version: Int64
  /// What was entered.
  public var draft: PrinterDraft

  /// Makes a printer as it was read from the store.
  public init(id: PrinterID, publicID: PublicID, version: Int64, draft: PrinterDraft) {
    self.id = id
    self.publicID = publicID
    self.version = version
    self.draft = draft
  }
}

/// A printer as it is entered.
public struct PrinterDraft: Sendable, Equatable {
  /// What people call it; unique in the facility.
  public var name: String
  /// Its name or address in the network.
  public var host: String
  /// Its port; 9100 is where printers listen.
  public var port: Int
  /// The dots of an inch: 203, 300 or 600.
  public var dotsPerInch: Int
  /// How wide its labels are, in millimetres.
  public var widthMM: Int
  /// How high its labels are, in millimetres.
  public var heightMM: Int
  /// The zone in which it stands, where that matters.
  public var zone: String?
  /// Whether it takes jobs.
  public var isActive: Bool

  /// Makes a draft; only name and host are needed.
  public init(
    name: String,
    host: String,
    port: Int = 9_100,
    dotsPerInch: Int = 203,
    widthMM: Int = 100,
    heightMM: Int = 60,
    zone: String? = nil,
    isActive: Bool = true
  ) {
    self.name = name
    self.host = host
    self.port = port
    self.dotsPerInch = dotsPerInch
    self.widthMM = widthMM
    self.heightMM = heightMM
    self.zone = zone
    self.isActive = isActive
  }

  /// Host and port as one text; an IPv6 address stands in brackets.
  public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Where a print job stands.
public enum PrintState: String, Sendable, CaseIterable {
  /// It waits for the printer, for the first time or again.
  case queued = "QUEUED"
  /// The printer has all of it.
  case sent = "SENT"
  /// It could not be delivered in time.
  case failed = "FAILED"
  /// Somebody did not want it any more.
  case cancelled = "CANCELLED"
}

/// Labels that were sent to a printer, or wait for it.
public struct PrintJob: Sendable, Equatable {
  /// The key inside this facility.
  public var id: PrintJobID
  /// The name outside.
  public var publicID: PublicID
  /// Whose goods the labels name.
  public var tenant: TenantID
  /// For which printer.
  public var printer: PrinterID
  /// What is printed, in a few words.
  public var title: String
  /// How many labels.
  public var labels: Int
  /// The commands, as they are sent.
  public var commands: String
  /// Where it stands.
  public var state: PrintState
  /// How often it was tried since it was queued.
  public var attempts: Int
  /// What went wrong last.
  public var error: String?
  /// Who wanted it.
  public var actor: String
  /// When it was asked for.
  public var createdAt: Instant
  /// When it was queued, for the first time or again.
  public var queuedAt: Instant
  /// From when on it may be tried.
  public var dueAt: Instant
  /// When it was sent, given up or cancelled.
  public var endedAt: Instant?

  /// Makes a job that waits.
  public init(
    id: PrintJobID = PrintJobID(0),
    publicID: PublicID,
    tenant: TenantID,
    printer: PrinterID,
    title: String,
    labels: Int,
    commands: String,
    actor: String,
    at moment: Instant
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.printer = printer
    self.title = title
    self.labels = labels
    self.commands = commands
    self.state = .queued
    self.attempts = 0
    self.actor = actor
    self.createdAt = moment
    self.queuedAt = moment
    self.dueAt = moment
  }
}
