import Foundation
import GRDB
import Synchronization
import Testing
import Warehouse

@testable import Storage

@Suite("Recommendations and reservations")
struct ReservationTests {
  private func insert(_ plant: Plant, _ draft: RecommendationDraft) throws -> Recommendation {
    try plant.store.write(plant.home) { try $0.insert(draft) }
  }

  private func set(
    _ plant: Plant,
    _ status: RecommendationStatus,
    _ task: Recommendation,
    actual: LocationID? = nil,
    at: Instant = .test
  ) throws {
    _ = try plant.store.write(plant.home) {
      try $0.setStatus(
        status,
        of: task.id,
        actual: actual,
        reason: status == .overridden ? .closer : nil,
        note: nil,
        at: at
      )
    }
  }

  private func state(_ plant: Plant, _ location: LocationID) throws -> LocationState {
    let snapshot = plant.store.locations.snapshot()
    return snapshot.states[try #require(snapshot.indices[location])]
  }

  private func code(_ body: () throws -> Void) -> Failure.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? Failure)?.code
    }
  }

  private func expect(
    _ wanted: Failure.Code?,
    at location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let found = code(body)
    #expect(found == wanted, sourceLocation: location)
  }

  @Test("Two plans that each fit on a unit are not both promised to it, nor stacks too high")
  func stacks() throws {
    let plant = try Plant()
    let (lot, dock) = (plant.lot.id, plant.dock)
    let places = try plant.store.write(plant.home) {
      transaction -> (LocationID, LocationID, LotID) in
      var frail = Sample.material("FRAIL")
      frail.loadOnTopG = 600_000
      let material = try transaction.save(frail).id
      let base = try transaction.insert(
        Sample.lot(material, "FRAIL-1"),
        publicID: Bed.id()
      )
      var high = Sample.rack("H-1", units: 9)
      high.inner = Dimensions(1_300, 900, 9_000)
      high.maxWeightG = nil
      var low = Sample.rack("H-2", units: 9)
      low.inner = Dimensions(1_300, 900, 9_000)
      low.maxWeightG = nil
      low.maxStack = 2
      return (try transaction.save(high).id, try transaction.save(low).id, base.id)
    }
    func put(_ lot: LotID, _ place: LocationID, level: Int64) throws {
      var box = Sample.box(lot, 0)
      box.position = Position(0, 0, level * box.size.z)
      box.weightG = 500_000
      let draft = Sample.task(lot, from: dock, to: place, boxes: [box])
      _ = try insert(plant, draft)
    }
    try put(places.2, places.0, level: 0)
    try put(lot, places.0, level: 1)
    // 1,000 kg would rest on the lowest, which bears 600.
    expect(.conflict) { try put(lot, places.0, level: 2) }
    try put(lot, places.1, level: 0)
    try put(lot, places.1, level: 1)
    expect(.conflict) { try put(lot, places.1, level: 2) }
  }

  @Test("A recommendation is stored whole and holds its space until it is settled")
  func life() throws {
    let plant = try Plant()
    let box = Sample.box(plant.lot.id, 0)
    let draft = Sample.task(plant.lot.id, from: plant.dock, to: plant.rack, boxes: [box])
    let task = try insert(plant, draft)
    let read = try plant.store.read(plant.home) { try $0.recommendation(publicID: draft.publicID) }
    #expect(read == task)
    #expect(read?.draft == draft)
    #expect(try insert(plant, draft) == task)
    #expect(try state(plant, plant.rack).reservedHandlingUnits == 1)
    #expect(try state(plant, plant.rack).reservedWeightG == 500_000)
    #expect(try state(plant, plant.rack).occupants.map(\.isReserved) == [true])
    let contents = try plant.store.read(plant.home) { try $0.contents(of: [plant.rack]) }
    #expect(contents[plant.rack]?.boxes == [box])
    #expect(contents[plant.rack]?.looseHandlingUnits == 0)
    try set(plant, .started, task)
    let open = try plant.store.read(plant.home) { try $0.openTasksByAisle(since: .test) }
    #expect(open == ["A1": 1])
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    try plant.store.write(plant.home) {
      _ = try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000, task: task.id))
      try $0.setStatus(.confirmed, of: task.id, actual: nil, reason: nil, note: nil, at: .test)
    }
    #expect(try state(plant, rack).reservedHandlingUnits == 0)
    #expect(try state(plant, rack).usedHandlingUnits == 1)
    let after = try plant.store.read(plant.home) { try $0.contents(of: [rack]) }
    #expect(after[rack]?.boxes.map(\.isReserved) == [false])
    #expect(after[rack]?.looseHandlingUnits == 0)
    let done = try plant.store.read(plant.home) { try $0.recommendation(publicID: draft.publicID) }
    #expect(done?.status == .confirmed && done?.actual == rack)
    expect(.conflict) { try set(plant, .cancelled, task) }
    expect(nil) { try set(plant, .confirmed, task) }
    expect(.conflict) { try set(plant, .confirmed, task, actual: plant.other) }
    let outcomes = try plant.store.read(plant.home) { try $0.outcomes(since: .test) }
    #expect(outcomes == [.confirmed: 1])
    // A unit that is picked again takes its known place with it.
    try plant.store.write(plant.home) {
      _ = try $0.post(Sample.move(.pick, lot, from: rack, to: nil, 100_000))
    }
    let empty = try plant.store.read(plant.home) { try $0.contents(of: [rack]) }
    #expect(empty[rack] == LocationContents())
  }

  @Test("An override, a rejection and an expiry give the space back")
  func released() throws {
    let plant = try Plant()
    for status in [RecommendationStatus.overridden, .rejected, .cancelled, .expired] {
      let box = Sample.box(plant.lot.id, 0)
      let task = try insert(
        plant,
        Sample.task(plant.lot.id, from: plant.dock, to: plant.rack, boxes: [box])
      )
      try set(plant, status, task, actual: status == .overridden ? plant.other : nil)
      #expect(try state(plant, plant.rack).reservedHandlingUnits == 0, "\(status)")
      let contents = try plant.store.read(plant.home) { try $0.contents(of: [plant.rack]) }
      #expect(contents[plant.rack]?.boxes.isEmpty == true, "\(status)")
    }
    let missing = try insert(
      plant,
      Sample.task(plant.lot.id, from: plant.dock, to: plant.rack)
    )
    expect(.missing) { try set(plant, .overridden, missing) }
  }

  @Test("Expiry takes what is due, spares what was started, and a late confirmation counts")
  func expiry() throws {
    let plant = try Plant()
    let box = Sample.box(plant.lot.id, 0)
    let due = try insert(
      plant,
      Sample.task(plant.lot.id, from: plant.dock, to: plant.rack, boxes: [box])
    )
    let started = try insert(
      plant,
      Sample.task(plant.lot.id, from: plant.dock, to: plant.other, expiresInS: 60)
    )
    try set(plant, .started, started)
    let later = try insert(
      plant,
      Sample.task(plant.lot.id, from: plant.dock, to: plant.other, expiresInS: 5_000)
    )
    let at = Instant.test.adding(seconds: 900)
    let count = try plant.store.write(plant.home) {
      try $0.expireRecommendations(at: at, limit: 10)
    }
    #expect(count == 1)
    let tasks = try plant.store.read(plant.home) {
      try $0.recommendations(RecommendationFilter(), PageRequest()).rows
    }
    #expect(tasks.map(\.id) == [due.id, started.id, later.id])
    #expect(tasks.map(\.status) == [.expired, .started, .recommended])
    try set(plant, .confirmed, due, at: at)
    let contents = try plant.store.read(plant.home) { try $0.contents(of: [plant.rack]) }
    #expect(contents[plant.rack]?.boxes.map(\.isReserved) == [false])
    expect(.conflict) { try set(plant, .recommended, started) }
    expect(.conflict) { try set(plant, .expired, started) }
  }

  @Test("Every reason that came up since the plan is a conflict: room, weight, places, company")
  func conflicts() throws {
    let plant = try Plant()
    let (lot, dock, rack, material) = (plant.lot.id, plant.dock, plant.rack, plant.material)
    func attempt(_ draft: RecommendationDraft) -> Failure.Code? {
      code { _ = try insert(plant, draft) }
    }
    func task(_ of: LotID, units: Int64 = 1, boxes: [StoredBox] = []) -> RecommendationDraft {
      Sample.task(of, from: dock, to: rack, units: units, boxes: boxes)
    }
    // Four units fill the rack; its weight limit would bear six.
    #expect(attempt(task(lot, units: 5)) == .conflict)
    var heavy = task(lot)
    heavy.weightG = 3_000_001
    #expect(attempt(heavy) == .conflict)
    var large = task(lot)
    large.volumeMM3 = 2_700 * 1_200 * 2_200 + 1
    #expect(attempt(large) == .conflict)
    let box = Sample.box(lot, 0)
    #expect(attempt(task(lot, boxes: [box])) == nil)
    #expect(attempt(task(lot, boxes: [Sample.box(lot, 1_199)])) == .conflict)
    #expect(attempt(task(lot, boxes: [Sample.box(lot, 1_501)])) == .conflict)
    #expect(attempt(task(lot, boxes: [Sample.box(lot, 1_200)])) == nil)
    #expect(attempt(task(lot, units: 2)) == nil)
    #expect(attempt(task(lot)) == .conflict)
    #expect(attempt(Sample.task(LotID(77), from: dock, to: rack)) == .notFound)
    #expect(attempt(Sample.task(lot, from: dock, to: LocationID(77))) == .notFound)

    // Company: another FSC claim, another material, a hazard that may not lie there.
    let (certified, ink, acid, single) = try plant.store.write(plant.home) { write in
      let certified = try write.insert(Sample.lot(material, "FSC", fsc: "100%"), publicID: Bed.id())
      let ink = try write.save(Sample.material("INK", hazard: "3")).id
      let oxidiser = try write.save(Sample.material("OXI", hazard: "5.1")).id
      let inkLot = try write.insert(Sample.lot(ink, "I1"), publicID: Bed.id())
      let oxiLot = try write.insert(Sample.lot(oxidiser, "O1"), publicID: Bed.id())
      var single = Sample.rack("S-01", units: 50)
      single.mixing = .singleLot
      single.maxWeightG = nil
      single.inner = nil
      return (certified.id, inkLot.id, oxiLot.id, try write.save(single))
    }
    let other = plant.other
    #expect(attempt(Sample.task(lot, from: dock, to: other)) == nil)
    #expect(attempt(Sample.task(certified, from: dock, to: other)) == .conflict)
    #expect(attempt(Sample.task(ink, from: dock, to: other)) == nil)
    #expect(attempt(Sample.task(acid, from: dock, to: other)) == .conflict)
    #expect(attempt(Sample.task(lot, from: dock, to: single.id)) == nil)
    #expect(attempt(Sample.task(lot, from: dock, to: single.id)) == nil)
    #expect(attempt(Sample.task(ink, from: dock, to: single.id)) == .conflict)

    // The location itself: held, or dedicated to somebody else.
    let tenant = try plant.store.addTenant(code: "O", name: "O", at: .test)
    var held = Sample.rack("X-01")
    held.hold = "damaged"
    var dedicated = Sample.rack("X-01")
    dedicated.dedicatedTo = tenant
    for draft in [held, dedicated] {
      try plant.store.write(plant.home) { _ = try $0.save(draft) }
      let id = try #require(
        try plant.store.read(plant.home) { try $0.location(code: "X-01")?.id }
      )
      #expect(attempt(Sample.task(lot, from: dock, to: id)) == .conflict)
    }
  }

  @Test("Beams and bays carry the weight of all their positions")
  func girders() throws {
    let plant = try Plant()
    let lot = plant.lot.id
    let ids = try plant.store.write(plant.home) { write in
      try [(0, 1), (0, 2), (1, 1), (1, 2)].map { level, position in
        var draft = Sample.rack("B-\(level)-\(position)")
        draft.aisle = "B1"
        draft.level = level
        draft.position = position
        draft.beamMaxWeightG = 1_000_000
        draft.bayMaxWeightG = 1_500_000
        return try write.save(draft).id
      }
    }
    func attempt(_ index: Int) -> Failure? {
      do {
        _ = try insert(plant, Sample.task(lot, from: plant.dock, to: ids[index]))
        return nil
      } catch {
        return error as? Failure
      }
    }
    #expect(attempt(0) == nil)
    #expect(attempt(1) == nil)
    #expect(attempt(1)?.message.contains("beam") == true)
    #expect(attempt(2) == nil)
    #expect(attempt(3)?.message.contains("bay") == true)
  }

  /// `STOWAGE_RESERVATIONS` sets how many are tried: 400 in a test run, 10,000 in the long form.
  @Test("Eight stations at once never promise more than there is, and name what is missing")
  func stations() throws {
    let named = ProcessInfo.processInfo.environment["STOWAGE_RESERVATIONS"]
    let attempts = max(6, (named.flatMap { Int($0) } ?? 400) / 8)
    let bed = try Bed()
    let (dock, racks, lot) = try bed.store.write(bed.home) { write in
      let dock = try write.save(Sample.dock()).id
      let racks = try (0..<3).map { try write.save(Sample.rack("R-\($0)")).id }
      let material = try write.save(Sample.material("M")).id
      let lot = try write.insert(Sample.lot(material, "L"), publicID: Bed.id()).id
      _ = try write.post(Sample.move(.receipt, lot, from: nil, to: dock, 10_000_000))
      return (dock, racks, lot)
    }
    let made = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for round in 0..<attempts {
        let draft = Sample.task(lot, from: dock, to: racks[round % 3])
        do {
          _ = try bed.store.write(bed.home) { try $0.insert(draft) }
          made.add(1, ordering: .relaxed)
        } catch {
          let failure = error as? Failure
          #expect(failure?.code == .conflict)
          #expect(failure?.message.contains("Location R-\(round % 3) ") == true)
          #expect(failure?.message.contains("no place for 1 more") == true)
          refused.add(1, ordering: .relaxed)
        }
      }
    }
    // Three racks of four units: not one more, not one less.
    #expect(made.load(ordering: .relaxed) == 12)
    #expect(refused.load(ordering: .relaxed) == 8 * attempts - 12)
    for rack in racks {
      let snapshot = bed.store.locations.snapshot()
      let state = snapshot.states[try #require(snapshot.indices[rack])]
      #expect(state.reservedHandlingUnits == 4)
      #expect(state.occupants.count == 4)
    }
    #expect(try bed.store.read(bed.home) { try $0.staleUtilization(limit: 9) }.isEmpty)
  }

  @Test("The database refuses a reservation beyond capacity even without the check before it")
  func trigger() throws {
    let plant = try Plant()
    let task = try insert(plant, Sample.task(plant.lot.id, from: plant.dock, to: plant.rack))
    let failure = #expect(throws: Failure.self) {
      try plant.store.writer.perform(plant.home) { session in
        try session.db.execute(sql: "DELETE FROM reservations")
        try session.db.execute(
          sql: "INSERT INTO reservations VALUES (?, 1, ?, ?, 0, 0, 5, NULL)",
          arguments: [task.id.rawValue, plant.lot.id.rawValue, plant.rack.rawValue]
        )
      }
    }
    #expect(failure?.code == .conflict)
  }
}
