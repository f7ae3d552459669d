import WireFormat

/// The sheet that is signed at go-live: what was counted in, by material and by location.
enum OpeningStockText {
  /// The lines of the sheet.
  static func lines(_ report: JSONValue, file: String) -> [String] {
    var lines = ["Opening stock from \(file)", "\(report.shown("lots")) lots", "", "By material"]
    lines += table(report["materials"]) + ["", "By location"]
    lines += table(report["locations"])
    lines += ["", "Counted and correct:", "", "Name ______________________________", ""]
    lines += ["Date ______________  Signature ______________________________"]
    return lines
  }

  /// The rows of a list, with the members of its first row as columns.
  private static func table(_ list: JSONValue?) -> [String] {
    let rows = list?.array ?? []
    guard let keys = rows.first?.members.map(\.0) else { return ["(nothing)"] }
    var table = TextTable(keys)
    table.add(rows, keys)
    return table.lines
  }
}
