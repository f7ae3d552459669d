/// What the reader must know of the site and the present.
public struct BarcodeSettings: Sendable, Equatable {
  /// The present year, which settles the century of two-digit years.
  public var currentYear: Int
  /// What scanners of this site send in place of the group separator (0x1D).
  ///
  /// A keyboard wedge cannot type that character; it comes as one of these. Each must be a text
  /// that cannot be data. Capitals and small letters count as the same.
  public var separatorTokens: [String]
  /// What scanners of this site put before the data.
  public var prefixes: [String]
  /// What scanners of this site put after the data; line ends and tabs are always dropped.
  public var suffixes: [String]
  /// How the labels of the site's own locations begin; dropped from the location's code.
  public var locationPrefixes: [String]
  /// Internal identifiers (91 to 99) that carry a location's code on this site.
  public var locationIdentifiers: [String]
  /// Whether this scanner is known to send separators at all; nil where nobody knows.
  ///
  /// If it does, a label read without one had none. If it does not, every text that could hide a
  /// lost separator is called ambiguous; if nobody knows, only where the hidden part proves itself
  /// by a date or a check digit.
  public var sendsSeparators: Bool?

  /// The forms of the group separator that were seen in the field.
  public static let usualTokens = [
    "{GS}", "<GS>", "[GS]", "\u{241D}", "^]", "{Ctrl-]}", "<Ctrl-]>", "<Ctrl+]>", "{Ctrl+]}",
    "{FNC1}", "<FNC1>", "<0x1D>", "\\x1D", "\\u001D",
  ]

  /// Makes settings; only the present year has no default.
  public init(
    currentYear: Int,
    separatorTokens: [String] = BarcodeSettings.usualTokens,
    prefixes: [String] = [],
    suffixes: [String] = [],
    locationPrefixes: [String] = [],
    locationIdentifiers: [String] = ["91"],
    sendsSeparators: Bool? = nil
  ) {
    self.currentYear = currentYear
    self.separatorTokens = separatorTokens
    self.prefixes = prefixes
    self.suffixes = suffixes
    self.locationPrefixes = locationPrefixes
    self.locationIdentifiers = locationIdentifiers
    self.sendsSeparators = sendsSeparators
  }
}
