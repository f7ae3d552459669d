/// A partly loaded room: free spaces, goods left, and the blocks placed so far.
struct LoadState: Sendable {
  /// The room, fourth lane 1.
  let room: SIMD4<Int32>
  /// The empty cuboids that may still take a block.
  var free: FreeSpaces
  /// What stands in the room, contents first.
  var walls: [Cuboid]
  /// Units left of each type.
  var left: [Int32]
  /// Blocks that the goods left over may still make, by falling gain; shrinks as they go.
  var bricks: [BlockSet.Brick]
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

/// The rules of a load: what stays the same while rooms are filled.
struct LoadRules: Sendable {
  /// What a block must rest on.
  enum Footing: Sendable {
    /// Nothing: blocks may hang from the corners of spaces.
    case none
    /// The floor or one block, wholly; free spaces end where the block below ends.
    case whole
    /// Each box on that share of its base, at least.
    case share(Double)
  }

  let blocks: BlockSet
  let footing: Footing
  /// Best row lengths for horizontal and vertical edges.
  let across: LengthTable
  let upward: LengthTable
  let smallest: Int32

  /// Whether spaces end where the block below ends.
  var isSupported: Bool {
    if case .whole = footing { return true }
    return false
  }

  /// Whether blocks stand on the bottom of their space.
  var isStanding: Bool {
    if case .none = footing { return false }
    return true
  }

  init(_ problem: Problem, blocks: BlockSet, longest: Int32, footing: Footing) {
    self.blocks = blocks
    self.footing = footing
    var flat: [Int32: Int] = [:]
    var tall: [Int32: Int] = [:]
    for goods in problem.types where goods.isSized {
      var seenFlat: Set<Int32> = []
      var seenTall: Set<Int32> = []
      for size in goods.orientations {
        seenFlat.formUnion([size.x, size.y])
        seenTall.insert(size.z)
      }
      for edge in seenFlat { flat[edge, default: 0] += goods.count }
      for edge in seenTall { tall[edge, default: 0] += goods.count }
    }
    smallest = problem.smallestEdge
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
