/// Boxes joined into solid blocks, the bricks of a dense load.
///
/// A block is a cuboid filled, wholly or nearly, with boxes in fixed places. Simple blocks are
/// grids of one type in one orientation. Joined blocks put two blocks side by side, one behind the
/// other, or one on top of the other, where the cuboid around both is filled well enough. Loading
/// with blocks instead of boxes makes the search short and its loads tight (Eley 2002; Zhu, Oon,
/// Lim and Weng 2012; Araya and Riff 2014). With support asked for, only blocks without any gap
/// are made: then every box in them rests fully on what is below.
struct BlockSet: Sendable {
  /// How a block is made.
  enum Make: Sendable {
    /// A grid of one type: the size of a box as it stands, and how many along x, y and z.
    case grid(type: Int32, size: SIMD4<Int32>, along: SIMD4<Int32>)
    /// Two blocks joined along an axis; the second begins where the first ends.
    case joined(Int32, Int32, axis: Int)
  }

  /// How many of a type a block takes.
  struct Need: Sendable, Hashable {
    var type: Int32
    var count: Int32
  }

  /// Edges, fourth lane 1.
  var sizes: [SIMD4<Int32>] = []
  /// Volume of the boxes inside.
  var volumes: [Int64] = []
  /// Weight of the boxes inside.
  var weights: [Int64] = []
  /// How many boxes.
  var boxes: [Int32] = []
  /// What a block is worth before its fit is known: its volume, less a little for many boxes.
  var gains: [Float] = []
  /// Where a block's needs begin in `needs`; one more entry than blocks.
  var needStarts: [Int32] = [0]
  /// The needs of all blocks, one after the other.
  var needs: [Need] = []
  /// How each block is made.
  var makes: [Make] = []

  /// How many blocks there are.
  var count: Int { sizes.count }

  /// The needs of a block.
  func need(of block: Int) -> ArraySlice<Need> {
    needs[Int(needStarts[block])..<Int(needStarts[block + 1])]
  }

  /// What a scan looks at of a block, in one place so that the memory is read in order.
  struct Brick: Sendable {
    /// Edges, fourth lane 1.
    var size: SIMD4<Int32>
    /// See `gains`.
    var gain: Float
    /// Index of the block.
    var block: Int32
    /// The first need, and whether there are more.
    var type: Int32
    var count: Int32
    var isMixed: Bool
  }

  /// All blocks by falling gain, so that a search may stop where no gain can beat what it has.
  func byGain() -> [Brick] {
    sizes.indices.sorted { gains[$0] != gains[$1] ? gains[$0] > gains[$1] : $0 < $1 }.map {
      let lead = needs[Int(needStarts[$0])]
      return Brick(
        size: sizes[$0],
        gain: gains[$0],
        block: Int32($0),
        type: lead.type,
        count: lead.count,
        isMixed: needStarts[$0 + 1] - needStarts[$0] > 1
      )
    }
  }

  /// Adds a block.
  mutating func append(
    _ make: Make,
    size: SIMD4<Int32>,
    needs: some Sequence<Need>,
    volume: Int64,
    weight: Int64,
    boxes: Int32
  ) {
    makes.append(make)
    sizes.append(size)
    volumes.append(volume)
    weights.append(weight)
    self.boxes.append(boxes)
    gains.append(Float(volume) * BlockSet.discount(boxes))
    self.needs.append(contentsOf: needs)
    needStarts.append(Int32(self.needs.count))
  }

  /// Blocks of many small boxes are worth a little less than blocks of few large ones, which are
  /// harder to place later: the fifth root of the number of boxes.
  private static func discount(_ boxes: Int32) -> Float {
    // Newton's method on y^5 = 1 / n keeps the engine free of library roots.
    let target = 1 / Float(boxes)
    var root: Float = target > 0.03 ? 0.7 : 0.4
    for _ in 0..<24 {
      let power = root * root * root * root
      root -= (power * root - target) / (5 * power)
    }
    return root
  }

  /// The boxes of a block placed at a corner, lowest first as they are stacked.
  func expand(
    _ block: Int,
    at corner: SIMD4<Int32>,
    into found: inout [(type: Int, spot: Spot)]
  ) {
    switch makes[block] {
    case .grid(let type, let size, let along):
      for z in 0..<along.z {
        for y in 0..<along.y {
          for x in 0..<along.x {
            let step = SIMD4<Int32>(x &* size.x, y &* size.y, z &* size.z, 0)
            found.append((Int(type), Spot(corner: corner &+ step, size: size)))
          }
        }
      }
    case .joined(let first, let second, let axis):
      expand(Int(first), at: corner, into: &found)
      var next = corner
      next[axis] += sizes[Int(first)][axis]
      expand(Int(second), at: next, into: &found)
    }
  }
}
