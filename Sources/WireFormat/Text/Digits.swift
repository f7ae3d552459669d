/// Whole numbers to ASCII digits without a string in between.
enum Digits {
  /// Appends a number in decimal.
  static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(0x2D) }
    appendPadded(UInt64(number.magnitude), width: 1, to: &bytes)
  }

  /// Appends a number in decimal, with zeros before it up to `width` digits.
  static func appendPadded(_ number: UInt64, width: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    while bytes.count - start < width { bytes.append(0x30) }
    bytes[start...].reverse()
  }
}
