import Testing

/// Style and layers, checked on the checkout itself.
@Suite("Tidy") struct TidyTests {
  private let tree = ProjectTree.checkout
  private let sources: [SwiftText]
  private let tests: [SwiftText]

  /// Each file is read once for all rules.
  private static let read = Result {
    (
      try ProjectTree.checkout.swift(below: "Sources"),
      try ProjectTree.checkout.swift(below: "Tests")
    )
  }

  init() throws {
    (sources, tests) = try Self.read.get()
  }

  @Test("No file, function or line is too long, and no line holds a tab")
  func lengths() throws {
    let files = sources + tests
    #expect(!files.isEmpty)
    let findings = files.flatMap { Rules.lengths($0) + Rules.functionLengths($0) }
    record(findings)
  }

  @Test("Sources crash on purpose nowhere, and prove what they ask the compiler to believe")
  func bannedCode() throws {
    let findings = sources.flatMap {
      Rules.bannedCode($0) + Rules.unproven($0)
    }
    record(findings)
  }

  @Test("No type hides behind an empty name")
  func names() throws {
    let findings = sources.flatMap(Rules.names)
    record(findings)
  }

  @Test("No file holds a leftover or a path of one machine")
  func words() throws {
    let findings = try tree.writtenPaths.flatMap { path in
      let lines = try tree.lines(path)
      return Rules.leftovers(path: path, lines: lines)
        + Rules.machinePaths(path: path, lines: lines)
    }
    record(findings)
  }

  @Test("Every file imports only what its layer may")
  func imports() throws {
    let findings = sources.flatMap { file in
      Layers.forbiddenImports(file, target: Self.target(of: file))
    }
    record(findings)
  }

  @Test("Pure targets have no clock and no randomness")
  func purity() throws {
    let findings =
      sources
      .filter { Layers.table[Self.target(of: $0)]?.isPure == true }
      .flatMap(Rules.impurity)
    record(findings)
  }

  @Test("The manifest declares the layers, no more and no less")
  func manifest() throws {
    let manifest = try Manifest(text: tree.text("Package.swift"))
    for (target, layer) in Layers.table {
      let declared = manifest.dependencies[target]
      #expect(declared == layer.targets.union(layer.products), "\(target)")
    }
    let others = Set(manifest.dependencies.keys).subtracting(Layers.table.keys)
    #expect(others.subtracting(["StowageTesting", "SlowDisk"]).isEmpty, "undescribed: \(others)")
  }

  @Test("Every folder of Sources and Tests is a target")
  func folders() throws {
    let manifest = try Manifest(text: tree.text("Package.swift"))
    #expect(tree.folders(below: "Sources") == Set(Layers.table.keys))
    let scripts: Set = ["System", "Vectors"]
    let tests = tree.folders(below: "Tests").subtracting(scripts)
    #expect(tests.subtracting(manifest.testTargets) == ["StowageTesting", "SlowDisk"])
  }

  @Test("Every limit is enforced somewhere")
  func limits() throws {
    let path = "Sources/Warehouse/Limits.swift"
    let limits = try tree.text(path).matches(of: #/static let (\w+)/#).map { String($0.1) }
    #expect(limits.count > 10)
    let files = sources.filter { $0.path != path }
    let used = Set(files.flatMap { Self.members(of: "Limits", in: $0) })
    let unused = limits.filter { !used.contains($0) }
    #expect(unused.isEmpty, "nothing enforces: \(unused.joined(separator: ", "))")
  }

  @Test("Every file of the web pages is compiled in")
  func webPages() throws {
    let folder = "Sources/CAssets/"
    let files = ProjectTree.checkout.paths.filter { $0.hasPrefix(folder + "pages/") }
    #expect(files.count > 20)
    let list = try tree.lines(folder + "pages.c")
    for file in files.map({ $0.dropFirst(folder.count) }) {
      #expect(list.contains("#embed \"\(file)\""), "\(file) is not embedded in pages.c")
      #expect(list.contains { $0.hasPrefix("    PAGE(\"\(file)\", ") }, "\(file) has no name")
    }
  }

  @Test("Every link between the pages leads somewhere")
  func links() throws {
    let findings = try Links.broken(in: tree)
    record(findings)
  }

  /// An issue for each finding, so that a run names them all.
  private func record(_ findings: [Finding]) {
    for finding in findings { Issue.record("\(finding)") }
  }

  private static func target(of file: SwiftText) -> String {
    String(file.path.split(separator: "/")[1])
  }

  /// The names that follow `Type.` in a file.
  private static func members(of type: String, in file: SwiftText) -> [String] {
    zip(file.tokens, zip(file.tokens.dropFirst(), file.tokens.dropFirst(2)))
      .filter { $0.text == type && $1.0.text == "." }.map { $1.1.text }
  }
}
