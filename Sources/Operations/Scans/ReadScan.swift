import Barcodes
import Metrics
import Warehouse
import WireFormat

/// Understands one beep: what the code is, which task it advances, and what can be done next.
///
/// It reads and books nothing; what the scanner sent is kept for a while in memory, for the page
/// that shows it.
public struct ReadScan: Sendable {
  /// One code, as it came.
  public struct Request: Sendable, Equatable {
    /// The bytes that the scanner sent, or that a person typed.
    public var bytes: [UInt8]
    /// How it came in.
    public var entry: EntryMethod
    /// The device.
    public var device: String?
    /// The task in hand.
    public var task: PublicID?
    /// The check digits, where they were typed beside a place.
    public var checkCode: String?
    /// What the person was asked for; decides between two readings.
    public var expected: ScanKind?

    /// Makes a request.
    public init(
      bytes: [UInt8],
      entry: EntryMethod = .scan,
      device: String? = nil,
      task: PublicID? = nil,
      checkCode: String? = nil,
      expected: ScanKind? = nil
    ) {
      self.bytes = bytes
      self.entry = entry
      self.device = device
      self.task = task
      self.checkCode = checkCode
      self.expected = expected
    }

    /// Reads the JSON body: the code as `text`, or byte for byte as `hex`.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      bytes = body.scannedBytes()
      entry = body.word("entry", as: EntryMethod.self) ?? .scan
      device = body.text("device", limit: Limits.codeLength)
      task = body.publicID("task")
      checkCode = body.text("check_code", limit: Limits.codeLength)
      expected = body.word("expect", as: ScanKind.self)
      try body.finish()
    }
  }

  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// What the code is, and what comes next; there is an answer for every code.
  public func callAsFunction(_ request: Request, scope: TenantScope) throws -> ScanAnswer {
    let text = String(decoding: request.bytes, as: UTF8.self)
    var answer = try environment.store.read(scope) { transaction in
      let task = try request.task.map { try environment.recommendation($0, in: transaction) }
      let book = CodeBook(
        environment: environment,
        transaction: transaction,
        task: task,
        expected: request.expected
      )
      let finding = try book.finding(text)
      let steps = ScanSteps(
        environment: environment,
        transaction: transaction,
        request: request,
        task: task
      )
      let step = try finding.meaning.map(steps.step) ?? steps.undecided(finding)
      return try ScanAnswer(finding, step, entry: request.entry, environment, in: transaction)
    }
    answer.number = environment.scanLog.add(
      ScanRecord(request, answer.finding, at: environment.now()),
      tenant: scope.home
    )
    count(answer.finding, request)
    return answer
  }

  private func count(_ finding: ScanFinding, _ request: Request) {
    Counter(
      label: "scans_total",
      dimensions: [("kind", finding.kind.rawValue), ("entry", request.entry.rawValue)]
    ).increment()
    guard finding.scan.isAmbiguous else { return }
    Counter(label: "scans_without_separator_total").increment()
  }
}

extension ScanSteps {
  /// What a person does about a code that is unknown or can be read in several ways.
  func undecided(_ finding: ScanFinding) -> ScanStep {
    if finding.scan.isAmbiguous {
      return ScanStep(
        warnings: [
          Warning("SEPARATOR_LOST", "a separator may have been lost between two values")
        ],
        next: "Choose what the label says, or scan it with a scanner that sends separators."
      )
    }
    if !finding.readings.isEmpty { return ScanStep(next: "Choose which one is meant.") }
    return ScanStep(next: "Nothing here has this code. Look at the label and scan it again.")
  }
}

extension DocumentReader {
  /// What a scanner sent: `text` with any characters, or `hex`; one of the two.
  fileprivate func scannedBytes() -> [UInt8] {
    let text = value("text")
    let hex = value("hex")
    switch (text, hex) {
    case (nil, nil): fault("text", "is required (or hex)")
    case (.some, .some): fault("hex", "must be left out where text is given")
    case (let text?, nil):
      guard let given = text.string else {
        fault("text", "must be a string, is \(text.kindName)")
        return []
      }
      if given.isEmpty { fault("text", "must not be empty") }
      if given.utf8.count > Limits.scanBytes {
        fault("text", "must have at most \(Limits.scanBytes) bytes", .string("..."))
      }
      return Array(given.utf8)
    case (nil, let hex?):
      let digits = hex.string.map { Array($0.utf8) } ?? []
      if digits.count > 2 * Limits.scanBytes {
        fault("hex", "must have at most \(Limits.scanBytes) bytes", .string("..."))
        return []
      }
      let nibbles = digits.compactMap { UInt8(String(decoding: [$0], as: UTF8.self), radix: 16) }
      guard !digits.isEmpty, digits.count % 2 == 0, nibbles.count == digits.count else {
        fault("hex", "must be pairs of hexadecimal digits")
        return []
      }
      return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }
    return []
  }
}
