import Foundation
import Synchronization
import Testing

@testable import Upstream

@Suite("Fleets of two hundred facilities")
struct FleetTests {
  /// How many fleets; `STOWAGE_FLEET_SEEDS=7..7` replays one.
  private static let seeds: ClosedRange<UInt64> = {
    let named = ProcessInfo.processInfo.environment["STOWAGE_FLEET_SEEDS"] ?? ""
    let ends = named.split(separator: ".").compactMap { UInt64($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : 1...1_000
  }()

  @Test("A thousand fleets end with head office holding exactly what each facility holds")
  func fleets() {
    let seeds = Array(Self.seeds)
    let results = Mutex<(faults: [String], seen: [FleetSimulation.Seen])>(([], []))
    DispatchQueue.concurrentPerform(iterations: seeds.count) { index in
      var fleet = FleetSimulation(seed: seeds[index], sites: 200)
      for _ in 0..<6 { fleet.pass() }
      fleet.settle()
      let (faults, seen) = (fleet.faults, fleet.seen)
      results.withLock { results in
        results.faults += faults
        results.seen.append(seen)
      }
    }
    let (faults, seen) = results.withLock { ($0.faults, $0.seen) }
    #expect(faults.isEmpty, "\(faults.prefix(10))")
    func total(_ part: KeyPath<FleetSimulation.Seen, Int>) -> Int {
      seen.reduce(0) { $0 + $1[keyPath: part] }
    }
    // Every trouble came up, so that the comparison says something.
    let parts: [KeyPath<FleetSimulation.Seen, Int>] = [
      \.stored, \.repeated, \.quarantined, \.resends, \.epochs, \.buried, \.pruned,
      \.visibleGaps, \.lost, \.torn, \.truncated, \.wrongDigests, \.reordered, \.hubKills,
      \.senderKills, \.hubsPutBack, \.hubsMadeAnew, \.sitesPutBack, \.fullHub, \.fullSites,
      \.weeksOffline, \.clockJumps,
    ]
    // A few seeds alone need not meet everything.
    guard seeds.count >= 100 else { return }
    for part in parts { #expect(total(part) > 0, "\(part)") }
  }
}
