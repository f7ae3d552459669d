import Warehouse
import WireFormat

extension ImportRun {
  /// Reads a table with a header.
  mutating func readCSV(_ source: @escaping ByteSource, progress: (ImportProgress) -> Void) throws {
    var csv = CSVReader(source)
    var row = CSVRow()
    do {
      guard try csv.next(into: &row) else {
        refuse(ImportFault(row: 0, rule: "is empty; nothing to import"))
        return
      }
    } catch let error as WireFormatError {
      refuse(ImportFault(row: 1, rule: error.description))
      return
    }
    let names = row.fields
    rejects.setHeader(names, separator: csv.separatorInUse)
    if let days = WideDemandHeader(
      names,
      binding: binding,
      kind: request.kind,
      references: references
    ) {
      let wide = WideDemandRows(references: references, header: days, names: names)
      try readWide(&csv, wide, progress: progress)
      return
    }
    let slots = bind(names)
    guard !isHopeless else { return }
    try eachRow(&csv, progress: progress) { run, row in
      run.fields.begin(row: row.number)
      for (slot, column) in slots { run.fields.record.values[slot] = row[column] }
      try run.take { .csv(row.fields) }
    }
  }

  /// Reads rows to the end of the file; a row that cannot be read is a rejected row.
  mutating func eachRow(
    _ csv: inout CSVReader,
    progress: (ImportProgress) -> Void,
    _ body: (inout ImportRun, CSVRow) throws -> Void
  ) throws {
    var row = CSVRow()
    while true {
      do {
        guard try csv.next(into: &row) else { return }
      } catch let error as WireFormatError {
        if error.mayContinue {
          try closeGroup()
          try takeBroken(row: row.number, error, .csv(row.fields))
          continue
        }
        refuse(ImportFault(row: row.number, rule: error.description))
        return
      }
      try body(&self, row)
      if result.rows % 5_000 == 0 { progress(.checked(rows: result.rows)) }
    }
  }

  /// Settles which column is which; notes every fault of the header.
  private mutating func bind(_ names: [String]) -> [(slot: Int, column: Int)] {
    var slots: [(slot: Int, column: Int)] = []
    var taken: [Int: String] = [:]
    for (column, name) in names.enumerated() {
      switch binding.meaning(of: name) {
      case .ignored: result.columns.append((name, "-"))
      case .unknown(let rule):
        refuse(ImportFault(row: 1, column: name, rule: rule))
      case .column(let slot, let unit):
        let ours = unit.map { "\(binding.specs[slot].name)_\($0)" } ?? binding.specs[slot].name
        if let other = taken[slot] {
          let rule = "means \(ours), as column \(other) does; keep one of them"
          refuse(ImportFault(row: 1, column: name, rule: rule))
          continue
        }
        if fields.record.isConstant[slot] {
          let rule = "is in the file and given as a constant as well; drop one of them"
          refuse(ImportFault(row: 1, column: name, rule: rule))
        }
        taken[slot] = name
        slots.append((slot, column))
        fields.record.names[slot] = name
        fields.record.units[slot] = unit
        result.columns.append((name, ours))
      }
    }
    for fault in binding.unusedMappings(names) { refuse(fault) }
    for (slot, spec) in binding.specs.enumerated()
    where spec.isRequired && taken[slot] == nil && !fields.record.isConstant[slot] {
      refuse(
        ImportFault(
          row: 1,
          column: spec.spelled(currency: binding.currency),
          rule: "is missing; add the column, or map one of yours to it"
        )
      )
    }
    return slots
  }
}
