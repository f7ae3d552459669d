import Foundation
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
    try plant.store.read(plant.home) { read in
      #expect(try read.quantity(of: lot, at: rack) == 200_000)
      #expect(try read.quantity(of: lot, at: dock) == 300_000)
      #expect(try read.onHand([plant.material], withHolds: true) == [plant.material: 500_000])
      #expect(try read.unexplainedStock(limit: 10).isEmpty)
      #expect(try read.staleUtilization(limit: 10).isEmpty)
      let ledger = try read.ledger(StockFilter(), kind: nil, PageRequest(), newestFirst: false)
      #expect(ledger.rows.map(\.id.rawValue) == [1, 2])
    }
    let snapshot = plant.store.locations.snapshot()
    let place = try #require(snapshot.indices[rack])
    #expect(snapshot.states[place].usedHandlingUnits == 2)
    #expect(snapshot.states[place].usedVolumeMM3 == 1_920_000_000)
    #expect(snapshot.states[place].usedWeightG == 1_000_000)
    #expect(snapshot.states[place].occupants.map(\.lot) == [lot])
  }
}
