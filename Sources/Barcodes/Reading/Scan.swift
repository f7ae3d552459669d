import Warehouse

/// What one scan means: its kind, its elements, and everything that had to be forgiven.
///
/// The reader in front is tolerant, because the floor must go on; the verdict behind is strict,
/// because a wrong label must be found. Nothing is repaired in silence and nothing is guessed.
public struct Scan: Sendable, Equatable {
  /// What sort of code it is.
  public enum Kind: Sendable, Hashable {
    /// The number of an article.
    case gtin(GTIN)
    /// The number of a logistic unit.
    case sscc(SSCC)
    /// Elements with application identifiers.
    case elementString
    /// A web address that carries elements.
    case digitalLink
    /// Anything else: a location, a lot, an own code.
    case plain
  }

  /// Something found while reading, in words.
  public struct Finding: Sendable, Hashable {
    /// What sort of finding it is.
    public enum Code: String, Sendable, CaseIterable {
      // Faults: the label breaks the rules.
      case unknownIdentifier, badValue, conflictingRepeat, wrongOrder, notInLink, badEscape
      case wrongCarrier
      // Warnings: the label is incomplete on its own.
      case association
      // Repairs: what the reader forgave.
      case trimmed, separatorToken, leadingSeparator, doubledSeparator, noSymbology, capsLock
      case doubledScan, brackets, paddedGTIN
    }

    /// What sort of finding it is.
    public let code: Code
    /// The application identifier that it is about, where it is about one.
    public let identifier: String?
    /// What is wrong, for people.
    public let message: String

    init(_ code: Code, _ identifier: String? = nil, _ message: String) {
      self.code = code
      self.identifier = identifier
      self.message = message
    }
  }

  /// What sort of code it is.
  public internal(set) var kind: Kind
  /// The characters as they came.
  public let raw: String
  /// The data alone: separators restored, symbology identifier, prefix and line end gone.
  public internal(set) var text: String
  /// The carrier, where the scanner named it.
  public internal(set) var symbology: Symbology?
  /// The elements in their order; one for a bare GTIN or SSCC.
  public internal(set) var elements: [Element] = []
  /// For plain text that would also parse as elements: those.
  ///
  /// Look the text up as an own code first.
  public internal(set) var possibleElements: [Element] = []
  /// Other readings, where a separator may have been lost; never chosen by the reader.
  public internal(set) var alternatives: [[Element]] = []
  /// The code of a location, where the label is one of the site's locations.
  public internal(set) var location: String?
  /// Rules that the label breaks.
  public internal(set) var faults: [Finding] = []
  /// Elements that this label lacks, or that do not go together; another label may complete it.
  public internal(set) var warnings: [Finding] = []
  /// What the reader forgave.
  public internal(set) var repairs: [Finding] = []
  /// The present year, for two-digit years.
  public let currentYear: Int

  init(raw: String, text: String, currentYear: Int) {
    self.kind = .plain
    self.raw = raw
    self.text = text
    self.currentYear = currentYear
  }
}

extension Scan {
  /// Whether a separator may have been lost, so that a person must choose or scan again.
  public var isAmbiguous: Bool { !alternatives.isEmpty }

  /// Whether the elements can be worked with: no rule broken, no doubt about where they end.
  public var isUsable: Bool { faults.isEmpty && !isAmbiguous }

  /// The strict verdict: whether carrier, data and pairing are exactly as GS1 wants them.
  public var isConformant: Bool { strictReasons.isEmpty }

  /// Why the strict verdict is no; empty where it is yes.
  public var strictReasons: [String] {
    (faults + warnings + repairs).map { finding in
      finding.identifier.map { "(\($0)) \(finding.message)" } ?? finding.message
    }
  }

  /// The value of the first element with that identifier.
  public subscript(identifier: String) -> String? {
    elements.first { $0.identifier == identifier }?.value
  }

  /// The article in hand: (01), or the GTIN itself.
  public var gtin: GTIN? { self["01"].flatMap { GTIN($0) } }
  /// The article inside the logistic unit: (02).
  public var contentGTIN: GTIN? { self["02"].flatMap { GTIN($0) } }
  /// The logistic unit: (00), or the SSCC itself.
  public var sscc: SSCC? { self["00"].flatMap { SSCC($0) } }
  /// The lot: (10).
  public var lot: String? { self["10"] }
  /// The serial number: (21).
  public var serial: String? { self["21"] }
  /// The expiry: (17), else the day of (7003).
  public var expiry: LocalDay? { day("17") ?? day("7003") }
  /// Best before: (15).
  public var bestBefore: LocalDay? { day("15") }
  /// When it was produced: (11), else the day of (8008).
  public var produced: LocalDay? { day("11") ?? day("8008") }
  /// How many: (37) of the content, else (30).
  public var count: Int64? { (self["37"] ?? self["30"]).flatMap { Int64($0) } }
  /// All measures of the label.
  public var measures: [Measure] { elements.compactMap(\.measure) }

  /// The elements for people: `(01)09521234543213(10)LOT9`.
  public var humanReadable: String { elements.map(\.text).joined() }

  private func day(_ identifier: String) -> LocalDay? {
    elements.first { $0.identifier == identifier }?.day(currentYear: currentYear)
  }
}
