/// Reads CSV (RFC 4180) as it comes: quotes, line ends of all systems, a byte order mark.
///
/// Pulls its input piece by piece and holds one row, so that memory follows the longest row.
/// Blank lines are no rows. What the RFC forbids is an error that names line and column: a quote
/// inside a bare field, text after a closing quote, a quoted field that the file's end cuts off,
/// and bytes that are not UTF-8. After an error with `mayContinue` the reader stands at the next
/// row, and `row` keeps what was read of the bad one.
public struct CSVReader {
  private var window: ByteWindow
  private var separator: UInt8
  private let wanted: CSVSeparator
  private let maximumRowBytes: Int
  /// How many fields each row must have; nil until it is known.
  ///
  /// Set by the first row where `hasEqualWidths`; callers may set it themselves.
  public var width: Int?
  private let hasEqualWidths: Bool
  private var hasStarted = false
  private var line = 1
  private var rows = 0
  /// Characters of the current line before the current field.
  private var column = 1
  /// Where the fields of the current row begin: line and column.
  private var starts: [(line: Int, column: Int, isQuoted: Bool)] = []
  private var isASCII = true

  /// Reads from a source of bytes.
  ///
  /// `hasEqualWidths` makes a row with another number of fields than the first an error.
  public init(
    _ source: @escaping ByteSource,
    separator: CSVSeparator = .detected,
    hasEqualWidths: Bool = true,
    maximumRowBytes: Int = 8 * 1024 * 1024
  ) {
    self.init(ByteWindow(source), separator, hasEqualWidths, maximumRowBytes)
  }

  /// Reads from bytes at hand.
  public init(
    _ bytes: [UInt8],
    separator: CSVSeparator = .detected,
    hasEqualWidths: Bool = true,
    maximumRowBytes: Int = 8 * 1024 * 1024
  ) {
    self.init(ByteWindow(bytes), separator, hasEqualWidths, maximumRowBytes)
  }

  private init(
    _ window: ByteWindow,
    _ separator: CSVSeparator,
    _ hasEqualWidths: Bool,
    _ maximumRowBytes: Int
  ) {
    self.window = window
    self.wanted = separator
    self.separator = if case .byte(let byte) = separator { byte } else { 0x2C }
    self.hasEqualWidths = hasEqualWidths
    self.maximumRowBytes = maximumRowBytes
  }

  /// The separator in use, once the first row was read: comma, semicolon or tab.
  public var separatorInUse: UInt8 { separator }

  /// The next row, or nil at the end; convenient, where `next(into:)` is fast.
  public mutating func next() throws -> CSVRow? {
    var row = CSVRow()
    return try next(into: &row) ? row : nil
  }

  /// Fills `row` with the next row; false at the end.
  ///
  /// Throws `WireFormatError` with line and column, and what the source throws.
  public mutating func next(into row: inout CSVRow) throws -> Bool {
    if !hasStarted { try begin() }
    while true {
      row.clear()
      starts.removeAll(keepingCapacity: true)
      isASCII = true
      row.line = line
      guard try window.peek() != nil else { return false }
      let fault = try readRow(into: &row)
      if fault == nil, row.count == 1, row.bytes.isEmpty, !starts[0].isQuoted { continue }
      rows += 1
      row.number = rows
      if let fault { throw fault }
      if !isASCII, let fault = encodingFault(row, starts) { throw fault }
      if hasEqualWidths, width == nil { width = row.count }
      if let width, row.count != width { throw widthFault(row, width) }
      return true
    }
  }

