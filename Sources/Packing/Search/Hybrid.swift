/// Several plans, improved while time lasts.
///
/// The starts are FFD and BFD and, as rounds, WFD and greedy runs under other size keys and orders.
/// After those come runs over shaken orders: each type's size is multiplied by a random factor near
/// one before sorting. The best plan under the objective is kept, so the result is never worse than
/// FFD or BFD.
struct Hybrid: Sendable {
  let problem: Problem
  let roundLimit: Int
  private(set) var best: Solution
  private(set) var bestValue: PlanValue
  private(set) var rounds = 0
  private var dice: Dice
  /// Which variant a search without dice takes.
  private let lane: Int
  /// Untouched bins, made once for all runs.
  private var fresh: [Int: Bin] = [:]
  /// What no plan can beat; worked out when the greedy plans stand.
  private(set) var bound: PackingBound?

  init(_ problem: Problem, seed: UInt64, roundLimit: Int) {
    self.problem = problem
    self.roundLimit = roundLimit
    dice = Dice(seed: seed)
    lane = Packer.lane(ofSeed: seed)
    best = problem.greedy(.first, &fresh)
    bestValue = best.value(in: problem)
    // One type into one kind of place: best fit would come to the same.
    if problem.types.count > 1 || problem.kinds.count > 1 {
      offer(problem.greedy(.best, &fresh))
    }
  }

  /// Improves until told to stop, out of rounds, or proved optimal.
  mutating func improve(_ mayContinue: () -> Bool) {
    guard rounds < roundLimit, mayContinue() else { return }
    bound = Bounds(problem).best()
    if isProvedOptimal { return }
    guard problem.hasExactSums else { return shake(mayContinue) }
    if problem.isOneRoom { return load(mayContinue) }
    guard start(mayContinue) else { return }
    if VectorSearch.applies(to: problem), best.unplaced == 0 { return refill(mayContinue) }
    if RoomsSearch.applies(to: problem) { return fillRooms(mayContinue) }
    shake(mayContinue)
  }

  /// Whether the best plan reaches the bound.
  var isProvedOptimal: Bool { bound?.gap(of: best, in: problem) == 0 }

  /// More starts for the searches that improve one plan, each a round; false where there is no
  /// time, or no need, to go on.
  ///
  /// Goods without geometry are cheap to place: all keys under all rules. With geometry a run costs
  /// as much as the greedy plan itself, so that only the two that differ most are tried.
  private mutating func start(_ mayContinue: () -> Bool) -> Bool {
    let starts: [(SizeKey, Greedy.Rule)] =
      problem.hasGeometry
      ? [(.largestShare, .worst), (.scarcity, .first)]
      : SizeKey.allCases.flatMap { key in [(key, .first), (key, .best), (key, .worst)] }
    for (key, rule) in starts {
      guard rounds < roundLimit, mayContinue() else { return false }
      var run = Greedy(
        problem,
        rule: rule,
        kindOrder: problem.kindsLargestFirst(),
        fresh: fresh
      )
      let found = run.run(order: problem.typesDecreasing(by: key), while: mayContinue)
      fresh = run.fresh
      guard let found else { return false }
      rounds += 1
      if offer(found), isProvedOptimal { return false }
    }
    return true
  }

  /// Empties and fills a few rooms at a time.
  private mutating func fillRooms(_ mayContinue: () -> Bool) {
    guard var search = RoomsSearch(problem, from: best, dice: dice, fresh, mayContinue) else {
      return
    }
    while rounds < roundLimit, mayContinue() {
      guard let isBetter = search.step(while: mayContinue) else { break }
      rounds += 1
      if isBetter {
        offer(search.solution())
        if isProvedOptimal { return }
      }
    }
  }

  /// Loads the one room of the problem by beam search.
  private mutating func load(_ mayContinue: () -> Bool) {
    guard var search = LoadSearch(problem, lane: lane, mayContinue) else { return }
    // The blocks and the first load are the first round.
    rounds += 1
    if offer(search.solution(problem)), isProvedOptimal { return }
    while rounds < roundLimit, !search.beam.isSpent, mayContinue() {
      guard let isBetter = search.beam.step(while: mayContinue) else { return }
      rounds += 1
      if isBetter {
        offer(search.solution(problem))
        if search.beam.isFull { return }
      }
    }
  }

  /// Improves goods without geometry: exact cover where patterns are few, else destroy and repair.
  ///
  /// The two take turns, so that a cover that does not come costs at most half the time.
  private mutating func refill(_ mayContinue: () -> Bool) {
    var search = VectorSearch(problem, from: best, dice: dice)
    var cover =
      problem.objective == .fewestLocations
      ? PatternCover(problem, bins: Int(bound?.value ?? 1), dice: dice) : nil
    while rounds < roundLimit, mayContinue() {
      rounds += 1
      if let isFound = cover?.step(), isFound, let solution = cover?.solution() {
        offer(solution)
        return
      }
      if cover?.isRefuted == true { cover = nil }
      // As much work again as the cover's step.
      for _ in 0..<8 where search.step() {
        offer(search.solution())
        if isProvedOptimal { return }
      }
    }
  }

  /// Greedy runs under every key and order, then over shaken sizes.
  private mutating func shake(_ mayContinue: () -> Bool) {
    let starts = SizeKey.allCases.flatMap { key in
      [
        (key, Greedy.Rule.first, true), (key, .best, true), (key, .worst, true),
        (key, .first, false), (key, .best, false),
      ]
    }
    while rounds < roundLimit, mayContinue() {
      let (key, rule, largest) = starts[rounds % starts.count]
      var order = problem.typesDecreasing(by: key)
      if rounds >= starts.count { order = shaken(order, by: key) }
      var run = Greedy(
        problem,
        rule: rule,
        kindOrder: largest ? problem.kindsLargestFirst() : problem.kindsSmallestFirst(),
        fresh: fresh
      )
      let found = run.run(order: order, while: mayContinue)
      fresh = run.fresh
      guard let found else { return }
      rounds += 1
      if offer(found), isProvedOptimal { return }
    }
  }

  @discardableResult
  private mutating func offer(_ solution: Solution) -> Bool {
    let value = solution.value(in: problem)
    guard value < bestValue else { return false }
    best = solution
    bestValue = value
    return true
  }

  private mutating func shaken(_ order: [Int], by key: SizeKey) -> [Int] {
    let sizes = problem.types.map { problem.measure($0, by: key) * (0.8 + 0.4 * dice.unit()) }
    return order.sorted { sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1 }
  }
}
