import Foundation
import GRDB
import Synchronization
import Testing
import Warehouse

@testable import Storage

@Suite("Imports")
struct ImportTests {
  private func plan(_ kind: ImportKind, _ scope: TenantScope) -> ImportPlan {
    ImportPlan(kind: kind, scope: scope, publicID: Bed.id(), source: "file.csv", startedAt: .test)
  }

  private func run(_ bed: Bed, _ kind: ImportKind, _ rows: [ImportRow]) throws -> ImportReport {
    let stage = try bed.store.stage(plan(kind, bed.home))
    for row in rows { try stage.append(row) }
    return try stage.apply { _, _ in }
  }

  private func staged(_ bed: Bed) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: bed.folder + "/imports")) ?? []
  }

  private var everything: LocationDraft {
    var draft = Sample.rack("FULL")
    draft.volumeMM3 = 7
    draft.beamMaxWeightG = 8
    draft.bayMaxWeightG = 9
    draft.maxStack = 2
    draft.reachMM = 10
    draft.storageTypes = ["PALLET", "ROLL \"x\""]
    draft.temperatureZone = "COLD"
    draft.hazardClasses = ["3", "9"]
    draft.isSecure = true
    draft.dedicatedTo = TenantID(1)
    draft.mixing = .singleMaterial
    draft.maxMaterials = 3
    draft.hold = "leak"
    draft.checkCode = "42"
    draft.isLastInFirstOut = true
    draft.travelMM = 11
    draft.mapX = -12
    draft.mapY = 13
    return draft
  }

  private var wholeMaterial: MaterialDraft {
    MaterialDraft(
      code: "FULL",
      name: "Ünïcode \u{1F4E6}",
      baseUnit: .kilogram,
      handlingUnitMilli: 5,
      gtin: "04012345678901",
      category: "INK",
      storageType: "SHELF",
      temperatureZone: "COLD",
      hazardClass: "3",
      needsSecurity: true,
      shelfLifeDays: 100,
      minimumRemainingDays: 10,
      uprights: Uprights(x: true, y: false, z: true),
      loadOnTopG: 6,
      coreMM: 76,
      pickClass: .a,
      valueClass: .c,
      isCritical: true,
      unitCostMinor: 7,
      handlingUnitSize: Dimensions(1, 2, 3),
      handlingUnitWeightG: 8
    )
  }

  @Test("Every kind of row survives the staging file and the database unchanged")
  func roundTrip() throws {
    let bed = try Bed()
    #expect(try run(bed, .locations, [.location(everything)]).created == 1)
    #expect(try run(bed, .materials, [.material(wholeMaterial)]).created == 1)
    let (location, material) = try bed.store.read(bed.home) {
      (try #require(try $0.location(code: "FULL")), try #require(try $0.material(code: "FULL")))
    }
    #expect(location.draft == everything)
    #expect(material.draft == wholeMaterial)
    let terms = Self.terms(material.id)
    let purchase = PurchaseOrderDraft(
      number: "P-1",
      supplierCode: "SUP",
      orderedDay: .test,
      lines: [
        .init(material: material.id, orderedMilli: 50, receivedMilli: 20, dueDay: .test),
        .init(material: material.id, orderedMilli: 7, dueDay: .test.adding(days: 2)),
      ]
    )
    let order = OutboundOrderDraft(
      number: "O-1",
      dueAt: .test,
      dueDay: .test,
      lines: [.init(material: material.id, orderedMilli: 9, shippedMilli: 2)]
    )
    var lot = Sample.lot(material.id, "L", fsc: "MIX")
    lot.licensePlate = "123456789012345675"
    lot.expiry = .test.adding(days: 30)
    lot.usableFrom = .test.adding(days: 1)
    let opening = OpeningStock(
      lot: lot,
      lotPublicID: Bed.id(),
      ledgerPublicID: Bed.id(),
      location: location.id,
      quantityMilli: 250_000
    )
    let day = DemandDay(material: material.id, day: .test, quantityMilli: -3, isStockOut: true)
    for (kind, row) in [
      (ImportKind.suppliers, ImportRow.supplier(SupplierDraft(code: "SUP", name: "Supplier"))),
      (.supplyTerms, .supplyTerms(terms)), (.purchaseOrders, .purchaseOrder(purchase)),
      (.outboundOrders, .outboundOrder(order)), (.openingStock, .openingStock(opening)),
      (.demand, .demand(day)),
    ] {
      let report = try run(bed, kind, [row])
      #expect(report == ImportReport(applied: 1, created: 1, slices: 1), "\(kind)")
      #expect(try run(bed, kind, [row]).created == 0, "\(kind)")
    }
    try bed.store.read(bed.home) { (read) throws in
      // The only supplier is the preferred one, and the second import was a change.
      var kept = terms
      (kept.rank, kept.version) = (1, 2)
      #expect(try read.supplyTerms([material.id]) == [material.id: [kept]])
      let position = try read.supplyPositions([material.id])[material.id]
      #expect(position?.onHandMilli == 250_000)
      #expect(position?.onOrder.map(\.quantityMilli) == [30, 7])
      #expect(position?.openOrders.map(\.quantityMilli) == [7])
      #expect(try read.outboundOrders(PageRequest(), openOnly: true).rows.map(\.draft) == [order])
      #expect(try read.lots(number: "L").first?.draft == lot)
      #expect(try read.demand(material.id, from: .test, through: .test) == [day])
      // The same opening stock twice is one opening stock.
      #expect(try read.quantity(of: LotID(1), at: location.id) == 250_000)
      #expect(try read.unexplainedStock(limit: 9).isEmpty)
    }
    #expect(staged(bed).isEmpty)
  }

  private static func terms(_ material: MaterialID) -> SupplyTerms {
    SupplyTerms(
      supplierCode: "SUP",
      material: material,
      leadTimeDays: 7.5,
      leadTimeDeviationDays: 1.25,
      minimumOrderMilli: 1,
      multipleMilli: 2,
      unitCostMinor: 3,
      orderingCostMinor: 4,
      holdingCostPct: 12.5,
      isInWorkingDays: true
    )
  }

  @Test("A long import goes in slices, tells its progress, and then stands in the index")
  func slices() throws {
    let bed = try Bed()
    let stage = try bed.store.stage(plan(.locations, bed.home))
    for number in 0..<1_050 { try stage.append(.location(Sample.rack("R-\(number)"))) }
    var seen: [Int] = []
    let report = try stage.apply { applied, total in
      #expect(total == 1_050)
      seen.append(applied)
      #expect(
        bed.store.locations.snapshot().states.isEmpty,
        "rows showed before the import was whole"
      )
      #expect((try? bed.store.read(bed.home) { try $0.locationKeys().isEmpty }) == true)
    }
    #expect(report == ImportReport(applied: 1_050, created: 1_050, slices: 6))
    #expect(seen == [200, 400, 600, 800, 1_000, 1_050])
    #expect(bed.store.locations.snapshot().states.count == 1_050)
    #expect(try bed.store.read(bed.home) { try $0.locationKeys().count } == 1_050)
    #expect(throws: Failure.self) { _ = try stage.apply { _, _ in } }
  }

  @Test("An import that a crash cut off is finished by the next start, and hidden until then")
  func resume() throws {
    let breakage = Breakage()
    let commits = Atomic<Int>(0)
    let bed = try Bed(beforeCommit: {
      // The fourth commit of the import and all after it fail, as if the power had gone.
      if commits.add(1, ordering: .relaxed).newValue >= 4 {
        breakage.error.withLock { $0 = DatabaseError(resultCode: .SQLITE_IOERR) }
      }
      try breakage.check()
    })
    let stage = try bed.store.stage(plan(.materials, bed.home))
    for number in 0..<1_900 { try stage.append(.material(Sample.material("M-\(number)"))) }
    #expect(throws: Failure.self) { _ = try stage.apply { _, _ in } }
    let hidden = try bed.store.read(bed.home) { (read) throws in
      #expect(try read.materialKeys().isEmpty)
      #expect(try read.materials(PageRequest(), search: nil).rows.isEmpty)
      #expect(try read.material(code: "M-0") == nil)
      return try read.rowCounts()["materials"] ?? 0
    }
    #expect(hidden > 0 && hidden < 1_900)
    #expect(staged(bed).count == 1)
    try bed.reopen()
    try waitForImports(bed)
    #expect(try bed.store.read(bed.home) { try $0.materialKeys().count } == 1_900)
    #expect(staged(bed).isEmpty)
    let journal = try bed.store.pool.read { db in
      try GRDB.Row.fetchOne(db, sql: "SELECT status, applied_rows, created_rows FROM imports")
    }
    #expect(journal?["status"] == "FINISHED")
    #expect(journal?["applied_rows"] == 1_900)
    #expect(journal?["created_rows"] == 1_900)
  }

  private func waitForImports(_ bed: Bed) throws {
    for _ in 0..<500 {
      let open = try bed.store.pool.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM imports WHERE status = 'APPLYING'")
      }
      if open == 0 { return }
      usleep(10_000)
    }
    Issue.record("the import was not resumed")
  }

  @Test("Rows that can no longer be applied are named, and all others are in the books")
  func faults() throws {
    let plant = try Plant()
    let rows = (0..<450).map { number -> ImportRow in
      var lot = Sample.lot(plant.material, "N-\(number)")
      lot.licensePlate = number == 211 || number == 3 ? "PLATE" : nil
      return .openingStock(
        OpeningStock(
          lot: lot,
          lotPublicID: Bed.id(),
          ledgerPublicID: Bed.id(),
          location: number == 400 ? LocationID(99) : plant.rack,
          quantityMilli: 1_000
        )
      )
    }
    let failure = #expect(throws: Failure.self) { _ = try run(plant.bed, .openingStock, rows) }
    #expect(failure?.code == .conflict)
    #expect(failure?.faults.map(\.place) == ["row 212", "row 401"])
    let lots = try plant.store.read(plant.home) { try $0.rowCounts()["lots"] }
    #expect(lots == 1 + 448)
    #expect(try plant.store.read(plant.home) { try $0.unexplainedStock(limit: 9) }.isEmpty)
    let kept = try plant.store.pool.read {
      try Int.fetchAll($0, sql: "SELECT row FROM import_faults ORDER BY row")
    }
    #expect(kept == [212, 401])
  }

  @Test("What is discarded, forgotten or of the wrong kind leaves nothing behind")
  func discard() throws {
    let bed = try Bed()
    let stage = try bed.store.stage(plan(.suppliers, bed.home))
    try stage.append(.supplier(SupplierDraft(code: "S", name: "S")))
    #expect(staged(bed).count == 1)
    #expect(throws: Failure.self) { try stage.append(.material(Sample.material("M"))) }
    stage.discard()
    #expect(staged(bed).isEmpty)
    do { _ = try bed.store.stage(plan(.suppliers, bed.home)) }
    #expect(staged(bed).isEmpty)
    #expect(try bed.store.read(bed.home) { try $0.rowCounts()["imports"] } == 0)
    // A file that no journal names, as a crash before `apply` leaves it, goes at the next start.
    try Data([1]).write(to: URL(fileURLWithPath: bed.folder + "/imports/left.import"))
    try bed.reopen()
    for _ in 0..<200 where !staged(bed).isEmpty { usleep(10_000) }
    #expect(staged(bed).isEmpty)
    let again = plan(.suppliers, bed.home)
    let first = try bed.store.stage(again)
    #expect(throws: Failure.self) { _ = try bed.store.stage(again) }
    _ = try first.apply { _, _ in }
    let second = try bed.store.stage(again)
    let failure = #expect(throws: Failure.self) { _ = try second.apply { _, _ in } }
    #expect(failure?.code == .conflict)
  }

  @Test("A damaged or cut staging file is noticed")
  func damaged() throws {
    let folder = try Bed.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/x.import"
    var writer = try StagingWriter(path: path)
    for number in 0..<3 { try writer.append(.material(Sample.material("M-\(number)"))) }
    try writer.seal()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    func rows() throws -> Int {
      let reader = try StagingReader(path: path, position: 0)
      var count = 0
      while try reader.next() != nil { count += 1 }
      return count
    }
    #expect(try rows() == 3)
    for (cut, flip) in [(1, nil), (40, nil), (0, 60), (0, 3), (0, 9)] as [(Int, Int?)] {
      var bytes = Data(whole.dropLast(cut))
      if let flip { bytes[flip] ^= 0x10 }
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(throws: Failure.self, "cut \(cut), flipped \(flip ?? -1)") { try rows() }
    }
  }
}