  /// Reads fields up to the end of the row; answers the first fault of the row, which is read to
  /// its end all the same.
  private mutating func readRow(into row: inout CSVRow) throws -> WireFormatError? {
    var fault: WireFormatError?
    column = 1
    while true {
      let isQuoted = try window.peek() == 0x22
      starts.append((line, column, isQuoted))
      let start = row.bytes.count
      if isQuoted {
        let found = try readQuoted(into: &row)
        fault = fault ?? found
      } else {
        let found = try readBare(into: &row)
        fault = fault ?? found
      }
      noteCharacters(row.bytes[start...])
      row.ends.append(row.bytes.count)
      switch try window.peek() {
      case separator:
        window.skip()
        column += 1
      case 0x0D:
        window.skip()
        if try window.peek() == 0x0A { window.skip() }
        line += 1
        return fault
      case 0x0A:
        window.skip()
        line += 1
        return fault
      default: return fault
      }
    }
  }

  private mutating func readBare(into row: inout CSVRow) throws -> WireFormatError? {
    let separator = separator
    let start = row.bytes.count
    while let byte = try window.peek(), byte != separator, byte != 0x0A, byte != 0x0D {
      _ = try window.take(into: &row.bytes) { $0 == separator || $0 == 0x0A || $0 == 0x0D }
      try checkSize(row)
    }
    guard let quote = row.bytes[start...].firstIndex(of: 0x22) else { return nil }
    return WireFormatError(
      .malformed,
      "a quote inside a field that is not quoted; put the whole field in quotes and double the "
        + "quote in it",
      line: line,
      column: column + characters(row.bytes[start..<quote]),
      mayContinue: true
    )
  }

  private mutating func readQuoted(into row: inout CSVRow) throws -> WireFormatError? {
    let (startLine, startColumn) = (line, column)
    window.skip()
    while true {
      let start = row.bytes.count
      guard try window.take(into: &row.bytes, until: { $0 == 0x22 }) else {
        throw WireFormatError(
          .malformed,
          "the file ends inside a quoted field; it was cut off, or a closing quote is missing",
          line: startLine,
          column: startColumn
        )
      }
      for byte in row.bytes[start...] where byte == 0x0A { line += 1 }
      try checkSize(row)
      guard try window.peek() == 0x22 else { continue }
      window.skip()
      if try window.peek() == 0x22 {
        window.skip()
        row.bytes.append(0x22)
        continue
      }
      break
    }
    let next = try window.peek()
    if next == nil || next == separator || next == 0x0A || next == 0x0D { return nil }
    let separator = separator
    while let byte = try window.peek(), byte != separator, byte != 0x0A, byte != 0x0D {
      _ = try window.take(into: &row.bytes) { $0 == separator || $0 == 0x0A || $0 == 0x0D }
      try checkSize(row)
    }
    return WireFormatError(
      .malformed,
      "text follows the closing quote of a field; double each quote inside a quoted field",
      line: startLine,
      column: startColumn,
      mayContinue: true
    )
  }

  /// Moves the column past a field, and notes whether the row needs a check of its encoding.
  private mutating func noteCharacters(_ field: ArraySlice<UInt8>) {
    var count = 0
    var seen: UInt8 = 0
    for byte in field {
      seen |= byte
      if byte & 0xC0 != 0x80 { count += 1 }
    }
    column += count
    if seen >= 0x80 { isASCII = false }
  }

  private func checkSize(_ row: CSVRow) throws(WireFormatError) {
    guard row.bytes.count > maximumRowBytes else { return }
    throw WireFormatError(
      .tooLarge,
      "the row that begins here has more than the \(maximumRowBytes) bytes allowed; is a closing "
        + "quote missing?",
      line: row.line,
      column: 1
    )
  }

  /// Reads what may stand before the first row, and settles the separator.
  private mutating func begin() throws {
    hasStarted = true
    let head = try window.preview(4096)
    if let fault = Self.foreignFormat(head) { throw fault }
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { for _ in 0..<3 { window.skip() } }
    guard wanted == .detected else { return }
    let text = try window.preview(4096)
    let first = text.prefix { $0 != 0x0A && $0 != 0x0D }
    if first.count == 5, first.starts(with: "sep=".utf8), let byte = first.last {
      separator = byte
      for _ in first { window.skip() }
      return
    }
    separator = Self.separator(of: first)
  }
}
