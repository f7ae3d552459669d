/// First-fit and best-fit decreasing over bins of many kinds.
///
/// Units come in a given order of types. A unit goes into an opened bin that takes it, the first
/// one (FFD) or the one with the least left (BFD); where none does, the next untouched place that
/// takes it is opened, in a given order of kinds. Under `bestScore` the places are gone through by
/// falling score instead, opened or not. Everything a greedy run decides follows from its orders.
struct Greedy {
  /// Which of the opened bins that take a unit gets it.
  enum Rule: Sendable {
    case first
    case best
  }

  let problem: Problem
  let rule: Rule
  /// Order in which untouched kinds are opened.
  let kindOrder: KindOrder
  var bins: [Bin] = []
  /// What the opened bins have left.
  var tree = FitTree()
  /// How many places of each kind are taken.
  var opened: [Int]
  /// The opened bins of each kind; kept under `bestScore` only.
  var openOfKind: [Int: [Int]] = [:]
  /// Untouched bins that were asked before.
  var fresh: [Int: Bin] = [:]
  /// Pairs of kind and type that do not go together even untouched.
  var refused: Set<Int> = []

  init(_ problem: Problem, rule: Rule, kindOrder: KindOrder) {
    self.problem = problem
    self.rule = rule
    self.kindOrder = kindOrder
    opened = [Int](repeating: 0, count: problem.kinds.count)
  }

  /// Packs all units, types in that order; what is left over stays in the result.
  mutating func run(order: [Int]) -> Solution {
    var left = [Int](repeating: 0, count: problem.types.count)
    for type in order {
      var count = problem.types[type].count
      // Equal units: a bin that refused one refuses the next, so go on where the last one went.
      var start = 0
      while count > 0, let index = insert(type: type, from: start) {
        count -= 1
        if rule == .first, problem.objective != .bestScore { start = index }
      }
      left[type] = count
    }
    return Solution(bins: bins, left: left)
  }

  /// Puts one unit somewhere and returns the bin, or nil where nothing takes it.
  private mutating func insert(type: Int, from start: Int) -> Int? {
    if problem.objective == .bestScore { return insertByScore(type: type) }
    if let found = fit(type: type, from: start) {
      put(type: type, at: found.spot, bin: found.bin)
      return found.bin
    }
    return openNext(for: type)
  }
}
