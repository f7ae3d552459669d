import Testing
import Warehouse

@testable import Packing

@Suite("Bounds that no plan can beat")
struct BoundsTests {
  @Test("L2 counts goods above half singly (Martello and Toth 1990, section 8.3)")
  func aboveHalf() {
    #expect(TwoSided.count([(70, 1), (60, 1), (50, 1), (33, 3)], capacity: 100) == 4)
    // Seven goods of 51: no two share, though their sum fits into four bins.
    #expect(TwoSided.count([(51, 7)], capacity: 100) == 7)
    // Goods of exactly half pair up.
    #expect(TwoSided.count([(50, 8)], capacity: 100) == 4)
    #expect(TwoSided.count([], capacity: 100) == 0)
    #expect(TwoSided.count([(10, 3)], capacity: .max) == 0)
  }

  @Test("L2 never exceeds the optimum found by trying everything")
  func againstExhaustive() {
    var dice = Dice(seed: 11)
    for _ in 0..<300 {
      let sizes = (0..<(1 + dice.below(7))).map { _ in Int64(1 + dice.below(20)) }
      let bound = TwoSided.count(sizes.map { ($0, 1) }, capacity: 20)
      #expect(bound <= optimum(sizes, capacity: 20), "\(sizes)")
      let sum = sizes.reduce(0, +)
      #expect(bound >= Int((sum + 19) / 20), "\(sizes)")
    }
  }

  /// The fewest bins, by putting each size into every bin in turn.
  private func optimum(_ sizes: [Int64], capacity: Int64) -> Int {
    func place(_ index: Int, _ bins: [Int64], _ best: Int) -> Int {
      if index == sizes.count { return min(best, bins.count) }
      if bins.count >= best { return best }
      var best = best
      for bin in bins.indices where bins[bin] + sizes[index] <= capacity {
        var next = bins
        next[bin] += sizes[index]
        best = place(index + 1, next, best)
      }
      return place(index + 1, bins + [sizes[index]], best)
    }
    return place(0, [], sizes.count + 1)
  }

  @Test("With different locations the largest count first")
  func heterogeneous() throws {
    let instance = PackingInstance(
      objective: .fewestLocations,
      locations: [
        PackingLocation(id: "small", copies: 5, maxWeightG: 10),
        PackingLocation(id: "large", copies: 2, maxWeightG: 40),
      ],
      items: [PackingItem(id: "i", quantity: 17, weightG: 5)]
    )
    // 85 g: two of 40 and one of 10.
    let plan = try Packer.plan(instance)
    #expect(plan.bound?.value == 3)
    #expect(plan.locationsUsed == 3)
    #expect(plan.gap == 0)
  }
}

@Suite("Bounds through dual feasible functions, covers and cliques")
struct SharperBoundsTests {
  @Test("Dual feasible functions are superadditive, and 0 and 1 keep their value")
  func superadditive() {
    var dice = Dice(seed: 5)
    for _ in 0..<4_000 {
      let whole = Int64(2 + dice.below(600))
      let functions: [DualFeasible] = [
        .identity, .steps(Int64(1 + dice.below(9))),
        .threshold(Int64(1 + dice.below(max(1, Int(whole / 2))))),
        .counts(Int64(1 + dice.below(max(1, Int(whole / 2))))),
      ]
      let a = Int64(dice.below(Int(whole) + 1))
      let b = Int64(dice.below(Int(whole - a) + 1))
      for function in functions {
        let sum = function(a, of: whole) + function(b, of: whole)
        #expect(sum <= function(a + b, of: whole) + 1e-12, "\(function) \(a)+\(b) of \(whole)")
        #expect(function(0, of: whole) == 0)
        #expect(function(whole, of: whole) == 1)
      }
    }
  }

  @Test("A cover costs no more than the cheapest set found by trying every one")
  func cover() throws {
    var dice = Dice(seed: 8)
    for _ in 0..<200 {
      let caps = (0..<(1 + dice.below(9))).map { _ in Double(1 + dice.below(90)) }
      let costs = caps.map { _ in Int64(1 + dice.below(50)) }
      let need = Double(1 + dice.below(Int(caps.reduce(0, +))))
      let scale = Scale(kind: "", need: need, caps: caps)
      var least = Int64.max
      for set in 0..<(1 << caps.count) {
        let chosen = caps.indices.filter { set >> $0 & 1 == 1 }
        guard chosen.reduce(0, { $0 + caps[$1] }) >= need else { continue }
        least = min(least, chosen.reduce(0) { $0 + costs[$1] })
      }
      let slots = [Int](repeating: 1, count: caps.count)
      let bound = try #require(scale.coverCost(costs, slots))
      #expect(bound <= least)
      #expect(Double(bound) >= Double(least) * 0.8 || least < 60, "\(bound) of \(least)")
      #expect(scale.fractionalCost(costs, slots) <= Double(least) + 1e-6)
    }
  }

