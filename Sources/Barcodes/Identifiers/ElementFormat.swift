/// One part of an element's value: which characters, how many, and what else must hold.
struct ValuePart: Sendable, Equatable {
  /// Which characters a part may hold.
  enum Characters: Character, Sendable {
    /// Digits.
    case digits = "N"
    /// GS1's set 82: letters, digits and the marks `! " % & ' ( ) * + , - . / : ; < = > ? _`.
    case set82 = "X"
    /// GS1's set 39: capital letters, digits, `#`, `-` and `/`.
    case set39 = "Y"
    /// The letters of base64 for URIs, with `=`.
    case base64 = "Z"
  }

  /// What else must hold of a part.
  ///
  /// Code lists (countries, currencies, packages) are not judged.
  enum Rule: String, Sendable {
    /// The last digit is the check digit.
    case check
    /// A company prefix of at least four digits begins the part.
    case prefix1
    /// A company prefix of at least four digits begins at the second character.
    case prefix2
    /// A date YYMMDD, whose day may be 00 for "the end of the month".
    case date
    /// A date YYMMDD with a day.
    case day
    /// A date YYYYMMDD with a day.
    case fullDay
    /// A time HHMM.
    case time
    /// An hour.
    case hour
    /// A minute or second.
    case sixty
    /// Not zero.
    case nonzero
    /// Zero.
    case zero
    /// 0 or 1.
    case flag
    /// No zero before other digits.
    case unpadded
    /// Percent escapes are complete.
    case percent
    /// A hyphen.
    case hyphen
    /// Piece and total, two digits each, the piece within the total.
    case pieces
  }

  /// Which characters.
  let characters: Characters
  /// The fewest characters.
  let minimum: Int
  /// The most characters.
  let maximum: Int
  /// Whether the part may be missing at the end.
  let isOptional: Bool
  /// What else must hold.
  let rules: [Rule]

  /// Reads the notation of the table, such as `N14+check+prefix2`, `X..20` or `[N4]+time`.
  init?(_ notation: Substring) {
    let pieces = notation.split(separator: "+")
    guard var kind = pieces.first else { return nil }
    isOptional = kind.hasPrefix("[") && kind.hasSuffix("]")
    if isOptional { kind = kind.dropFirst().dropLast() }
    guard let characters = kind.first.flatMap(Characters.init(rawValue:)) else { return nil }
    self.characters = characters
    let isVariable = kind.dropFirst().hasPrefix("..")
    guard let length = Int(kind.dropFirst(isVariable ? 3 : 1)) else { return nil }
    minimum = isVariable ? 1 : length
    maximum = length
    rules = pieces.dropFirst().compactMap { Rule(rawValue: String($0)) }
    guard rules.count == pieces.count - 1 else { return nil }
  }
}

/// What an application identifier says about the value that follows it.
public struct ElementFormat: Sendable {
  /// The identifier: two to four digits.
  public let identifier: String
  /// The parts of the value, in order.
  let parts: [ValuePart]
  /// Whether the value may stand as a query parameter of a Digital Link.
  let isLinkAttribute: Bool

  /// The fewest characters of a value.
  public var minimumLength: Int {
    parts.reduce(0) { $1.isOptional ? $0 : $0 + $1.minimum }
  }

  /// The most characters of a value.
  public var maximumLength: Int { parts.reduce(0) { $0 + $1.maximum } }

  /// Whether the first two digits of the identifier settle the length.
  ///
  /// Only then may the separator after the value be left out. It is not the same as "fixed in
  /// length": 402 has 17 digits always and still wants its separator (GS1 General Specifications,
  /// section 7.8).
  public var needsNoSeparator: Bool {
    Self.predefinedLengths.contains(String(identifier.prefix(2)))
  }

  /// The two-digit beginnings whose values have a predefined length.
  static let predefinedLengths: Set<String> = [
    "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "31", "32", "33", "34", "35", "36", "41",
  ]

  /// The format of an identifier, or nil where there is no such identifier.
  public static func of(_ identifier: some StringProtocol) -> ElementFormat? {
    all[String(identifier)]
  }

  /// The format whose identifier begins `text`; no identifier begins another one.
  static func leading(_ text: ArraySlice<UInt8>) -> ElementFormat? {
    for length in 2...4 where text.count >= length {
      let head = text.prefix(length)
      guard head.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      if let format = all[String(decoding: head, as: UTF8.self)] { return format }
    }
    return nil
  }
}
