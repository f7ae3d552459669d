/// Bytes as hexadecimal digits.
public enum HexText {
  private static let small = Array("0123456789abcdef".utf8)
  private static let capital = Array("0123456789ABCDEF".utf8)

  /// Two digits a byte, `a` to `f`.
  public static func lower(_ bytes: some Sequence<UInt8>) -> String { text(bytes, small) }

  /// Two digits a byte, `A` to `F`.
  public static func upper(_ bytes: some Sequence<UInt8>) -> String { text(bytes, capital) }

  private static func text(_ bytes: some Sequence<UInt8>, _ digits: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
