/// Exact cover by patterns: packs all goods into as few equal bins as the bound says, or fails.
///
/// With B bins of capacity C for goods of sum S the whole plan may waste W = B C - S. Every bin of
/// such a plan is a pattern, a multiset of types whose sum lies in C - W ... C. Where they are few,
/// as in tight triplets, a plan is an exact cover of the goods by patterns: the type with fewest
/// patterns left is covered next, in all ways, depth first (Knuth's algorithm X with counts). A
/// search that has run long is started again with another order of choices. Greedy plans and local
/// search leave such instances several bins above the optimum.
struct PatternCover {
  /// Patterns beyond this number make the cover search pointless.
  private static let patternLimit = 20_000

  private struct Part {
    var type: Int32
    var count: Int32
  }

  private let problem: Problem
  private let kind: Int
  private let bins: Int
  private var patterns: [[Part]] = []
  private var wastes: [Int64] = []
  /// For each type the patterns that use it, with how many units.
  private var users: [[(pattern: Int32, count: Int32)]] = []
  /// Units of each type still to be covered.
  private var left: [Int32]
  /// How many types of a pattern have too few units left.
  private var blocked: [Int32] = []
  /// Patterns of each type that are not blocked.
  private var ways: [Int32] = []
  private var wasteLeft: Int64
  private var stack: [Level] = []
  private var nodesLeft = 0
  private var restarts = 0
  private var work = 0
  private var dice: Dice
  /// Patterns of the cover, once it is found.
  private(set) var cover: [Int]?
  /// Whether it is certain that there is no cover.
  private(set) var isRefuted = false

  private struct Level {
    var options: [Int32]
    var next = 0
    var chosen: Int32 = -1
  }

  /// Prepares the cover; nil where it does not apply: other than one kind of bin, one resource,
  /// every unit placeable, and few patterns.
  init?(_ problem: Problem, bins: Int, dice: Dice) {
    guard problem.kinds.count == 1, problem.kinds[0].slots >= bins, bins > 0 else { return nil }
    let bin = problem.kinds[0]
    let isWeight = VectorSearch.scarcest(problem) == .weight
    let capacity = isWeight ? bin.weightLeft : bin.volumeLeft
    guard capacity < .max, (isWeight ? bin.volumeLeft : bin.weightLeft) == .max else { return nil }
    let sizes = problem.types.map { isWeight ? $0.weight : $0.volume }
    guard sizes.allSatisfy({ $0 > 0 && $0 <= capacity }) else { return nil }
    let sum = zip(sizes, problem.types).reduce(Int64(0)) { $0 + $1.0 * Int64($1.1.count) }
    wasteLeft = capacity.multipliedClamped(Int64(bins)) - sum
    guard wasteLeft >= 0, wasteLeft < capacity else { return nil }
    self.problem = problem
    self.bins = bins
    self.dice = dice
    kind = 0
    left = problem.types.map { Int32($0.count) }
    guard enumerate(sizes, capacity: capacity, units: bin.unitsLeft) else { return nil }
    users = [[(pattern: Int32, count: Int32)]](repeating: [], count: sizes.count)
    for (index, pattern) in patterns.enumerated() {
      for part in pattern { users[Int(part.type)].append((Int32(index), part.count)) }
    }
    ways = users.map { Int32($0.count) }
    blocked = [Int32](repeating: 0, count: patterns.count)
    restart()
  }

  /// Lists the patterns, largest type first; false where they are too many.
  private mutating func enumerate(_ sizes: [Int64], capacity: Int64, units: Int) -> Bool {
    let order = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let smallest = sizes.min() ?? 1
    var nodes = 0
    var isWhole = true
    var parts: [Part] = []
    func descend(_ start: Int, _ room: Int64, _ count: Int) {
      nodes += 1
      if nodes > 5 * Self.patternLimit || patterns.count > Self.patternLimit {
        isWhole = false
        return
      }
      if !parts.isEmpty, room <= wasteLeft {
        patterns.append(parts)
        wastes.append(room)
      }
      guard room >= smallest, count < units else { return }
      for place in start..<order.count where isWhole {
        let type = order[place]
        guard sizes[type] <= room else { continue }
        let most = min(Int64(left[type]), room / sizes[type], Int64(units - count))
        for number in stride(from: most, to: 0, by: -1) {
          let rest = room - number * sizes[type]
          // Too much wasted, and nothing fits any more: no pattern comes of it.
          if rest > wasteLeft, rest < smallest { continue }
          parts.append(Part(type: Int32(type), count: Int32(number)))
          descend(place + 1, rest, count + Int(number))
          parts.removeLast()
        }
      }
    }
    descend(0, capacity, 0)
    return isWhole
  }

