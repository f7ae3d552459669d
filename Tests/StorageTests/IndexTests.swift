import Foundation
import Synchronization
import Testing
import Warehouse

@testable import Storage

@Suite("Location index")
struct IndexTests {
  @Test("A commit publishes what it touched, an undone request nothing")
  func deltas() throws {
    let plant = try Plant()
    let index = plant.store.locations
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    let older = index.snapshot()
    #expect(throws: Failure.self) {
      try plant.store.write(plant.home) { write in
        _ = try write.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000))
        _ = try write.save(Sample.rack("NEW"))
        throw Failure(.conflict, "on purpose")
      }
    }
    #expect(index.snapshot().version == older.version)
    #expect(index.snapshot().states.count == older.states.count)
    _ = try plant.store.write(plant.home) {
      try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000))
    }
    let newer = index.snapshot()
    #expect(newer.version == older.version + 1)
    #expect(
      newer.changedIndices(since: older.version)
        == Set([dock, rack].compactMap { newer.indices[$0] })
    )
    #expect(newer.changedIndices(since: newer.version) == [])
    // The older snapshot still shows what it showed.
    let place = try #require(older.indices[rack])
    #expect(older.states[place].usedHandlingUnits == 0)
    #expect(newer.states[place].usedHandlingUnits == 1)
    var changed = Sample.rack("A-01")
    changed.hold = "leak"
    _ = try plant.store.write(plant.home) { [changed] in
      _ = try $0.save(Sample.rack("NEW"))
      _ = try $0.save(changed)
    }
    let last = index.snapshot()
    #expect(last.states.count == older.states.count + 1)
    #expect(last.states[place].location.draft.hold == "leak")
    #expect(last.states[place].usedHandlingUnits == 1)
    #expect(last.states[last.states.count - 1].location.code == "NEW")
    #expect(last.changedIndices(since: newer.version) == [place, last.states.count - 1])
  }

  @Test("What lies beside the goods that moved stays in the index, and a new hazard class shows")
  func neighbours() throws {
    let plant = try Plant()
    let (lot, dock, rack, material) = (plant.lot.id, plant.dock, plant.rack, plant.material)
    let second = try plant.store.write(plant.home) { write in
      let second = try write.insert(Sample.lot(material, "L2"), publicID: Bed.id()).id
      _ = try write.post(Sample.move(.receipt, second, from: nil, to: rack, 100_000))
      _ = try write.insert(Sample.task(lot, from: dock, to: rack))
      return second
    }
    func occupants() throws -> [Occupant] {
      let snapshot = plant.store.locations.snapshot()
      return snapshot.states[try #require(snapshot.indices[rack])].occupants
    }
    #expect(try Set(occupants().map(\.lot)) == [lot, second])
    _ = try plant.store.write(plant.home) {
      try $0.post(Sample.move(.putaway, lot, from: dock, to: rack, 100_000))
    }
    // The lot is there and still promised; the other one was not touched.
    #expect(try occupants().count { $0.lot == lot } == 2)
    #expect(try occupants().count { $0.lot == second } == 1)
    _ = try plant.store.write(plant.home) {
      _ = try $0.post(Sample.move(.pick, second, from: rack, to: nil, 100_000))
      _ = try $0.save(Sample.material("PAPER", hazard: "4.1"))
    }
    #expect(try occupants().map(\.lot) == [lot, lot])
    #expect(try occupants().allSatisfy { $0.hazardClass == "4.1" })
  }

  @Test("Too old a version is answered with nil, so that a reader loads everything again")
  func forgotten() throws {
    let bed = try Bed()
    let racks = try bed.store.write(bed.home) { write in
      try (0..<100).map { try write.save(Sample.rack("R-\($0)")).id }
    }
    let older = bed.store.locations.snapshot()
    // A hundred changes a commit, 4,096 remembered.
    for _ in 0..<45 {
      try bed.store.writer.perform(bed.home) { $0.touched.locations.formUnion(racks) }
    }
    let newer = bed.store.locations.snapshot()
    #expect(newer.version == older.version + 45)
    #expect(newer.changedIndices(since: older.version) == nil)
    #expect(newer.changedIndices(since: newer.version - 1)?.count == 100)
    #expect(newer.changedIndices(since: newer.version - 15)?.count == 100)
  }

  @Test("States in blocks behave like a list, and copies do not share changes")
  func blocks() {
    let states = (0..<200).map { number in
      LocationState(
        location: Location(
          id: LocationID(Int64(number)),
          version: 1,
          draft: Sample.rack("R-\(number)")
        )
      )
    }
    var blocks = LocationStates(states)
    #expect(blocks.count == 200 && Array(blocks) == states)
    let copy = blocks
    blocks[130].usedWeightG = 5
    blocks.append(states[0])
    #expect(copy.count == 200 && copy[130].usedWeightG == 0)
    #expect(blocks.count == 201 && blocks[130].usedWeightG == 5 && blocks[200] == states[0])
    #expect(LocationStates([]).isEmpty)
  }

  @Test("Readers see whole moments while eight threads write")
  func concurrent() throws {
    let plant = try Plant()
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    let isOver = Atomic<Bool>(false)
    let torn = Atomic<Int>(0)
    let reader = DispatchSemaphore(value: 0)
    let (store, home) = (plant.store, plant.home)
    Thread.detachNewThread {
      while !isOver.load(ordering: .relaxed) {
        // Moves keep the sum: a reader that sees another one saw half a move.
        let sum = try? store.read(home) {
          try $0.quantity(of: lot, at: dock) + $0.quantity(of: lot, at: rack)
        }
        if sum != 500_000 { torn.add(1, ordering: .relaxed) }
        let states = store.locations.snapshot()
        let units = [dock, rack].compactMap { states.indices[$0] }
          .reduce(0) { $0 + states.states[$1].usedHandlingUnits }
        if units != 5 { torn.add(1, ordering: .relaxed) }
      }
      reader.signal()
    }
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<40 {
        let (from, to) = (thread + round) % 2 == 0 ? (dock, rack) : (rack, dock)
        do {
          _ = try store.write(home) { write in
            guard try write.quantity(of: lot, at: from) >= 100_000 else { return }
            _ = try write.post(Sample.move(.move, lot, from: from, to: to, 100_000))
          }
        } catch {
          Issue.record(error)
        }
      }
    }
    isOver.store(true, ordering: .relaxed)
    reader.wait()
    #expect(torn.load(ordering: .relaxed) == 0)
  }
}
