extension Rules {
  /// Words that mark unfinished work, spelled here so that this file does not hold them.
  private static let leftovers = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
  /// Beginnings of paths that exist on one machine only.
  private static let machinePaths = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]

  /// No leftovers in any file of the project, comments included.
  static func leftovers(path: String, lines: [String]) -> [Finding] {
    var findings: [Finding] = []
    for (index, line) in lines.enumerated() {
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
      for word in leftovers where words.contains(word) {
        findings.append(Finding(path: path, line: index + 1, message: "leftover: \(word)"))
      }
    }
    return findings
  }

  /// No path of somebody's machine; a temporary folder is asked for, not named.
  static func machinePaths(path: String, lines: [String]) -> [Finding] {
    let banned = machinePaths + (path.hasSuffix(".swift") ? ["/t" + "mp/"] : [])
    var findings: [Finding] = []
    for (index, line) in lines.enumerated() where line.utf8.contains(UInt8(ascii: "/")) {
      for word in banned where begins(line, with: word) {
        findings.append(Finding(path: path, line: index + 1, message: "machine path: \(word)"))
      }
    }
    return findings
  }

  /// Whether a path that begins so stands in the line: not as the middle of a longer path.
  private static func begins(_ line: String, with prefix: String) -> Bool {
    let line = Array(line.utf8)
    let prefix = Array(prefix.utf8)
    guard line.count >= prefix.count else { return false }
    return (0...(line.count - prefix.count)).contains { start in
      guard line[start...].starts(with: prefix) else { return false }
      guard start > 0 else { return true }
      let before = Character(UnicodeScalar(line[start - 1]))
      return !before.isLetter && !before.isNumber && !"._-/}~".contains(before)
    }
  }
}
