/// Finds where bytes stop being UTF-8.
///
/// The standard library validates fast but does not say where it stopped; this walk is run only
/// after it said no, so that the error can name the place (RFC 3629, section 4).
enum UTF8Check {
  /// The index of the first byte that breaks UTF-8, or nil where all of it is valid.
  static func firstFault(in bytes: some RandomAccessCollection<UInt8>) -> Int? {
    var index = bytes.startIndex
    var offset = 0
    while index < bytes.endIndex {
      let length = sequenceLength(bytes[index...])
      if length == 0 { return offset }
      bytes.formIndex(&index, offsetBy: length)
      offset += length
    }
    return nil
  }

  /// The length of the character that begins `bytes`, or 0 where it is not valid.
  static func sequenceLength(_ bytes: some RandomAccessCollection<UInt8>) -> Int {
    var rest = bytes.makeIterator()
    guard let lead = rest.next() else { return 0 }
    if lead < 0x80 { return 1 }
    let length: Int
    var allowed: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, allowed) = (3, 0xA0...0xBF)
    case 0xED: (length, allowed) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, allowed) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, allowed) = (4, 0x80...0x8F)
    default: return 0
    }
    for _ in 1..<length {
      guard let next = rest.next(), allowed.contains(next) else { return 0 }
      allowed = 0x80...0xBF
    }
    return length
  }

  /// Line and column (in characters, from 1) of the byte at `offset`.
  ///
  /// Continuation bytes do not count as characters, so that broken text still has a column.
  static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
