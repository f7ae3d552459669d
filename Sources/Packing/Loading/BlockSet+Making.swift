extension BlockSet {
  /// What blocks may be made of.
  struct Stock {
    /// Units of each type at hand.
    var counts: [Int]
    /// The room that blocks must fit into, fourth lane 1.
    var room: SIMD4<Int32>
    /// The weight that a load may have.
    var weight: Int64
    /// How many blocks are made at most.
    var limit: Int
    /// Share of a joined block's cuboid that boxes must fill; 1 = no gap.
    var fill: Double
  }

  /// All grids of the given goods.
  init(gridsOf problem: Problem, _ stock: Stock) {
    makeGrids(problem, stock)
  }

  private mutating func makeGrids(_ problem: Problem, _ stock: Stock) {
    let sized = problem.types.indices.filter { problem.types[$0].isSized && stock.counts[$0] > 0 }
    // Where types are many, full grids of every shape would crowd out the joins.
    let share = max(24, stock.limit / 2 / max(1, sized.count))
    for type in sized {
      let goods = problem.types[type]
      var made: [(size: SIMD4<Int32>, along: SIMD4<Int32>)] = []
      for size in goods.orientations where all(size .<= stock.room) {
        let most = SIMD4<Int32>(
          stock.room.x / size.x,
          stock.room.y / size.y,
          stock.room.z / size.z,
          1
        )
        let units = Int32(clamping: stock.counts[type])
        for nx in Self.numbers(upTo: min(most.x, units)) {
          for ny in Self.numbers(upTo: min(most.y, units / nx)) {
            for nz in Self.numbers(upTo: min(most.z, units / (nx * ny))) {
              made.append((size, SIMD4(nx, ny, nz, 1)))
            }
          }
        }
      }
      // Single boxes first, then the largest grids.
      made.sort {
        let (a, b) = (Self.boxes($0.along), Self.boxes($1.along))
        return (a == 1) != (b == 1) ? a == 1 : a > b
      }
      for grid in made.prefix(share) {
        let boxes = Self.boxes(grid.along)
        let weight = goods.weight.multipliedClamped(Int64(boxes))
        guard weight <= stock.weight else { continue }
        append(
          .grid(type: Int32(type), size: grid.size, along: grid.along),
          size: grid.size &* grid.along,
          needs: CollectionOfOne(Need(type: Int32(type), count: boxes)),
          volume: goods.solidVolume * Int64(boxes),
          weight: weight,
          boxes: boxes
        )
      }
    }
  }

  /// How many boxes may stand in a row: every number up to 24, then wider and wider steps.
  ///
  /// A hundred thousand small boxes would otherwise make millions of grids.
  private static func numbers(upTo most: Int32) -> [Int32] {
    guard most > 24 else { return most < 1 ? [] : Array(1...most) }
    var found = Array(Int32(1)...24)
    while let last = found.last, last < most { found.append(min(most, last + last / 8)) }
    return found
  }

  private static func boxes(_ along: SIMD4<Int32>) -> Int32 { along.x &* along.y &* along.z }

  /// What two blocks must share to be interchangeable.
  struct Likeness: Hashable {
    let size: SIMD4<Int32>
    let needs: [Need]
  }

  func likeness(_ block: Int) -> Likeness {
    Likeness(size: sizes[block], needs: Array(need(of: block)))
  }

  mutating func join(
    _ first: Int,
    _ second: Int,
    _ axis: Int,
    _ stock: Stock,
    _ seen: inout Set<Likeness>
  ) {
    let (a, b) = (sizes[first], sizes[second])
    var size = pointwiseMax(a, b)
    size[axis] = a[axis] + b[axis]
    size[3] = 1
    guard all(size .<= stock.room) else { return }
    // The upper block of a stack must not hang over the lower one.
    if axis == 2, b.x > a.x || b.y > a.y { return }
    let volume = volumes[first] + volumes[second]
    let whole = Double(Int64(size.x) * Int64(size.y) * Int64(size.z))
    guard Double(volume) >= stock.fill * whole, weights[first] + weights[second] <= stock.weight
    else { return }
    var together: [Need] = Array(need(of: first))
    for extra in need(of: second) {
      if let known = together.firstIndex(where: { $0.type == extra.type }) {
        together[known].count += extra.count
      } else {
        together.append(extra)
      }
    }
    guard together.allSatisfy({ Int($0.count) <= stock.counts[Int($0.type)] }) else { return }
    together.sort { $0.type < $1.type }
    guard seen.insert(Likeness(size: size, needs: together)).inserted else { return }
    append(
      .joined(Int32(first), Int32(second), axis: axis),
      size: size,
      needs: together,
      volume: volume,
      weight: weights[first] + weights[second],
      boxes: boxes[first] + boxes[second]
    )
  }
}
