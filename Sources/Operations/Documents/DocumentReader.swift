import Warehouse
import WireFormat

/// Reads a JSON request body member by member, and collects what is wrong with it.
///
/// Each fault carries a JSON pointer. A member that nobody asked for is a fault too, which names
/// the nearest one that is known: a misspelt member must not be dropped in silence.
final class DocumentReader {
  /// All faults of a document and of what is nested in it.
  final class Faults {
    var list: [Failure.Fault] = []
  }

  let object: JSONObject
  let pointer: String
  let faults: Faults
  private var asked: [String] = []

  /// Reads a whole document; a body that is no object is a failure at once.
  convenience init(_ value: JSONValue) throws {
    guard let object = value.object else {
      throw Failure(
        .invalid,
        "The body must be a JSON object, it is \(value.kindName).",
        faults: [.init(place: "", rule: "must be a JSON object")]
      )
    }
    self.init(object, pointer: "", faults: Faults())
  }

  init(_ object: JSONObject, pointer: String, faults: Faults) {
    self.object = object
    self.pointer = pointer
    self.faults = faults
  }

  /// Notes a fault of a member.
  func fault(_ key: String, _ rule: String, _ value: JSONValue? = nil) {
    let shown = (value ?? object[key]).map { String($0.text.prefix(60)) }
    faults.list.append(.init(place: "\(pointer)/\(key)", value: shown, rule: rule))
  }

  /// The value of a member; nil where it is missing or null.
  func value(_ key: String, isRequired: Bool = false) -> JSONValue? {
    asked.append(key)
    if let value = object[key], !value.isNull { return value }
    if isRequired { fault(key, "is required") }
    return nil
  }

