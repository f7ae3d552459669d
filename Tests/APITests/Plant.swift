import API
import Foundation
import HTTPServer
import Operations
import Storage
import Synchronization
import Warehouse

/// An empty warehouse in a folder of its own with the whole HTTP surface on top, on a clock that
/// stands still: 2 March 2026, 8 in the morning.
///
/// The folder goes when the plant goes.
final class Plant: Sendable {
  static let today = "2026-03-02"

  let folder: URL
  let store: WarehouseStore
  let api: WarehouseAPI
  let router: Router
  /// What no client may see in full.
  let faults: Faults

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stowage-api-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    let now = Instant(ms: 1_772_438_400_000)
    let path = folder.appendingPathComponent("stowage.db").path
    try WarehouseStore.create(
      at: path,
      NewWarehouse(
        facility: Facility(
          code: "F1",
          name: "Plant",
          timeZone: "UTC",
          currency: "EUR",
          gln: nil,
          epoch: PublicID(at: now, random: (1, 2))
        ),
        ownerCode: "OWN",
        ownerName: "Owner",
        at: now
      )
    )
    let store = try WarehouseStore(StoreSettings(path: path))
    self.store = store
    let ids = Mutex<UInt64>(0)
    let environment = OperationsEnvironment(
      store: store,
      settings: { FacilitySettings() },
      now: { now },
      newID: {
        let number = ids.withLock { ids in
          ids += 1
          return ids
        }
        return PublicID(at: now, random: (number, number))
      },
      localDay: { $0.utcDay },
      startOfDay: { Instant(ms: Int64($0.rawValue) * 86_400_000) }
    )
    let faults = Faults()
    self.faults = faults
    let scope = TenantScope(home: store.homeTenant)
    let surroundings = WarehouseAPI.Surroundings(
      scope: { _ in scope },
      health: { isFitnessOnly in
        .init(json: Array(#"{"status":"HEALTHY","fitness":\#(isFitnessOnly)}"#.utf8), isFit: true)
      },
      metrics: { isOpenMetrics in Array((isOpenMetrics ? "# EOF\n" : "up 1\n").utf8) },
      fault: { error, _ in faults.add("\(error)") }
    )
    api = WarehouseAPI(environment: environment, surroundings: surroundings)
    router = api.router()
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  /// How many rows each table has that a refused request might have touched.
  func rowCounts() throws -> [String: Int] {
    try store.read(TenantScope(home: store.homeTenant)) { try $0.rowCounts() }
  }
}

/// Collects what went wrong inside.
final class Faults: Sendable {
  private let list = Mutex<[String]>([])

  func add(_ text: String) { list.withLock { $0.append(text) } }

  var all: [String] { list.withLock { $0 } }
}
