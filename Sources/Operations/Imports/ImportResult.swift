import Warehouse
import WireFormat

/// One fault of an imported file: where, what, and which rule it breaks.
public struct ImportFault: Sendable, Equatable {
  /// The row, the header being row 1; 0 where it concerns the file as a whole.
  public var row: Int
  /// The column by the name in the file, where one is to blame.
  public var column: String?
  /// The value as it was given, shortened.
  public var value: String?
  /// The rule that it breaks, in words.
  public var rule: String

  /// Makes a fault; long values are cut.
  public init(row: Int, column: String? = nil, value: String? = nil, rule: String) {
    self.row = row
    self.column = column
    self.value = value.map { $0.count > 60 ? String($0.prefix(60)) + "..." : $0 }
    self.rule = rule
  }

  /// Where it stands, in words.
  public var place: String {
    switch (row, column) {
    case (0, nil): "the file"
    case (0, let column?): "column \(column)"
    case (_, nil): "row \(row)"
    case (_, let column?): "row \(row), column \(column)"
    }
  }
}

/// What became of an import.
public struct ImportResult: Sendable, Equatable {
  /// How it ended.
  public enum Outcome: String, Sendable {
    /// Every row is in the books.
    case applied = "APPLIED"
    /// A dry run: every row would be written.
    case validated = "VALIDATED"
    /// Nothing was written, because of the faults listed.
    case refused = "REFUSED"
    /// The good rows are in the books, the others in the reject file.
    case partly = "PARTLY"
  }

  /// How it ended.
  public var outcome: Outcome
  /// The name of the import outside.
  public var publicID: PublicID
  /// What was imported.
  public var kind: ImportKind
  /// Whether nothing was to be written.
  public var isDryRun: Bool
  /// Rows in the file, the header not counted.
  public var rows = 0
  /// Rows without fault.
  public var validRows = 0
  /// Rows with a fault.
  public var faultyRows = 0
  /// What was applied: rows, or days of demand, or orders.
  public var applied = 0
  /// How many of those created something new.
  public var created = 0
  /// The first faults, at most `Limits.importFaults`.
  public var faults: [ImportFault] = []
  /// All faults, the ones that are not listed included.
  public var faultCount = 0
  /// Which column was read as what: theirs and ours.
  public var columns: [(theirs: String, ours: String)] = []
  /// For opening stock: the totals to be signed.
  public var openingStock: OpeningStockReport?

  /// The failure that this result is for a caller who wanted all of it; nil where all is well.
  public var failure: Failure? {
    guard outcome == .refused else { return nil }
    let more = faultCount - faults.count
    return Failure(
      .invalid,
      "Nothing was imported: \(counted(faultCount, "fault")) in"
        + " \(faultyRows) of \(rows) rows.",
      hint: (more > 0 ? "\(more) more are not listed. " : "")
        + "Correct the rows and import again, or keep the good rows and get the others back.",
      context: ["kind": kind.rawValue],
      faults: faults.map { .init(place: $0.place, value: $0.value, rule: $0.rule) }
    )
  }

  /// Whether both say the same.
  public static func == (left: Self, right: Self) -> Bool {
    left.json == right.json
  }
}

extension ImportResult: JSONDocument {
  /// Writes outcome, counts, faults and, for opening stock, the report.
  public func write(to writer: inout JSONWriter) {
    writer.object { result in
      result.member("import", publicID.text)
      result.member("outcome", outcome.rawValue)
      result.member("kind", kind.rawValue)
      result.member("dry_run", isDryRun)
      result.member("rows", rows)
      result.member("valid", validRows)
      result.member("faulty", faultyRows)
      result.member("applied", applied)
      result.member("created", created)
      result.array("columns") { list in
        for column in columns {
          list.object {
            $0.member("theirs", column.theirs)
            $0.member("ours", column.ours)
          }
        }
      }
      result.member("fault_count", faultCount)
      result.array("faults") { list in
        for fault in faults {
          list.object {
            $0.member("row", fault.row)
            $0.member("column", fault.column)
            $0.member("value", fault.value)
            $0.member("rule", fault.rule)
          }
        }
      }
      if let openingStock { result.member("report", document: openingStock) }
    }
  }
}
