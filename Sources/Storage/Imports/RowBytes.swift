import Warehouse

/// Writes the fields of a staged row, one after the other: whole numbers in 8 bytes little-endian,
/// text with its length in front, what may be missing with a flag in front.
struct RowBytesWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// Forgets what was written and keeps the room.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func put(_ value: Int64) {
    var little = UInt64(bitPattern: value)
    for _ in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: little))
      little >>= 8
    }
  }

  mutating func put(_ value: Int) { put(Int64(value)) }

  mutating func put(_ value: Double) { put(Int64(bitPattern: value.bitPattern)) }

  mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ texts: [String]) {
    put(texts.count)
    for text in texts { put(text) }
  }

  mutating func put(_ word: some RawRepresentable<String>) { put(word.rawValue) }

  mutating func put(_ day: LocalDay) { put(Int64(day.rawValue)) }

  mutating func put<Tag>(_ key: Key<Tag>) { put(key.rawValue) }

  mutating func put(_ size: Dimensions) {
    put(size.x)
    put(size.y)
    put(size.z)
  }

  /// A flag, and the value where there is one.
  mutating func put<Value>(
    orNil value: Value?,
    _ write: (inout RowBytesWriter, Value) -> Void
  ) {
    put(value != nil)
    if let value { write(&self, value) }
  }
}

/// Reads what `RowBytesWriter` wrote; anything else is a damaged staging file.
struct RowBytesReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Whether everything was read.
  var isAtEnd: Bool { position == bytes.count }

  static var damaged: Failure {
    Failure(.unusable, "The staging file of the import is damaged.", hint: "Import the file again.")
  }

  mutating func integer() throws(Failure) -> Int64 {
    guard bytes.count - position >= 8 else { throw Self.damaged }
    var value: UInt64 = 0
    for offset in (0..<8).reversed() { value = value << 8 | UInt64(bytes[position + offset]) }
    position += 8
    return Int64(bitPattern: value)
  }

  mutating func int() throws(Failure) -> Int { Int(try integer()) }

  mutating func double() throws(Failure) -> Double {
    Double(bitPattern: UInt64(bitPattern: try integer()))
  }

  mutating func flag() throws(Failure) -> Bool {
    guard position < bytes.count, bytes[position] <= 1 else { throw Self.damaged }
    position += 1
    return bytes[position - 1] == 1
  }

  mutating func text() throws(Failure) -> String {
    let length = try int()
    guard length >= 0, length <= bytes.count - position else { throw Self.damaged }
    position += length
    return String(decoding: bytes[(position - length)..<position], as: UTF8.self)
  }

  mutating func texts() throws(Failure) -> [String] {
    let count = try int()
    guard count >= 0, count <= bytes.count - position else { throw Self.damaged }
    var texts: [String] = []
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  mutating func word<Word: RawRepresentable>() throws(Failure) -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: try text()) else { throw Self.damaged }
    return word
  }

  mutating func day() throws(Failure) -> LocalDay {
    LocalDay(rawValue: Int32(clamping: try integer()))
  }

  mutating func key<Tag>() throws(Failure) -> Key<Tag> { Key(try integer()) }

  mutating func size() throws(Failure) -> Dimensions {
    Dimensions(try integer(), try integer(), try integer())
  }

  mutating func publicID() throws(Failure) -> PublicID {
    guard let id = PublicID(try text()) else { throw Self.damaged }
    return id
  }

  mutating func orNil<Value>(
    _ read: (inout RowBytesReader) throws(Failure) -> Value
  ) throws(Failure) -> Value? {
    try flag() ? try read(&self) : nil
  }
}
