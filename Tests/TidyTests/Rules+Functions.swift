extension Rules {
  /// A function is at most 70 lines long, from the line of its name to its closing brace.
  ///
  /// Counted are `func`, `init`, `deinit`, `subscript` and computed properties. A requirement of a
  /// protocol has no body: the search for one ends at the next declaration.
  static func functionLengths(_ file: SwiftText) -> [Finding] {
    var findings: [Finding] = []
    for (index, token) in file.tokens.enumerated() where isFunction(file.tokens, index) {
      guard let open = bodyStart(file.tokens, after: index),
        let close = partner(file.tokens, of: open)
      else { continue }
      let count = file.tokens[close].line - token.line + 1
      if count > functionLines {
        let message = "a function of \(count) lines, \(functionLines) at most"
        findings.append(Finding(path: file.path, line: token.line, message: message))
      }
    }
    return findings
  }

  private static func isFunction(_ tokens: [SwiftText.Token], _ index: Int) -> Bool {
    let before = index > 0 ? tokens[index - 1].text : ""
    guard before != ".", before != "`" else { return false }
    switch tokens[index].text {
    case "func", "subscript", "var":
      return true
    case "init":
      let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
      return ["(", "?", "<"].contains(next)
    case "deinit":
      return true
    default:
      return false
    }
  }

  private static func bodyStart(_ tokens: [SwiftText.Token], after index: Int) -> Int? {
    let isProperty = tokens[index].text == "var"
    let ends = [
      "func", "var", "let", "init", "deinit", "subscript", "case", "struct", "enum", "extension",
      "protocol", "associatedtype", "typealias",
    ]
    var depth = 0
    for position in tokens.indices[(index + 1)...] {
      switch tokens[position].text {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0:
        // A stored property may be followed by a statement with braces; it is not its body.
        return isProperty && tokens[position].line != tokens[index].line ? nil : position
      case "}" where depth == 0: return nil
      case "=" where depth == 0 && isProperty: return nil
      case let word where depth == 0 && ends.contains(word): return nil
      default: break
      }
      if depth < 0 { return nil }
    }
    return nil
  }

  private static func partner(_ tokens: [SwiftText.Token], of open: Int) -> Int? {
    var depth = 0
    for position in tokens.indices[open...] {
      if tokens[position].text == "{" { depth += 1 }
      if tokens[position].text == "}" {
        depth -= 1
        if depth == 0 { return position }
      }
    }
    return nil
  }
}
