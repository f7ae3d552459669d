/// Decimal text to scaled integers and back, exactly.
///
/// Quantities, weights and money are integers inside (milli-units, grams, minor units). A detour
/// through a double would turn `0.1` into something else, so the digits are shifted as digits; a
/// value that does not come out whole is refused instead of rounded.
public enum DecimalText {
  /// The number in `text` times ten to the power of `decimals`.
  ///
  /// Takes `12`, `-12.5`, `+3`, `.5`, `1e3`, `1.25E-2`; `decimalPoint` may be a comma (0x2C) for
  /// files written that way. Throws `malformed` for anything else (NaN, inf, hexadecimal, spaces,
  /// thousands separators), and `outOfRange` where the result has a fraction or passes 64 bits.
  public static func scaled(
    _ text: some StringProtocol,
    decimals: Int,
    decimalPoint: UInt8 = 0x2E
  ) throws(WireFormatError) -> Int64 {
    try scaled(Array(text.utf8)[...], decimals: decimals, decimalPoint: decimalPoint)
  }

  /// The same from bytes, as the CSV reader holds them.
  public static func scaled(
    _ bytes: ArraySlice<UInt8>,
    decimals: Int,
    decimalPoint: UInt8 = 0x2E
  ) throws(WireFormatError) -> Int64 {
    if let value = short(bytes, decimals, decimalPoint) { return value }
    var parts = try Parts(bytes, decimalPoint: decimalPoint)
    var shift = decimals + parts.exponent
    if parts.digits.allSatisfy({ $0 == 0 }) { return 0 }
    while let last = parts.digits.last, last == 0, shift < 0 {
      parts.digits.removeLast()
      shift += 1
    }
    guard shift >= 0 else {
      throw outOfRange(bytes, "has more than \(decimals) decimals; round it first")
    }
    var value: Int64 = 0
    for index in 0..<(parts.digits.count + shift) {
      let digit = index < parts.digits.count ? Int64(parts.digits[index]) : 0
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, alsoTooLarge) = product.subtractingReportingOverflow(digit)
      guard !tooLarge, !alsoTooLarge else { throw outOfRange(bytes, "is too large") }
      value = sum
    }
    // Collected below zero, where 64 bits reach one further.
    if parts.isNegative { return value }
    guard value != .min else { throw outOfRange(bytes, "is too large") }
    return -value
  }

  /// The common case in one pass: up to 17 digits after shifting, no exponent; nil for others.
  private static func short(
    _ bytes: ArraySlice<UInt8>,
    _ decimals: Int,
    _ decimalPoint: UInt8
  ) -> Int64? {
    let isNegative = bytes.first == 0x2D
    var value: Int64 = 0
    var digits = 0
    var fraction = -1
    for byte in isNegative ? bytes.dropFirst() : bytes {
      if byte == decimalPoint, fraction < 0, digits > 0 {
        fraction = 0
        continue
      }
      let digit = byte &- 0x30
      guard digit <= 9, digits < 17 else { return nil }
      value = value * 10 + Int64(digit)
      digits += 1
      if fraction >= 0 { fraction += 1 }
    }
    let missing = decimals - max(fraction, 0)
    guard digits > 0, fraction != 0, missing >= 0, digits + missing <= 17 else { return nil }
    for _ in 0..<missing { value *= 10 }
    return isNegative ? -value : value
  }

  /// `scaled` divided by ten to the power of `decimals`, without zeros at the end.
  ///
  /// 12,345 with three decimals is `12.345`, 12,000 is `12`.
  public static func text(_ scaled: Int64, decimals: Int) -> String {
    var digits: [UInt8] = []
    Digits.appendPadded(scaled.magnitude, width: decimals + 1, to: &digits)
    let whole = digits.count - decimals
    var end = digits.count
    while end > whole, digits[end - 1] == 0x30 { end -= 1 }
    var text: [UInt8] = scaled < 0 ? [0x2D] : []
    text.append(contentsOf: digits[..<whole])
    if end > whole {
      text.append(0x2E)
      text.append(contentsOf: digits[whole..<end])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether bytes are a plain decimal number as `scaled` reads them, of whatever size.
  static func isNumber(_ bytes: ArraySlice<UInt8>, decimalPoint: UInt8 = 0x2E) -> Bool {
    (try? Parts(bytes, decimalPoint: decimalPoint)) != nil
  }

  private static func outOfRange(_ bytes: ArraySlice<UInt8>, _ rule: String) -> WireFormatError {
    WireFormatError(.outOfRange, "\"\(shown(bytes))\" \(rule)")
  }

  static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix(40), as: UTF8.self) + (bytes.count > 40 ? "..." : "")
  }

  /// Sign, digits and power of ten of a number in text.
  private struct Parts {
    var isNegative = false
    /// The digits, most significant first, without zeros before them.
    var digits: [UInt8] = []
    /// The power of ten of the last digit.
    var exponent = 0

    init(_ bytes: ArraySlice<UInt8>, decimalPoint: UInt8) throws(WireFormatError) {
      var index = bytes.startIndex
      if index < bytes.endIndex, bytes[index] == 0x2D || bytes[index] == 0x2B {
        isNegative = bytes[index] == 0x2D
        index += 1
      }
      var seen = 0
      func take(_ index: inout Int) -> [UInt8] {
        let start = index
        while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) { index += 1 }
        return bytes[start..<index].map { $0 - 0x30 }
      }
      let whole = take(&index)
      seen += whole.count
      digits = Array(whole.drop { $0 == 0 })
      if index < bytes.endIndex, bytes[index] == decimalPoint {
        index += 1
        let fraction = take(&index)
        if fraction.isEmpty { throw Self.malformed(bytes) }
        seen += fraction.count
        exponent = -fraction.count
        digits.append(contentsOf: digits.isEmpty ? fraction.drop { $0 == 0 } : fraction[...])
      }
      if seen == 0 { throw Self.malformed(bytes) }
      if index < bytes.endIndex, bytes[index] | 0x20 == 0x65 {
        index += 1
        let isDown = index < bytes.endIndex && bytes[index] == 0x2D
        if isDown || (index < bytes.endIndex && bytes[index] == 0x2B) { index += 1 }
        let power = take(&index)
        if power.isEmpty { throw Self.malformed(bytes) }
        // A larger power than any input could need; it ends as "too large" or "more decimals".
        let size = power.reduce(0) { min($0 * 10 + Int($1), 100_000) }
        exponent += isDown ? -size : size
      }
      if index != bytes.endIndex { throw Self.malformed(bytes) }
    }

    private static func malformed(_ bytes: ArraySlice<UInt8>) -> WireFormatError {
      let text = bytes.isEmpty ? "an empty text" : "\"\(shown(bytes))\""
      return WireFormatError(
        .malformed,
        "\(text) is not a number; write it like 12 or 12.5, without spaces or separators"
      )
    }
  }
}
