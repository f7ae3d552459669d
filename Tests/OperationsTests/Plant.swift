import Foundation
import Operations
import Storage
import Synchronization
import Warehouse
import WireFormat

/// A small warehouse in a folder of its own, on a clock that tests set.
///
/// A dock D1, a staging place S1, and racks of zone A: ten single pallet positions and two places
/// that take three pallets. The folder goes when the plant goes.
final class Plant: Sendable {
  let folder: URL
  let store: WarehouseStore
  let scope: TenantScope
  private let clock: Mutex<Int64>
  private let ids = Mutex<UInt64>(0)
  private let settings: Mutex<FacilitySettings>

  init(_ start: LocalDay? = nil) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stowage-operations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    let begin = Int64((start ?? Self.day(2026, 3, 2)).rawValue) * 86_400_000 + 8 * 3_600_000
    clock = Mutex(begin)
    settings = Mutex(FacilitySettings())
    let path = folder.appendingPathComponent("stowage.db").path
    let epoch = PublicID(at: Instant(ms: begin), random: (1, 2))
    try WarehouseStore.create(
      at: path,
      NewWarehouse(
        facility: Facility(
          code: "F1",
          name: "Plant",
          timeZone: "UTC",
          currency: "EUR",
          gln: nil,
          epoch: epoch
        ),
        ownerCode: "OWN",
        ownerName: "Owner",
        at: Instant(ms: begin)
      )
    )
    store = try WarehouseStore(StoreSettings(path: path))
    scope = .facility(home: store.homeTenant)
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  static func day(_ year: Int, _ month: Int, _ day: Int) -> LocalDay {
    LocalDay(year: year, month: month, day: day) ?? LocalDay(rawValue: 0)
  }

  /// Moves the clock on.
  func wait(seconds: Int64) { clock.withLock { $0 += seconds * 1_000 } }

  /// Changes the settings in force.
  func set(_ change: (inout FacilitySettings) -> Void) { settings.withLock { change(&$0) } }

  var now: Instant { Instant(ms: clock.withLock { $0 }) }

  /// The same environment for the life of the plant, as in a running box.
  private let kept = Mutex<OperationsEnvironment?>(nil)

  var environment: OperationsEnvironment {
    kept.withLock { kept in
      if let kept { return kept }
      let made = OperationsEnvironment(
        store: store,
        settings: { [unowned self] in self.settings.withLock { $0 } },
        now: { [unowned self] in self.now },
        newID: { [unowned self] in
          let number = self.ids.withLock { ids in
            ids += 1
            return ids
          }
          return PublicID(at: self.now, random: (number, number))
        },
        localDay: { $0.utcDay },
        startOfDay: { Instant(ms: Int64($0.rawValue) * 86_400_000) }
      )
      kept = made
      return made
    }
  }

  /// Imports text, in small pieces, so that rows are cut anywhere.
  @discardableResult
  func load(
    _ kind: ImportKind,
    _ text: String,
    format: RowFormat? = nil,
    map: [String: String] = [:],
    constants: [String: String] = [:],
    isDryRun: Bool = false,
    keepsGood: Bool = false,
    rejects: (([UInt8]) throws -> Void)? = nil
  ) throws -> ImportResult {
    let request = ImportRequest(
      kind: kind,
      format: format,
      source: "test.csv",
      columnMap: map,
      constants: constants,
      isDryRun: isDryRun,
      keepsGood: keepsGood
    )
    return try load(request, Array(text.utf8), rejects: rejects)
  }

  func load(
    _ request: ImportRequest,
    _ bytes: [UInt8],
    rejects: (([UInt8]) throws -> Void)? = nil
  ) throws -> ImportResult {
    var rest = bytes[...]
    return try ImportFile(environment)(
      request,
      scope: scope,
      bytes: {
        defer { rest = rest.dropFirst(7) }
        return Array(rest.prefix(7))
      },
      rejects: rejects
    )
  }

  /// Reads in one snapshot.
  func read<Result>(_ body: (any ReadTransaction) throws -> Result) throws -> Result {
    try store.read(scope, body)
  }

  /// Locations and materials that most tests need.
  func furnish() throws {
    var rows = "code,kind,zone,aisle,bay,level,width_mm,depth_mm,height_mm,max_weight_kg,"
    rows += "max_handling_units,travel_m,check_code\n"
    rows += "D1,DOCK,DOCK,D,0,0,,,,,,,\nS1,STAGING,STAGE,S,0,0,,,,,,,\n"
    for bay in 1...10 {
      rows += "A-0\(bay % 10),STORAGE,A,A,\(bay),0,1300,1300,1600,1000,1,\(bay * 3),4\(bay % 10)\n"
    }
    for bay in 11...12 {
      rows += "B-\(bay),STORAGE,A,B,\(bay),0,4000,1300,1600,3000,3,\(bay * 3),\n"
    }
    try load(.locations, rows)
    try load(
      .materials,
      """
      code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,weight_kg,gtin
      SHEET,Sheets,EACH,500,1200,800,1200,600,
      INK,Ink,EACH,48,1200,800,1000,300,04012345678901
      HEAVY,Plates,EACH,10,1200,800,800,990,
      """
    )
  }

  /// A receipt that lies on the dock.
  func receive(_ number: String, _ lines: [(String, Int64)]) throws -> ReceiptView {
    try CreateReceipt(environment)(
      .init(
        number: number,
        dock: "D1",
        lines: lines.map { .init(material: $0.0, quantityMilli: $0.1 * 1_000) }
      ),
      scope: scope
    )
  }
}
