import Warehouse
import WireFormat

extension ImportRun {
  /// Reads one JSON object a line.
  mutating func readNDJSON(
    _ source: @escaping ByteSource,
    progress: (ImportProgress) -> Void
  ) throws {
    var lines = NDJSONReader(source)
    var members = JSONMembers(binding)
    while true {
      let value: JSONValue
      do {
        guard let next = try lines.next() else { break }
        value = next
      } catch let error as WireFormatError {
        guard error.mayContinue else {
          refuse(ImportFault(row: lines.line, rule: error.description))
          return
        }
        try closeGroup()
        try takeBroken(row: lines.line, error, nil)
        continue
      }
      guard let object = value.object else {
        let rule = "must be a JSON object, is \(value.kindName)"
        try closeGroup()
        try takeBroken(row: lines.line, WireFormatError(.malformed, rule), .json(value))
        continue
      }
      fields.begin(row: lines.line)
      members.fill(&fields, from: object)
      for fault in members.takeUnknown(row: lines.line) { refuse(fault) }
      try take { .json(value) }
      if result.rows % 5_000 == 0 { progress(.checked(rows: result.rows)) }
    }
    for fault in binding.unusedMappings(members.names) { refuse(fault) }
    result.columns = members.columns
  }
}

/// Puts the members of JSON objects into the slots of a record.
struct JSONMembers {
  private let binding: ColumnBinding
  private let blank: ImportRecord
  private var known: [String: ColumnBinding.Meaning] = [:]
  private var unknown: [ImportFault] = []
  /// The names met so far, in their order.
  private(set) var names: [String] = []
  /// Which name was read as what.
  private(set) var columns: [(theirs: String, ours: String)] = []

  init(_ binding: ColumnBinding) {
    self.binding = binding
    blank = ImportRecord(binding)
  }

  /// Faults of names that were met for the first time since the last call.
  mutating func takeUnknown(row: Int) -> [ImportFault] {
    guard !unknown.isEmpty else { return [] }
    defer { unknown.removeAll() }
    return unknown.map { ImportFault(row: row, column: $0.column, rule: $0.rule) }
  }

  /// Fills the record from an object, whose members take the place of what was there.
  mutating func fill(_ fields: inout FieldReader, from object: JSONObject) {
    let row = fields.record.row
    fields.record = blank
    fields.record.row = row
    for member in object.members {
      if fillSize(&fields, member) { continue }
      switch meaning(of: member.key) {
      case .ignored, .unknown: break
      case .column(let slot, let unit):
        if fields.record.names[slot] != nil {
          fields.fault(binding.specs[slot].name, "is given twice, in two units or spellings")
        }
        fields.record.names[slot] = member.key
        fields.record.units[slot] = unit
        fields.record.isConstant[slot] = false
        fields.record.values[slot] = text(of: member, slot, &fields)
      }
    }
  }

  private mutating func meaning(of name: String) -> ColumnBinding.Meaning {
    if let meaning = known[name] { return meaning }
    let meaning = binding.meaning(of: name)
    known[name] = meaning
    names.append(name)
    switch meaning {
    case .ignored: columns.append((name, "-"))
    case .unknown(let rule): unknown.append(ImportFault(row: 0, column: name, rule: rule))
    case .column(let slot, let unit):
      let ours = binding.specs[slot].name
      columns.append((name, unit.map { "\(ours)_\($0)" } ?? ours))
    }
    return meaning
  }

  /// `size_mm: [length, width, height]` in one member; for locations width, depth, height.
  private func fillSize(_ fields: inout FieldReader, _ member: JSONObject.Member) -> Bool {
    guard member.key.hasPrefix("size_"),
      let unit = LengthUnit(rawValue: String(member.key.dropFirst(5))),
      binding.slots["height"] != nil
    else { return false }
    let names =
      binding.slots["depth"] == nil ? ["length", "width", "height"] : ["width", "depth", "height"]
    if member.value.isNull { return true }
    guard let edges = member.value.array, edges.count == 3 else {
      fields.faults.append(
        ImportFault(
          row: fields.record.row,
          column: member.key,
          value: member.value.text,
          rule: "must be three numbers: \(names.joined(separator: ", "))"
        )
      )
      return true
    }
    for (name, edge) in zip(names, edges) {
      guard let slot = binding.slots[name] else { continue }
      fields.record.names[slot] = member.key
      fields.record.units[slot] = unit.rawValue
      fields.record.isConstant[slot] = false
      fields.record.values[slot] = edge.string ?? edge.text
    }
    return true
  }

  /// A member as text; a fault where its type cannot be meant.
  private func text(
    of member: JSONObject.Member,
    _ slot: Int,
    _ fields: inout FieldReader
  ) -> String? {
    let spec = binding.specs[slot]
    switch (member.value, spec.kind) {
    case (.null, _): return nil
    case (.string(let text), _): return text
    case (.bool(let flag), .flag): return flag ? "true" : "false"
    case (.integer, .text), (.number, .text), (.number, .code), (.bool, _): break
    case (.integer, _), (.number, _): return member.value.text
    case (.array(let values), .list):
      let words = values.compactMap(\.string)
      if words.count == values.count { return words.joined(separator: "|") }
    default: break
    }
    fields.fault(
      spec.name,
      "must be \(spec.kind.jsonName), is \(member.value.kindName)",
      value: String(member.value.text.prefix(60))
    )
    return nil
  }
}

extension ColumnKind {
  /// What JSON value the column wants, in words.
  var jsonName: String {
    switch self {
    case .text, .code, .day, .moment, .word: "a string"
    case .flag: "true or false"
    case .list: "a list of strings"
    default: "a number"
    }
  }
}
