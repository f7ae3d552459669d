import Warehouse

/// How the rows of a file are written.
public enum RowFormat: String, Sendable, CaseIterable {
  /// Comma, semicolon or tab separated, with a header.
  case csv
  /// One JSON object a line.
  case ndjson
}

/// What is to be imported, and how.
public struct ImportRequest: Sendable, Equatable {
  /// What the rows are.
  public var kind: ImportKind
  /// How they are written; nil means by the first byte (`{` is NDJSON).
  public var format: RowFormat?
  /// The name of the file, for the record.
  public var source: String
  /// Their column names to ours; ours is `-` where a column is to be left out.
  public var columnMap: [String: String]
  /// Values for columns that the file lacks, by our names.
  public var constants: [String: String]
  /// Whether everything is read and checked, but nothing written.
  public var isDryRun: Bool
  /// Whether good rows are written although others are bad; else one bad row refuses the file.
  public var keepsGood: Bool

  /// Makes a request; by default all rows are written, or none.
  public init(
    kind: ImportKind,
    format: RowFormat? = nil,
    source: String,
    columnMap: [String: String] = [:],
    constants: [String: String] = [:],
    isDryRun: Bool = false,
    keepsGood: Bool = false
  ) {
    self.kind = kind
    self.format = format
    self.source = source
    self.columnMap = columnMap
    self.constants = constants
    self.isDryRun = isDryRun
    self.keepsGood = keepsGood
  }
}

/// How far an import has come.
public enum ImportProgress: Sendable, Equatable {
  /// So many rows were read and checked.
  case checked(rows: Int)
  /// So many of so many are in the books.
  case applied(rows: Int, of: Int)

  /// How many rows were done in this step of the import.
  public var done: Int {
    switch self {
    case .checked(let rows): rows
    case .applied(let rows, _): rows
    }
  }

  /// Of how many; 0 where that is not known yet.
  public var total: Int {
    switch self {
    case .checked: 0
    case .applied(_, let total): total
    }
  }
}
