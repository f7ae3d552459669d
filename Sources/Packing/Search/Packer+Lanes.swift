import Warehouse

/// One of several searches of the same instance.
public struct PackingLane: Sendable {
  let number: Int
  let search: Hybrid

  /// Whether its plan is proved optimal: then the others may stop.
  public var isProvedOptimal: Bool { search.isProvedOptimal }
}

/// Several searches of one instance at once, each on its own way through it.
///
/// The greedy plans and the bound are the same for all; the dice are not, and where a search has
/// no dice its lanes take different variants of it. The best plan counts, between equals the one of
/// the lowest lane. Its seed and its rounds give it again on one thread.
extension Packer {
  /// The seed of a lane: the top byte says which way it goes, 0 is the usual one.
  static func seed(_ seed: UInt64, lane: Int) -> UInt64 {
    seed ^ UInt64(truncatingIfNeeded: lane & 0x7F) << 56
  }

  /// The lane that a seed stands for.
  static func lane(ofSeed seed: UInt64) -> Int { Int(seed >> 56) }

  /// Plans an instance on several threads; FFD and BFD are single passes and gain nothing by it.
  ///
  /// With `rounds` every lane completes as many, and the plan is a function of the instance, the
  /// seed, the rounds and the number of lanes.
  ///
  /// - Parameters:
  ///   - lanes: How many searches; 1 to `Limits.packingThreads`.
  ///   - run: Calls its second argument for 0..<lanes, at once where it can, and returns what came
  ///     of all of them, in any order.
  ///   - mayContinue: As for one search; asked by all of them.
  public static func plan(
    _ instance: PackingInstance,
    algorithm: PackingAlgorithm = .hybrid,
    seed: UInt64 = 1,
    rounds: Int? = nil,
    lanes: Int,
    run: (_ lanes: Int, _ lane: @Sendable (Int) -> PackingLane) -> [PackingLane],
    mayContinue: @escaping @Sendable () -> Bool
  ) throws(Failure) -> PackingPlan {
    guard (1...Limits.packingThreads).contains(lanes) else {
      throw Failure(
        .invalid,
        "A plan is searched for by 1 to \(Limits.packingThreads) threads, not \(lanes)."
      )
    }
    guard algorithm == .hybrid, lanes > 1 else {
      return try plan(
        instance,
        algorithm: algorithm,
        seed: seed,
        rounds: rounds,
        mayContinue: mayContinue
      )
    }
    let problem = try Problem(instance)
    let found = run(lanes) { lane in
      var search = Hybrid(problem, seed: Self.seed(seed, lane: lane), roundLimit: rounds ?? .max)
      search.improve(mayContinue)
      return PackingLane(number: lane, search: search)
    }
    let best = found.min {
      ($0.search.bestValue, $0.number) < ($1.search.bestValue, $1.number)
    }
    guard let best else {
      return try plan(instance, algorithm: algorithm, seed: seed, rounds: 0) { false }
    }
    var plan = best.search.best.plan(
      problem,
      algorithm: algorithm,
      rounds: best.search.rounds,
      bound: best.search.bound
    )
    plan.seed = Self.seed(seed, lane: best.number)
    return plan
  }
}