  /// Rooms cut into boxes without a gap: the rooms themselves are the best plan.
  @Test("Goods cut from whole rooms never have a bound above these rooms")
  func guillotine() throws {
    for seed in UInt64(1)...60 {
      var dice = Dice(seed: seed)
      let room = Dimensions(
        Int64(400 + dice.below(800)),
        Int64(400 + dice.below(800)),
        Int64(400 + dice.below(800))
      )
      let rooms = 1 + dice.below(4)
      var items: [PackingItem] = []
      for _ in 0..<rooms {
        var pieces = [room]
        for _ in 0..<dice.below(9) {
          let piece = pieces.remove(at: dice.below(pieces.count))
          let axis = dice.below(3)
          var edges = [piece.x, piece.y, piece.z]
          let cut = 1 + Int64(dice.below(Int(edges[axis]) - 1))
          edges[axis] = cut
          pieces.append(Dimensions(edges[0], edges[1], edges[2]))
          edges[axis] = [piece.x, piece.y, piece.z][axis] - cut
          if edges[axis] > 0 { pieces.append(Dimensions(edges[0], edges[1], edges[2])) }
        }
        for size in pieces where min(size.x, size.y, size.z) > 0 {
          items.append(PackingItem(id: "i\(items.count)", size: size, weightG: 1))
        }
      }
      for objective in [PackingObjective.fewestLocations, .leastOpenedVolume] {
        let instance = PackingInstance(
          objective: objective,
          locations: [PackingLocation(id: "R", copies: rooms + 3, inner: room)],
          items: items
        )
        let bound = Bounds(try Problem(instance)).best()
        let best =
          objective == .fewestLocations
          ? Double(rooms) : Double(rooms) * Double(room.volumeMM3)
        #expect(bound.value <= best + 1e-6, "seed \(seed) \(bound)")
        #expect(bound.value >= best * 0.999, "full rooms are needed whole: \(bound)")
      }
    }
  }

  @Test("Large goods, classes that may not meet, and rows that waste length raise the bound")
  func raised() throws {
    func bound(_ instance: PackingInstance) throws -> PackingBound {
      Bounds(try Problem(instance)).best()
    }
    let room = PackingLocation(id: "R", copies: 9, inner: Dimensions(1_000, 1_000, 1_000))
    let cubes = PackingItem(id: "c", quantity: 5, size: Dimensions(510, 510, 510))
    let apart = try bound(
      PackingInstance(objective: .fewestLocations, locations: [room], items: [cubes])
    )
    #expect(apart.value == 5)
    // Boxes of 400 fill 800 of 1,000 on each edge: two by two by two, three rooms for 17.
    let eights = PackingItem(id: "e", quantity: 17, size: Dimensions(400, 400, 400))
    let rows = try bound(
      PackingInstance(objective: .leastOpenedVolume, locations: [room], items: [eights])
    )
    #expect(rows.value == 3e9)
    let classes = (1...3).map {
      PackingItem(id: "k\($0)", weightG: 1, group: PackingGroup(conflictClass: $0))
    }
    let conflicts = try bound(
      PackingInstance(
        objective: .fewestLocations,
        locations: [PackingLocation(id: "W", copies: 9, maxWeightG: 100)],
        items: classes,
        conflicts: [PackingConflict(1, 2), PackingConflict(2, 3), PackingConflict(1, 3)]
      )
    )
    #expect(conflicts.kind == "CONFLICTS")
    #expect(conflicts.value == 3)
  }

  @Test("Whole places of different sizes: what is opened is a sum of theirs")
  func wholePlaces() throws {
    // 13 litres of goods into places of 10 and 9: no sum of places lies between 13 and 18.
    let instance = PackingInstance(
      objective: .leastOpenedVolume,
      locations: [
        PackingLocation(id: "A", volumeMM3: 10_000_000),
        PackingLocation(id: "B", copies: 2, volumeMM3: 9_000_000),
      ],
      items: [PackingItem(id: "i", quantity: 13, volumeMM3: 1_000_000)]
    )
    let plan = try Packer.plan(instance)
    #expect(plan.bound?.value == 18_000_000)
    #expect(plan.openedVolumeMM3 >= 18_000_000)
  }
}
