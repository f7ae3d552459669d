/// The carrier that a scanner names before the data: `]`, a letter and a digit (ISO/IEC 15424).
public struct Symbology: Sendable, Hashable {
  /// What the carrier says about its data.
  enum Claim: Sendable {
    /// Element strings of GS1.
    case elements
    /// A GTIN of 8, 12 or 13 digits.
    case article
    /// A GTIN of 14 digits, or anything else made of digits.
    case carton
    /// Nothing: own codes, web links, or element strings printed wrongly.
    case nothing
  }

  /// The two characters after the bracket, such as `C1`.
  public let code: String

  /// Makes a symbology from its two characters.
  init(code: String) {
    self.code = code
  }

  /// The carrier in words.
  public var name: String {
    Self.known[code]?.name ?? "carrier ]\(code)"
  }

  /// What the carrier says about its data.
  var claim: Claim { Self.known[code]?.claim ?? .nothing }

  /// Whether the identifier is known here; others are read as carriers of own codes.
  public var isKnown: Bool { Self.known[code] != nil }

  static let known: [String: (name: String, claim: Claim)] = [
    "C1": ("GS1-128", .elements), "C0": ("Code 128", .nothing), "C2": ("Code 128", .nothing),
    "d2": ("GS1 DataMatrix", .elements), "d1": ("DataMatrix", .nothing),
    "Q3": ("GS1 QR code", .elements), "Q1": ("QR code", .nothing),
    "J1": ("GS1 DotCode", .elements), "J0": ("DotCode", .nothing),
    "e0": ("GS1 DataBar", .elements), "E0": ("EAN-13", .article), "E4": ("EAN-8", .article),
    "I0": ("ITF", .carton), "I1": ("ITF-14", .carton), "A0": ("Code 39", .nothing),
    "A1": ("Code 39", .nothing), "X0": ("keyboard", .nothing),
  ]
}
