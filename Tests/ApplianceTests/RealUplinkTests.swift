import Foundation
import Testing

@Suite("The real uplink in bad weather")
struct RealUplinkTests {
  /// How many weathers; `STOWAGE_UPLINK_SEEDS=7..7` replays one.
  private static let seeds: ClosedRange<UInt64> = {
    let named = ProcessInfo.processInfo.environment["STOWAGE_UPLINK_SEEDS"] ?? ""
    let ends = named.split(separator: ".").compactMap { UInt64($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : 1...24
  }()

  @Test("Real stores, server and client end with head office holding exactly what the box holds")
  func weathers() throws {
    var total = RealUplink.Seen()
    for seed in Self.seeds {
      let world = try RealUplink(seed: seed)
      for _ in 0..<40 { try world.step() }
      try world.settle()
      try world.end()
      #expect(world.faults.isEmpty, "\(world.faults.prefix(5))")
      total.add(world.seen)
    }
    guard Self.seeds.count >= 20 else { return }
    // Every trouble came up, so that the comparison says something.
    for (name, count) in total.counts { #expect(count > 0, "\(name)") }
  }
}

extension RealUplink.Seen {
  private static var parts: [(String, WritableKeyPath<Self, Int>)] {
    [
      ("stored", \.stored), ("torn", \.torn), ("late", \.late), ("lost", \.lost),
      ("kills", \.kills),
      ("hubs put back", \.hubsPutBack), ("hubs made anew", \.hubsMadeAnew),
      ("boxes put back", \.boxesPutBack), ("gaps", \.gaps), ("pruned", \.pruned),
      ("epochs", \.epochs),
    ]
  }

  mutating func add(_ other: Self) {
    for (_, part) in Self.parts { self[keyPath: part] += other[keyPath: part] }
  }

  var counts: [(String, Int)] { Self.parts.map { ($0.0, self[keyPath: $0.1]) } }
}
