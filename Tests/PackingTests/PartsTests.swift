import Testing
import Warehouse

@testable import Packing

@Suite("Parts of the packing search, against trying everything")
struct PartsTests {
  @Test("Free spaces are exactly the maximal empty cuboids of a small room")
  func freeSpaces() {
    var dice = Dice(seed: 21)
    for round in 0..<15 {
      let room = SIMD4<Int32>(4, 3, 3, 1)
      var free = FreeSpaces(room: room)
      var boxes: [Cuboid] = []
      for _ in 0..<4 {
        let size = SIMD4<Int32>(
          Int32(1 + dice.below(2)),
          Int32(1 + dice.below(2)),
          Int32(1 + dice.below(2)),
          1
        )
        guard let space = free.spaces.first(where: { all(size .<= $0.size) }) else { continue }
        let box = Cuboid(at: space.lo, size: size)
        free.occupy(box, smallest: 1)
        boxes.append(box)
      }
      #expect(Set(free.spaces) == maximalSpaces(room, boxes), "seed 21, round \(round)")
      #expect(Set(free.spaces).count == free.spaces.count)
    }
  }

  private func maximalSpaces(_ room: SIMD4<Int32>, _ boxes: [Cuboid]) -> Set<Cuboid> {
    var empty: [Cuboid] = []
    func ranges(_ edge: Int32) -> [(Int32, Int32)] {
      (0..<edge).flatMap { low in ((low + 1)...edge).map { (low, $0) } }
    }
    for x in ranges(room.x) {
      for y in ranges(room.y) {
        for z in ranges(room.z) {
          let space = Cuboid(lo: SIMD4(x.0, y.0, z.0, 0), hi: SIMD4(x.1, y.1, z.1, 1))
          if !boxes.contains(where: { $0.overlaps(space) }) { empty.append(space) }
        }
      }
    }
    return Set(empty.filter { one in !empty.contains { $0 != one && $0.contains(one) } })
  }

  @Test("The fit tree finds what a walk through all bins finds")
  func fitTree() {
    var dice = Dice(seed: 5)
    var tree = FitTree()
    var bins: [(Int64, Int64)] = []
    for _ in 0..<600 {
      let values = (Int64(dice.below(50)), Int64(dice.below(50)))
      let index = dice.below(3) == 0 && !bins.isEmpty ? dice.below(bins.count) : bins.count
      if index == bins.count { bins.append(values) } else { bins[index] = values }
      tree.set(index, weight: values.0, volume: values.1)
      let (start, weight) = (dice.below(bins.count + 1), Int64(dice.below(50)))
      let volume = Int64(dice.below(50))
      let walked = bins.indices.first {
        $0 >= start && bins[$0].0 >= weight && bins[$0].1 >= volume
      }
      #expect(tree.next(from: start, weight: weight, volume: volume) == walked)
    }
  }

  @Test("The length table knows the best row of boxes")
  func lengths() {
    var dice = Dice(seed: 8)
    for _ in 0..<60 {
      let edges = (0..<(1 + dice.below(3))).map { _ in
        (length: Int32(3 + dice.below(9)), count: 1 + dice.below(3))
      }
      let table = LengthTable(edges: edges, longest: 40)
      var sums: Set<Int32> = [0]
      for edge in edges {
        for sum in sums {
          for number in 0...Int32(edge.count) { sums.insert(sum + number * edge.length) }
        }
      }
      for length in Int32(0)...40 {
        #expect(table[length] == sums.filter { $0 <= length }.max(), "\(edges) \(length)")
      }
    }
  }

