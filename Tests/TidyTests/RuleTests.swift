import Testing

/// A rule that cannot fail guards nothing: each one is shown what it must and must not find.
@Suite("Tidy rules") struct RuleTests {
  private func file(_ text: String) -> SwiftText { SwiftText(path: "a.swift", text: text) }

  @Test("Comments, strings and regular expressions are no code")
  func blanking() {
    let text = #"""
      let a = "fatalError() \(try! "as! \(b as! C)")" // fatalError()
      /* fatalError() /* nested */ try! */ let c = "\"fatalError"
      let d = #/"fatalError/#
      """#
    let code = file(text).code
    #expect(!code.joined().contains("fatalError"))
    #expect(Rules.bannedCode(file(text)).map(\.message) == ["banned: try!", "banned: as!"])
    #expect(code[1].contains("let c ="))
  }

  @Test("Long strings are blanked to their end, with quotes and number signs in them")
  func longStrings() {
    let quotes = "\"\"\""
    let text = "let a = #\(quotes)\ntry! \"quoted\" \(quotes)\n\(quotes)#\nfatalError()\n"
    #expect(Rules.bannedCode(file(text)) == [finding(4, "banned: fatalError")])
  }

  @Test(
    "Banned code is found",
    arguments: [
      ("fatalError()", "banned: fatalError"), ("let x = try! f()", "banned: try!"),
      ("let x = y as! Int", "banned: as!"),
    ]
  )
  func bannedCode(text: String, message: String) {
    #expect(Rules.bannedCode(file(text)) == [finding(1, message)])
  }

  @Test("Good code is not", arguments: ["try? f()", "x as? Int", "a != b", "let t = try !f()"])
  func goodCode(text: String) {
    #expect(Rules.bannedCode(file(text)).isEmpty)
  }

  @Test("A long file, line or function is found, and one just inside the limit is not")
  func lengths() {
    #expect(Rules.lengths(file(String(repeating: "a\n", count: 500))).isEmpty)
    #expect(Rules.lengths(file(String(repeating: "a\n", count: 501))).count == 1)
    #expect(Rules.lengths(file(String(repeating: "a", count: 100))).isEmpty)
    #expect(Rules.lengths(file(String(repeating: "a", count: 101))).count == 1)
    #expect(Rules.lengths(file("\tlet a = 1")).map(\.message) == ["a tab"])
    for head in ["func f() {", "init?(a: Int) {", "var x: Int {", "subscript(a: Int) -> Int {"] {
      let inside = head + String(repeating: "\n", count: 69) + "}"
      #expect(Rules.functionLengths(file(inside)).isEmpty)
      let beyond = head + String(repeating: "\n", count: 70) + "}"
      #expect(Rules.functionLengths(file(beyond)).map(\.line) == [1])
    }
  }

  @Test("A requirement has no body, and a call of an initialiser is no function")
  func bodies() {
    let long = String(repeating: "\n", count: 90)
    #expect(Rules.functionLengths(file("protocol P { func f()\n func g() }\(long)")).isEmpty)
    #expect(Rules.functionLengths(file("a.init(b: 1) {\(long)}")).isEmpty)
    #expect(Rules.functionLengths(file("func f()\nstruct S {\(long)}")).isEmpty)
  }

  @Test("A claim to the compiler wants a comment above it")
  func proofs() {
    let claim = "final class A:\n  @unchecked Sendable {}"
    #expect(Rules.unproven(file("\n" + claim)).count == 1)
    #expect(Rules.unproven(file("// Proof: it is locked.\n@Frozen\n" + claim)).isEmpty)
    #expect(Rules.unproven(file("nonisolated(unsafe) var a = 1")).count == 1)
    #expect(Rules.unproven(file("// Set once.\nnonisolated(unsafe) var a = 1")).isEmpty)
  }

  @Test("Empty names are found in declarations only")
  func names() {
    for name in ["StockManager", "HTTPHelper", "HelperTable", "StockService", "StringUtils"] {
      #expect(Rules.names(file("struct \(name) {}")).count == 1)
    }
    #expect(Rules.names(file("struct ServiceLevel: Service {}\nlet a = StockManager()")).isEmpty)
  }

  @Test("Clocks and hidden randomness are found")
  func impurity() {
    #expect(Rules.impurity(file("let t = ContinuousClock.now")).count == 1)
    #expect(Rules.impurity(file("let r = Int.random(in: 0..<3)")).count == 1)
    #expect(Rules.impurity(file("a.shuffle()")).count == 1)
    #expect(Rules.impurity(file("let r = Int.random(in: 0..<3, using: &source)")).isEmpty)
  }

  @Test("Leftovers and machine paths are found")
  func words() {
    let leftover = "// " + "TO" + "DO: later"
    #expect(Rules.leftovers(path: "a", lines: [leftover]).count == 1)
    #expect(Rules.leftovers(path: "a", lines: ["mktemp -d a." + "XX" + "XXXX"]).isEmpty)
    let path = "let a = \"" + "/ho" + "me/me\""
    #expect(Rules.machinePaths(path: "a.swift", lines: [path]).count == 1)
    #expect(Rules.machinePaths(path: "a.swift", lines: ["/t" + "mp/a"]).count == 1)
    #expect(Rules.machinePaths(path: "a.sh", lines: ["${TMPDIR:-/t" + "mp}/a"]).isEmpty)
    #expect(Rules.machinePaths(path: "a.md", lines: ["site/wo" + "rk/x"]).isEmpty)
  }

  @Test("Imports are read in every form, and one above the layer is found")
  func imports() {
    let text = """
      import Warehouse
      @testable import Packing
      public import struct Foundation.Data
      @_spi(Inner) import GRDB
      // import Glibc
      """
    let modules = Layers.imports(of: file(text)).map(\.module)
    #expect(modules == ["Warehouse", "Packing", "Foundation", "GRDB"])
    let found = Layers.forbiddenImports(file(text), target: "Packing").map(\.line)
    #expect(found == [2, 3, 4])
    #expect(Layers.forbiddenImports(file("import FoundationEssentials"), target: "API").isEmpty)
    #expect(Layers.forbiddenImports(file("import Storage"), target: "API").count == 1)
  }

  @Test("The manifest is read with its products")
  func manifest() throws {
    let text = """
      let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
      .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
      .target(name: "A", swiftSettings: pure),
      .target(
        name: "B",
        dependencies: ["A", grdb],
        swiftSettings: house
      ),
      package.tests("B", ["B"])
      """
    let manifest = try Manifest(text: text)
    #expect(manifest.dependencies == ["CZlib": [], "A": [], "B": ["A", "GRDB"]])
    #expect(manifest.testTargets == ["BTests"])
  }

  @Test("Links and headings are read outside of code fences")
  func links() {
    let lines = ["[a](b.md#c), ![p](p.svg) and [w](https://x.org)", "```", "[x](y)", "```"]
    #expect(Links.links(of: lines).map(\.target) == ["b.md#c", "p.svg"])
    #expect(Links.anchors(of: ["## Why not?", "# A `b` c"]) == ["why-not", "a-b-c"])
  }

  private func finding(_ line: Int, _ message: String) -> Finding {
    Finding(path: "a.swift", line: line, message: message)
  }
}
