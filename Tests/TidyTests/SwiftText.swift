/// A Swift file as the rules read it: its lines, and the same lines with all comments, strings and
/// regular expressions blanked, so that a word in a sentence is never taken for code.
struct SwiftText {
  let path: String
  let lines: [String]
  let code: [String]
  let tokens: [Token]

  /// A word, or one character of punctuation.
  struct Token: Equatable {
    let text: String
    let line: Int
    /// Whether it follows the token before it without a space.
    let isAdjacent: Bool
  }

  init(path: String, text: String) {
    let blanked = Blanking.blank(Array(text.utf8))
    self.path = path
    self.lines = Self.split(Array(text.utf8))
    self.code = Self.split(blanked)
    self.tokens = Self.tokens(of: blanked)
  }

  private static func split(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func tokens(of bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var line = 1
    var index = 0
    var lastEnd = -1
    while index < bytes.count {
      let start = index
      if isWord(bytes[index]) {
        while index < bytes.count, isWord(bytes[index]) { index += 1 }
      } else {
        index += 1
      }
      if bytes[start] == UInt8(ascii: "\n") {
        line += 1
      } else if bytes[start] != UInt8(ascii: " ") {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        tokens.append(Token(text: text, line: line, isAdjacent: lastEnd == start))
        lastEnd = index
      }
    }
    return tokens
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default:
      false
    }
  }
}

/// Blanks what is not code.
///
/// Newlines stay, so that line numbers do. It keeps a stack of what the reader is inside of: code
/// (with the count of open parentheses, because an interpolation ends at the one that closes it),
/// or a string (with its number signs, and whether it has three quotes).
private struct Blanking {
  private enum Inside {
    case code(open: Int)
    case string(signs: Int, isLong: Bool)
  }

  private let bytes: [UInt8]
  private var output: [UInt8]
  private var index = 0
  private var stack: [Inside] = [.code(open: 0)]

  static func blank(_ bytes: [UInt8]) -> [UInt8] {
    var blanking = Blanking(bytes: bytes, output: bytes)
    while blanking.index < bytes.count { blanking.step() }
    return blanking.output
  }

  private init(bytes: [UInt8], output: [UInt8]) {
    self.bytes = bytes
    self.output = output
  }

  private mutating func step() {
    switch stack.last {
    case .string(let signs, let isLong): stepInString(signs: signs, isLong: isLong)
    case .code(let open): stepInCode(open: open)
    case nil: index = bytes.count
    }
  }

  private func has(_ text: String, at position: Int) -> Bool {
    bytes[min(position, bytes.count)...].starts(with: text.utf8)
  }

  private mutating func wipe(_ count: Int) {
    for position in index..<min(index + count, bytes.count)
    where bytes[position] != UInt8(ascii: "\n") {
      output[position] = UInt8(ascii: " ")
    }
    index = min(index + count, bytes.count)
  }

  private mutating func stepInCode(open: Int) {
    if has("//", at: index) {
      let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      wipe(end - index)
    } else if has("/*", at: index) {
      wipeBlockComment()
    } else if let signs = stringStart() {
      let isLong = has("\"\"\"", at: index + signs)
      wipe(signs + (isLong ? 3 : 1))
      stack.append(.string(signs: signs, isLong: isLong))
    } else if let length = regexLength() {
      wipe(length)
    } else {
      stepOver(open: open)
    }
  }

  private mutating func stepOver(open: Int) {
    let byte = bytes[index]
    if stack.count > 1, byte == UInt8(ascii: ")"), open == 0 {
      stack.removeLast()
      wipe(1)
      return
    }
    if byte == UInt8(ascii: "(") { stack[stack.count - 1] = .code(open: open + 1) }
    if byte == UInt8(ascii: ")") { stack[stack.count - 1] = .code(open: open - 1) }
    index += 1
  }

  private mutating func wipeBlockComment() {
    var depth = 0
    repeat {
      if has("/*", at: index) {
        depth += 1
        wipe(2)
      } else if has("*/", at: index) {
        depth -= 1
        wipe(2)
      } else {
        wipe(1)
      }
    } while depth > 0 && index < bytes.count
  }

  /// The number signs before the quote of a string that begins here.
  private func stringStart() -> Int? {
    let signs = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
    return has("\"", at: index + signs) ? signs : nil
  }

  /// The length of a regular expression literal that begins here: a slash where no division can
  /// stand, with its partner on the same line.
  private func regexLength() -> Int? {
    guard has("/", at: index), index + 1 < bytes.count else { return nil }
    let before = bytes[..<index].last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
    guard let before, Array("(=,:[{#".utf8).contains(before) else { return nil }
    guard bytes[index + 1] != UInt8(ascii: " ") else { return nil }
    var end = index + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      if bytes[end] == UInt8(ascii: "\\") {
        end += 1
      } else if bytes[end] == UInt8(ascii: "/") {
        return end + 1 - index
      }
      end += 1
    }
    return nil
  }

  private mutating func stepInString(signs: Int, isLong: Bool) {
    let fence = String(repeating: "#", count: signs)
    let close = (isLong ? "\"\"\"" : "\"") + fence
    if has("\\" + fence + "(", at: index) {
      wipe(2 + signs)
      stack.append(.code(open: 0))
    } else if signs == 0, has("\\", at: index) {
      wipe(2)
    } else if has(close, at: index) {
      wipe(close.utf8.count)
      stack.removeLast()
    } else if !isLong, has("\n", at: index) {
      // An unclosed string is no Swift; the compiler says so better than this reader.
      stack.removeLast()
    } else {
      wipe(1)
    }
  }
}
