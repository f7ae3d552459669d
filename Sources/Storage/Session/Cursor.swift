import Warehouse

/// The cursors of listings: text that callers hand back as it is.
enum Cursor {
  /// The cursor after a row that is ordered by code and key.
  static func text(_ code: String, _ key: Int64) -> String { "\(key):\(code)" }

  /// Code and key of a cursor; before everything for the first page.
  static func codeAndKey(_ cursor: String?) throws(Failure) -> (code: String, key: Int64) {
    guard let cursor else { return ("", 0) }
    guard let colon = cursor.firstIndex(of: ":"), let key = Int64(cursor[..<colon]) else {
      throw PageRequest.broken
    }
    return (String(cursor[cursor.index(after: colon)...]), key)
  }

  /// The cursor after a row that is ordered by two keys.
  static func text(_ first: Int64, _ second: Int64) -> String { "\(first):\(second)" }

  /// The two keys of a cursor; before everything for the first page.
  static func keys(_ cursor: String?) throws(Failure) -> (Int64, Int64) {
    guard let cursor else { return (0, 0) }
    let parts = cursor.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int64(parts[0]), let second = Int64(parts[1]) else {
      throw PageRequest.broken
    }
    return (first, second)
  }

  /// The LIKE pattern (with `\` as escape) that finds a text anywhere.
  static func anywhere(_ text: String) -> String {
    var pattern = "%"
    for character in text {
      if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
      pattern.append(character)
    }
    return pattern + "%"
  }
}
