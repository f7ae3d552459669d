/// Writes JSON in its shortest form, straight into bytes.
///
/// Commas are put by the writer; what it writes is valid as long as each `key` is followed by one
/// value and objects and arrays are made through their closures. Doubles are written in the
/// shortest form that reads back as the same value; NaN and infinities, which JSON lacks, as
/// `null`.
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8]
  /// Where the first members are that were taken over from JSON that was there.
  public private(set) var firstMembers: Range<Int>?
  /// Whether the next value in this object or array wants a comma before it.
  private var wantsComma = false

  /// Starts with nothing written; `capacity` spares growing where the size is about known.
  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// The text written so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object whose members `body` adds.
  public mutating func object<Failure: Error>(
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    open(0x7B)
    try body(&self)
    close(0x7D)
  }

  /// Writes an array whose elements `body` adds.
  public mutating func array<Failure: Error>(
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    open(0x5B)
    try body(&self)
    close(0x5D)
  }

  /// Writes the name of the member whose value comes next.
  public mutating func key(_ key: String) {
    if wantsComma { bytes.append(0x2C) }
    quoted(key)
    bytes.append(0x3A)
    wantsComma = false
  }

  /// Writes text.
  public mutating func value(_ text: String) {
    separate()
    quoted(text)
  }

  /// Writes a whole number.
  public mutating func value(_ number: some FixedWidthInteger) {
    separate()
    Digits.append(number, to: &bytes)
  }

  /// Writes a double, or `null` where it is not finite.
  public mutating func value(_ number: Double) {
    separate()
    bytes.append(contentsOf: number.isFinite ? number.description.utf8 : "null".utf8)
  }

  /// Writes a truth value.
  public mutating func value(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
  }

  /// Writes `null`.
  public mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes the number `scaled` divided by ten to the power of `decimals`, exactly.
  ///
  /// 12,345 with three decimals is `12.345`; zeros at the end are left out.
  public mutating func decimal(_ scaled: Int64, decimals: Int) {
    separate()
    bytes.append(contentsOf: DecimalText.text(scaled, decimals: decimals).utf8)
  }

  /// Writes a moment (milliseconds since the epoch) as RFC 3339 text.
  public mutating func timestamp(ms: Int64) {
    separate()
    bytes.append(0x22)
    Timestamp.append(ms: ms, to: &bytes)
    bytes.append(0x22)
  }

  /// Writes bytes that are already a valid JSON value.
  public mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  /// Writes the members of an object that is JSON already, in the shortest form, into this one.
  public mutating func members(of object: String) {
    var object = object
    object.withUTF8 { whole in
      guard whole.count > 2 else { return }
      separate()
      let start = bytes.count
      bytes.append(contentsOf: whole[1..<whole.count - 1])
      if firstMembers == nil { firstMembers = start..<bytes.count }
    }
  }

  /// Writes any value.
  public mutating func value(_ json: JSONValue) {
    switch json {
    case .null: null()
    case .bool(let flag): value(flag)
    case .integer(let number): value(number)
    case .number(let number): raw(number.text.utf8)
    case .string(let text): value(text)
    case .array(let elements):
      array { writer in for element in elements { writer.value(element) } }
    case .object(let object):
      self.object { writer in
        for member in object.members { writer.member(member.key, member.value) }
      }
    }
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    wantsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    wantsComma = true
  }

  private mutating func separate() {
    if wantsComma { bytes.append(0x2C) }
    wantsComma = true
  }

  /// Starts a new line, after which a new document may begin (NDJSON).
  mutating func endLine() {
    bytes.append(0x0A)
    wantsComma = false
  }

  /// Gives the bytes away and starts afresh.
  mutating func take() -> [UInt8] {
    defer {
      bytes = []
      firstMembers = nil
      wantsComma = false
    }
    return bytes
  }

  /// Appends text in quotes; copied as one piece where nothing in it needs an escape.
  private mutating func quoted(_ text: String) {
    bytes.append(0x22)
    let copied = text.utf8.withContiguousStorageIfAvailable { source in
      for byte in source where byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
      bytes.append(contentsOf: source)
      return true
    }
    if copied != true { escaped(text) }
    bytes.append(0x22)
  }

  private mutating func escaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0..<0x20:
        bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, 0x30 + byte >> 4])
        bytes.append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
      default: bytes.append(byte)
      }
    }
  }
}
