/// A partly loaded room: free spaces, goods left, and the blocks placed so far.
struct LoadState: Sendable {
  /// The empty cuboids that may still take a block.
  var free: FreeSpaces
  /// What stands in the room, contents first.
  var walls: [Cuboid]
  /// Units left of each type.
  var left: [Int32]
  /// Blocks that the goods left over may still make; shrinks as they go.
  var blocks: [Int32]
  /// Volume of the boxes loaded.
  var volume: Int64 = 0
  /// Weight that may still come.
  var weightLeft: Int64
  /// Boxes that may still come.
  var unitsLeft: Int
  /// Blocks placed.
  var placed: [PlacedBlock] = []

  /// A block at its corner.
  struct PlacedBlock: Sendable {
    var block: Int32
    var corner: SIMD4<Int32>
  }

  /// A block that would go into the chosen space, and how good that looks.
  struct Option: Sendable {
    var block: Int32
    var corner: SIMD4<Int32>
    var worth: Float
  }
}

/// The rules of a load: what stays the same while a room is filled.
struct LoadRules: Sendable {
  let blocks: BlockSet
  let room: SIMD4<Int32>
  /// Whether every block must rest fully on the floor or on one block below.
  let isSupported: Bool
  /// Best row lengths for horizontal and vertical edges.
  let across: LengthTable
  let upward: LengthTable
  let smallest: Int32

  init(_ problem: Problem, blocks: BlockSet, room: SIMD4<Int32>, counts: [Int]) {
    self.blocks = blocks
    self.room = room
    isSupported = problem.support > 0
    var flat: [Int32: Int] = [:]
    var tall: [Int32: Int] = [:]
    var smallest = Int32.max
    for (type, goods) in problem.types.enumerated() where goods.isSized && counts[type] > 0 {
      smallest = min(smallest, goods.smallestEdge)
      var seenFlat: Set<Int32> = []
      var seenTall: Set<Int32> = []
      for size in goods.orientations {
        seenFlat.formUnion([size.x, size.y])
        seenTall.insert(size.z)
      }
      for edge in seenFlat { flat[edge, default: 0] += counts[type] }
      for edge in seenTall { tall[edge, default: 0] += counts[type] }
    }
    self.smallest = smallest == .max ? 1 : smallest
    let longest = max(room.x, room.y, room.z)
    across = LengthTable(
      edges: flat.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      longest: longest
    )
    upward = LengthTable(
      edges: tall.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      longest: longest
    )
  }
}
