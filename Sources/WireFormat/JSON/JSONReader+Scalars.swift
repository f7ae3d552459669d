extension JSONReader {
  /// Reads the string whose opening quote stands at the position.
  ///
  /// Text without an escape, which nearly all is, is taken as one slice.
  mutating func string() throws(WireFormatError) -> String {
    let start = position + 1
    var end = start
    var seen: UInt8 = 0
    while end < bytes.count {
      let byte = bytes[end]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
      seen |= byte
      end += 1
    }
    if end < bytes.count, bytes[end] == 0x22 {
      position = end + 1
      // Plain ASCII needs no validation, and the standard library takes it several times faster.
      if seen < 0x80 { return String(decoding: bytes[start..<end], as: UTF8.self) }
      return try text(bytes[start..<end], from: start)
    }
    return try escapedString(from: start, to: end)
  }

  /// Goes on with a string that holds an escape (or a fault) at `end`.
  private mutating func escapedString(
    from start: Int,
    to end: Int
  ) throws(WireFormatError) -> String {
    var collected = Array(bytes[start..<end])
    position = end
    while true {
      guard position < bytes.count else {
        throw fault("the document ends inside a string; its closing quote is missing")
      }
      let byte = bytes[position]
      switch byte {
      case 0x22:
        position += 1
        return try text(collected[...], from: start)
      case 0x5C: try escape(into: &collected)
      case 0..<0x20:
        throw fault("a control character stands in a string; write it as an escape like \\n")
      default:
        collected.append(byte)
        position += 1
      }
    }
  }

  /// The text of valid UTF-8, or an error at its first broken byte.
  private func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(WireFormatError) -> String {
    if let text = String(validating: slice, as: UTF8.self) { return text }
    let place = UTF8Check.firstFault(in: bytes[start...]) ?? 0
    throw fault("this byte is not UTF-8; save or send the text as UTF-8", at: start + place)
  }

  /// Reads one escape, whose backslash stands at the position.
  private mutating func escape(into collected: inout [UInt8]) throws(WireFormatError) {
    let start = position
    position += 1
    let letter = next()
    position += 1
    switch letter {
    case 0x22, 0x5C, 0x2F: collected.append(letter)
    case 0x62: collected.append(0x08)
    case 0x66: collected.append(0x0C)
    case 0x6E: collected.append(0x0A)
    case 0x72: collected.append(0x0D)
    case 0x74: collected.append(0x09)
    case 0x75:
      var code = try hexadecimal(from: start)
      if (0xD800..<0xDC00).contains(code), next() == 0x5C, position + 1 < bytes.count,
        bytes[position + 1] == 0x75
      {
        position += 2
        let low = try hexadecimal(from: start)
        guard (0xDC00..<0xE000).contains(low) else {
          throw fault("half of a surrogate pair; write both halves", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("half of a surrogate pair; write both halves", at: start)
      }
      collected.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      throw fault("no such escape; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: start)
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func hexadecimal(from start: Int) throws(WireFormatError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let digit = next()
      switch digit {
      case 0x30...0x39: code = code << 4 | UInt32(digit - 0x30)
      case 0x41...0x46: code = code << 4 | UInt32(digit - 0x37)
      case 0x61...0x66: code = code << 4 | UInt32(digit - 0x57)
      default: throw fault("\\u wants four hexadecimal digits", at: start)
      }
      position += 1
    }
    return code
  }

  /// Powers of ten that a double holds exactly.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }

  /// Reads the number that begins at the position.
  ///
  /// Where mantissa and power of ten are both exact in a double, one division rounds correctly
  /// (Clinger, PLDI 1990); all others go through the standard library.
  mutating func number() throws(WireFormatError) -> JSONValue {
    let start = position
    let isNegative = next() == 0x2D
    if isNegative { position += 1 }
    var mantissa: UInt64 = 0
    var overflowed = false
    let whole = digits(into: &mantissa, &overflowed)
    if whole == 0 { throw fault("expected a digit, found \(shown())") }
    if whole > 1, bytes[position - whole] == 0x30 {
      throw fault("numbers have no leading zeros; quote it where it is a code", at: start)
    }
    var fraction = 0
    let hasFraction = next() == 0x2E
    if hasFraction {
      position += 1
      fraction = digits(into: &mantissa, &overflowed)
      if fraction == 0 { throw fault("expected a digit after the point, found \(shown())") }
    }
    let hasExponent = next() | 0x20 == 0x65
    if hasExponent {
      position += 1
      if next() == 0x2B || next() == 0x2D { position += 1 }
      var exponent: UInt64 = 0
      var ignored = false
      if digits(into: &exponent, &ignored) == 0 {
        throw fault("expected a digit in the exponent, found \(shown())")
      }
    }
    if !hasFraction, !hasExponent, !overflowed {
      if !isNegative, let value = Int64(exactly: mantissa) { return .integer(value) }
      if isNegative, mantissa <= 1 << 63 {
        return .integer(Int64(truncatingIfNeeded: 0 &- mantissa))
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if !hasExponent, !overflowed, mantissa <= 1 << 53, fraction <= 22 {
      let value = Double(mantissa) / Self.powers[fraction]
      return .number(JSONNumber(value: isNegative ? -value : value, text: text))
    }
    guard let value = Double(text), value.isFinite else {
      var error = fault("the number is too large; the limit is about 1.8e308", at: start)
      error.kind = .outOfRange
      throw error
    }
    return .number(JSONNumber(value: value, text: text))
  }

  /// Steps over digits, collecting them; answers how many there were.
  private mutating func digits(into value: inout UInt64, _ overflowed: inout Bool) -> Int {
    let start = position
    while position < bytes.count, case let digit = bytes[position] &- 0x30, digit <= 9 {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, alsoTooLarge) = product.addingReportingOverflow(UInt64(digit))
      if tooLarge || alsoTooLarge { overflowed = true }
      value = sum
      position += 1
    }
    return position - start
  }
}
