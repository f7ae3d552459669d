import Crypto
import Foundation
import HTTPServer
import Testing
import WireFormat

@Suite("The pages") struct PageTests {
  private static let pages = ["/", "/scan", "/station", "/setup", "/pair", "/docs"]
  /// What the handheld's page may weigh on the wire, all its files compressed, in bytes.
  private static let handheldBytes = 60_000

  /// What follows `start` in a text, each up to the next `end`.
  private static func found(in text: String, from start: String, to end: Character) -> [String] {
    text.ranges(of: start).map { String(text[$0.upperBound...].prefix { $0 != end }) }
  }

  /// Every file that a page leads to: what it names, what its scripts import, in every language.
  private static func files(of page: String, _ driver: any Driver) throws -> [String: Answer] {
    var files: [String: Answer] = [:]
    var open = [page]
    while let path = open.popLast() {
      guard files[path] == nil else { continue }
      let answer = try driver.send(Exchange(method: "GET", target: path))
      files[path] = answer
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      if path.hasSuffix(".js") {
        for name in found(in: answer.text, from: "from \"./", to: "\"") {
          open.append("/\(folder)/\(name)")
        }
        // Sentences of the server, in each language but its own.
        for name in found(in: answer.text, from: "import(`./server-", to: ".") {
          open.append(contentsOf: name == "${language}" ? ["/\(folder)/server-es.js"] : [])
        }
        for name in found(in: answer.text, from: "from \"../", to: "\"") {
          open.append("/assets/\(name)")
        }
        for folder in found(in: answer.text, from: "learn([", to: "]").first?.split(separator: ",")
          ?? []
        {
          let name = folder.filter { $0.isLetter }
          open += ["en", "es"].map { "/assets/\(name)/words-\($0).js" }
        }
      } else if !path.contains(".") {
        open +=
          (found(in: answer.text, from: "href=\"/assets/", to: "\"")
          + found(in: answer.text, from: "src=\"/assets/", to: "\"")).map { "/assets/\($0)" }
      }
    }
    return files
  }

  @Test("Everything that a page names is served by the box itself", arguments: Way.allCases)
  func references(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    for page in Self.pages {
      let answer = try driver.send(Exchange(method: "GET", target: page))
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
      let names =
        Self.found(in: answer.text, from: "href=\"", to: "\"")
        + Self.found(in: answer.text, from: "src=\"", to: "\"")
      #expect(names.count >= 4)
      for name in names {
        #expect(name.hasPrefix("/"), "\(page) leads outside: \(name)")
        let named = try driver.send(Exchange(method: "GET", target: name))
        #expect(named.status == 200, "\(page) names \(name)")
      }
    }
  }

  @Test("The floor map may use exactly the style that stands in it")
  func mapPolicy() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let map = try driver.send(Exchange(method: "GET", target: "/api/v1/utilization/map.svg"))
    let style = try #require(Self.found(in: map.text, from: "<style>", to: "<").first)
    let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
    let policy = map.header("Content-Security-Policy")
    #expect(
      policy == "default-src 'none'; style-src 'sha256-\(digest)'; frame-ancestors 'none'"
    )
    #expect(!map.text.contains("style="))
  }

  @Test("Pages run nothing but their own scripts, and no markup stands in a script")
  func policy() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    for page in Self.pages {
      let answer = try driver.send(Exchange(method: "GET", target: page))
      let policy = answer.header("Content-Security-Policy") ?? ""
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.header("X-Frame-Options") == "DENY")
      #expect(answer.header("Referrer-Policy") == "no-referrer")
      #expect(!answer.text.contains(" style="), "\(page)")
      #expect(!answer.text.contains(" on"), "\(page) has a handler in its markup")
      for script in Self.found(in: answer.text, from: "<script", to: "<") {
        #expect(script.contains("src=") && script.hasSuffix(">"), "\(page): \(script)")
      }
    }
    for (path, answer) in try Self.pages.flatMap({ try Self.files(of: $0, driver) }) {
      #expect(answer.status == 200, "\(path)")
      guard path.hasSuffix(".js") else { continue }
      #expect(answer.header("Content-Type") == "text/javascript; charset=utf-8")
      // Texts of the warehouse are set as text, never as markup.
      for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        #expect(!answer.text.contains(word), "\(path) uses \(word)")
      }
    }
  }

  @Test("Every word that a page says stands in the catalogue of each language")
  func words() throws {
    let driver = MemoryDriver(router: try Plant().router)
    func keys(_ folder: String, _ language: String) throws -> Set<String> {
      let path = "/assets/\(folder)/words-\(language).js"
      let text = try driver.send(Exchange(method: "GET", target: path)).text
      return Set(
        text.split(separator: "\n").compactMap { line in
          guard line.hasPrefix("  "), !line.hasPrefix("   "), let colon = line.firstIndex(of: ":")
          else { return nil }
          return line[..<colon].filter { $0 != " " && $0 != "\"" }
        }
      )
    }
    for (folder, page) in [("scan", "/scan"), ("station", "/station"), ("office", "/")] {
      var known: Set<String> = []
      for name in ["common", folder] {
        let english = try keys(name, "en")
        #expect(english.count > 20, "\(name)")
        #expect(english == (try keys(name, "es")), "\(name)")
        known.formUnion(english)
      }
      for (path, answer) in try Self.files(of: page, driver) where path.hasSuffix(".js") {
        for key in Self.found(in: answer.text, from: " t(\"", to: "\"")
          + Self.found(in: answer.text, from: "(t(\"", to: "\"")
        {
          #expect(known.contains(key), "\(path) says \(key)")
        }
      }
    }
  }

  @Test("The handheld's page is small, and its worker keeps every file of it")
  func handheld() throws {
    let driver = MemoryDriver(router: try Plant().router)
    let files = try Self.files(of: "/scan", driver)
    let worker = try driver.send(Exchange(method: "GET", target: "/scan-worker.js"))
    let kept = Set(
      Self.found(in: worker.text, from: "\"/", to: "\"").map { "/\($0)" }
    )
    for path in files.keys { #expect(kept.contains(path), "\(path) is not kept") }
    for path in kept { #expect(files[path] != nil, "\(path) is kept for nobody") }
    let bytes = try (files.values.map(\.bytes) + [worker.bytes])
      .reduce(0) { try $0 + Gzip.compress($1).count }
    #expect(bytes <= Self.handheldBytes, "\(bytes) bytes compressed")
  }
}
