import Warehouse
import WireFormat

/// Checks a value against a JSON Schema: the few words of drafts 7 and 2020-12 that ours and that
/// of CloudEvents use.
///
/// A word that it does not know is a fault too, so that no rule of a schema goes unchecked.
struct SchemaCheck {
  private static let silent: Set<String> = [
    "$schema", "$id", "$defs", "definitions", "title", "description", "examples",
    "contentEncoding",
  ]

  private let root: JSONValue
  private(set) var faults: [String] = []

  init(_ schema: JSONValue) {
    root = schema
  }

  /// The rules that a value breaks, each with its place; none where it fits.
  static func faults(of value: JSONValue, against schema: JSONValue) -> [String] {
    var check = SchemaCheck(schema)
    check.examine(value, schema, "")
    return check.faults
  }

  private mutating func examine(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
    for member in schema.object?.members ?? [] where !Self.silent.contains(member.key) {
      let rule = member.value
      if let isKept = scalar(member.key, rule, value) {
        if !isKept { faults.append("\(place): \(member.key) \(rule.text)") }
        continue
      }
      switch member.key {
      case "$ref": examine(value, resolve(rule), place)
      case "required":
        for name in rule.array ?? [] where value.object?[name.string ?? ""] == nil {
          faults.append("\(place): lacks \(name.text)")
        }
      case "properties", "additionalProperties", "items", "prefixItems":
        descend(member.key, rule, value, schema, place)
      default: faults.append("\(place): the schema says \(member.key), which is not known here")
      }
    }
  }

  private mutating func descend(
    _ word: String,
    _ rule: JSONValue,
    _ value: JSONValue,
    _ schema: JSONValue,
    _ place: String
  ) {
    switch word {
    case "properties":
      for property in rule.object?.members ?? [] {
        guard let found = value[property.key] else { continue }
        examine(found, property.value, "\(place)/\(property.key)")
      }
    case "additionalProperties":
      for member in value.object?.members ?? [] where schema["properties"]?[member.key] == nil {
        if rule.bool == false {
          faults.append("\(place): \(member.key) is not foreseen")
        } else {
          examine(member.value, rule, "\(place)/\(member.key)")
        }
      }
    case "items":
      for (index, element) in (value.array ?? []).enumerated() {
        examine(element, rule, "\(place)/\(index)")
      }
    default:
      for (index, part) in (rule.array ?? []).enumerated() {
        if let element = value[index] { examine(element, part, "\(place)/\(index)") }
      }
    }
  }

  /// Whether a rule on a single value is kept; nil where the word is none of these.
  private func scalar(_ word: String, _ rule: JSONValue, _ value: JSONValue) -> Bool? {
    switch word {
    case "type":
      (rule.array ?? [rule]).contains { fits(value, $0.string ?? "") }
    case "format": value.string.map { Self.hasForm($0, rule.string ?? "") } ?? true
    case "const": value == rule
    case "minimum": value.double.map { $0 >= rule.double ?? 0 } ?? true
    case "maximum": value.double.map { $0 <= rule.double ?? 0 } ?? true
    case "minLength": value.string.map { $0.count >= rule.integer ?? 0 } ?? true
    case "maxLength": value.string.map { $0.count <= rule.integer ?? 0 } ?? true
    case "minItems": value.array.map { $0.count >= rule.integer ?? 0 } ?? true
    case "maxItems": value.array.map { $0.count <= rule.integer ?? 0 } ?? true
    case "pattern":
      value.string.map { text in
        (try? Regex(rule.string ?? "").firstMatch(in: text)) != nil
      } ?? true
    default: nil
    }
  }

  private func fits(_ value: JSONValue, _ type: String) -> Bool {
    switch type {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "integer": value.integer != nil
    case "number": value.double != nil
    case "boolean": value.bool != nil
    case "null": value.isNull
    default: false
    }
  }

  /// Whether a text has a form by its name; a name that is not known here is none.
  private static func hasForm(_ text: String, _ name: String) -> Bool {
    let isPlain = text.utf8.allSatisfy {
      (0x21...0x7E).contains($0) && !"<>\"{}|\\^`".utf8.contains($0)
    }
    return switch name {
    case "uri-reference": isPlain
    case "uri": isPlain && (try? Regex("^[A-Za-z][A-Za-z0-9+.-]*:.").firstMatch(in: text)) != nil
    case "date-time": (try? Timestamp.ms(text)) != nil
    case "date": LocalDay(text) != nil
    default: false
    }
  }

  private func resolve(_ reference: JSONValue) -> JSONValue {
    var found = root
    for name in (reference.string ?? "").split(separator: "/").dropFirst() {
      found = found[String(name)] ?? .null
    }
    return found
  }
}
