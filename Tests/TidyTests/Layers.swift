/// Who may import whom: the layers of the design, told a second time so that the manifest cannot
/// drift away from them unseen.
enum Layers {
  struct Layer {
    let targets: Set<String>
    let products: Set<String>
    let isPure: Bool

    init(_ targets: Set<String>, _ products: Set<String> = [], isPure: Bool = false) {
      self.targets = targets
      self.products = products
      self.isPure = isPure
    }
  }

  private static let engines: Set<String> = [
    "Packing", "Statistics", "Forecasting", "Replenishment", "Learning",
  ]

  static let table: [String: Layer] = [
    "CMicroHTTPD": Layer([]), "CGnuTLS": Layer([]), "CCurl": Layer([]), "CZlib": Layer([]),
    "CPostgres": Layer([]), "CNATS": Layer([]), "CSQLite": Layer([]), "CAssets": Layer([]),

    "Warehouse": Layer([], isPure: true),
    "Barcodes": Layer(["Warehouse"], isPure: true),
    "Packing": Layer(["Warehouse"], ["Collections"], isPure: true),
    "Statistics": Layer([], ["RealModule"], isPure: true),
    "Forecasting": Layer(["Warehouse", "Statistics"], ["RealModule"], isPure: true),
    "Replenishment": Layer(["Warehouse", "Forecasting"], ["RealModule"], isPure: true),
    "Learning": Layer(["Statistics"], ["RealModule"], isPure: true),

    "WireFormat": Layer(["CZlib"]),
    "HTTPServer": Layer(["CMicroHTTPD", "CGnuTLS", "WireFormat"], ["Logging"]),
    "HTTPClient": Layer(["CCurl"], ["Logging"]),
    "Storage": Layer(
      ["Warehouse", "CAssets", "CSQLite", "WireFormat"],
      ["GRDB", "Crypto", "Logging", "Metrics"]
    ),
    "Operations": Layer(
      engines.union(["Warehouse", "Barcodes", "WireFormat"]),
      ["Metrics"]
    ),
    "API": Layer(
      ["Warehouse", "Operations", "HTTPServer", "WireFormat", "CAssets"],
      ["Crypto", "Metrics"]
    ),
    "Scheduling": Layer(["Warehouse"], ["Logging", "Metrics"]),
    "Upstream": Layer(
      ["Warehouse", "WireFormat", "HTTPClient"],
      ["Crypto", "Logging", "Metrics"]
    ),
    "Telemetry": Layer(["Warehouse", "WireFormat", "HTTPClient"], ["Metrics", "Logging"]),
    "HubCore": Layer(
      ["Warehouse", "WireFormat", "HTTPServer", "HTTPClient", "CPostgres", "CNATS"],
      ["GRDB", "Crypto", "Logging"]
    ),
    "Appliance": Layer(
      engines.union([
        "Warehouse", "Barcodes", "WireFormat", "HTTPServer", "HTTPClient", "Storage", "Operations",
        "API", "Scheduling", "Upstream", "Telemetry", "CAssets",
      ]),
      [
        "Configuration", "ServiceLifecycle", "UnixSignals", "Logging", "Metrics", "Crypto",
        "CryptoExtras",
      ]
    ),
    "stowage": Layer(["Appliance", "HTTPClient", "WireFormat"], ["ArgumentParser"]),
    "stowage-hub": Layer(["HubCore"], ["ArgumentParser", "Logging"]),
  ]

  /// The modules that a product brings, where they are not named like it.
  private static let modules: [String: Set<String>] = [
    "Collections": [
      "Collections", "BasicContainers", "BitCollections", "DequeModule", "HashTreeCollections",
      "HeapModule", "OrderedCollections",
    ],
    "Metrics": ["Metrics", "CoreMetrics"],
  ]

  /// What comes with the toolchain; pure targets have the standard library and nothing else.
  private static let system: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationInternationalization", "Glibc", "Dispatch",
    "Synchronization", "Musl",
  ]

  /// The modules that a target may import.
  static func importable(by target: String) -> Set<String> {
    guard let layer = table[target] else { return [] }
    let products = layer.products.flatMap { modules[$0] ?? [$0] }
    return layer.targets.union(products).union(layer.isPure ? [] : system)
  }

  /// The imports of a file of a target that its layer does not have.
  static func forbiddenImports(_ file: SwiftText, target: String) -> [Finding] {
    let allowed = importable(by: target)
    return imports(of: file).filter { !allowed.contains($0.module) }.map {
      Finding(path: file.path, line: $0.line, message: "\(target) may not import \($0.module)")
    }
  }

  static func imports(of file: SwiftText) -> [(module: String, line: Int)] {
    let levels: Set = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return file.code.enumerated().compactMap { index, line in
      var words = line.split { " (".contains($0) }.map(String.init)[...]
      while let first = words.first, first.hasPrefix("@") || levels.contains(first) {
        words.removeFirst()
        // The argument of an attribute, as in `@_spi(Name)`.
        if let next = words.first, next.hasSuffix(")") { words.removeFirst() }
      }
      guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
      if kinds.contains(name), let next = words.popFirst() { name = next }
      return (String(name.prefix { $0 != "." }), index + 1)
    }
  }
}
