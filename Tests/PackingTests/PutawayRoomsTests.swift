import StowageTesting
import Testing
import Warehouse

@testable import Packing

/// Rooms that a plan keeps: what is known of them changes no plan.
@Suite("Rooms of a plan")
struct PutawayRoomsTests {
  private typealias World = PutawayWorld

  private static func boxes(_ count: Int, _ dice: inout SeededGenerator) -> [PutawayGoods] {
    (0..<count).map { number in
      func edge() -> Int64 { Int64.random(in: 15...60, using: &dice) * 10 }
      let material = Int64.random(in: 1...9, using: &dice)
      var goods = World.pallet(lot: Int64(number + 1), material: material)
      goods.handlingUnits = Int.random(in: 1...6, using: &dice)
      goods.unitSize = Dimensions(edge(), edge(), edge())
      goods.uprights = Bool.random(using: &dice) ? .any : .thisSideUp
      goods.unitWeightG = Int64.random(in: 1...20, using: &dice) * 1_000
      goods.loadOnTopG = Bool.random(using: &dice) ? 15_000 : nil
      return goods
    }
  }

  @Test("A plan in a crowded hall is the same, whether its rooms are kept or furnished each time")
  func sameEitherWay() throws {
    for seed in UInt64(1)...6 {
      var dice = SeededGenerator(seed: seed)
      let states = (1...12).map { id in
        World.place(Int64(id)) {
          $0.inner = Dimensions(1_200, 900, 800)
          $0.maxHandlingUnits = nil
        }
      }
      // A first plan fills the hall to about the half, a second one crowds it.
      var inside = [PutawayContents](repeating: PutawayContents(), count: states.count)
      let first = try PutawayIndex(states).plan(
        Self.boxes(40, &dice),
        context: PutawayContext(),
        algorithm: .ffd,
        contents: { _ in PutawayContents() },
        mayContinue: { false }
      )
      for part in first.lines.flatMap(\.parts) { inside[part.index].boxes += part.boxes }
      var plans: [[[String]]] = []
      var refused = 0
      let lines = Self.boxes(60, &dice)
      for limit in [0, PutawayRooms.most] {
        var batch = try PutawayBatch(
          PutawayIndex(states),
          lines: lines,
          context: PutawayContext()
        )
        batch.rooms.limit = limit
        let order = batch.linesBySize()
        let runs = try [Greedy.Rule.first, .best, .first].map { rule in
          try batch.run(order, rule, { inside[$0] }, {})
        }
        refused = runs[0].value.left
        plans.append(
          runs.map { run in run.placed.map { "\($0.line) \($0.index) \($0.units) \($0.spots)" } }
        )
      }
      #expect(plans[0] == plans[1], "seed \(seed)")
      #expect(plans[0][0] == plans[0][2], "seed \(seed): a run leaves something behind")
      #expect(refused > 0, "seed \(seed): nothing was refused")
    }
  }

  @Test("Lines of one build share a number, and nothing else does")
  func builds() {
    var lines = (0..<4).map { World.pallet(lot: Int64($0), material: Int64($0)) }
    lines[2].loadOnTopG = 1
    lines[3].uprights = .any
    #expect(PutawayBuild.numbers(lines) == [0, 0, 1, 2])
  }
}
