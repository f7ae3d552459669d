import HTTPServer
import Testing
import WireFormat

/// The description that the surface serves of itself, held against what it really answers.
struct Contract: Sendable {
  let document: JSONValue

  init(_ driver: any Driver) throws {
    let answer = try driver.send(Exchange(method: "GET", target: "/openapi.json"))
    document = try JSONReader.parse(answer.bytes)
  }

  /// What is wrong with an answer: a call, status, media type or member that is not described.
  ///
  /// A body that was taken must also be one that is described.
  func faults(_ sent: Exchange, _ answer: Answer) throws -> [String] {
    let path = String(sent.target.prefix { $0 != "?" })
    guard let item = self.item(path) else {
      return answer.status == 404 ? [] : ["\(path) is not described"]
    }
    guard let call = item[sent.method.lowercased()] else {
      return answer.status == 405 ? [] : ["\(sent.method) \(path) is not described"]
    }
    guard let described = resolved(call["responses"]?["\(answer.status)"]) else {
      return ["\(sent.method) \(path) does not describe \(answer.status)"]
    }
    var faults: [String] = []
    if answer.status < 300, !sent.body.isEmpty, sent.header("Content-Type") == "application/json" {
      let media = call["requestBody"]?["content"]?["application/json"]
      check(try JSONReader.parse(sent.body), media?["schema"], "request", &faults)
    }
    let type = answer.header("Content-Type").map { String($0.prefix { $0 != ";" }) } ?? ""
    guard let media = described["content"]?[type] else {
      return faults + ["\(sent.method) \(path) \(answer.status) does not describe \(type)"]
    }
    if type.hasSuffix("json"), !type.hasSuffix("ndjson") {
      check(try JSONReader.parse(answer.bytes), media["schema"], "answer", &faults)
    }
    return faults
  }

  private func item(_ path: String) -> JSONValue? {
    let parts = path.split(separator: "/")
    let paths = document["paths"]?.object?.members ?? []
    if let literal = paths.first(where: { $0.key == path }) { return literal.value }
    return paths.first { member in
      let pattern = member.key.split(separator: "/")
      return pattern.count == parts.count
        && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }?.value
  }

  private func resolved(_ value: JSONValue?) -> JSONValue? {
    guard let reference = value?["$ref"]?.string else { return value }
    return document.at(String(reference.dropFirst(1)))
  }

  /// Holds a value against a schema: the part of JSON Schema 2020-12 that the description uses.
  ///
  /// Stricter in one point: where members are named, others must not stand, unless the schema says
  /// that they may.
  func check(_ value: JSONValue, _ given: JSONValue?, _ place: String, _ faults: inout [String]) {
    guard let schema = resolved(given) else {
      faults.append("\(place): no schema")
      return
    }
    if let choices = schema["anyOf"]?.array {
      var all: [[String]] = []
      for choice in choices {
        var found: [String] = []
        check(value, choice, place, &found)
        if found.isEmpty { return }
        all.append(found)
      }
      faults += all.min { $0.count < $1.count } ?? []
      return
    }
    if let types = schema["type"], !Self.isOf(types, value) {
      faults.append("\(place): \(value.text.prefix(80)) is no \(types.text)")
      return
    }
    if let words = schema["enum"]?.array, !words.contains(value) {
      faults.append("\(place): \(value.text) is not among \(schema["enum"]?.text ?? "")")
    }
    if let number = value.double {
      if let least = schema["minimum"]?.double, number < least {
        faults.append("\(place): < least")
      }
      if let most = schema["maximum"]?.double, number > most { faults.append("\(place): > most") }
    }
    checkElements(value, schema, place, &faults)
    checkMembers(value, schema, place, &faults)
  }

  private func checkElements(
    _ value: JSONValue,
    _ schema: JSONValue,
    _ place: String,
    _ faults: inout [String]
  ) {
    guard let elements = value.array else { return }
    let range = (schema["minItems"]?.integer ?? 0)...(schema["maxItems"]?.integer ?? .max)
    if !range.contains(Int64(elements.count)) { faults.append("\(place): \(elements.count) items") }
    guard let items = schema["items"] else { return }
    for (index, element) in elements.enumerated() {
      check(element, items, "\(place)/\(index)", &faults)
    }
  }

  private func checkMembers(
    _ value: JSONValue,
    _ schema: JSONValue,
    _ place: String,
    _ faults: inout [String]
  ) {
    guard let object = value.object else { return }
    for name in schema["required"]?.array ?? [] where object[name.string ?? ""] == nil {
      faults.append("\(place): \(name.text) is missing")
    }
    let patterns = schema["patternProperties"]?.object?.members ?? []
    for member in object.members {
      let here = "\(place)/\(member.key)"
      if let known = schema["properties"]?[member.key] {
        check(member.value, known, here, &faults)
      } else if let known = patterns.first(where: { Self.matches(member.key, $0.key) }) {
        check(member.value, known.value, here, &faults)
      } else if let others = schema["additionalProperties"], others.object != nil {
        check(member.value, others, here, &faults)
      } else if schema["additionalProperties"]?.bool != true, schema["properties"] != nil {
        faults.append("\(here) is not described")
      }
    }
  }

  private static func matches(_ key: String, _ pattern: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return key.wholeMatch(of: regex) != nil
  }

  private static func isOf(_ types: JSONValue, _ value: JSONValue) -> Bool {
    let names = types.array?.compactMap(\.string) ?? [types.string ?? ""]
    return names.contains { name in
      switch name {
      case "null": value.isNull
      case "boolean": value.bool != nil
      case "integer": value.integer != nil
      case "number": value.double != nil
      case "string": value.string != nil
      case "array": value.array != nil
      case "object": value.object != nil
      default: false
      }
    }
  }
}
