import CAssets
import Foundation
import Warehouse

/// The keys that the configuration knows, and the check that a file uses no others.
enum ConfigurationKeys {
  /// Every key, dotted: the leaves of the default file, which is compiled in.
  static let all = Set(keys(in: manual).map(\.key))

  /// What the manual says of each key: the comment above it, or above the keys it stands with.
  static let words: [String: String] = {
    let lines = manual.split(separator: "\n", omittingEmptySubsequences: false)
    var words: [String: String] = [:]
    for (key, line) in keys(in: manual) {
      var comment: [Substring] = []
      for above in lines[..<(line - 1)].reversed() {
        let text = above.drop { $0 == " " }
        if text.first == "#" {
          comment.append(text.dropFirst().drop { $0 == " " })
        } else if !comment.isEmpty || text.isEmpty {
          break
        }
      }
      if !comment.isEmpty { words[key] = comment.reversed().joined(separator: " ") }
    }
    return words
  }()

  private static let manual: String = {
    guard let asset = stowage_asset_find("firmware-config/stowage.yaml") else { return "" }
    let bytes = UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
    return String(decoding: bytes, as: UTF8.self)
  }()

  /// Fails where the file has a key that nobody reads, naming its line and the nearest key.
  static func check(file path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(
        .notFound,
        "There is no configuration file at \(path).",
        hint: "Name another with --config, or copy firmware-config/stowage.yaml there."
      )
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(
        .malformed,
        "The configuration file \(path) is not UTF-8.",
        hint: "Save it as UTF-8 and start again."
      )
    }
    let unknown = keys(in: text).filter { !all.contains($0.key) }
    guard !unknown.isEmpty else { return }
    throw Failure(
      .invalid,
      "The configuration file \(path) has keys that nobody reads.",
      hint: "firmware-config/stowage.yaml lists every key.",
      faults: unknown.map { key, line in
        let nearest = Spelling.nearest(to: key, in: all).map { "; did you mean \($0)?" } ?? ""
        return .init(place: "line \(line)", value: key, rule: "is not a key\(nearest)")
      }
    )
  }

  /// The dotted keys of a YAML file of nested sections, each with its line.
  ///
  /// The file is read in full by the configuration library; here only the nesting of `name:` lines
  /// by their indentation is followed, which is all that this check needs. List items and the
  /// lines of a quoted text are no keys.
  static func keys(in text: String) -> [(key: String, line: Int)] {
    var sections: [(indent: Int, name: String)] = []
    var found: [(String, Int)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let indent = line.prefix { $0 == " " }.count
      let content = line.dropFirst(indent)
      guard let colon = content.firstIndex(of: ":"), content.first != "#", content.first != "-"
      else { continue }
      let name = String(content[..<colon])
      guard name.allSatisfy({ $0.isLetter || $0.isNumber || "-_".contains($0) }) else { continue }
      while let last = sections.last, last.indent >= indent { sections.removeLast() }
      let value = content[content.index(after: colon)...].drop { $0 == " " }
      if value.isEmpty || value.first == "#" {
        sections.append((indent, name))
        if isLeaf(after: index, indent: indent, in: text) {
          found.append(((sections.map(\.name)).joined(separator: "."), index + 1))
        }
      } else {
        found.append(((sections.map(\.name) + [name]).joined(separator: "."), index + 1))
      }
    }
    return found
  }

  /// Whether a `name:` without a value on its line begins no section: nothing deeper follows.
  private static func isLeaf(after index: Int, indent: Int, in text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.dropFirst(index + 1) {
      let content = line.drop { $0 == " " }
      if content.isEmpty || content.first == "#" { continue }
      if content.first == "-" { return true }
      return line.prefix { $0 == " " }.count <= indent
    }
    return true
  }
}
