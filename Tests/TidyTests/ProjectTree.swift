import Foundation

/// The files of the checkout that this test was built from.
struct ProjectTree {
  let root: URL
  /// Paths from the root, sorted; what is built or hidden is left out.
  let paths: [String]

  static let checkout = ProjectTree(
    root: URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  )

  init(root: URL) {
    self.root = root
    let skipped: Set = ["dist", "__pycache__", "node_modules"]
    var paths: [String] = []
    var folders = [""]
    while let folder = folders.popLast() {
      let names = try? FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder)
      for name in names ?? [] where !name.hasPrefix(".") && !skipped.contains(name) {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        var isFolder: ObjCBool = false
        let full = "\(root.path)/\(path)"
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else { continue }
        if isFolder.boolValue { folders.append(path) } else { paths.append(path) }
      }
    }
    self.paths = paths.sorted()
  }

  func text(_ path: String) throws -> String {
    let data = try Data(contentsOf: root.appendingPathComponent(path))
    return String(decoding: data, as: UTF8.self)
  }

  func lines(_ path: String) throws -> [String] {
    try text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  func swift(below folder: String) throws -> [SwiftText] {
    try paths.filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(".swift") }
      .map { SwiftText(path: $0, text: try text($0)) }
  }

  /// Names of the folders directly below one.
  func folders(below folder: String) -> Set<String> {
    Set(
      paths.filter { $0.hasPrefix(folder + "/") }
        .map { $0.dropFirst(folder.count + 1).split(separator: "/") }
        .filter { $0.count > 1 }.map { String($0[0]) }
    )
  }

  /// Everything that people wrote: code, scripts, pages, configuration.
  var writtenPaths: [String] {
    let endings = [
      ".swift", ".c", ".h", ".modulemap", ".py", ".sh", ".sql", ".md", ".yaml", ".yml", ".json",
      ".txt", ".service", ".conf", ".html", ".css", ".js", "Makefile", ".1",
    ]
    return paths.filter { path in endings.contains { path.hasSuffix($0) } }
  }
}
