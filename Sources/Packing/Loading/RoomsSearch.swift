/// Destroy and repair for boxes in many rooms.
///
/// A round empties a few rooms, the worst filled ones most often, and packs their boxes and those
/// without a place again, room after room: each room is loaded with the best blocks of what is left
/// (`LoadState`), now and then with the second best. Which room comes next is part of the search:
/// the smallest that should hold all the rest, or any. The new packing stays when it leaves fewer
/// units over, or opens less, or as much with fuller rooms beside emptier ones.
struct RoomsSearch {
  /// A room with its boxes.
  struct Room: Sendable {
    var kind: Int
    var slot: Int
    var boxes: [(type: Int, spot: Spot)] = []
    var volume: Int64 = 0
    /// The room with its boxes and spaces, made when it is first asked for gaps.
    var bin: Bin?
  }

  let problem: Problem
  let rules: LoadRules
  /// All blocks by falling gain.
  let bricks: [BlockSet.Brick]
  /// Kinds with geometry by rising free volume.
  let kindsBySize: [Int]
  /// Untouched rooms of each kind, next slot last.
  var freeSlots: [[Int]]
  /// Untouched bins, made once.
  var bins: [Int: Bin] = [:]
  var rooms: [Room]
  var left: [Int32]
  var dice: Dice
  /// Rounds begun.
  var roundsDone = 0
  /// Rounds since the plan last became cheaper.
  var stale = 0

  /// Blocks for all goods and the greedy plan to start from; nil where time ran out before.
  init?(
    _ problem: Problem,
    from solution: Solution,
    dice: Dice,
    _ fresh: [Int: Bin],
    _ mayContinue: () -> Bool
  ) {
    self.problem = problem
    bins = fresh
    self.dice = dice
    let sized = problem.kinds.indices.filter { problem.kinds[$0].freeVolume > 0 }
    kindsBySize = sized.sorted {
      (problem.kinds[$0].freeVolume, $0) < (problem.kinds[$1].freeVolume, $1)
    }
    var largest = SIMD4<Int32>(repeating: 1)
    for kind in sized {
      if let room = problem.kinds[kind].room { largest = pointwiseMax(largest, room) }
    }
    var maker = BlockMaker(
      problem,
      BlockSet.Stock(
        counts: problem.types.map(\.count),
        room: largest,
        weight: problem.kinds.lazy.map(\.weightLeft).max() ?? .max,
        limit: 3_000,
        fill: problem.support > 0 ? 1 : 0.98
      )
    )
    while !maker.isDone {
      guard mayContinue() else { return nil }
      maker.step()
    }
    rules = LoadRules(
      problem,
      blocks: maker.blocks,
      longest: max(largest.x, largest.y, largest.z),
      footing: problem.support > 0 ? .share(problem.support) : .none
    )
    bricks = rules.blocks.byGain()
    left = solution.left.map { Int32($0) }
    rooms = []
    freeSlots = problem.kinds.map { Array((0..<$0.slots).reversed()) }
    for bin in solution.bins {
      var room = Room(kind: bin.kind, slot: bin.slot)
      for unit in bin.units {
        guard let spot = unit.spot else { return nil }
        room.boxes.append((unit.type, spot))
        room.volume += problem.types[unit.type].solidVolume
      }
      rooms.append(room)
      freeSlots[bin.kind].removeAll { $0 == bin.slot }
    }
  }

  /// Whether a problem has nothing but boxes and rooms with limits.
  static func applies(to problem: Problem) -> Bool {
    problem.hasGeometry && !problem.hasMixing && !problem.hasStacking
      && problem.choices.isEmpty && problem.objective != .bestScore
      && problem.types.allSatisfy { $0.isSized && $0.volume == $0.solidVolume }
      && problem.kinds.allSatisfy { $0.room != nil && $0.volumeLeft >= $0.freeVolume }
  }

  /// The rooms as a solution.
  func solution() -> Solution {
    let filled = rooms.map { room in
      var bin = Bin(problem, kind: room.kind)
      bin.slot = room.slot
      for box in room.boxes { bin.add(type: box.type, at: box.spot, in: problem) }
      return bin
    }
    return Solution(bins: filled, left: left.map { Int($0) })
  }
}
