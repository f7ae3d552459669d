import Warehouse

/// One of the five fields of a cron line: its range and the names that it knows.
struct CronField {
  /// What the field is called in an error.
  let name: String
  /// The smallest value.
  let lowest: Int
  /// The largest value.
  let highest: Int
  /// Names for values, the first standing for `lowest`.
  let names: [String]

  static let minute = CronField(name: "minute", lowest: 0, highest: 59, names: [])
  static let hour = CronField(name: "hour", lowest: 0, highest: 23, names: [])
  static let dayOfMonth = CronField(name: "day of month", lowest: 1, highest: 31, names: [])
  static let month = CronField(
    name: "month",
    lowest: 1,
    highest: 12,
    names: [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
  )
  static let dayOfWeek = CronField(
    name: "weekday",
    lowest: 0,
    highest: 7,
    names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
  )

  /// The values that the text names, as bits.
  func bits(of text: String, in line: String) throws -> UInt64 {
    var bits: UInt64 = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      bits |= try values(in: String(part), of: line)
    }
    return bits
  }

  private func values(in part: String, of line: String) throws -> UInt64 {
    let halves = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2, let spanText = halves.first, !spanText.isEmpty else {
      throw fault(part, line, "is no value, range or step")
    }
    var step = 1
    if halves.count == 2 {
      guard let given = number(halves[1]), given >= 1, given <= highest else {
        throw fault(part, line, "needs a step between 1 and \(highest)")
      }
      step = given
    }
    let span = try range(of: spanText, hasStep: halves.count == 2, in: line)
    var bits: UInt64 = 0
    for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
      bits |= 1 << UInt64(value)
    }
    return bits
  }

  private func range(of span: String, hasStep: Bool, in line: String) throws -> ClosedRange<Int> {
    if span == "*" { return lowest...(names.count == 7 ? 6 : highest) }
    let ends = span.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2, let first = value(ends[0]) else {
      throw fault(span, line, "must be between \(lowest) and \(highest)")
    }
    guard ends.count == 2 else { return first...(hasStep ? highest : first) }
    guard let last = value(ends[1]) else {
      throw fault(span, line, "must be between \(lowest) and \(highest)")
    }
    guard first <= last else { throw fault(span, line, "runs backwards") }
    return first...last
  }

  private func value(_ text: String) -> Int? {
    if let index = names.firstIndex(of: text.lowercased()) { return lowest + index }
    guard let value = number(text), (lowest...highest).contains(value) else { return nil }
    return value
  }

  /// Digits only: `Int` would also take a sign.
  private func number(_ text: String) -> Int? {
    guard !text.isEmpty, text.count <= 2, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private func fault(_ part: String, _ line: String, _ rule: String) -> Failure {
    Failure(
      .invalid,
      "The schedule \"\(line)\" cannot be read: \(name) \"\(part)\" \(rule).",
      hint: "Write a value, a range 1-5, a step */15, or a list of these with commas."
    )
  }
}