  @Test("First, best and worst fit put a unit into the first, the fullest and the emptiest bin")
  func rules() throws {
    let problem = try Problem(
      PackingInstance(
        objective: .fewestLocations,
        locations: [PackingLocation(id: "B", copies: 9, maxWeightG: 100)],
        items: [Int64(60), 45, 42, 50, 8].map { PackingItem(id: "\($0 as Int64)", weightG: $0) }
      )
    )
    // By falling weight: 60, 50 and 45 with 50; 42 alone beside 60, so that 40, 5 and 58 are left.
    let order = problem.typesDecreasing(by: .weight)
    let partners: [Greedy.Rule: Int64] = [.first: 60, .best: 60, .worst: 42]
    for (rule, partner) in partners {
      var run = Greedy(problem, rule: rule, kindOrder: problem.kindsLargestFirst())
      let found = run.run(order: order)
      #expect(found.bins.count == 3)
      let weights = found.bins.map { 100 - $0.weightLeft }
      #expect(weights.contains(partner + 8), "\(rule): \(weights)")
    }
    // Weight is asked for by 205 of 900; nothing limits volume.
    #expect(abs(problem.weightScarcity - 205.0 / 900) < 1e-12)
    #expect(problem.volumeScarcity == 0)
  }

  @Test("A subset search with enough nodes fills as well as any subset with the first good")
  func subsets() {
    var dice = Dice(seed: 13)
    for _ in 0..<200 {
      let sizes = (0..<8).map { _ in Int64(1 + dice.below(30)) }.sorted(by: >)
      let others = sizes.map { _ in Int64(dice.below(10)) }
      var search = SubsetFill(
        sizes: sizes,
        others: others,
        isHeld: [Bool](repeating: false, count: 8),
        room: 50,
        otherRoom: 20,
        units: 4
      )
      search.search(nodes: 100_000)
      let found = search.best.reduce(0) { $0 + sizes[$1] }
      var best: Int64 = 0
      for mask in 0..<256 where mask & 1 == 1 && mask.nonzeroBitCount <= 4 {
        let taken = (0..<8).filter { mask >> $0 & 1 == 1 }
        let other = taken.reduce(0) { $0 + others[$1] }
        let sum = taken.reduce(0) { $0 + sizes[$1] }
        if other <= 20, sum <= 50 { best = max(best, sum) }
      }
      #expect(found == best, "\(sizes) \(others)")
    }
  }

  @Test("Blocks hold what they say, inside their edges and without overlap")
  func blocks() throws {
    let instance = PackingInstance(
      objective: .mostVolumePacked,
      locations: [PackingLocation(id: "R", inner: Dimensions(60, 50, 40))],
      items: [
        PackingItem(id: "a", quantity: 6, size: Dimensions(20, 10, 10)),
        PackingItem(id: "b", quantity: 5, size: Dimensions(15, 10, 20)),
      ]
    )
    let problem = try Problem(instance)
    let stock = BlockSet.Stock(
      counts: [6, 5],
      room: SIMD4(60, 50, 40, 1),
      weight: .max,
      limit: 1_500,
      fill: 0.95
    )
    var maker = BlockMaker(problem, stock)
    while !maker.isDone { maker.step() }
    let blocks = maker.blocks
    #expect(blocks.count > 300)
    for block in 0..<blocks.count {
      var boxes: [(type: Int, spot: Spot)] = []
      blocks.expand(block, at: SIMD4(0, 0, 0, 0), into: &boxes)
      let cuboids = boxes.map { Cuboid(at: $0.spot.corner, size: $0.spot.size) }
      #expect(boxes.count == Int(blocks.boxes[block]))
      #expect(cuboids.reduce(0) { $0 + $1.volume } == blocks.volumes[block])
      let hull = Cuboid(at: SIMD4(0, 0, 0, 0), size: blocks.sizes[block])
      #expect(cuboids.allSatisfy { hull.contains($0) })
      for (number, one) in cuboids.enumerated() {
        #expect(!cuboids[..<number].contains { $0.overlaps(one) })
      }
      for need in blocks.need(of: block) {
        #expect(boxes.count { $0.type == Int(need.type) } == Int(need.count))
        #expect(Int(need.count) <= stock.counts[Int(need.type)])
      }
    }
  }
}
