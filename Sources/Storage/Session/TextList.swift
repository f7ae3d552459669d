import Warehouse
import WireFormat

/// Lists of texts as JSON in a column.
enum TextList {
  /// The JSON of a list.
  static func write(_ texts: [String]) -> String {
    if texts.isEmpty { return "[]" }
    var writer = JSONWriter(capacity: 64)
    writer.array { writer in for text in texts { writer.value(text) } }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The list in some JSON.
  static func read(_ json: String) throws -> [String] {
    if json == "[]" { return [] }
    guard case .array(let values) = try JSONReader.parse(Array(json.utf8)) else {
      throw Failure(.unusable, "The database holds a broken list.")
    }
    return values.compactMap { value in
      if case .string(let text) = value { text } else { nil }
    }
  }
}
