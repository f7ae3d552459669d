/// First-fit, best-fit and worst-fit decreasing over bins of many kinds.
///
/// Units come in a given order of types. A unit goes into an opened bin that takes it, the first
/// one (FFD), the one with the least left (BFD) or the most (WFD); where none does, the next
/// untouched place that takes it is opened, in a given order of kinds. Under `bestScore` the places
/// are gone through by falling score instead, opened or not. Everything that a greedy run decides
/// follows from its orders.
struct Greedy {
  /// Which of the opened bins that take a unit gets it.
  enum Rule: Sendable {
    case first
    case best
    case worst

    /// What of two bins is preferred: the smaller one, by what each has left.
    func preference(_ slack: Double) -> Double {
      switch self {
      case .first: 0
      case .best: slack
      case .worst: -slack
      }
    }
  }

  let problem: Problem
  let rule: Rule
  /// Order in which untouched kinds are opened.
  let kindOrder: KindOrder
  var bins: [Bin] = []
  /// What each opened bin has left as a whole, and how long an edge it still takes.
  var slacks: [Double] = []
  var reaches: [SIMD4<Int32>] = []
  /// How often each opened bin refused since it last took something.
  var refusals: [Int] = []
  /// Opened bins that a best-fit run weighs against each other for one unit, at most.
  let width: Int
  /// What the opened bins have left.
  var tree = FitTree()
  /// The longest edge of any room on each axis: what exceeds it goes nowhere.
  let envelope: SIMD4<Int32>
  /// How many places of each kind are taken.
  var opened: [Int]
  /// The opened bins of each kind; kept under `bestScore` only.
  var openOfKind: [Int: [Int]] = [:]
  /// Untouched bins that were asked before.
  var fresh: [Int: Bin] = [:]
  /// Pairs of kind and type that do not go together even untouched.
  var refused: Set<Int> = []

  /// Prepares a run; untouched bins that an earlier run asked may be handed on.
  init(_ problem: Problem, rule: Rule, kindOrder: KindOrder, fresh: [Int: Bin] = [:]) {
    self.fresh = fresh
    self.problem = problem
    self.rule = rule
    self.kindOrder = kindOrder
    opened = [Int](repeating: 0, count: problem.kinds.count)
    envelope = problem.kinds.reduce(SIMD4(repeating: 0)) { longest, kind in
      pointwiseMax(longest, kind.room ?? SIMD4(repeating: .max))
    }
    let units = max(1, problem.units.count)
    width = problem.hasGeometry ? max(16, min(256, 1_000_000 / units)) : 256
  }

  /// Packs all units, types in that order; what is left over stays in the result.
  mutating func run(order: [Int]) -> Solution {
    run(order: order) { true } ?? Solution(bins: [], left: problem.types.map(\.count))
  }

  /// The same as long as it may go on; nil where it was cut short.
  mutating func run(order: [Int], while mayContinue: () -> Bool) -> Solution? {
    var steps = 0
    var left = [Int](repeating: 0, count: problem.types.count)
    for type in order {
      var count = problem.types[type].count
      // Equal units: a bin that refused one refuses the next, so go on where the last one went.
      var start = 0
      while count > 0, let index = insert(type: type, from: start) {
        count -= 1
        steps += 1
        if steps.isMultiple(of: 16), !mayContinue() { return nil }
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
