/// What a ZPL printer says of itself to `~HS`: three lines of figures (ZPL II, Host Status).
struct PrinterStatus: Equatable {
  /// What hinders it, in words; nil where nothing does.
  let hindrance: String?

  /// Reads the lines; a printer that does not answer, or otherwise, is taken to be well.
  init(lines: [String]) {
    let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    func isSet(_ line: Int, _ field: Int) -> Bool {
      fields.count > line && fields[line].count > field && fields[line][field] == "1"
    }
    hindrance =
      if isSet(0, 1) {
        "it is out of paper"
      } else if isSet(1, 2) {
        "its head is open"
      } else if isSet(1, 3) {
        "it is out of ribbon"
      } else if isSet(0, 2) {
        "it is paused"
      } else {
        nil
      }
  }
}
