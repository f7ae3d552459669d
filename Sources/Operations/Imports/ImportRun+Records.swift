import Warehouse
import WireFormat

extension ImportRun {
  /// Reads the whole file.
  mutating func read(_ bytes: @escaping ByteSource, progress: (ImportProgress) -> Void) throws {
    var first = try bytes()
    while !first.isEmpty, first.allSatisfy({ $0 <= 0x20 }) { first = try bytes() }
    if first.isEmpty {
      refuse(ImportFault(row: 0, rule: "is empty; nothing to import"))
      return
    }
    let start = first.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
    let format = request.format ?? (start == 0x7B ? .ndjson : .csv)
    var head: [UInt8]? = first
    let source: ByteSource = {
      defer { head = nil }
      return try head ?? bytes()
    }
    switch format {
    case .csv: try readCSV(source, progress: progress)
    case .ndjson: try readNDJSON(source, progress: progress)
    }
    try closeGroup()
  }

  /// Takes one record whose values stand in `fields`; `raw` is asked for only where it is needed.
  mutating func take(_ raw: () -> RawRecord) throws {
    try countRow()
    guard let key = reader.group(of: fields) else {
      try closeGroup()
      try reader.read(&fields)
      if fields.faults.isEmpty {
        result.validRows += 1
        try stage(reader.finish())
      } else {
        reader.drop()
        try reject(row: fields.record.row, keepsRejects ? raw() : nil, fields.faults)
      }
      return
    }
    if key != group.key { try closeGroup() }
    group.key = key
    try reader.read(&fields)
    group.isBad = group.isBad || !fields.faults.isEmpty
    group.records.append((fields.record.row, keepsRejects ? raw() : nil, fields.faults))
  }

  /// Counts a row; a file with too many is refused as soon as that is known.
  mutating func countRow() throws {
    result.rows += 1
    guard result.rows > rowLimit else { return }
    throw Failure(
      .tooLarge,
      "The file has more than \(rowLimit) rows.",
      hint: "Split it and import the parts one after another."
    )
  }

  /// Takes a record that could not even be read.
  mutating func takeBroken(row: Int, _ error: WireFormatError, _ raw: RawRecord?) throws {
    try countRow()
    let place = error.column.map { "line \(error.line ?? row), column \($0): " } ?? ""
    try reject(row: row, raw, [ImportFault(row: row, rule: place + error.message)])
  }

  /// Stages or rejects the records that belong together, once the last of them was read.
  mutating func closeGroup() throws {
    guard let key = group.key else { return }
    let closed = group
    group = RecordGroup()
    guard closed.isBad else {
      result.validRows += closed.records.count
      try stage(reader.finish())
      return
    }
    reader.drop()
    let blame = closed.records.first { !$0.faults.isEmpty }?.row ?? 0
    for record in closed.records {
      let own = record.faults
      let shared = ImportFault(
        row: record.row,
        rule: "row \(blame) of the same order \(key) has a fault; an order is taken whole"
      )
      try reject(row: record.row, record.raw, own.isEmpty ? [shared] : own)
    }
  }

  mutating func reject(row: Int, _ raw: RawRecord?, _ faults: [ImportFault]) throws {
    result.faultyRows += 1
    for fault in faults { note(fault) }
    if let raw { try rejects.add(raw, row: row, faults) }
  }
}

/// The rows that were not taken, in the format they came in, each with its reasons.
struct RejectFile {
  private let sink: (([UInt8]) throws -> Void)?
  private var csv = CSVWriter(guardsFormulas: false)
  private var ndjson = NDJSONWriter()
  private var header: [String] = []
  private var isBegun = false

  init(_ sink: (([UInt8]) throws -> Void)?) {
    self.sink = sink
  }

  /// Keeps the header; it is written before the first row.
  mutating func setHeader(_ names: [String], separator: UInt8) {
    header = names
    csv = CSVWriter(separator: separator, guardsFormulas: false)
  }

  /// Adds a row with what is wrong with it.
  mutating func add(_ raw: RawRecord, row: Int, _ faults: [ImportFault]) throws {
    guard let sink else { return }
    let reasons = faults.map { fault in
      fault.column.map { "\($0): \(fault.rule)" } ?? fault.rule
    }
    switch raw {
    case .csv(let values):
      if !isBegun { csv.row(header + ["rejected_because"]) }
      let padded = values + Array(repeating: "", count: max(0, header.count - values.count))
      csv.row(padded + [reasons.joined(separator: "; ")])
      if csv.bytes.count > 65_536 { try sink(csv.take()) }
    case .json(let value):
      ndjson.line { line in
        line.object {
          $0.member("row", row)
          $0.member("record", value)
          $0.member("rejected_because", reasons)
        }
      }
      if ndjson.bytes.count > 65_536 { try sink(ndjson.take()) }
    }
    isBegun = true
  }

  /// Hands over what is left.
  mutating func close() throws {
    guard let sink else { return }
    if !csv.bytes.isEmpty { try sink(csv.take()) }
    if !ndjson.bytes.isEmpty { try sink(ndjson.take()) }
  }
}
