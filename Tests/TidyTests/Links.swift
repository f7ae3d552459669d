import Foundation

/// The links of the pages: a path must exist, a `#fragment` must be a heading of its page.
enum Links {
  static func broken(in tree: ProjectTree) throws -> [Finding] {
    let known = Set(tree.paths)
    var findings: [Finding] = []
    for page in tree.paths where page.hasSuffix(".md") {
      for (target, line) in links(of: try tree.lines(page)) {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].isEmpty ? page : resolve(String(parts[0]), from: page)
        let isThere =
          path.isEmpty || known.contains(path) || known.contains { $0.hasPrefix(path + "/") }
        if !isThere {
          findings.append(Finding(path: page, line: line, message: "dead link: \(target)"))
        } else if parts.count > 1, path.hasSuffix(".md"),
          !anchors(of: try tree.lines(path)).contains(String(parts[1]))
        {
          findings.append(Finding(path: page, line: line, message: "no such heading: \(target)"))
        }
      }
    }
    return findings
  }

  /// The targets inside the project of `[words](target)`, outside of code fences.
  static func links(of lines: [String]) -> [(target: String, line: Int)] {
    var links: [(String, Int)] = []
    for (index, line) in outsideFences(lines) {
      for match in line.matches(of: #/\]\(([^)\s]+)\)/#)
      where !match.1.contains("://") && !match.1.hasPrefix("mailto:") {
        links.append((String(match.1), index + 1))
      }
    }
    return links
  }

  /// The fragments that the headings of a page answer to, spelled as GitHub spells them.
  static func anchors(of lines: [String]) -> Set<String> {
    Set(
      outsideFences(lines).filter { $0.line.hasPrefix("#") }.map { _, line in
        line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
          .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
          .replacingOccurrences(of: " ", with: "-")
      }
    )
  }

  private static func outsideFences(_ lines: [String]) -> [(index: Int, line: String)] {
    var isFenced = false
    return lines.enumerated().filter { _, line in
      if line.hasPrefix("```") {
        isFenced.toggle()
        return false
      }
      return !isFenced
    }.map { ($0.offset, $0.element) }
  }

  private static func resolve(_ target: String, from page: String) -> String {
    var parts = target.hasPrefix("/") ? [] : page.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
  }
}