  /// Works on for a while; returns whether the cover stands now.
  mutating func step() -> Bool {
    guard cover == nil, !isRefuted else { return false }
    // A tenth of a millisecond or so, whatever the number of patterns.
    work = 0
    while work < 20_000, !isRefuted {
      work += 50
      if advance() { return true }
    }
    return false
  }

  /// One node: deeper where possible, else the next option, else back.
  private mutating func advance() -> Bool {
    if stack.isEmpty {
      isRefuted = true
      return false
    }
    nodesLeft -= 1
    if nodesLeft < 0 {
      while let level = stack.popLast() { if level.chosen >= 0 { undo(Int(level.chosen)) } }
      restart()
      return false
    }
    let top = stack.count - 1
    if stack[top].chosen >= 0 {
      undo(Int(stack[top].chosen))
      stack[top].chosen = -1
    }
    while stack[top].next < stack[top].options.count {
      let option = stack[top].options[stack[top].next]
      stack[top].next += 1
      guard blocked[Int(option)] == 0, wastes[Int(option)] <= wasteLeft else { continue }
      choose(Int(option))
      stack[top].chosen = option
      guard let type = rarest() else {
        cover = stack.map { Int($0.chosen) }
        return true
      }
      stack.append(Level(options: options(for: type)))
      return false
    }
    stack.removeLast()
    return false
  }

  private mutating func restart() {
    restarts += 1
    // Longer runs as they fail: in the end every instance would be searched through.
    nodesLeft = 4_000 * restarts
    guard let type = rarest() else {
      cover = []
      return
    }
    stack = [Level(options: options(for: type))]
  }

  /// The type still to be covered that has the fewest patterns, or nil when all are covered.
  private func rarest() -> Int? {
    var best: Int?
    var fewest = Int32.max
    for type in left.indices where left[type] > 0 && ways[type] < fewest {
      best = type
      fewest = ways[type]
    }
    return best
  }

  private mutating func options(for type: Int) -> [Int32] {
    var found: [Int32] = []
    for user in users[type] where blocked[Int(user.pattern)] == 0 { found.append(user.pattern) }
    if restarts > 1 { found.shuffle(using: &dice) }
    return found
  }

  private mutating func choose(_ pattern: Int) {
    wasteLeft -= wastes[pattern]
    for part in patterns[pattern] {
      let before = left[Int(part.type)]
      let after = before - part.count
      left[Int(part.type)] = after
      work += users[Int(part.type)].count
      for user in users[Int(part.type)] where user.count > after && user.count <= before {
        blocked[Int(user.pattern)] += 1
        if blocked[Int(user.pattern)] == 1 {
          for other in patterns[Int(user.pattern)] { ways[Int(other.type)] -= 1 }
        }
      }
    }
  }

  private mutating func undo(_ pattern: Int) {
    wasteLeft += wastes[pattern]
    for part in patterns[pattern].reversed() {
      let after = left[Int(part.type)]
      let before = after + part.count
      left[Int(part.type)] = before
      work += users[Int(part.type)].count
      for user in users[Int(part.type)] where user.count > after && user.count <= before {
        blocked[Int(user.pattern)] -= 1
        if blocked[Int(user.pattern)] == 0 {
          for other in patterns[Int(user.pattern)] { ways[Int(other.type)] += 1 }
        }
      }
    }
  }

  /// The cover as a solution.
  func solution() -> Solution? {
    guard let cover else { return nil }
    let filled = cover.enumerated().map { slot, pattern in
      var bin = Bin(problem, kind: kind)
      bin.slot = slot
      for part in patterns[pattern] {
        for _ in 0..<part.count { bin.add(type: Int(part.type), at: nil, in: problem) }
      }
      return bin
    }
    return Solution(bins: filled, left: [Int](repeating: 0, count: problem.types.count))
  }
}
