import Warehouse
import WireFormat

/// Adds a printer, or replaces the one of its name.
public struct SavePrinter: SavingUseCase {
  /// What is to be saved.
  public struct Request: SaveRequest {
    var draft: PrinterDraft
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      let name = body.code("name", isRequired: true) ?? ""
      let host = body.text("host", isRequired: true, limit: 253) ?? ""
      if let rule = Self.fault(inHost: host) { body.fault("host", rule) }
      let dots = body.whole("dots_per_inch", 150...1_200) ?? 203
      draft = PrinterDraft(
        name: name,
        host: host,
        port: Int(body.whole("port", 1...65_535) ?? 9_100),
        dotsPerInch: Int(dots),
        widthMM: Int(body.whole("width_mm", 20...300) ?? 100),
        heightMM: Int(body.whole("height_mm", 10...600) ?? 60),
        zone: body.text("zone", limit: Limits.codeLength),
        isActive: body.flag("active") ?? true
      )
      self.expectation = expectation
      try body.finish()
    }

    /// A name in the network, an IPv4 or an IPv6 address: nothing that could be anything else.
    private static func fault(inHost host: String) -> String? {
      let isSound = host.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A: true
        default: false
        }
      }
      return isSound && !host.hasPrefix("-")
        ? nil : "must be a host name or an address, without port"
    }
  }

  /// How it is shown.
  public typealias View = PrinterView

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Saves it, and notes who did.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<PrinterView> {
    let draft = request.draft
    let there = try transaction.printer(name: draft.name)
    try request.expectation.check(there?.version, of: draft.name)
    if there == nil, try transaction.printerCount() >= Limits.printers {
      throw Failure(
        .conflict,
        "There are \(Limits.printers) printers, which is the most there may be.",
        hint: "Delete those that are gone."
      )
    }
    try transaction.save(draft, publicID: environment.newID())
    let saved = try Saved<View>.found(
      transaction.printer(name: draft.name),
      "Printer \(draft.name)"
    )
    var detail = JSONWriter(capacity: 128)
    detail.object { body in
      body.member("address", draft.address)
      body.member("active", draft.isActive)
    }
    try transaction.audit(
      there == nil ? "printer.added" : "printer.changed",
      subject: draft.name,
      detailJSON: detail.text,
      at: environment.now()
    )
    let queue = try transaction.printQueues([saved.id])[saved.id] ?? PrintQueue()
    return Saved(view: PrinterView(printer: saved, queue: queue), isCreated: there == nil)
  }

  /// A printer that works again is tried at once.
  public func completed(_ outcome: Saved<PrinterView>, of request: Request) {
    environment.printBell.ring()
  }
}

/// Takes a printer out of the books, with the history of its jobs.
public struct DeletePrinter: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Deletes the printer; fails with `conflict` while jobs of anybody wait for it.
  public func callAsFunction(
    _ id: PublicID,
    expectation: Expectation,
    facility: TenantScope,
    scope: TenantScope
  ) throws -> PrinterView {
    let now = environment.now()
    let waiting = try environment.store.read(facility) { transaction in
      let printer = try PrinterQueries.printer(id, in: transaction)
      return try transaction.printQueues([printer.id])[printer.id]?.queued ?? 0
    }
    return try environment.store.write(scope) { transaction in
      let printer = try PrinterQueries.printer(id, in: transaction)
      try expectation.check(printer.version, of: printer.draft.name)
      guard waiting == 0 else {
        throw Failure(
          .conflict,
          "\(waiting) print jobs wait for \(printer.draft.name).",
          hint: "Cancel them, or let them be printed, before the printer is deleted."
        )
      }
      try transaction.delete(printer.id)
      try transaction.audit(
        "printer.deleted",
        subject: printer.draft.name,
        detailJSON: "{}",
        at: now
      )
      return PrinterView(printer: printer, queue: PrintQueue())
    }
  }
}
