/// One row of a CSV file: its fields back to back, without quotes.
///
/// A row is filled again and again by `CSVReader.next(into:)`, so that a long file costs no
/// allocation per row; numbers can be read straight from the bytes of a field.
public struct CSVRow: Sendable {
  /// The row's number, the header counted, from 1.
  ///
  /// Blank lines have none.
  public internal(set) var number = 0
  /// The line of the file on which the row begins; from 1.
  public internal(set) var line = 0
  /// All fields, one after another.
  var bytes: [UInt8] = []
  /// Where each field ends in `bytes`.
  var ends: [Int] = []

  /// An empty row, to be filled.
  public init() {}

  /// How many fields there are.
  public var count: Int { ends.count }

  /// The bytes of a field; valid UTF-8.
  public func bytes(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// The text of a field.
  public subscript(index: Int) -> String {
    String(decoding: bytes(index), as: UTF8.self)
  }

  /// Whether a field is empty.
  public func isEmpty(_ index: Int) -> Bool { bytes(index).isEmpty }

  /// All fields as text.
  public var fields: [String] { (0..<count).map { self[$0] } }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}

/// How the fields of a CSV file are set apart.
public enum CSVSeparator: Sendable, Equatable {
  /// What stands most often in the first line, outside quotes: comma, semicolon or tab.
  ///
  /// A first line `sep=;`, as spreadsheets write it, decides and is no row.
  case detected
  /// This byte.
  case byte(UInt8)

  /// A comma.
  public static let comma = CSVSeparator.byte(0x2C)
  /// A semicolon.
  public static let semicolon = CSVSeparator.byte(0x3B)
  /// A tab.
  public static let tab = CSVSeparator.byte(0x09)
}
