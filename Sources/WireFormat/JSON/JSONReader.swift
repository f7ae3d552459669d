/// Reads JSON (RFC 8259) strictly, from bytes, in one pass.
///
/// Strict on purpose: what two readers could understand differently is refused here, so that the
/// box, its clients and the head office always mean the same. Duplicate keys, bytes after the
/// value, a byte order mark, comments, NaN, leading zeros, lone surrogates, bare control
/// characters and broken UTF-8 are errors, each with line and column. The work grows with the
/// length of the input alone, and the nesting with `maximumDepth`.
public struct JSONReader {
  /// The deepest nesting that is ever read, whatever the caller allows.
  ///
  /// Reading, comparing and freeing go down a level per call: 64 levels fit a thread's 512 KiB
  /// twice over, in debug builds too.
  static let depthCeiling = 64

  let bytes: [UInt8]
  var position = 0
  var depth = 0
  let maximumDepth: Int

  /// Reads one document that fills all of `bytes`.
  ///
  /// Throws `tooLarge` for more than `maximumBytes` bytes and deeper nesting than `maximumDepth`
  /// (at most 64), else `malformed` with the place of the first fault.
  public static func parse(
    _ bytes: [UInt8],
    maximumDepth: Int = 32,
    maximumBytes: Int = 4 * 1024 * 1024
  ) throws(WireFormatError) -> JSONValue {
    guard bytes.count <= maximumBytes else {
      throw WireFormatError(
        .tooLarge,
        "the document has \(bytes.count) bytes, more than the \(maximumBytes) allowed; split it"
      )
    }
    var reader = JSONReader(bytes: bytes, maximumDepth: min(maximumDepth, depthCeiling))
    return try reader.document()
  }

  /// Reads one document from text.
  public static func parse(
    _ text: String,
    maximumDepth: Int = 32,
    maximumBytes: Int = 4 * 1024 * 1024
  ) throws(WireFormatError) -> JSONValue {
    try parse(Array(text.utf8), maximumDepth: maximumDepth, maximumBytes: maximumBytes)
  }

  /// Reads a document that this program wrote itself, whatever its size: an answer that holds a
  /// report or a reject file is as long as the file that was sent.
  public static func parseOwn(_ bytes: [UInt8]) throws(WireFormatError) -> JSONValue {
    try parse(bytes, maximumBytes: .max)
  }

  init(bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  mutating func document() throws(WireFormatError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw fault("begins with a byte order mark; send UTF-8 without one")
    }
    skipSpace()
    guard position < bytes.count else {
      throw fault("the document is empty; send one JSON value")
    }
    let value = try self.value()
    skipSpace()
    guard position == bytes.count else {
      throw fault("something follows the end of the document; send exactly one JSON value")
    }
    return value
  }

  mutating func value() throws(WireFormatError) -> JSONValue {
    guard position < bytes.count else { throw fault("the document ends where a value is due") }
    switch bytes[position] {
    case 0x22: return .string(try string())
    case 0x7B: return try object()
    case 0x5B: return try array()
    case 0x2D, 0x30...0x39: return try number()
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6E: return try word("null", .null)
    case 0x27: throw fault("text stands in double quotes, not in single ones")
    default: throw fault("expected a value, found \(shown())")
    }
  }

  private mutating func object() throws(WireFormatError) -> JSONValue {
    try enter()
    var object = JSONObject()
    skipSpace()
    if next() == 0x7D {
      leave()
      return .object(object)
    }
    while true {
      guard next() == 0x22 else {
        throw fault("expected a member name in double quotes, found \(shown())")
      }
      let start = position
      let key = try string()
      skipSpace()
      guard next() == 0x3A else { throw fault("expected a colon, found \(shown())") }
      position += 1
      skipSpace()
      let member = try value()
      guard object.append(key, member) else {
        throw fault("the member \"\(key.prefix(40))\" stands here twice; keep one", at: start)
      }
      skipSpace()
      if next() == 0x7D { break }
      guard next() == 0x2C else { throw fault("expected a comma or }, found \(shown())") }
      position += 1
      skipSpace()
    }
    leave()
    return .object(object)
  }

  private mutating func array() throws(WireFormatError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    skipSpace()
    if next() == 0x5D {
      leave()
      return .array(elements)
    }
    while true {
      elements.append(try value())
      skipSpace()
      if next() == 0x5D { break }
      guard next() == 0x2C else { throw fault("expected a comma or ], found \(shown())") }
      position += 1
      skipSpace()
    }
    leave()
    return .array(elements)
  }

  /// Steps over an opening bracket.
  private mutating func enter() throws(WireFormatError) {
    depth += 1
    if depth > maximumDepth {
      var error = fault("nested deeper than the \(maximumDepth) levels allowed; flatten it")
      error.kind = .tooLarge
      throw error
    }
    position += 1
  }

  /// Steps over a closing bracket.
  private mutating func leave() {
    depth -= 1
    position += 1
  }

  private mutating func word(
    _ word: StaticString,
    _ value: JSONValue
  ) throws(WireFormatError) -> JSONValue {
    let text = word.description.utf8
    guard bytes[position...].starts(with: text) else {
      throw fault("expected a value, found \(shown())")
    }
    position += text.count
    return value
  }

  /// The byte at the position, or 0 at the end, which is never part of JSON's grammar.
  func next() -> UInt8 {
    position < bytes.count ? bytes[position] : 0
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// The character at the position as an error shows it.
  func shown() -> String {
    guard position < bytes.count else { return "the end of the document" }
    let length = UTF8Check.sequenceLength(bytes[position...])
    guard length > 0 else { return "a byte that is not UTF-8" }
    if bytes[position] < 0x20 { return "a control character" }
    return "'" + String(decoding: bytes[position..<position + length], as: UTF8.self) + "'"
  }

  /// A `malformed` error at the position, or at another byte.
  func fault(_ message: String, at other: Int? = nil) -> WireFormatError {
    let offset = min(other ?? position, bytes.count)
    let (line, column) = UTF8Check.place(of: offset, in: bytes)
    return WireFormatError(.malformed, message, offset: offset, line: line, column: column)
  }
}
