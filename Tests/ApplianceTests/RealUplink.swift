import Foundation
import Logging
import Storage
import StowageTesting
import Testing
import Upstream
import Warehouse

@testable import HubCore

/// One box and one head office with their real stores on a disk, over a real socket, in bad
/// weather: the sender, both stores, the server and the client are those that people get.
///
/// Marked unchecked because a simulation runs on one thread alone.
final class RealUplink: @unchecked Sendable {
  /// How often what came up.
  struct Seen {
    var stored = 0
    var torn = 0
    var late = 0
    var lost = 0
    var kills = 0
    var hubsPutBack = 0
    var hubsMadeAnew = 0
    var boxesPutBack = 0
    var gaps = 0
    var pruned = 0
    var epochs = 0
  }

  struct Place: Hashable {
    var epoch: PublicID
    var sequence: Int64
  }

  static let daysKept = 7
  static let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })

  let seed: UInt64
  var generator: SeededGenerator
  let scratch: Scratch
  /// The true time; the box's own clock may be set wrong.
  var nowMS: Int64 = 1_774_746_000_000
  var wrongMS: Int64 = 0
  var store: WarehouseStore
  var hub: Hub
  let port: UInt16
  var session: UplinkSession?
  var seen = Seen()
  var isOffline = false
  /// Trouble is over.
  var isCalm = false
  /// Copies of batches that the network still holds.
  var late: [OutboxBatch] = []
  /// When head office first held each batch, by the true time.
  var durableSince: [Place: Int64] = [:]
  var epochs: Set<PublicID> = []
  /// Subjects that a timeline made which was put back.
  var lost: Set<String> = []
  var faults: [String] = []

  init(seed: UInt64) throws {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    scratch = try Scratch()
    let start = Instant(ms: nowMS)
    try WarehouseStore.create(
      at: scratch.path("stowage.db"),
      NewWarehouse(
        facility: Facility(
          code: "B1",
          name: "B1",
          timeZone: "UTC",
          currency: "EUR",
          gln: nil,
          epoch: PublicID(at: start, random: (seed, 1))
        ),
        ownerCode: "MAIN",
        ownerName: "Main",
        at: start
      )
    )
    store = try Self.open(scratch)
    let (hub, port) = try Self.serve(scratch, port: 0, now: { start })
    try hub.stop()
    self.hub = hub
    self.port = port
    try startHub()
  }

  private static func open(_ scratch: Scratch) throws -> WarehouseStore {
    try WarehouseStore(StoreSettings(path: scratch.path("stowage.db"), logger: quiet))
  }

  private static func serve(
    _ scratch: Scratch,
    port: UInt16,
    now: @escaping @Sendable () -> Instant
  ) throws -> (Hub, UInt16) {
    let settings = HubSettings(folder: scratch.path("hub"), port: port)
    let hub = try Hub(settings, logger: quiet, now: now)
    return (hub, try hub.start())
  }

  func startHub() throws {
    (hub, _) = try Self.serve(scratch, port: port) { [unowned self] in Instant(ms: nowMS) }
  }

  func end() throws {
    store.close()
    try hub.stop()
  }

  func chance(_ share: Double) -> Bool {
    !isCalm && Double.random(in: 0..<1, using: &generator) < share
  }

  func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

  func fault(_ words: String) { faults.append("seed \(seed): \(words)") }

  var scope: TenantScope { .facility(home: store.homeTenant) }

  // MARK: The world

  /// Something happens, and a session runs.
  func step() throws {
    nowMS += roll(0...6) * 3_600_000
    switch roll(0...19) {
    case 0...7: try make()
    case 8: isOffline.toggle()
    case 9: session = nil
    case 10: nowMS += roll(1...5) * 86_400_000
    case 11: wrongMS = roll(-1...1) * 365 * 86_400_000
    case 12: try copy("stowage.db", store.close)
    case 13: try putBoxBack()
    case 14: try copy("hub/hub.sqlite") { try hub.stop() }
    case 15: try putHubBack()
    case 16: try deliverLate()
    default: break
    }
    try run()
  }

  private func make() throws {
    for _ in 0..<roll(1...30) {
      let subject = "2026-03-\(roll(10...28))"
      let data = "{\"rows\":[],\"n\":\(roll(0...1_000_000))}"
      let at = Instant(ms: nowMS + wrongMS)
      _ = try store.write(scope) {
        try $0.appendEvent(kind: "demand.daily", subject: subject, dataJSON: data, at: at)
      }
    }
  }

  /// Closes, copies a database aside, and opens again.
  private func copy(_ name: String, _ close: () throws -> Void) throws {
    try close()
    let (from, to) = (scratch.path(name), scratch.path(name) + ".copy")
    try? FileManager.default.removeItem(atPath: to)
    try FileManager.default.copyItem(atPath: from, toPath: to)
    try reopen(name)
  }

  private func reopen(_ name: String) throws {
    if name == "stowage.db" {
      session = nil
      store = try Self.open(scratch)
    } else {
      try startHub()
    }
  }

  private func putBack(_ name: String) throws {
    for end in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: scratch.path(name) + end)
    }
    let copy = scratch.path(name) + ".copy"
    try FileManager.default.copyItem(atPath: copy, toPath: scratch.path(name))
    try reopen(name)
  }

  /// The box's database is put back from a copy, with a new epoch or, as by hand, without.
  private func putBoxBack() throws {
    guard FileManager.default.fileExists(atPath: scratch.path("stowage.db.copy")) else { return }
    lost.formUnion(try newestHere().keys)
    store.close()
    try putBack("stowage.db")
    seen.boxesPutBack += 1
    guard roll(0...1) == 0 else { return }
    let epoch = PublicID(at: Instant(ms: nowMS), random: (generator.next(), generator.next()))
    try store.write(scope) { try $0.renewEpoch(epoch) }
  }

  /// Head office's store is put back from a copy, or made anew.
  private func putHubBack() throws {
    let hasCopy = FileManager.default.fileExists(atPath: scratch.path("hub/hub.sqlite.copy"))
    try hub.stop()
    if hasCopy, roll(0...2) > 0 {
      seen.hubsPutBack += 1
      return try putBack("hub/hub.sqlite")
    }
    seen.hubsMadeAnew += 1
    try FileManager.default.removeItem(atPath: scratch.path("hub"))
    try startHub()
  }
}
