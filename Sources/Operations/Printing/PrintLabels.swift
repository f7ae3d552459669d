import Barcodes
import Warehouse
import WireFormat

/// Queues labels for a printer: one job for all that one call asks for.
public struct PrintLabels: DurableUseCase {
  /// What is to be printed.
  public struct Request: Sendable {
    var printer: PublicID
    var subjects: [LabelSubject]
    var carrier: ZPLLabel.Carrier?
    var copies: Int

    /// Reads the JSON body.
    public init(printer: PublicID, document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.printer = printer
      subjects = body.objects("labels", isRequired: true, limit: Limits.printLabels)
        .compactMap { label in
          let subject = LabelSubject(label)
          label.refuseUnknown()
          return subject
        }
      carrier = body.word("carrier", as: ZPLLabel.Carrier.self)
      copies = Int(body.whole("copies", 1...Int64(Limits.labelCopies)) ?? 1)
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Makes the commands of all labels, on the caller's thread.
  public func prepare(_ request: Request, scope: TenantScope) throws -> PrintJob {
    try environment.store.read(scope) { transaction in
      let printer = try PrinterQueries.printer(request.printer, in: transaction)
      guard printer.draft.isActive else {
        throw Failure(
          .conflict,
          "\(printer.draft.name) is switched off.",
          hint: "Print somewhere else, or have an administrator set it active."
        )
      }
      var faults: [Failure.Fault] = []
      var commands = ""
      var titles: [String] = []
      for (index, subject) in request.subjects.enumerated() {
        do {
          let text = try environment.labelText(of: subject, in: transaction)
          commands += try Self.label(text, request, on: printer).commands()
          titles.append(text.title)
        } catch let failure as Failure where failure.code != .internal {
          let rule = [failure.message, failure.hint].compactMap { $0 }.joined(separator: " ")
          faults.append(.init(place: "/labels/\(index)", rule: rule))
        }
      }
      guard faults.isEmpty else {
        throw Failure(
          .invalid,
          "\(faults.count) of \(request.subjects.count) labels cannot be printed.",
          hint: "Correct what is named and send it again; nothing was printed.",
          faults: Array(faults.prefix(Limits.importFaults))
        )
      }
      let more = titles.count > 1 ? " and \(titles.count - 1) more" : ""
      return PrintJob(
        publicID: environment.newID(),
        tenant: scope.home,
        printer: printer.id,
        title: (titles.first ?? "") + more,
        labels: titles.count * request.copies,
        commands: commands,
        actor: scope.actor,
        at: environment.now()
      )
    }
  }

  /// A plate is read from a truck and gets bars, all else a Data Matrix, unless the caller says.
  private static func label(_ text: LabelText, _ request: Request, on printer: Printer) -> ZPLLabel
  {
    let isPlate = text.isElements && text.data.hasPrefix("00")
    return ZPLLabel(
      dotsPerInch: printer.draft.dotsPerInch,
      widthMM: printer.draft.widthMM,
      heightMM: printer.draft.heightMM,
      lines: text.lines,
      data: text.data,
      isElements: text.isElements,
      carrier: request.carrier ?? (isPlate ? .code128 : .dataMatrix),
      copies: request.copies
    )
  }

  /// Queues the job.
  public func apply(
    _ job: PrintJob,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> PrintJobView {
    let printer = try PrinterQueries.printer(request.printer, in: transaction)
    let waiting = try transaction.printQueues([printer.id])[printer.id]?.queued ?? 0
    guard waiting < Limits.printQueue else {
      throw Failure(
        .overloaded,
        "\(waiting) jobs wait for \(printer.draft.name) already.",
        hint: "See what hinders the printer (GET /api/v1/printers), or cancel what is not needed.",
        retryAfterS: 10
      )
    }
    let queued = try transaction.insert(job)
    try environment.announce(queued, in: transaction)
    return PrintJobView(job: queued, printer: printer)
  }

  /// Wakes whoever delivers.
  public func completed(_ outcome: PrintJobView, of request: Request) {
    environment.printBell.ring()
  }
}

extension OperationsEnvironment {
  /// Tells screens where a print job stands.
  func announce(_ job: PrintJob, in transaction: any WriteTransaction) throws {
    var writer = JSONWriter(capacity: 160)
    writer.object {
      $0.member("job", job.publicID.text)
      $0.member("title", job.title)
      $0.member("state", job.state.rawValue)
      $0.member("error", job.error)
    }
    try transaction.emit(
      "print.changed",
      subject: job.publicID.text,
      tenant: job.tenant,
      at: now(),
      dataJSON: writer.text
    )
  }
}
