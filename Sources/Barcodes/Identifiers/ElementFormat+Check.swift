import Warehouse

extension ElementFormat {
  /// Why `value` is not allowed after this identifier, in words, or nil where it is.
  ///
  /// `currentYear` settles the century of two-digit years, which leap days need.
  public func fault(in value: String, currentYear: Int) -> String? {
    let bytes = Array(value.utf8)
    guard bytes.count >= minimumLength else {
      return "has \(bytes.count) characters where at least \(minimumLength) are due"
    }
    guard bytes.count <= maximumLength else {
      return "has \(bytes.count) characters where at most \(maximumLength) are allowed"
    }
    var rest = bytes[...]
    for part in parts {
      if part.isOptional, rest.isEmpty { break }
      let piece = rest.prefix(part.maximum)
      rest = rest.dropFirst(part.maximum)
      if let fault = part.fault(in: piece, currentYear: currentYear) { return fault }
    }
    return nil
  }
}

extension ValuePart {
  /// Why a piece of a value is not allowed here, or nil where it is.
  func fault(in piece: ArraySlice<UInt8>, currentYear: Int) -> String? {
    guard piece.count >= minimum else {
      return "ends after \(piece.count) of \(minimum) characters"
    }
    if let stranger = piece.first(where: { !characters.contains($0) }) {
      let shown =
        (0x21...0x7E).contains(stranger)
        ? "'\(Character(Unicode.Scalar(stranger)))'" : "a space, control or foreign character"
      return characters == .digits ? "holds \(shown), not digits alone" : "must not hold \(shown)"
    }
    let text = String(decoding: piece, as: UTF8.self)
    for rule in rules {
      if let fault = rule.fault(in: text, currentYear: currentYear) { return fault }
    }
    return nil
  }
}

extension ValuePart.Characters {
  /// Whether that character belongs to the set.
  func contains(_ byte: UInt8) -> Bool {
    switch (self, byte) {
    case (_, 0x30...0x39): true
    case (.digits, _): false
    case (_, 0x41...0x5A): true
    case (.set82, 0x61...0x7A), (.base64, 0x61...0x7A): true
    case (.set82, 0x21), (.set82, 0x22), (.set82, 0x25...0x2F), (.set82, 0x3A...0x3F),
      (.set82, 0x5F):
      true
    case (.set39, 0x23), (.set39, 0x2D), (.set39, 0x2F): true
    case (.base64, 0x2D), (.base64, 0x3D), (.base64, 0x5F): true
    default: false
    }
  }
}

extension ValuePart.Rule {
  /// Why the text of a part breaks this rule, or nil where it keeps it.
  func fault(in text: String, currentYear: Int) -> String? {
    let number = Int(text)
    switch self {
    case .check:
      return CheckDigit.isRight(text) ? nil : "has a wrong check digit; scan or type it again"
    case .prefix1: return Self.prefixFault(text[...])
    case .prefix2: return Self.prefixFault(text.dropFirst())
    case .date: return CompactDate.fault(text, mayEndMonth: true, currentYear: currentYear)
    case .day: return CompactDate.fault(text, mayEndMonth: false, currentYear: currentYear)
    case .fullDay:
      let isDay = CompactDate.day(
        year: Int(text.prefix(4)) ?? 0,
        month: Int(text.dropFirst(4).prefix(2)) ?? 0,
        day: Int(text.suffix(2)) ?? 0
      )
      return isDay == nil ? "is no day of the calendar" : nil
    case .time:
      let isTime = Int(text.prefix(2)) ?? 99 < 24 && Int(text.suffix(2)) ?? 99 < 60
      return isTime ? nil : "is no time of day"
    case .hour: return number ?? 99 < 24 ? nil : "is no hour"
    case .sixty: return number ?? 99 < 60 ? nil : "is no minute or second"
    case .nonzero: return number == 0 ? "must not be zero" : nil
    case .zero: return number == 0 ? nil : "must begin with a zero"
    case .flag: return number ?? 9 < 2 ? nil : "must be 0 or 1"
    case .unpadded:
      return text.utf8.count > 1 && text.hasPrefix("0") ? "must not begin with a zero" : nil
    case .percent:
      return PercentText.decoded(text) == nil ? "holds a percent sign without two digits" : nil
    case .hyphen: return text == "-" ? nil : "must end with a hyphen or not at all"
    case .pieces:
      let (piece, total) = (Int(text.prefix(2)) ?? 0, Int(text.suffix(2)) ?? 0)
      return piece >= 1 && piece <= total ? nil : "names a piece beyond its total"
    }
  }

  private static func prefixFault(_ text: Substring) -> String? {
    let head = text.utf8.prefix(4)
    return head.count == 4 && head.allSatisfy({ (0x30...0x39).contains($0) })
      ? nil : "must begin with a company prefix of at least four digits"
  }
}
