import Synchronization
import Warehouse

/// Several searches of one instance at once, each on its own way through it.
///
/// The greedy plans and the bound are the same for all; the dice are not, and where a search has no
/// dice its lanes take different variants of it. The best plan counts, between equals the one of the
/// lowest lane. Its seed and its rounds give it again on one thread.
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
  /// seed, the rounds and the number of lanes. With time alone a proof in one lane ends the others.
  ///
  /// - Parameters:
  ///   - lanes: How many searches; 1 to `Limits.packingThreads`.
  ///   - run: Calls its second argument for 0..<lanes, at once where it can, and returns when all
  ///     are done.
  ///   - mayContinue: As for one search; asked by all of them.
  public static func plan(
    _ instance: PackingInstance,
    algorithm: PackingAlgorithm = .hybrid,
    seed: UInt64 = 1,
    rounds: Int? = nil,
    lanes: Int,
    run: (_ lanes: Int, _ lane: @Sendable (Int) -> Void) -> Void,
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
    let best = Mutex<(lane: Int, search: Hybrid)?>(nil)
    let isProved = Atomic<Bool>(false)
    run(lanes) { lane in
      var search = Hybrid(problem, seed: Self.seed(seed, lane: lane), roundLimit: rounds ?? .max)
      search.improve {
        let isEnded = rounds == nil && isProved.load(ordering: .relaxed)
        return mayContinue() && !isEnded
      }
      if search.isProvedOptimal { isProved.store(true, ordering: .relaxed) }
      best.withLock { best in
        if let known = best, (known.search.bestValue, known.lane) < (search.bestValue, lane) {
          return
        }
        best = (lane, search)
      }
    }
    guard let found = best.withLock({ $0 }) else {
      return try plan(instance, algorithm: algorithm, seed: seed, rounds: 0) { false }
    }
    var plan = found.search.best.plan(
      problem,
      algorithm: algorithm,
      rounds: found.search.rounds,
      bound: found.search.bound
    )
    plan.seed = Self.seed(seed, lane: found.lane)
    return plan
  }
}
