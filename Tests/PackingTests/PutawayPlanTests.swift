import Packing
import StowageTesting
import Testing
import Warehouse

@Suite("Putaway plans for many lines")
struct PutawayPlanTests {
  private typealias World = PutawayWorld

  private func lines(_ count: Int, seed: UInt64) -> [PutawayGoods] {
    var dice = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      var goods = World.pallet(
        lot: Int64(number) + 1,
        material: Int64.random(in: 1...8, using: &dice),
        units: Int.random(in: 1...4, using: &dice)
      )
      goods.unitSize?.z = Int64.random(in: 600...1_400, using: &dice)
      goods.unitWeightG = Int64.random(in: 50...700, using: &dice) * 1_000
      if Bool.random(using: &dice) { goods.hazardClass = Bool.random(using: &dice) ? "3" : "8" }
      if Bool.random(using: &dice) { goods.storageType = "ROLL" }
      goods.receivedDay = LocalDay(rawValue: Int32.random(in: 19_990...20_010, using: &dice))
      return goods
    }
  }

  private func plan(
    _ lines: [PutawayGoods],
    _ index: PutawayIndex,
    _ algorithm: PackingAlgorithm = .ffd,
    rounds: Int = 0
  ) throws -> PutawayPlan {
    try index.plan(
      lines,
      context: PutawayContext(),
      algorithm: algorithm,
      rounds: rounds,
      contents: { _ in PutawayContents() },
      mayContinue: { true }
    )
  }

  @Test("No capacity is used twice and no rule between lines is broken, over 12 seeds")
  func neverDouble() throws {
    for seed in UInt64(1)...12 {
      let states = World.rack(120, seed: seed)
      let goods = lines(70, seed: seed)
      for algorithm in PackingAlgorithm.allCases {
        let made = try plan(goods, PutawayIndex(states), algorithm, rounds: 3)
        #expect(faults(made, goods, states) == [], "seed \(seed), \(algorithm)")
        for line in made.lines where line.left > 0 {
          #expect(!line.rejected.isEmpty && line.wayOut != nil, "seed \(seed)")
        }
      }
    }
  }

  /// Adds everything up anew from the plan and the states alone.
  private func faults(_ plan: PutawayPlan, _ goods: [PutawayGoods], _ states: [LocationState])
    -> [String]
  {
    var found: [String] = []
    var units: [Int: Int] = [:]
    var weight: [Int: Int64] = [:]
    var volume: [Int: Int64] = [:]
    var lots: [Int: [PutawayGoods]] = [:]
    var boxes: [Int: [PackedBox]] = [:]
    for line in plan.lines {
      let placed = line.parts.reduce(0) { $0 + $1.handlingUnits }
      if placed + line.left != goods[line.line].handlingUnits { found.append("units of a line") }
      for part in line.parts {
        let one = goods[line.line]
        units[part.index, default: 0] += part.handlingUnits
        weight[part.index, default: 0] += one.weightG * Int64(part.handlingUnits)
        volume[part.index, default: 0] += one.volumeMM3 * Int64(part.handlingUnits)
        lots[part.index, default: []].append(one)
        boxes[part.index, default: []] += part.boxes
      }
    }
    for (index, state) in states.enumerated() {
      let draft = state.location.draft
      let total = (units[index] ?? 0) + state.usedHandlingUnits
      if total > draft.maxHandlingUnits ?? .max, units[index] != nil { found.append("units") }
      if (weight[index] ?? 0) + state.usedWeightG > draft.maxWeightG ?? .max, weight[index] != nil {
        found.append("weight")
      }
      if (volume[index] ?? 0) + state.usedVolumeMM3 > draft.capacityMM3 ?? .max,
        volume[index] != nil
      {
        found.append("volume")
      }
      found += mixingFaults(lots[index] ?? [], state)
      found += overlaps(boxes[index] ?? [], draft.inner)
    }
    let loads = Dictionary(grouping: states.indices) {
      "\(states[$0].location.draft.aisle)/\(states[$0].location.draft.bay)"
    }
    for members in loads.values {
      let carried = members.reduce(Int64(0)) { $0 + (weight[$1] ?? 0) + states[$1].usedWeightG }
      let added = members.contains { weight[$0] != nil }
      if added, carried > 6_000_000 { found.append("bay weight \(carried)") }
      let hazards = Set(members.flatMap { lots[$0] ?? [] }.compactMap(\.hazardClass))
      if hazards.count > 1 { found.append("hazards in a bay") }
    }
    return found
  }

  private func mixingFaults(_ lots: [PutawayGoods], _ state: LocationState) -> [String] {
    guard !lots.isEmpty else { return [] }
    var found: [String] = []
    let materials = Set(lots.map(\.material) + state.occupants.map(\.material))
    let numbers = Set(lots.map(\.lot) + state.occupants.map(\.lot))
    let draft = state.location.draft
    if draft.mixing == .singleLot, numbers.count > 1 { found.append("lots mixed") }
    if draft.mixing == .singleMaterial, materials.count > 1 { found.append("materials mixed") }
    if draft.mixing == .mixed, materials.count > draft.maxMaterials ?? .max {
      found.append("too many materials")
    }
    if draft.isLastInFirstOut, let earliest = state.occupants.map(\.receivedDay).min(),
      lots.contains(where: { $0.receivedDay > earliest })
    {
      found.append("lane blocked")
    }
    return found
  }

  private func overlaps(_ boxes: [PackedBox], _ inner: Dimensions?) -> [String] {
    var found: [String] = []
    for (number, box) in boxes.enumerated() {
      if let inner,
        box.position.x + box.size.x > inner.x || box.position.y + box.size.y > inner.y
          || box.position.z + box.size.z > inner.z
      {
        found.append("outside")
      }
      for other in boxes[..<number]
      where box.position.x < other.position.x + other.size.x
        && other.position.x < box.position.x + box.size.x
        && box.position.y < other.position.y + other.size.y
        && other.position.y < box.position.y + box.size.y
        && box.position.z < other.position.z + other.size.z
        && other.position.z < box.position.z + box.size.z
      {
        found.append("overlap")
      }
    }
    return found
  }

  @Test("HYBRID leaves no more units over than FFD or BFD, and scores no less")
  func hybrid() throws {
    for seed in UInt64(1)...6 {
      let index = PutawayIndex(World.rack(60, seed: seed))
      let goods = lines(60, seed: seed)
      let hybrid = try plan(goods, index, .hybrid, rounds: 6)
      for algorithm in [PackingAlgorithm.ffd, .bfd] {
        let other = try plan(goods, index, algorithm)
        #expect(hybrid.unplacedUnits <= other.unplacedUnits, "seed \(seed)")
        if hybrid.unplacedUnits == other.unplacedUnits {
          #expect(hybrid.meanScore >= other.meanScore - 1e-5, "seed \(seed)")
        }
      }
    }
  }

  @Test("The same seed and rounds give the same plan")
  func determinism() throws {
    let index = PutawayIndex(World.rack(80, seed: 5))
    let goods = lines(50, seed: 5)
    let first = try plan(goods, index, .hybrid, rounds: 5)
    let second = try plan(goods, index, .hybrid, rounds: 5)
    #expect(first.meanScore == second.meanScore)
    #expect(first.lines.map { $0.parts.map(\.index) } == second.lines.map { $0.parts.map(\.index) })
  }

  @Test("A line is split over places in whole handling units")
  func split() throws {
    let states = (1...3).map { World.place(Int64($0)) { $0.maxHandlingUnits = 2 } }
    let made = try plan([World.pallet(units: 5)], PutawayIndex(states))
    #expect(made.unplacedUnits == 0)
    #expect(made.lines[0].parts.map(\.handlingUnits).sorted() == [1, 2, 2])
  }

  @Test("One line more than the limit, or a line without units, is refused")
  func limits() {
    let index = PutawayIndex([World.place(1)])
    let many = (0...Limits.receiptLines).map { World.pallet(lot: Int64($0)) }
    #expect(throws: Failure.self) { try plan(many, index) }
    #expect(throws: Failure.self) { try plan([World.pallet(units: 0)], index) }
    #expect(throws: Failure.self) {
      try plan([World.pallet(units: Limits.lineHandlingUnits + 1)], index)
    }
  }
}