  /// Text within a length; no control characters.
  func text(_ key: String, isRequired: Bool = false, limit: Int = Limits.nameLength) -> String? {
    guard let value = value(key, isRequired: isRequired) else { return nil }
    guard let text = value.string else {
      fault(key, "must be a string, is \(value.kindName)")
      return nil
    }
    if text.isEmpty { fault(key, "must not be empty") }
    if text.count > limit { fault(key, "must have at most \(limit) characters") }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0.value != 0x1D }) {
      fault(key, "must not hold control characters")
    }
    return text
  }

  /// A code.
  func code(_ key: String, isRequired: Bool = false) -> String? {
    guard let text = text(key, isRequired: isRequired, limit: Limits.codeLength) else {
      return nil
    }
    if !text.isEmpty, let rule = Code.fault(in: text) { fault(key, rule) }
    return text
  }

  /// A quantity in milli base units: a number, or a string of one; never negative.
  func quantity(_ key: String, isRequired: Bool = false, isPositive: Bool = false) -> Int64? {
    guard let value = value(key, isRequired: isRequired) else { return nil }
    guard let milli = scaled(key, value, decimals: 3) else { return nil }
    if milli < 0 || milli > Limits.quantityMilli || (isPositive && milli == 0) {
      let least = isPositive ? "more than 0" : "at least 0"
      fault(key, "must be \(least) and at most \(Limits.quantityMilli / 1_000)")
      return nil
    }
    return milli
  }

  /// A whole number in a range.
  func whole(_ key: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard let value = value(key), let number = scaled(key, value, decimals: 0) else { return nil }
    if range.contains(number) { return number }
    fault(key, "must be \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// A truth value.
  func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if let flag = value.bool { return flag }
    fault(key, "must be true or false, is \(value.kindName)")
    return nil
  }

  /// A day.
  func day(_ key: String) -> LocalDay? {
    guard let value = value(key) else { return nil }
    if let text = value.string, let day = LocalDay(text) { return day }
    fault(key, "must be a day that exists, written like \"2026-03-29\"")
    return nil
  }

  /// A moment.
  func moment(_ key: String) -> Instant? {
    guard let value = value(key) else { return nil }
    if let text = value.string, let ms = try? Timestamp.ms(text) { return Instant(ms: ms) }
    fault(key, "must be a moment with its zone, written like \"2026-03-29T14:05:00Z\"")
    return nil
  }

  /// A UUID.
  func publicID(_ key: String) -> PublicID? {
    guard let value = value(key) else { return nil }
    if let text = value.string, let id = PublicID(text) { return id }
    fault(key, "must be a UUID")
    return nil
  }

  /// A word of an enumeration.
  func word<Word: RawRepresentable & CaseIterable>(
    _ key: String,
    as type: Word.Type,
    isRequired: Bool = false
  ) -> Word? where Word.RawValue == String {
    guard let value = value(key, isRequired: isRequired) else { return nil }
    if let text = value.string, let word = Word(rawValue: text) { return word }
    let all = Word.allCases.map(\.rawValue)
    let near = value.string.flatMap { Spelling.nearest(to: $0, in: all) }
    let question = near.map { "; did you mean \($0)?" } ?? ""
    fault(key, "must be one of \(all.joined(separator: ", "))" + question)
    return nil
  }

  /// The objects of a list, each with a reader of its own.
  func objects(_ key: String, isRequired: Bool, limit: Int) -> [DocumentReader] {
    guard let value = value(key, isRequired: isRequired) else { return [] }
    guard let elements = value.array else {
      fault(key, "must be a list, is \(value.kindName)", .string("..."))
      return []
    }
    if elements.count > limit {
      fault(key, "must have at most \(limit) entries", .integer(Int64(elements.count)))
      return []
    }
    if elements.isEmpty { fault(key, "must not be empty") }
    return elements.enumerated().compactMap { index, element in
      if let object = element.object {
        return DocumentReader(object, pointer: "\(pointer)/\(key)/\(index)", faults: faults)
      }
      fault("\(key)/\(index)", "must be an object, is \(element.kindName)", element)
      return nil
    }
  }

  /// `size_mm: [l, w, h]`, or the same in another unit of length; rounded up.
  func size() -> Dimensions? {
    for unit in LengthUnit.allCases {
      let key = "size_\(unit.rawValue)"
      guard let value = value(key) else { continue }
      let edges = (value.array ?? []).compactMap { scaled(key, $0, decimals: 3) }
      guard edges.count == 3 else {
        fault(key, "must be three numbers: length, width, height")
        return nil
      }
      let size = Dimensions(
        unit.millimetres(milli: edges[0]),
        unit.millimetres(milli: edges[1]),
        unit.millimetres(milli: edges[2])
      )
      if size.isPlausible { return size }
      fault(key, "each edge must be 1 to \(Limits.edgeMM) mm")
      return nil
    }
    return nil
  }

  /// `weight_g`, or the same in another unit of weight; rounded up.
  func weight() -> Int64? {
    for unit in WeightUnit.allCases {
      let key = "weight_\(unit.rawValue)"
      guard let value = value(key), let milli = scaled(key, value, decimals: 3) else { continue }
      let weight = unit.grams(milli: milli)
      if (1...Limits.weightG).contains(weight) { return weight }
      fault(key, "must be 1 to \(Limits.weightG) g")
      return nil
    }
    return nil
  }

  private func scaled(_ key: String, _ value: JSONValue, decimals: Int) -> Int64? {
    do throws(WireFormatError) {
      if let text = value.string { return try DecimalText.scaled(text, decimals: decimals) }
      if let number = try value.scaled(decimals: decimals) { return number }
      fault(key, "must be a number, is \(value.kindName)", value)
    } catch {
      let isLong = error.kind == .outOfRange && !error.message.hasSuffix("too large")
      let rule =
        switch (error.kind, isLong) {
        case (.outOfRange, true) where decimals == 0: "must be a whole number"
        case (.outOfRange, true): "must have at most \(decimals) decimals"
        case (.outOfRange, false): "is too large"
        default: "must be a number"
        }
      fault(key, rule, value)
    }
    return nil
  }

  /// Notes every member that was not asked for.
  func refuseUnknown() {
    let known = Set(asked)
    for key in object.keys where !known.contains(key) {
      let near = Spelling.nearest(to: key, in: asked).map { "; did you mean \($0)?" } ?? ""
      fault(key, "is not known here" + near)
    }
  }

  /// Ends the reading: throws where anything was wrong.
  func finish() throws {
    refuseUnknown()
    guard !faults.list.isEmpty else { return }
    let count = faults.list.count
    throw Failure(
      .invalid,
      count == 1 ? "One value of the body breaks a rule." : "\(count) values break a rule.",
      hint: "Correct what is named and send it again.",
      faults: Array(faults.list.prefix(Limits.importFaults))
    )
  }
}
