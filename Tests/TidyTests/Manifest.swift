/// What `Package.swift` declares, read from its text: the targets and what each depends on.
struct Manifest {
  private(set) var dependencies: [String: Set<String>] = [:]
  private(set) var testTargets: Set<String> = []

  init(text: String) throws {
    let products = Self.products(of: text)
    let block = #/\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"/#
    for match in text.matches(of: block) {
      let body = Self.balanced(text[match.range.lowerBound...])
      dependencies[String(match.1)] = Self.list(in: body, products: products)
    }
    for match in text.matches(of: #/package\.tests\(\s*"([^"]+)"/#) {
      testTargets.insert("\(match.1)Tests")
    }
  }

  /// `let grdb = Target.Dependency.product(name: "GRDB", ...)`: the word and what it stands for.
  private static func products(of text: String) -> [String: String] {
    let line = #/let (\w+) = Target\.Dependency\.product\(\s*name: "([^"]+)"/#
    var products: [String: String] = [:]
    for match in text.matches(of: line) { products[String(match.1)] = String(match.2) }
    return products
  }

  /// The text up to the parenthesis that closes the first one.
  private static func balanced(_ text: Substring) -> Substring {
    var depth = 0
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" {
        depth -= 1
        if depth == 0 { return text[...index] }
      }
    }
    return text
  }

  private static func list(in body: Substring, products: [String: String]) -> Set<String> {
    guard let match = body.firstMatch(of: #/dependencies: \[([^\]]*)\]/#) else { return [] }
    let items = match.1.split { ", \n".contains($0) }.map(String.init)
    return Set(
      items.map { item in
        item.hasPrefix("\"") ? String(item.dropFirst().dropLast()) : products[item] ?? item
      }
    )
  }
}
