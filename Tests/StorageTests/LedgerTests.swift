import Foundation
import GRDB
import StowageTesting
import Testing
import Warehouse

@testable import Storage

@Suite("Ledger")
struct LedgerTests {
  @Test("A receipt and a putaway change stock, utilisation and the index")
  func putaway() throws {
    let plant = try Plant()
    let (lot, rack, dock) = (plant.lot.id, plant.rack, plant.dock)
    _ = try plant.store.write(plant.home) {
      try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 200_000))
    }
    try plant.store.read(plant.home) { (read) throws in
      #expect(try read.quantity(of: lot, at: rack) == 200_000)
      #expect(try read.quantity(of: lot, at: dock) == 300_000)
      #expect(try read.onHand([plant.material], withHolds: true) == [plant.material: 500_000])
      #expect(try read.unexplainedStock(limit: 10).isEmpty)
      #expect(try read.staleUtilization(limit: 10).isEmpty)
      let ledger = try read.ledger(
        StockFilter(),
        kind: nil,
        days: nil,
        PageRequest(),
        newestFirst: false
      )
      #expect(ledger.rows.map(\.id.rawValue) == [1, 2])
    }
    let snapshot = plant.store.locations.snapshot()
    let place = try #require(snapshot.indices[rack])
    #expect(snapshot.states[place].usedHandlingUnits == 2)
    #expect(snapshot.states[place].usedVolumeMM3 == 1_920_000_000)
    #expect(snapshot.states[place].usedWeightG == 1_000_000)
    #expect(snapshot.states[place].occupants.map(\.lot) == [lot])
  }

  @Test("A repeat of a movement books nothing again; the same name for another one is refused")
  func repeats() throws {
    let plant = try Plant()
    let (lot, rack, dock, id) = (plant.lot.id, plant.rack, plant.dock, Bed.id())
    func book(_ milli: Int64, recordedLaterMS: Int64 = 0) throws -> LedgerEntry {
      try plant.store.write(plant.home) {
        var draft = Sample.move(.putaway, lot, from: dock, to: rack, milli, id: id)
        draft.recordedAt = draft.recordedAt.adding(ms: recordedLaterMS)
        return try $0.post(draft)
      }
    }
    let first = try book(100_000)
    #expect(try book(100_000, recordedLaterMS: 5_000) == first)
    let failure = #expect(throws: Failure.self) { try book(200_000) }
    #expect(failure?.code == .conflict)
    #expect(try plant.store.read(plant.home) { try $0.quantity(of: lot, at: rack) } == 100_000)
  }

  @Test("A late fact may take more than the books have; nothing lies there then")
  func negative() throws {
    let plant = try Plant()
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    _ = try plant.store.write(plant.home) {
      try $0.post(Sample.move(.pick, lot, from: rack, to: nil, 50_000))
    }
    try plant.store.read(plant.home) { (read) throws in
      #expect(try read.quantity(of: lot, at: rack) == -50_000)
      #expect(try read.auditCounts().counts["negative_stock"] == 1)
      #expect(try read.staleUtilization(limit: 10).isEmpty)
    }
    let snapshot = plant.store.locations.snapshot()
    let state = snapshot.states[try #require(snapshot.indices[rack])]
    #expect(state.usedHandlingUnits == 0 && state.occupants.isEmpty)
    _ = try plant.store.write(plant.home) {
      try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 50_000))
    }
    try plant.store.read(plant.home) { (read) throws in
      #expect(try read.stock(StockFilter(location: rack), PageRequest()).rows.isEmpty)
      #expect(try read.auditCounts().counts["negative_stock"] == 0)
    }
  }

  @Test("A COUNT books the difference and keeps what was counted")
  func count() throws {
    let plant = try Plant()
    let (lot, dock) = (plant.lot.id, plant.dock)
    let entry = try plant.store.write(plant.home) {
      try $0.post(
        Sample.move(.count, lot, from: dock, to: nil, 20_000, counted: 480_000)
      )
    }
    #expect(entry.draft.countedMilli == 480_000)
    #expect(try plant.store.read(plant.home) { try $0.quantity(of: lot, at: dock) } == 480_000)
    #expect(try plant.store.read(plant.home) { try $0.materialsWithDemand() }.isEmpty)
  }

  @Test("Movements that make no sense are refused with a sentence")
  func shapes() throws {
    let plant = try Plant()
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    let wrong = [
      Sample.move(.receipt, lot, from: dock, to: rack, 1),
      Sample.move(.putaway, lot, from: dock, to: dock, 1),
      Sample.move(.move, lot, from: dock, to: nil, 1),
      Sample.move(.pick, lot, from: nil, to: nil, 1),
      Sample.move(.scrap, lot, from: dock, to: rack, 1),
      Sample.move(.crossDock, lot, from: dock, to: rack, 1),
      Sample.move(.return, lot, from: nil, to: dock, 1),
      Sample.move(.pick, lot, from: dock, to: nil, 1, source: .customer),
      Sample.move(.count, lot, from: dock, to: nil, 1),
      Sample.move(.adjust, lot, from: dock, to: rack, 1),
      Sample.move(.adjust, lot, from: nil, to: nil, 1),
      Sample.move(.hold, lot, from: dock, to: rack, 1),
      Sample.move(.receipt, lot, from: nil, to: dock, -1),
      Sample.move(.receipt, lot, from: nil, to: dock, Limits.quantityMilli + 1),
    ]
    for draft in wrong {
      let failure = #expect(throws: Failure.self, "\(draft.kind)") {
        try plant.store.write(plant.home) { _ = try $0.post(draft) }
      }
      #expect(failure?.code == .invalid)
    }
    let unknown = #expect(throws: Failure.self) {
      try plant.store.write(plant.home) {
        _ = try $0.post(Sample.move(.receipt, LotID(99), from: nil, to: dock, 1))
      }
    }
    #expect(unknown?.code == .notFound)
    #expect(throws: Failure.self) {
      try plant.store.write(plant.home) {
        _ = try $0.post(Sample.move(.receipt, lot, from: nil, to: LocationID(99), 1))
      }
    }
  }

  @Test("Demand is PICK to outside + CROSS_DOCK - customers' RETURN, by the day of the movement")
  func demand() throws {
    let plant = try Plant()
    let (lot, dock, rack, material) = (plant.lot.id, plant.dock, plant.rack, plant.material)
    let yesterday = LocalDay.test.adding(days: -1)
    try plant.store.write(plant.home) { write in
      for draft in [
        Sample.move(.pick, lot, from: dock, to: nil, 70_000),
        Sample.move(.pick, lot, from: dock, to: rack, 5_000),
        Sample.move(.crossDock, lot, from: rack, to: nil, 5_000),
        Sample.move(.return, lot, from: nil, to: dock, 2_000, source: .customer),
        Sample.move(.return, lot, from: nil, to: dock, 9_000, source: .press),
        Sample.move(.scrap, lot, from: dock, to: nil, 1_000),
        Sample.move(.adjust, lot, from: dock, to: nil, 1_000),
        Sample.move(.pick, lot, from: dock, to: nil, 4_000, day: yesterday),
      ] { _ = try write.post(draft) }
    }
    func days() throws -> [DemandDay] {
      try plant.store.read(plant.home) {
        try $0.demand(material, from: yesterday, through: .test)
      }
    }
    #expect(
      try days() == [
        DemandDay(material: material, day: yesterday, quantityMilli: 4_000),
        DemandDay(material: material, day: .test, quantityMilli: 73_000),
      ]
    )
    // What was imported for a day wins over the ledger's sum, whichever came first.
    try plant.store.write(plant.home) {
      try $0.setDemand([DemandDay(material: material, day: .test, quantityMilli: 99_000)])
      _ = try $0.post(Sample.move(.pick, lot, from: dock, to: nil, 1_000))
      try $0.setDemand([DemandDay(material: material, day: .test, quantityMilli: 88_000)])
    }
    #expect(try days().map(\.quantityMilli) == [4_000, 88_000])
  }

  @Test(
    "Whatever happens, the ledger explains the stock and the cache agrees with both",
    arguments: [UInt64(11), 12, 13]
  )
  func model(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bed = try Bed()
    let (lots, places) = try bed.store.write(bed.home) { write in
      let material = try write.save(Sample.material("M")).id
      let lots = try (0..<4).map {
        try write.insert(Sample.lot(material, "L\($0)"), publicID: Bed.id()).id
      }
      let places = try (0..<5).map { try write.save(Sample.rack("R-\($0)")).id }
      return (lots, places)
    }
    // The model: quantities by lot and place, summed without any database.
    var model: [LotID: [LocationID: Int64]] = [:]
    for step in 0..<400 {
      let lot = lots[Int.random(in: 0..<lots.count, using: &random)]
      let place = places[Int.random(in: 0..<places.count, using: &random)]
      var other = places[Int.random(in: 0..<places.count, using: &random)]
      if other == place { other = places[(places.firstIndex(of: place) ?? 0 + 1) % 5 == 0 ? 1 : 0] }
      if other == place { continue }
      let milli = Int64.random(in: 0...250_000, using: &random)
      let draft = Self.draft(Int.random(in: 0..<6, using: &random), lot, place, other, milli)
      let isUndone = Int.random(in: 0..<8, using: &random) == 0
      do {
        try bed.store.write(bed.home) {
          _ = try $0.post(draft)
          if isUndone { throw Failure(.conflict, "undone") }
        }
        if draft.kind != .hold {
          if let from = draft.from { model[lot, default: [:]][from, default: 0] -= milli }
          if let to = draft.to { model[lot, default: [:]][to, default: 0] += milli }
        }
      } catch let failure as Failure where failure.message == "undone" {
        #expect(isUndone, "seed \(seed), step \(step)")
      }
    }
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.unexplainedStock(limit: 10).isEmpty, "seed \(seed)")
      #expect(try read.staleUtilization(limit: 10).isEmpty, "seed \(seed)")
      for lot in lots {
        for place in places {
          let quantity = try read.quantity(of: lot, at: place)
          #expect(quantity == model[lot]?[place] ?? 0, "seed \(seed)")
        }
      }
      // Numbers have no gaps, although some savepoints were undone.
      let rows = try read.ledger(
        StockFilter(),
        kind: nil,
        days: nil,
        PageRequest(limit: 1_000),
        newestFirst: false
      ).rows
      #expect(rows.map(\.id.rawValue) == Array(1...Int64(rows.count)))
    }
    try expectSameIndex(bed, seed)
    try expectRepair(of: bed)
  }

  /// A movement of the chosen kind.
  private static func draft(
    _ kind: Int,
    _ lot: LotID,
    _ place: LocationID,
    _ other: LocationID,
    _ milli: Int64
  ) -> LedgerDraft {
    switch kind {
    case 0, 1: Sample.move(.receipt, lot, from: nil, to: place, milli)
    case 2: Sample.move(.move, lot, from: place, to: other, milli)
    case 3: Sample.move(.pick, lot, from: place, to: nil, milli)
    case 4: Sample.move(.adjust, lot, from: nil, to: place, milli)
    default: Sample.move(.hold, lot, from: place, to: place, milli)
    }
  }

  /// The index in memory agrees with what a fresh load of the database says.
  private func expectSameIndex(_ bed: Bed, _ seed: UInt64) throws {
    let published = bed.store.locations.snapshot()
    try bed.reopen()
    let loaded = bed.store.locations.snapshot()
    for state in loaded.states {
      let place = try #require(published.indices[state.location.id])
      var kept = published.states[place]
      kept.occupants.sort { $0.lot < $1.lot }
      var fresh = state
      fresh.occupants.sort { $0.lot < $1.lot }
      #expect(kept == fresh, "seed \(seed)")
    }
  }

  /// A damaged cache is found and repaired by the refresh.
  private func expectRepair(of bed: Bed) throws {
    try bed.store.writer.perform(bed.home) {
      try $0.db.execute(sql: "UPDATE bin_utilization_cache SET used_weight_g = used_weight_g + 1")
    }
    #expect(try bed.store.read(bed.home) { try $0.staleUtilization(limit: 99) }.count == 5)
    var corrected = 0
    var last: LocationID?
    repeat {
      let slice = try bed.store.write(bed.home) { [last] in
        try $0.refreshUtilization(after: last, limit: 2, at: .test)
      }
      corrected += slice.corrected
      last = slice.last
    } while last != nil
    #expect(corrected == 5)
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.staleUtilization(limit: 99).isEmpty)
      #expect(try read.utilizationRefreshedAt() == .test)
    }
  }
}
