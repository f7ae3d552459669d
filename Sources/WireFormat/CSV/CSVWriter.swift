/// Writes CSV (RFC 4180): fields quoted where they must be, rows ended by CR LF.
///
/// Exports are opened in spreadsheets, which run a cell that begins with `=`, `+`, `-`, `@`, a tab
/// or a carriage return as a formula. With `guardsFormulas` such text gets a `'` before it, unless
/// it is a plain number (OWASP, "CSV Injection").
public struct CSVWriter: Sendable {
  /// What has been written and not yet taken.
  public private(set) var bytes: [UInt8] = []
  private let separator: UInt8
  private let guardsFormulas: Bool
  /// Fields written of the current row.
  private var fieldCount = 0

  /// Starts with nothing written; files that are read back by programs need no guard.
  public init(separator: UInt8 = 0x2C, guardsFormulas: Bool = true) {
    self.separator = separator
    self.guardsFormulas = guardsFormulas
  }

  /// Writes a whole row of texts.
  public mutating func row(_ fields: [String]) {
    for text in fields { field(text) }
    endRow()
  }

  /// Writes one field of text; nil is an empty field.
  public mutating func field(_ text: String?) {
    separate()
    guard let text else { return }
    let source = Array(text.utf8)
    let isGuarded = guardsFormulas && Self.runsAsFormula(source)
    let separator = separator
    let wantsQuotes = source.contains { byte in
      byte == 0x22 || byte == separator || byte == 0x0A || byte == 0x0D
    }
    guard wantsQuotes else {
      if isGuarded { bytes.append(0x27) }
      bytes.append(contentsOf: source)
      return
    }
    bytes.append(0x22)
    if isGuarded { bytes.append(0x27) }
    for byte in source {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  /// Writes one field of a whole number; nil is an empty field.
  public mutating func field(_ number: (some FixedWidthInteger)?) {
    separate()
    if let number { Digits.append(number, to: &bytes) }
  }

  /// Writes one field of a double in its shortest exact form; nil or not finite is empty.
  public mutating func field(_ number: Double?) {
    separate()
    if let number, number.isFinite { bytes.append(contentsOf: number.description.utf8) }
  }

  /// Writes `scaled` divided by ten to the power of `decimals`; nil is an empty field.
  public mutating func field(decimal scaled: Int64?, decimals: Int) {
    separate()
    guard let scaled else { return }
    bytes.append(contentsOf: DecimalText.text(scaled, decimals: decimals).utf8)
  }

  /// Writes a moment as RFC 3339 text; nil is an empty field.
  public mutating func field(ms: Int64?) {
    separate()
    if let ms { Timestamp.append(ms: ms, to: &bytes) }
  }

  /// Ends the row.
  ///
  /// A row of one empty field is written as `""`, because a blank line is no row.
  public mutating func endRow() {
    if fieldCount == 1, bytes.last ?? 0x0A == 0x0A { bytes.append(contentsOf: [0x22, 0x22]) }
    bytes.append(0x0D)
    bytes.append(0x0A)
    fieldCount = 0
  }

  /// Gives away the rows written and starts afresh, to send a long export in pieces.
  public mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func separate() {
    if fieldCount > 0 { bytes.append(separator) }
    fieldCount += 1
  }

  /// Whether a spreadsheet would run this text.
  static func runsAsFormula(_ text: [UInt8]) -> Bool {
    guard let first = text.first else { return false }
    switch first {
    case 0x3D, 0x40, 0x09, 0x0D: return true
    case 0x2B, 0x2D: return !DecimalText.isNumber(text[...])
    default: return false
    }
  }
}
