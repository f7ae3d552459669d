import Foundation
import Logging
import StowageTesting
import Warehouse

@testable import Storage

/// A store in a folder of its own, removed with the last reference.
final class Bed: @unchecked Sendable {
  // `@unchecked`: `store` is replaced by `reopen` alone, which tests call from one thread.
  let folder: String
  var path: String { folder + "/warehouse.db" }
  private(set) var store: WarehouseStore
  let home: TenantScope
  private static let counter = Counter()

  init(
    tag: String = "storage",
    queue: Int = Limits.writerQueue,
    beforeCommit: @escaping @Sendable () throws -> Void = {}
  ) throws {
    folder = try Bed.newFolder(tag)
    let path = folder + "/warehouse.db"
    try WarehouseStore.create(at: path, Bed.newWarehouse)
    store = try Bed.open(path, queue: queue, beforeCommit: beforeCommit)
    home = TenantScope(home: store.homeTenant)
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Closes and opens again.
  func reopen() throws {
    store.close()
    store = try Bed.open(path)
  }

  static func open(
    _ path: String,
    queue: Int = Limits.writerQueue,
    beforeCommit: @escaping @Sendable () throws -> Void = {}
  ) throws -> WarehouseStore {
    try WarehouseStore(
      settings(path, queue: queue),
      migrations: Migration.compiledIn(),
      beforeCommit: beforeCommit
    )
  }

  static func settings(_ path: String, queue: Int = Limits.writerQueue) -> StoreSettings {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return StoreSettings(
      path: path,
      writerQueue: queue,
      now: { Instant(ms: 1_764_000_000_000) },
      logger: logger
    )
  }

  static func newFolder(_ tag: String = "storage") throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stowage-\(tag)-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  static let newWarehouse = NewWarehouse(
    facility: Facility(
      code: "PLANT-1",
      name: "Print plant",
      timeZone: "Europe/Berlin",
      currency: "EUR",
      gln: nil,
      epoch: PublicID(at: .test, random: (1, 2))
    ),
    ownerCode: "OWN",
    ownerName: "The plant itself",
    at: .test
  )

  /// A fresh public id.
  static func id() -> PublicID { PublicID(at: .test, random: (7, UInt64(counter.next()))) }
}

/// Counts up, from any thread.
final class Counter: Sendable {
  private let value = Slot<Int>()
  private let lock = NSLock()

  func next() -> Int {
    lock.withLock {
      let next = (value.take() ?? 0) + 1
      value.put(next)
      return next
    }
  }
}

extension Instant {
  /// 2025-11-24T16:00:00Z.
  static let test = Instant(ms: 1_764_000_000_000)
}

extension LocalDay {
  /// 2025-11-24.
  static let test = LocalDay(rawValue: 20_416)
}

/// Goods and places for tests, as drafts with sensible figures.
enum Sample {
  /// The same with something changed.
  static func changed<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
  }

  static func material(_ code: String, hazard: String? = nil) -> MaterialDraft {
    MaterialDraft(
      code: code,
      name: "Material \(code)",
      baseUnit: .each,
      handlingUnitMilli: 100_000,
      hazardClass: hazard,
      handlingUnitSize: Dimensions(1_200, 800, 1_000),
      handlingUnitWeightG: 500_000
    )
  }

  static func rack(_ code: String, units: Int? = 4) -> LocationDraft {
    LocationDraft(
      code: code,
      zone: "A",
      aisle: "A1",
      bay: 1,
      level: 0,
      position: 1,
      inner: Dimensions(2_700, 1_200, 2_200),
      maxWeightG: 3_000_000,
      maxHandlingUnits: units
    )
  }

  static func dock(_ code: String = "DOCK") -> LocationDraft {
    LocationDraft(code: code, kind: .dock, zone: "D", aisle: "D")
  }

  static func lot(_ material: MaterialID, _ number: String, fsc: String? = nil) -> LotDraft {
    LotDraft(
      material: material,
      number: number,
      receivedAt: .test,
      receivedDay: .test,
      fscClaim: fsc,
      handlingUnitMilli: 100_000,
      handlingUnitSize: Dimensions(1_200, 800, 1_000),
      handlingUnitWeightG: 500_000
    )
  }

  static func move(
    _ kind: LedgerKind,
    _ lot: LotID,
    from: LocationID?,
    to: LocationID?,
    _ milli: Int64,
    id: PublicID = Bed.id(),
    counted: Int64? = nil,
    source: ReturnSource? = nil,
    day: LocalDay = .test,
    task: RecommendationID? = nil
  ) -> LedgerDraft {
    LedgerDraft(
      publicID: id,
      kind: kind,
      lot: lot,
      from: from,
      to: to,
      quantityMilli: milli,
      countedMilli: counted,
      returnSource: source,
      occurredAt: .test,
      recordedAt: .test,
      localDay: day,
      recommendation: task
    )
  }

  static func task(
    _ lot: LotID,
    from: LocationID,
    to: LocationID,
    units: Int64 = 1,
    boxes: [StoredBox] = [],
    id: PublicID = Bed.id(),
    expiresInS: Int64 = 900
  ) -> RecommendationDraft {
    RecommendationDraft(
      publicID: id,
      lot: lot,
      from: from,
      to: to,
      quantityMilli: units * 100_000,
      handlingUnits: units,
      volumeMM3: units * 960_000_000,
      weightG: units * 500_000,
      boxes: boxes,
      algorithm: .bfd,
      confidencePermille: 812,
      features: [1, 0.25, -3],
      explanationJSON: #"{"reasons":[]}"#,
      createdAt: .test,
      expiresAt: Instant.test.adding(seconds: expiresInS)
    )
  }

  static func box(_ lot: LotID, _ x: Int64, _ y: Int64 = 0, _ z: Int64 = 0) -> StoredBox {
    StoredBox(
      lot: lot,
      position: Position(x, y, z),
      size: Dimensions(1_200, 800, 1_000),
      weightG: 500_000,
      isReserved: true
    )
  }
}

/// A bed with a dock, two racks, a material and a lot of five units on the dock.
struct Plant {
  let bed: Bed
  let dock: LocationID
  let rack: LocationID
  let other: LocationID
  let material: MaterialID
  let lot: Lot

  var store: WarehouseStore { bed.store }
  var home: TenantScope { bed.home }

  init(_ bed: Bed) throws {
    self.bed = bed
    (dock, rack, other, material, lot) = try bed.store.write(bed.home) { write in
      let dock = try write.save(Sample.dock()).id
      let rack = try write.save(Sample.rack("A-01")).id
      let other = try write.save(Sample.rack("A-02")).id
      let material = try write.save(Sample.material("PAPER")).id
      let lot = try write.insert(Sample.lot(material, "L1"), publicID: Bed.id())
      _ = try write.post(Sample.move(.receipt, lot.id, from: nil, to: dock, 500_000))
      return (dock, rack, other, material, lot)
    }
  }

  init() throws { try self.init(Bed()) }
}
