extension CSVReader {
  /// What stands most often outside quotes; a comma where nothing does.
  static func separator(of line: some Sequence<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [0x2C: 0, 0x3B: 0, 0x09: 0]
    var isQuoted = false
    for byte in line {
      if byte == 0x22 { isQuoted.toggle() }
      if !isQuoted, let count = counts[byte] { counts[byte] = count + 1 }
    }
    // Equal counts: a comma before a semicolon before a tab.
    let order: [UInt8] = [0x2C, 0x3B, 0x09]
    return order.reduce(0x2C) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
  }

  /// An error for files that are no CSV at all, by their first bytes.
  static func foreignFormat(_ head: ArraySlice<UInt8>) -> WireFormatError? {
    let signs: [(bytes: [UInt8], advice: String)] = [
      ([0xFF, 0xFE], "the file is UTF-16; save it as CSV in UTF-8"),
      ([0xFE, 0xFF], "the file is UTF-16; save it as CSV in UTF-8"),
      ([0x50, 0x4B, 0x03, 0x04], "the file is a workbook or zip; save the sheet as CSV in UTF-8"),
      ([0xD0, 0xCF, 0x11, 0xE0], "the file is an old workbook; save the sheet as CSV in UTF-8"),
      ([0x1F, 0x8B], "the file is packed with gzip; unpack it first"),
    ]
    for sign in signs where head.starts(with: sign.bytes) {
      return WireFormatError(.malformed, sign.advice, offset: 0, line: 1, column: 1)
    }
    return nil
  }

  /// Counts characters, that is bytes that do not continue one.
  func characters(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  /// An error for a row with the wrong number of fields.
  func widthFault(_ row: CSVRow, _ width: Int) -> WireFormatError {
    WireFormatError(
      .malformed,
      "row \(row.number) has \(row.count) fields where \(width) are due; check for a missing or "
        + "additional separator, or quote the field that holds one",
      line: row.line,
      mayContinue: true
    )
  }

  /// An error for the first byte of the row that is not UTF-8, or nil where all is.
  func encodingFault(_ row: CSVRow, _ starts: [(line: Int, column: Int, isQuoted: Bool)])
    -> WireFormatError?
  {
    for index in 0..<row.count {
      let field = row.bytes(index)
      guard let fault = UTF8Check.firstFault(in: field) else { continue }
      var (line, column, isQuoted) = starts[index]
      if isQuoted { column += 1 }
      for byte in field.prefix(fault) {
        if byte == 0x0A {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          // A quote inside a quoted field stands twice in the file.
          column += byte == 0x22 && isQuoted ? 2 : 1
        }
      }
      return WireFormatError(
        .malformed,
        "field \(index + 1) of row \(row.number) holds a byte that is not UTF-8; save the file "
          + "as UTF-8",
        line: line,
        column: column,
        mayContinue: true
      )
    }
    return nil
  }
}
