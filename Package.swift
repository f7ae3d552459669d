// swift-tools-version: 6.2
// The manifest is the architecture diagram: each target may import what is listed here and nothing
// else (the Makefile builds with `--explicit-target-dependency-import-check error`). Pure engines
// stand first, adapters in the middle, the one composition root (`Appliance`) last.
import PackageDescription

/// What every target of the house is built with: warnings are errors, existentials are spelled.
let house: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The engines and the domain: no Foundation, no clock, no I/O, and no unmarked unsafe code.
let pure: [SwiftSetting] = house + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let configuration = Target.Dependency.product(
  name: "Configuration",
  package: "swift-configuration"
)
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle",
  package: "swift-service-lifecycle"
)
let unixSignals = Target.Dependency.product(
  name: "UnixSignals",
  package: "swift-service-lifecycle"
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "stowage",
  products: [
    .executable(name: "stowage", targets: ["stowage"]),
    .executable(name: "stowage-hub", targets: ["stowage-hub"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration",
      from: "1.4.0",
      traits: ["YAML"]
    ),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // C fences: a module map and a shim for what Swift cannot import.
    .systemLibrary(
      name: "CMicroHTTPD",
      pkgConfig: "libmicrohttpd",
      providers: [.apt(["libmicrohttpd-dev"])]
    ),
    .systemLibrary(
      name: "CGnuTLS",
      pkgConfig: "gnutls",
      providers: [.apt(["libgnutls28-dev"])]
    ),
    .systemLibrary(
      name: "CCurl",
      pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-gnutls-dev"])]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
    .systemLibrary(
      name: "CSQLite",
      pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]
    ),
    .target(name: "CAssets"),

    // Pure: the domain and the engines.
    .target(name: "Warehouse", swiftSettings: pure),
    .target(name: "Barcodes", dependencies: ["Warehouse"], swiftSettings: pure),
    .target(name: "Packing", dependencies: ["Warehouse", collections], swiftSettings: pure),
    .target(name: "Statistics", dependencies: [realModule], swiftSettings: pure),
    .target(
      name: "Forecasting",
      dependencies: ["Warehouse", "Statistics", realModule],
      swiftSettings: pure
    ),
    .target(
      name: "Replenishment",
      dependencies: ["Warehouse", "Forecasting", realModule],
      swiftSettings: pure
    ),
    .target(name: "Learning", dependencies: ["Statistics", realModule], swiftSettings: pure),

    // Adapters: bytes, sockets, disk.
    .target(name: "WireFormat", dependencies: ["CZlib"], swiftSettings: house),
    .target(
      name: "HTTPServer",
      dependencies: ["CMicroHTTPD", "CGnuTLS", "WireFormat", logging],
      swiftSettings: house
    ),
    .target(name: "HTTPClient", dependencies: ["CCurl", logging], swiftSettings: house),
    .target(
      name: "Storage",
      dependencies: [
        "Warehouse", "CAssets", "CSQLite", "WireFormat", grdb, crypto, logging, metrics,
      ],
      swiftSettings: house
    ),

    // The use cases, and what drives them.
    .target(
      name: "Operations",
      dependencies: [
        "Warehouse", "Barcodes", "Packing", "Statistics", "Forecasting", "Replenishment",
        "Learning", "WireFormat", metrics,
      ],
      swiftSettings: house
    ),
    .target(
      name: "API",
      dependencies: [
        "Warehouse", "Operations", "HTTPServer", "WireFormat", "CAssets", crypto, metrics,
      ],
      swiftSettings: house
    ),
    .target(
      name: "Scheduling",
      dependencies: ["Warehouse", logging, metrics],
      swiftSettings: house
    ),
    .target(
      name: "Upstream",
      dependencies: ["Warehouse", "WireFormat", "HTTPClient", crypto, logging, metrics],
      swiftSettings: house
    ),
    .target(
      name: "Telemetry",
      dependencies: ["Warehouse", "WireFormat", "HTTPClient", metrics, logging],
      swiftSettings: house
    ),
    .target(
      name: "HubCore",
      dependencies: [
        "Warehouse", "WireFormat", "HTTPServer", "HTTPClient", "CPostgres", "CNATS", grdb, crypto,
        logging,
      ],
      swiftSettings: house
    ),

    // The only composition root, and the executables.
    .target(
      name: "Appliance",
      dependencies: [
        "Warehouse", "Barcodes", "Packing", "Statistics", "Forecasting", "Replenishment",
        "Learning", "WireFormat", "HTTPServer", "HTTPClient", "Storage", "Operations", "API",
        "Scheduling", "Upstream", "Telemetry", "CAssets", configuration, lifecycle, unixSignals,
        logging, metrics, crypto, cryptoExtras,
      ],
      swiftSettings: house
    ),
    .executableTarget(
      name: "stowage",
      dependencies: ["Appliance", "HTTPClient", "WireFormat", argumentParser],
      swiftSettings: house
    ),
    .executableTarget(
      name: "stowage-hub",
      dependencies: ["HubCore", argumentParser, logging],
      swiftSettings: house
    ),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)

// A test target for each target: its own module and what it stands on.
extension Package {
  func tests(_ name: String, _ dependencies: [Target.Dependency]) {
    targets.append(
      .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies + ["StowageTesting"],
        swiftSettings: house
      )
    )
  }
}

package.targets.append(
  .target(
    name: "StowageTesting",
    dependencies: ["Warehouse"],
    path: "Tests/StowageTesting",
    swiftSettings: house
  )
)
package.targets.append(
  .target(
    name: "SlowDisk",
    path: "Tests/SlowDisk",
    linkerSettings: [.linkedLibrary("sqlite3")]
  )
)
package.tests("Fences", ["CMicroHTTPD", "CGnuTLS", "CCurl", "CZlib", "CPostgres", "CNATS"])
package.tests("Warehouse", ["Warehouse"])
package.tests("Barcodes", ["Barcodes", "Warehouse"])
package.tests("Packing", ["Packing", "Warehouse"])
package.tests("Statistics", ["Statistics"])
package.tests("Forecasting", ["Forecasting", "Statistics", "Warehouse"])
package.tests("Replenishment", ["Replenishment", "Forecasting", "Warehouse"])
package.tests("Learning", ["Learning", "Statistics"])
package.tests("WireFormat", ["WireFormat"])
package.tests("HTTPServer", ["HTTPServer", "HTTPClient", "WireFormat", "CGnuTLS", logging])
package.tests("HTTPClient", ["HTTPClient", "HTTPServer", "WireFormat", logging])
package.tests(
  "Storage",
  ["Storage", "Warehouse", "CAssets", "WireFormat", "SlowDisk", grdb, logging]
)
package.tests("Operations", ["Operations", "Storage", "Warehouse", "WireFormat", "Packing"])
package.tests(
  "API",
  [
    "API", "Operations", "Storage", "HTTPServer", "HTTPClient", "Warehouse", "WireFormat", logging,
    crypto,
  ]
)
package.tests("Scheduling", ["Scheduling", "Warehouse"])
package.tests("Upstream", ["Upstream", "Warehouse", "WireFormat", "HTTPClient", logging])
package.tests("Telemetry", ["Telemetry", "Warehouse", "WireFormat", metrics, logging])
package.tests(
  "HubCore",
  ["HubCore", "Upstream", "HTTPServer", "HTTPClient", "WireFormat", "Warehouse", logging, grdb]
)
package.tests(
  "Appliance",
  [
    "Appliance", "HubCore", "Upstream", "Storage", "Operations", "API", "HTTPServer", "HTTPClient",
    "WireFormat", "Warehouse", crypto, logging, grdb,
  ]
)
package.tests("Tidy", [])
