import Foundation
import Testing
import Warehouse

@testable import Storage

@Suite("Owners")
struct TenantTests {
  @Test("Neither of two owners sees, names or changes what is the other's")
  func strangers() throws {
    let plant = try Plant()
    let tenant = try plant.store.addTenant(code: "OTHER", name: "Other", at: .test)
    let other = TenantScope(home: tenant)
    let (lot, material, dock, rack) = (plant.lot, plant.material, plant.dock, plant.rack)
    let order = OutboundOrderDraft(
      number: "O-1",
      dueAt: .test,
      dueDay: .test,
      lines: [OutboundOrderDraft.Line(material: material, orderedMilli: 1_000)]
    )
    let task = try plant.store.write(plant.home) { write in
      _ = try write.post(Sample.move(.pick, lot.id, from: dock, to: nil, 1_000))
      try write.save(order)
      try write.emit("own", subject: "x", tenant: write.scope.home, at: .test, dataJSON: "{}")
      try write.emit("all", subject: "x", tenant: nil, at: .test, dataJSON: "{}")
      return try write.insert(Sample.task(lot.id, from: dock, to: rack))
    }
    try expectBlind(plant, other, tenant, task)
    let intrusions = Self.intrusions(plant, task.id, order)
    for (number, intrusion) in intrusions.enumerated() {
      let failure = #expect(throws: Failure.self, "intrusion \(number)") {
        try plant.store.write(other) { try intrusion($0) }
      }
      #expect(failure?.code == .notFound, "intrusion \(number)")
    }
    // The same code is another material for another owner.
    let own = try plant.store.write(other) { try $0.save(Sample.material("PAPER")) }
    #expect(own.created && own.id != material)
    let both = TenantScope(home: tenant, others: [plant.store.homeTenant])
    try plant.store.read(both) { (read) throws in
      #expect(try read.material(code: "PAPER")?.id == own.id)
      #expect(try read.materials(PageRequest(limit: 1), search: nil).rows.count == 1)
    }
    try plant.store.read(plant.home) { (read) throws in
      #expect(try read.material(code: "PAPER")?.id == material)
      #expect(
        try read.locationStates(PageRequest(), zone: "A").rows.first?.occupants.map(\.lot)
          == [lot.id]
      )
    }
    try plant.store.read(.facility(home: plant.store.homeTenant)) { (read) throws in
      #expect(try read.materials(PageRequest(), search: nil).rows.count == 2)
      #expect(try read.tenants().count == 2)
    }
  }

  /// What one owner must not see of the other.
  private func expectBlind(
    _ plant: Plant,
    _ other: TenantScope,
    _ tenant: TenantID,
    _ task: Recommendation
  ) throws {
    let (lot, material, dock) = (plant.lot, plant.material, plant.dock)
    try plant.store.read(other) { (read) throws in
      #expect(try read.tenants() == ["OTHER": tenant])
      #expect(try read.material(material) == nil)
      #expect(try read.material(code: "PAPER") == nil)
      #expect(try read.materials([material]).isEmpty)
      #expect(try read.materials(PageRequest(), search: nil).rows.isEmpty)
      #expect(try read.materialKeys().isEmpty)
      #expect(try read.lot(lot.id) == nil)
      #expect(try read.lot(publicID: lot.publicID) == nil)
      #expect(try read.lots(number: "L1").isEmpty)
      #expect(try read.lots(PageRequest(), material: nil).rows.isEmpty)
      #expect(try read.stock(StockFilter(), PageRequest()).rows.isEmpty)
      #expect(try read.quantity(of: lot.id, at: dock) == 0)
      #expect(try read.onHand([material], withHolds: true).isEmpty)
      let ledger = try read.ledger(
        StockFilter(),
        kind: nil,
        days: nil,
        PageRequest(),
        newestFirst: true
      )
      #expect(ledger.rows.isEmpty)
      #expect(try read.recommendation(publicID: task.draft.publicID) == nil)
      #expect(try read.recommendations(RecommendationFilter(), PageRequest()).rows.isEmpty)
      #expect(try read.outcomes(since: .test).isEmpty)
      #expect(try read.outboundOrders(PageRequest(), openOnly: false).rows.isEmpty)
      #expect(
        try read.openOrderLines(material: material, dueBefore: .test.adding(seconds: 9)).isEmpty
      )
      #expect(try read.demand(material, from: .test, through: .test).isEmpty)
      #expect(try read.demand(on: .test).isEmpty)
      #expect(try read.materialsWithDemand().isEmpty)
      #expect(try read.histories([material], through: .test, days: 9).isEmpty)
      #expect(try read.supplyPositions([material]).isEmpty)
      #expect(try read.events(after: 0, limit: 9).map(\.kind) == ["all"])
      // Places are everybody's, and so is the room that others' goods take up; not their names.
      let states = try read.locationStates(PageRequest(), zone: "A").rows
      #expect(states.first?.reservedHandlingUnits == 1)
      #expect(states.first?.occupants.map(\.lot) == [LotID(0)])
      #expect(states.first?.occupants.map(\.material) == [MaterialID(0)])
    }
  }

  /// What one owner must not do to the other.
  private static func intrusions(
    _ plant: Plant,
    _ task: RecommendationID,
    _ order: OutboundOrderDraft
  ) -> [@Sendable (any WriteTransaction) throws -> Void] {
    let (lot, material, dock, rack) = (plant.lot, plant.material, plant.dock, plant.rack)
    return [
      { _ = try $0.post(Sample.move(.pick, lot.id, from: dock, to: nil, 1)) },
      { _ = try $0.insert(Sample.task(lot.id, from: dock, to: rack)) },
      { try $0.setHold(lot.id, "mine now") },
      { try $0.setClasses(material, pick: .a, value: .a) },
      { _ = try $0.insert(Sample.lot(material, "L9"), publicID: Bed.id()) },
      {
        try $0.setStatus(
          .cancelled,
          of: task,
          actual: nil,
          reason: nil,
          note: nil,
          at: .test
        )
      },
      { try $0.setDemand([DemandDay(material: material, day: .test, quantityMilli: 1)]) },
      { try $0.save(order) },
      { try $0.addShipped(1, to: Key(1)) },
      {
        try $0.recordCapacityFailure(
          location: rack,
          lot: lot.id,
          rule: "r",
          detail: "d",
          at: .test
        )
      },
    ]
  }

  @Test("A page of materials of two owners loses and repeats nothing")
  func pages() throws {
    let bed = try Bed()
    let tenant = try bed.store.addTenant(code: "OTHER", name: "Other", at: .test)
    for scope in [bed.home, TenantScope(home: tenant)] {
      try bed.store.write(scope) { write in
        for code in ["A", "B", "C"] { _ = try write.save(Sample.material(code)) }
      }
    }
    let both = TenantScope(home: tenant, others: [bed.store.homeTenant])
    var seen: [Int64] = []
    var page = PageRequest(limit: 2)
    while true {
      let found = try bed.store.read(both) { try $0.materials(page, search: nil) }
      seen += found.rows.map(\.id.rawValue)
      guard let next = found.next else { break }
      page.after = next
    }
    #expect(seen == [1, 4, 2, 5, 3, 6])
    #expect(throws: Failure.self) {
      try bed.store.read(both) {
        _ = try $0.materials(PageRequest(after: "no cursor"), search: nil)
      }
    }
  }
}
