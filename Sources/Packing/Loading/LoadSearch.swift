/// A beam search over the one room of a problem.
struct LoadSearch {
  var beam: LoadBeam

  /// How many blocks a lane makes, and how full a joined block must be without support.
  private static let variants: [(limit: Int, fill: Double)] = [
    (2_000, 0.98), (4_000, 0.96), (1_000, 0.98), (3_000, 1), (8_000, 0.98), (2_000, 0.95),
  ]

  /// Makes the blocks and the first load; nil where `mayContinue` said no before they stood.
  init?(_ problem: Problem, lane: Int = 0, _ mayContinue: () -> Bool) {
    let variant = Self.variants[lane % Self.variants.count]
    let bin = Bin(problem, kind: 0)
    guard let room = problem.kinds[0].room else { return nil }
    let counts = problem.types.map(\.count)
    var maker = BlockMaker(
      problem,
      BlockSet.Stock(
        counts: counts,
        room: room,
        weight: bin.weightLeft,
        limit: variant.limit,
        fill: problem.support > 0 ? 1 : variant.fill
      )
    )
    while !maker.isDone {
      guard mayContinue() else { return nil }
      maker.step()
    }
    let rules = LoadRules(
      problem,
      blocks: maker.blocks,
      longest: max(room.x, room.y, room.z),
      footing: problem.support > 0 ? .share(problem.support) : .none
    )
    let start = LoadState(
      bin,
      room: room,
      counts: counts.map { Int32($0) },
      bricks: rules.blocks.byGain(),
      rules
    )
    let goods = problem.types.reduce(Int64(0)) { $0 + $1.solidVolume * Int64($1.count) }
    beam = LoadBeam(rules, start: start, limit: min(goods, problem.kinds[0].freeVolume))
  }

  /// The best load as a plan.
  func solution(_ problem: Problem) -> Solution {
    var bin = Bin(problem, kind: 0)
    var left = problem.types.map(\.count)
    for (type, spot) in beam.best.boxes(beam.rules) {
      bin.add(type: type, at: spot, in: problem)
      left[type] -= 1
    }
    return Solution(bins: bin.units.isEmpty ? [] : [bin], left: left)
  }
}

extension LoadState {
  /// A room as a bin has it, with those goods at hand and those blocks to make of them.
  init(
    _ bin: Bin,
    room: SIMD4<Int32>,
    counts: [Int32],
    bricks: [BlockSet.Brick],
    _ rules: LoadRules
  ) {
    self.room = room
    walls = bin.boxes
    free = FreeSpaces(room: room)
    for box in bin.boxes {
      free.occupy(box, smallest: rules.smallest, isSupported: rules.isSupported)
    }
    left = counts
    weightLeft = bin.weightLeft
    unitsLeft = bin.unitsLeft
    self.bricks = bricks
  }

  /// Every loaded box with its type.
  func boxes(_ rules: LoadRules) -> [(type: Int, spot: Spot)] {
    var found: [(type: Int, spot: Spot)] = []
    for block in placed { rules.blocks.expand(Int(block.block), at: block.corner, into: &found) }
    return found
  }
}

extension Problem {
  /// Whether the question is how to fill one room with boxes, and nothing else.
  var isOneRoom: Bool {
    objective == .mostVolumePacked && kinds.count == 1 && kinds[0].slots == 1
      && kinds[0].room != nil && !hasMixing && !hasStacking
      && kinds[0].volumeLeft >= kinds[0].freeVolume
      && types.allSatisfy { $0.isSized && $0.row == nil && $0.volume == $0.solidVolume }
  }
}
