import Warehouse
import WireFormat

/// The values of one record by slot, as text, with the names that the file gave them.
struct ImportRecord {
  /// The row, the header being 1.
  var row = 0
  /// The values by slot; nil or empty where there is none.
  var values: [String?]
  /// The names in the file by slot.
  var names: [String?]
  /// The units by slot.
  var units: [String?]
  /// Whether a value is a constant of the request.
  var isConstant: [Bool]

  init(_ binding: ColumnBinding) {
    values = Array(repeating: nil, count: binding.specs.count)
    names = values
    units = values
    isConstant = Array(repeating: false, count: binding.specs.count)
    for (slot, constant) in binding.constants {
      values[slot] = constant.value
      units[slot] = constant.unit
      isConstant[slot] = true
    }
  }
}

/// Reads the fields of one record as what they should be, and collects what is wrong with them.
///
/// A fault is noted and the reading goes on, so that one pass names every fault of a row; what
/// could not be read comes back as nil, and the caller drops the record where there are faults.
struct FieldReader {
  let binding: ColumnBinding
  var record: ImportRecord
  /// What is wrong with this record.
  var faults: [ImportFault] = []

  init(_ binding: ColumnBinding, record: ImportRecord) {
    self.binding = binding
    self.record = record
  }

  /// Begins with the next record.
  mutating func begin(row: Int) {
    record.row = row
    if !faults.isEmpty { faults.removeAll() }
  }

  /// Notes a fault of a column.
  mutating func fault(_ name: String, _ rule: String, value: String? = nil) {
    let slot = binding.slots[name]
    let shown = slot.flatMap { record.names[$0] } ?? name
    let given = value ?? slot.flatMap { record.values[$0] }
    faults.append(ImportFault(row: record.row, column: shown, value: given, rule: rule))
  }

  /// The text of a column; nil where it is empty, and a fault where it must not be.
  mutating func raw(_ name: String) -> String? {
    guard let slot = binding.slots[name] else { return nil }
    if let value = record.values[slot], !value.isEmpty { return value }
    if binding.specs[slot].isRequired { fault(name, "must not be empty") }
    return nil
  }

  /// Free text.
  mutating func text(_ name: String, limit: Int = Limits.nameLength) -> String? {
    guard let value = raw(name) else { return nil }
    guard value.count <= limit else {
      fault(name, "must have at most \(limit) characters, has \(value.count)")
      return nil
    }
    for scalar in value.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F {
      fault(name, "must not hold control characters")
      return nil
    }
    return value
  }

  /// A code.
  mutating func code(_ name: String) -> String? {
    guard let value = raw(name) else { return nil }
    if let rule = Code.fault(in: value) {
      fault(name, rule)
      return nil
    }
    return value
  }

  /// A whole number in a range.
  mutating func whole(_ name: String, _ range: ClosedRange<Int64> = 0...1_000_000) -> Int64? {
    guard let value = scaled(name, decimals: 0, range.upperBound) else { return nil }
    guard range.contains(value) else {
      fault(name, "must be \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  /// A quantity in milli base units.
  mutating func quantity(_ name: String, isPositive: Bool = false) -> Int64? {
    guard let value = scaled(name, decimals: 3, Limits.quantityMilli) else { return nil }
    if isPositive, value == 0 {
      fault(name, "must be more than 0")
      return nil
    }
    return value
  }

  /// A decimal number that is not negative.
  mutating func decimal(_ name: String, atMost limit: Int64) -> Double? {
    scaled(name, decimals: 6, limit * 1_000_000).map { Double($0) / 1_000_000 }
  }

  /// Money in minor units; the column's unit is the facility's currency.
  mutating func money(_ name: String) -> Int64? {
    let decimals = Money.minorDigits(of: binding.currency)
    return scaled(name, decimals: decimals, 1_000_000_000_000_000)
  }

  /// A day.
  mutating func day(_ name: String) -> LocalDay? {
    guard let value = raw(name) else { return nil }
    if let day = LocalDay(value) { return day }
    fault(name, "must be a day that exists, written like 2026-03-29")
    return nil
  }

  /// Yes or no.
  mutating func flag(_ name: String) -> Bool? {
    guard let value = raw(name) else { return nil }
    switch value.lowercased() {
    case "true", "yes", "y", "1": return true
    case "false", "no", "n", "0": return false
    default:
      fault(name, "must be yes or no")
      return nil
    }
  }

  /// Several codes with `|` between them.
  mutating func list(_ name: String) -> [String]? {
    guard let value = raw(name) else { return nil }
    let words = value.split(separator: "|").map(String.init)
    for word in words {
      if let rule = Code.fault(in: word) { fault(name, "each of them " + rule, value: word) }
    }
    return words
  }

  /// One of the values of an enumeration, in upper or lower case.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String,
    as type: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let value = raw(name) else { return nil }
    if let word = Word(rawValue: value.uppercased()) { return word }
    let all = Word.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: value, in: all).map { "; did you mean \($0)?" } ?? ""
    fault(name, "must be one of \(all.joined(separator: ", "))" + near)
    return nil
  }

  /// A number times ten to the power of `decimals`, from 0 to `limit`.
  mutating func scaled(_ name: String, decimals: Int, _ limit: Int64) -> Int64? {
    guard let value = raw(name) else { return nil }
    do {
      let scaled = try DecimalText.scaled(value, decimals: decimals)
      if scaled < 0 {
        fault(name, "must not be negative")
      } else if scaled > limit {
        fault(name, "must be at most \(DecimalText.text(limit, decimals: decimals))")
      } else {
        return scaled
      }
    } catch {
      let sign = value.hasPrefix("-") && error.kind == .outOfRange
      fault(name, sign ? "must not be negative" : Self.rule(error, decimals, limit))
    }
    return nil
  }

  private static func rule(_ error: WireFormatError, _ decimals: Int, _ limit: Int64) -> String {
    guard error.kind == .outOfRange else {
      return "must be a number like 12 or 12.5, without spaces or thousands separators"
    }
    if error.message.hasSuffix("too large") {
      return "must be at most \(DecimalText.text(limit, decimals: decimals))"
    }
    return decimals == 0 ? "must be a whole number" : "must have at most \(decimals) decimals"
  }
}

/// Money as integers of the smallest unit.
enum Money {
  /// How many decimals a currency has (ISO 4217); two where the list is silent.
  static func minorDigits(of currency: String) -> Int {
    switch currency.uppercased() {
    case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
      "VUV", "XAF", "XOF", "XPF":
      0
    case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
    default: 2
    }
  }
}
