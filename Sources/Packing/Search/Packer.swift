import Warehouse

/// The packing engine: one call, one plan.
///
/// A plan is a function of the instance, the algorithm, the seed and the number of completed rounds
/// of improvement, and of nothing else: the engine reads no clock and no random source. The greedy
/// plan always stands before `mayContinue` is asked for the first time, so that call marks the time
/// of the greedy plan, and an empty answer never comes back for want of time.
public enum Packer {
  /// Plans an instance.
  ///
  /// FFD and BFD are single passes. HYBRID makes both and more, takes the best under the instance's
  /// objective, and improves it round by round until `mayContinue` says no, `rounds` are completed,
  /// or the plan is proved optimal. A round that was cut short leaves no trace.
  ///
  /// - Parameters:
  ///   - instance: What to pack.
  ///   - algorithm: How.
  ///   - seed: Starts the repeatable random choices of HYBRID.
  ///   - rounds: Rounds to complete; nil = as many as `mayContinue` allows.
  ///   - mayContinue: Asked about once a millisecond of work, between and within rounds.
  /// - Throws: `Failure` `invalid` where a value breaks a rule, `tooLarge` beyond
  ///   `Limits.packingUnits` or `Limits.packingLocations`.
  public static func plan(
    _ instance: PackingInstance,
    algorithm: PackingAlgorithm = .hybrid,
    seed: UInt64 = 1,
    rounds: Int? = nil,
    mayContinue: () -> Bool
  ) throws(Failure) -> PackingPlan {
    let problem = try Problem(instance)
    switch algorithm {
    case .ffd:
      return problem.greedy(.first).plan(problem, algorithm: algorithm, rounds: 0)
    case .bfd:
      return problem.greedy(.best).plan(problem, algorithm: algorithm, rounds: 0)
    case .hybrid:
      var hybrid = Hybrid(problem, seed: seed, roundLimit: rounds ?? .max)
      hybrid.improve(mayContinue)
      var plan = hybrid.best.plan(
        problem,
        algorithm: algorithm,
        rounds: hybrid.rounds,
        bound: hybrid.bound
      )
      plan.seed = seed
      return plan
    }
  }

  /// Plans an instance with the greedy plans alone: no rounds of improvement.
  public static func plan(
    _ instance: PackingInstance,
    algorithm: PackingAlgorithm = .hybrid
  ) throws(Failure) -> PackingPlan {
    try plan(instance, algorithm: algorithm, rounds: 0) { false }
  }
}

extension Problem {
  /// The plain FFD or BFD plan.
  ///
  /// FFD opens the largest place first, BFD the smallest that takes the unit.
  func greedy(_ rule: Greedy.Rule) -> Solution {
    var fresh: [Int: Bin] = [:]
    return greedy(rule, &fresh)
  }

  /// The same with untouched bins that are made once for several runs.
  func greedy(_ rule: Greedy.Rule, _ fresh: inout [Int: Bin]) -> Solution {
    var run = Greedy(
      self,
      rule: rule,
      kindOrder: rule == .first ? kindsLargestFirst() : kindsSmallestFirst(),
      fresh: fresh
    )
    let solution = run.run(order: typesDecreasing(by: .largestShare))
    fresh = run.fresh
    return solution
  }
}
