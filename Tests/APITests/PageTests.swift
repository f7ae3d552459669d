import HTTPServer
import Testing
import WireFormat

@Suite("The pages") struct PageTests {
  private static let pages = ["/", "/docs"]

  /// What follows `start` in a text, each up to the next `end`.
  private static func found(in text: String, from start: String, to end: Character) -> [String] {
    text.ranges(of: start).map { String(text[$0.upperBound...].prefix { $0 != end }) }
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

  @Test("Pages run nothing but their own scripts, and no markup stands in a script")
  func policy() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    for page in Self.pages {
      let answer = try driver.send(Exchange(method: "GET", target: page))
      let policy = answer.header("Content-Security-Policy") ?? ""
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
      #expect(!policy.contains("unsafe"))
      #expect(!answer.text.contains(" style="), "\(page)")
      #expect(!answer.text.contains(" on"), "\(page) has a handler in its markup")
      for script in Self.found(in: answer.text, from: "<script", to: "<") {
        #expect(script.contains("src=") && script.hasSuffix(">"), "\(page): \(script)")
      }
    }
    for script in ["/assets/overview.js", "/assets/docs.js"] {
      let answer = try driver.send(Exchange(method: "GET", target: script))
      #expect(answer.header("Content-Type") == "text/javascript; charset=utf-8")
      // Texts of the warehouse are set as text, never as markup.
      for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        #expect(!answer.text.contains(word), "\(script) uses \(word)")
      }
    }
  }

  @Test("The calls that the scripts make are calls of the API, with members that are described")
  func calls() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let script = try driver.send(Exchange(method: "GET", target: "/assets/overview.js")).text
    let paths = Self.found(in: script, from: "get(\"", to: "\"")
    #expect(paths.count == 4)
    for path in paths {
      let answer = try driver.send(Exchange(method: "GET", target: path))
      #expect(answer.status == 200, "\(path)")
    }
    let contract = try Contract(driver)
    let schemas = contract.document["components"]?["schemas"]
    let rows = [
      schemas?["Suggestion"], schemas?["Recommendation"],
      schemas?["Utilization"]?["properties"]?["zones"]?["items"],
    ]
    let known = Set(rows.flatMap { $0?["properties"]?.object?.keys ?? [] })
    for prefix in ["zone.", "row."] {
      for range in script.ranges(of: prefix) {
        let name = script[range.upperBound...].prefix { $0.isLetter || $0 == "_" }
        guard !["insertCell", "length"].contains(name) else { continue }
        #expect(known.contains(String(name)), "nobody answers \(prefix)\(name)")
      }
    }
  }
}
