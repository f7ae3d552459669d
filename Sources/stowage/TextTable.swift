import WireFormat

/// Columns of text, aligned: what the verbs print for people.
struct TextTable {
  private let titles: [String]
  private var rows: [[String]] = []

  /// Starts a table with these column titles.
  init(_ titles: [String]) {
    self.titles = titles
  }

  /// Adds a row; numbers are aligned to the right.
  mutating func add(_ cells: [String]) {
    rows.append(cells)
  }

  /// Adds the named members of each object in an array.
  mutating func add(_ values: [JSONValue], _ keys: [String]) {
    for value in values { add(keys.map { value.shown($0) }) }
  }

  /// The lines of the table.
  var lines: [String] {
    let all = [titles] + rows
    let widths = titles.indices.map { column in
      all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return all.map { row in
      titles.indices.map { column in
        let cell = row.indices.contains(column) ? row[column] : ""
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        return Double(cell) != nil ? gap + cell : cell + gap
      }
      .joined(separator: "  ").trimmingEnd()
    }
  }

  /// Prints the table.
  func show() {
    for line in lines { Terminal.say(line) }
  }
}

extension String {
  fileprivate func trimmingEnd() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
