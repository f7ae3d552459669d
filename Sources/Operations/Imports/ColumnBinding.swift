import Warehouse

/// Which column of a file is which of ours, in which unit.
///
/// Settled once from the header (CSV) or name by name (NDJSON). Names are compared without regard
/// to case, and a space or a hyphen counts as an underscore. A name that means nothing is a fault
/// that names the nearest one we know: a misspelt optional column must not vanish in silence.
struct ColumnBinding {
  /// What a name of the file was found to be.
  enum Meaning: Equatable {
    /// A column of ours: its place among the specs, and its unit.
    case column(Int, unit: String?)
    /// To be left out, by wish.
    case ignored
    /// Nothing that is known; why, in words.
    case unknown(String)
  }

  let specs: [ColumnSpec]
  let currency: String
  let slots: [String: Int]
  private let columnMap: [String: String]
  /// The values for columns that the file lacks, by slot, with their units.
  private(set) var constants: [Int: (value: String, unit: String?)] = [:]

  init(_ request: ImportRequest, currency: String, faults: inout [ImportFault]) {
    self.init(specs: request.kind.columns, currency: currency, columnMap: request.columnMap)
    for (name, value) in request.constants.sorted(by: { $0.key < $1.key }) {
      switch meaning(ofOurs: name) {
      case .column(let slot, let unit): constants[slot] = (value, unit)
      case .ignored: break
      case .unknown(let rule): faults.append(ImportFault(row: 0, column: name, rule: rule))
      }
    }
  }

  init(specs: [ColumnSpec], currency: String, columnMap: [String: String] = [:]) {
    self.specs = specs
    self.currency = currency
    self.columnMap = columnMap
    slots = Dictionary(
      specs.enumerated().map { ($1.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What a name in the file means.
  func meaning(of theirs: String) -> Meaning {
    if let ours = columnMap[theirs] ?? columnMap[Self.normal(theirs)] {
      return ours == "-" ? .ignored : meaning(ofOurs: ours)
    }
    return meaning(ofOurs: theirs)
  }

  /// Whether a name is mapped by the request.
  func isMapped(_ theirs: String) -> Bool {
    columnMap[theirs] != nil || columnMap[Self.normal(theirs)] != nil
  }

  /// Mapped names that none of `names` is, with the nearest that is there.
  func unusedMappings(_ names: [String]) -> [ImportFault] {
    let present = Set(names).union(names.map(Self.normal))
    return columnMap.keys.sorted().filter { !present.contains($0) }.map { name in
      let near = Spelling.nearest(to: name, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
      return ImportFault(
        row: 1,
        column: name,
        rule: "is mapped, but the file has no such column" + near
      )
    }
  }

  private func meaning(ofOurs name: String) -> Meaning {
    let normal = Self.normal(name)
    if let slot = slots[normal] {
      let suffixes = specs[slot].suffixes(currency: currency)
      guard !suffixes.isEmpty else { return .column(slot, unit: nil) }
      let names = suffixes.map { "\(normal)_\($0)" }.joined(separator: ", ")
      return .unknown("say the unit in the name: \(names)")
    }
    for (slot, spec) in specs.enumerated() where normal.hasPrefix(spec.name + "_") {
      let unit = String(normal.dropFirst(spec.name.count + 1))
      let suffixes = spec.suffixes(currency: currency)
      if suffixes.contains(unit) { return .column(slot, unit: unit) }
      if spec.kind == .money {
        return .unknown("the facility keeps its money in \(currency); convert it and name it so")
      }
    }
    let known = specs.flatMap { spec -> [String] in
      let suffixes = spec.suffixes(currency: currency)
      return suffixes.isEmpty ? [spec.name] : suffixes.map { "\(spec.name)_\($0)" }
    }
    if let near = Spelling.nearest(to: normal, in: known) {
      return .unknown("is no column of this import; did you mean \"\(near)\"?")
    }
    return .unknown(
      "is no column of this import; map it to one of ours, or to \"-\" to leave it out"
    )
  }

  /// A name in lower case, without spaces around it, with underscores inside.
  static func normal(_ name: String) -> String {
    var text = name.lowercased()
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text.map { $0 == " " || $0 == "-" ? "_" : $0 })
  }
}
