import Warehouse
import WireFormat

/// The header of demand in wide form: an id, then a column for each day.
struct WideDemandHeader {
  /// The column of the material's code.
  let material: Int
  /// The day of each column; nil for columns that are left out.
  let days: [LocalDay?]
  /// What is wrong with the header.
  let faults: [ImportFault]

  /// Nil where the header is not of that form.
  init?(
    _ names: [String],
    binding: ColumnBinding,
    kind: ImportKind,
    references: ImportReferences
  ) {
    guard kind == .demand else { return nil }
    let days = names.map { LocalDay($0) }
    guard days.contains(where: { $0 != nil }) else { return nil }
    var faults: [ImportFault] = []
    var material: Int?
    var seen: [LocalDay: String] = [:]
    for (column, name) in names.enumerated() {
      if let day = days[column] {
        if seen[day] != nil {
          faults.append(ImportFault(row: 1, column: name, rule: "this day stands here twice"))
        }
        if let rule = references.fault(ofDemandOn: day) {
          faults.append(ImportFault(row: 1, column: name, rule: rule))
        }
        seen[day] = name
        continue
      }
      let isID = name == "id" && !binding.isMapped(name)
      switch isID ? .column(binding.slots["material"] ?? 0, unit: nil) : binding.meaning(of: name) {
      case .column(let slot, _) where binding.specs[slot].name == "material" && material == nil:
        material = column
      case .ignored: break
      default:
        let rule = "must be id or material, or a day like 2026-03-29"
        faults.append(ImportFault(row: 1, column: name, rule: rule))
      }
    }
    if material == nil {
      let rule = "is missing; the first column of wide demand is the material's code"
      faults.append(ImportFault(row: 1, column: "material", rule: rule))
    }
    self.material = material ?? 0
    self.days = days
    self.faults = faults
  }
}

/// Reads demand in wide form: a row a material, a column a day, blank where nothing is known.
struct WideDemandRows: RowReader {
  let references: ImportReferences
  let header: WideDemandHeader
  let names: [String]
  private var seen = SeenKeys()
  private var pending: [DemandDay] = []
  private var code = ""
  private var row = 0

  init(references: ImportReferences, header: WideDemandHeader, names: [String]) {
    self.references = references
    self.header = header
    self.names = names
  }

  /// The values come through `read(_:fields:)`.
  mutating func read(_ fields: inout FieldReader) {}

  /// Reads a row of the file.
  mutating func read(_ csv: CSVRow, fields: inout FieldReader) {
    code = csv[header.material]
    row = csv.number
    if let slot = fields.binding.slots["material"] {
      fields.record.values[slot] = code
      fields.record.names[slot] = names[header.material]
    }
    guard let material = references.material(&fields) else { return }
    seen.check(code, "material", &fields)
    for (column, day) in header.days.enumerated() {
      guard let day, !csv.isEmpty(column) else { continue }
      if let quantity = quantity(csv, column, &fields) {
        pending.append(DemandDay(material: material, day: day, quantityMilli: quantity))
      }
    }
  }

  private func quantity(_ csv: CSVRow, _ column: Int, _ fields: inout FieldReader) -> Int64? {
    let rule: String
    do {
      let value = try DecimalText.scaled(csv.bytes(column), decimals: 3)
      if value >= 0, value <= Limits.quantityMilli { return value }
      let most = DecimalText.text(Limits.quantityMilli, decimals: 3)
      rule = value < 0 ? "must not be negative" : "must be at most \(most)"
    } catch {
      switch (error.kind, error.message.hasSuffix("too large")) {
      case (.outOfRange, true): rule = "is too large"
      case (.outOfRange, false): rule = "must have at most 3 decimals"
      default: rule = "must be a number, or blank where nothing is known"
      }
    }
    fields.faults.append(
      ImportFault(row: csv.number, column: names[column], value: csv[column], rule: rule)
    )
    return nil
  }

  mutating func finish() -> [ImportRow] {
    seen.insert(code, row: row)
    defer { pending.removeAll(keepingCapacity: true) }
    return pending.map { .demand($0) }
  }

  mutating func drop() { pending.removeAll(keepingCapacity: true) }
}

extension ImportRun {
  /// Reads demand in wide form.
  mutating func readWide(
    _ csv: inout CSVReader,
    _ wide: WideDemandRows,
    progress: (ImportProgress) -> Void
  ) throws {
    for fault in wide.header.faults { refuse(fault) }
    for fault in binding.unusedMappings(wide.names) { refuse(fault) }
    guard !isHopeless else { return }
    result.columns = [(wide.names[wide.header.material], "material")]
    var wide = wide
    try eachRow(&csv, progress: progress) { run, row in
      try run.countRow()
      run.fields.begin(row: row.number)
      wide.read(row, fields: &run.fields)
      if run.fields.faults.isEmpty {
        run.result.validRows += 1
        try run.stage(wide.finish())
      } else {
        wide.drop()
        let raw = run.keepsRejects ? RawRecord.csv(row.fields) : nil
        try run.reject(row: row.number, raw, run.fields.faults)
      }
    }
  }
}
