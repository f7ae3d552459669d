/// Whole numbers to ASCII digits without a string in between.
enum Digits {
  /// Appends a number in decimal.
  static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(0x2D) }
    appendPadded(UInt64(number.magnitude), width: 1, to: &bytes)
  }

  /// Appends a number in decimal, with zeros before it up to `width` digits.
  ///
  /// The digits are made from the last to the first in a scratch on the stack.
  static func appendPadded(_ number: UInt64, width: Int, to bytes: inout [UInt8]) {
    let capacity = max(20, width)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { scratch in
      var rest = number
      var first = capacity
      repeat {
        first -= 1
        scratch[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      while capacity - first < width {
        first -= 1
        scratch[first] = 0x30
      }
      bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: scratch[first...]))
    }
  }
}
