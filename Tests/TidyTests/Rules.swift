/// The rules on the text of one Swift file.
enum Rules {
  static let fileLines = 500
  static let functionLines = 70
  static let columns = 100

  /// A file is at most 500 lines long, a line at most 100 columns; no tabs.
  static func lengths(_ file: SwiftText) -> [Finding] {
    var findings: [Finding] = []
    if file.lines.count > fileLines {
      let message = "\(file.lines.count) lines, \(fileLines) at most"
      findings.append(Finding(path: file.path, line: file.lines.count, message: message))
    }
    for (index, line) in file.lines.enumerated() {
      if line.count > columns {
        let message = "\(line.count) columns, \(columns) at most"
        findings.append(Finding(path: file.path, line: index + 1, message: message))
      }
      if line.contains("\t") {
        findings.append(Finding(path: file.path, line: index + 1, message: "a tab"))
      }
    }
    return findings
  }

  /// No `fatalError`, `try!` and `as!`: an operating error is thrown, an invariant is a
  /// `precondition` that says what it means.
  static func bannedCode(_ file: SwiftText) -> [Finding] {
    var findings: [Finding] = []
    for (index, token) in file.tokens.enumerated() {
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1] : nil
      let isForced = next?.text == "!" && next?.isAdjacent == true
      if token.text == "fatalError" || (isForced && ["try", "as"].contains(token.text)) {
        let word = token.text + (isForced ? "!" : "")
        findings.append(Finding(path: file.path, line: token.line, message: "banned: \(word)"))
      }
    }
    return findings
  }

  /// A proof stands above what the compiler is told to believe.
  static func unproven(_ file: SwiftText) -> [Finding] {
    var findings: [Finding] = []
    for (index, token) in file.tokens.enumerated() {
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1].text : ""
      let isClaim =
        (token.text == "unchecked" && next == "Sendable")
        || (token.text == "nonisolated" && next == "(")
      if isClaim, !hasCommentAbove(file, line: token.line) {
        let message = "\(token.text) without a comment above that proves it"
        findings.append(Finding(path: file.path, line: token.line, message: message))
      }
    }
    return findings
  }

  /// Whether a comment stands above a declaration, which may span lines and carry attributes.
  private static func hasCommentAbove(_ file: SwiftText, line: Int) -> Bool {
    let starts = ["class", "struct", "enum", "extension", "var", "let", "func", "actor"]
    var index = line - 1
    // Up to the line on which the declaration begins, then over its attributes.
    while index > 0,
      !file.code[index].split(separator: " ").contains(where: { starts.contains(String($0)) })
    {
      index -= 1
    }
    index -= 1
    while index >= 0, file.lines[index].drop(while: { $0 == " " }).hasPrefix("@") { index -= 1 }
    return index >= 0 && file.lines[index].drop(while: { $0 == " " }).hasPrefix("//")
  }

  /// Types are named by nouns of the trade: none is a `Manager`, `Helper`, `Utils` or `Service`.
  ///
  /// A service level is a noun of the trade, so `Service` is banned as the last word only.
  static func names(_ file: SwiftText) -> [Finding] {
    let kinds = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    let banned = ["Manager", "Helper", "Helpers", "Utils", "Utilities"]
    var findings: [Finding] = []
    for (kind, name) in zip(file.tokens, file.tokens.dropFirst()) where kinds.contains(kind.text) {
      let words = camelWords(name.text)
      let found = words.filter { banned.contains($0) } + words.suffix(1).filter { $0 == "Service" }
      for word in found {
        let message = "the name \(name.text) says \(word), and that says nothing"
        findings.append(Finding(path: file.path, line: name.line, message: message))
      }
    }
    return findings
  }

  private static func camelWords(_ name: String) -> [String] {
    var words: [String] = []
    for character in name {
      if character.isUppercase || words.isEmpty {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }

  /// Pure targets see no clock and no randomness of their own.
  static func impurity(_ file: SwiftText) -> [Finding] {
    let clocks = [
      "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "clock_gettime",
    ]
    let draws = ["random", "randomElement", "shuffle", "shuffled"]
    var findings: [Finding] = []
    for (index, token) in file.tokens.enumerated() {
      let following = file.tokens[(index + 1)...]
      let isDraw =
        draws.contains(token.text) && following.first?.text == "("
        && index > 0 && file.tokens[index - 1].text == "."
        && !following.prefix { $0.text != ")" }.contains { $0.text == "using" }
      if clocks.contains(token.text) || isDraw {
        let message = "\(token.text): time and randomness are arguments of a pure target"
        findings.append(Finding(path: file.path, line: token.line, message: message))
      }
    }
    return findings
  }
}
