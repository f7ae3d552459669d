/// The number of an article: a GTIN in its one stored form, 14 digits.
///
/// Shorter forms (GTIN-8, -12, -13) are padded with zeros on the left, as text: as numbers they
/// would lose their leading zeros.
public struct GTIN: Hashable, Sendable, CustomStringConvertible {
  /// The 14 digits.
  public let text: String

  /// Reads a GTIN of 8, 12, 13 or 14 digits; nil for another length, a wrong check digit, or zeros
  /// alone.
  public init?(_ text: some StringProtocol) {
    let length = text.utf8.count
    guard [8, 12, 13, 14].contains(length), CheckDigit.isRight(text),
      text.utf8.contains(where: { $0 != 0x30 })
    else { return nil }
    self.text = String(repeating: "0", count: 14 - length) + text
  }

  /// The 14 digits.
  public var description: String { text }

  /// The shortest form that names the same article: 8, 12, 13 or 14 digits.
  public var shortest: String {
    if text.hasPrefix("000000") { return String(text.suffix(8)) }
    if text.hasPrefix("00") { return String(text.suffix(12)) }
    return text.hasPrefix("0") ? String(text.suffix(13)) : text
  }
}

/// The number of a logistic unit (a pallet, a carton, a roll as shipped): 18 digits.
public struct SSCC: Hashable, Sendable, CustomStringConvertible {
  /// The 18 digits.
  public let text: String

  /// Reads an SSCC; nil unless it has 18 digits with the right check digit.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 18, CheckDigit.isRight(text) else { return nil }
    self.text = String(text)
  }

  /// Makes the number of a new unit from extension digit, company prefix and serial.
  ///
  /// The serial fills what the prefix (4 to 12 digits) leaves of 16 digits; nil where it does not
  /// fit. The counter must be stored before the label is printed: no number may come twice.
  public init?(extensionDigit: Int, companyPrefix: String, serial: Int64) {
    let room = 16 - companyPrefix.utf8.count
    let digits = String(serial)
    guard (0...9).contains(extensionDigit), (4...12).contains(room), serial >= 0,
      digits.utf8.count <= room
    else { return nil }
    let zeros = String(repeating: "0", count: room - digits.utf8.count)
    let body = "\(extensionDigit)\(companyPrefix)\(zeros)\(digits)"
    guard let check = CheckDigit.of(body) else { return nil }
    self.text = body + String(check)
  }

  /// The 18 digits.
  public var description: String { text }
}
