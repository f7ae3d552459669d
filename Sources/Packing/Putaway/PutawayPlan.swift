import Warehouse

/// What a plan does with one line.
public struct PutawayLine: Sendable {
  /// Index of the line in the request.
  public var line: Int
  /// The places, each with its units; more than one where the line is split.
  public var parts: [PutawaySuggestion]
  /// Units without a place.
  public var left: Int
  /// Places rejected per reason, counted for one unit in the state in which the line was refused;
  /// empty where all units are placed.
  public var rejected: [PutawayConstraint: Int]
  /// What to do about the units left over.
  public var wayOut: PutawayWayOut?
}

/// One plan for many lines; no space is used twice.
public struct PutawayPlan: Sendable {
  /// The algorithm that was asked for.
  public var algorithm: PackingAlgorithm
  /// Every line, in the order of the request.
  public var lines: [PutawayLine]
  /// Units without a place.
  public var unplacedUnits: Int
  /// Mean score over all placed units.
  public var meanScore: Double
  /// The highest mean score that any plan reaches; nil where units are left over, where there are
  /// many lines, or no time was given to work it out.
  public var scoreBound: Double?
  /// Places that the plan uses.
  public var locationsUsed: Int
  /// Completed rounds of improvement; the same number gives the same plan again.
  public var rounds: Int

  /// Distance of the mean score from the bound as a share of it; 0 means proved optimal.
  public var gap: Double? {
    scoreBound.map { $0 > 0 ? max(0, ($0 - meanScore) / $0) : 0 }
  }

  /// Whether no plan leaves fewer units over or scores higher.
  public var isProvedOptimal: Bool { gap.map { $0 < 1e-6 } ?? false }
}

extension PutawayIndex {
  /// Plans many lines at once: every hard constraint holds, those between the lines too.
  ///
  /// Lines go in one after the other into a copy of the index that reserves as it goes, so that a
  /// later line sees the lots, hazards, dates and loads of the earlier ones. FFD takes lines by
  /// falling size and the first place by score; BFD among the best places the fullest; HYBRID makes
  /// both, then tries other orders while it may, and keeps the plan with the fewest units left over
  /// and then the highest score. A line is split only where no place takes it whole.
  ///
  /// - Parameters:
  ///   - lines: At most `Limits.receiptLines`.
  ///   - context: Settings and the day's state.
  ///   - algorithm: How.
  ///   - seed: Starts the repeatable random choices of HYBRID.
  ///   - rounds: Rounds to complete; nil = as many as `mayContinue` allows.
  ///   - contents: What lies at an index; asked at most once an index.
  ///   - between: Called before each line of each try: a caller may hold still there.
  ///   - mayContinue: Asked first when the greedy plans stand, then between lines.
  /// - Throws: `Failure` where a line is invalid or there are too many, and what `contents` throws.
  public func plan(
    _ lines: [PutawayGoods],
    context: PutawayContext,
    algorithm: PackingAlgorithm = .hybrid,
    seed: UInt64 = 1,
    rounds: Int? = nil,
    contents: (Int) throws -> PutawayContents,
    progress: (PutawayProgress) -> Void = { _ in },
    between: () -> Void = {},
    mayContinue: () -> Bool
  ) throws -> PutawayPlan {
    try Self.check(lines)
    let units = lines.reduce(0) { $0 + $1.handlingUnits }
    var batch = try PutawayBatch(self, lines: lines, context: context)
    let bySize = batch.linesBySize()
    var best: PutawayBatch.Run
    switch algorithm {
    case .ffd: best = try batch.run(bySize, .first, contents, between)
    case .bfd: best = try batch.run(bySize, .best, contents, between)
    case .hybrid:
      best = try batch.run(bySize, .first, contents, between)
      let other = try batch.run(bySize, .best, contents, between)
      if other.value < best.value { best = other }
    }
    var completed = 0
    var bound: Int64?
    progress(PutawayProgress(rounds: 0, value: best.value, units: units))
    if algorithm == .hybrid, rounds != 0, mayContinue() {
      bound = batch.scoreBound(while: mayContinue)
      var dice = Dice(seed: seed)
      while completed < rounds ?? .max, mayContinue(), !batch.isUnbeatable(best) {
        let order = batch.order(round: completed, dice: &dice)
        let rule: Greedy.Rule = completed.isMultiple(of: 2) ? .first : .best
        guard let next = try batch.run(order, rule, contents, between, while: mayContinue)
        else { break }
        completed += 1
        if next.value < best.value { best = next }
        progress(PutawayProgress(rounds: completed, value: best.value, units: units))
      }
    }
    var plan = try batch.report(best, algorithm: algorithm, rounds: completed, contents: contents)
    if let bound, plan.unplacedUnits == 0, units > 0 {
      plan.scoreBound = Double(bound) / 1_000_000 / Double(units)
    }
    return plan
  }

  private static func check(_ lines: [PutawayGoods]) throws(Failure) {
    guard lines.count <= Limits.receiptLines else {
      throw Failure(
        .tooLarge,
        "The plan has \(lines.count) lines; the limit is \(Limits.receiptLines).",
        hint: "Split it into several plans."
      )
    }
    for (number, line) in lines.enumerated()
    where !(1...Limits.lineHandlingUnits).contains(line.handlingUnits) {
      throw Failure(
        .invalid,
        "Line \(number + 1) has \(line.handlingUnits) handling units.",
        hint: "A line must have 1...\(Limits.lineHandlingUnits)."
      )
    }
  }
}

/// How far the making of a plan has come.
public struct PutawayProgress: Sendable, Equatable {
  /// Rounds of improvement that were completed.
  public var rounds: Int
  /// Mean score of the best plan so far, over the units that it places.
  public var meanScore: Double
  /// Handling units that the best plan so far places nowhere.
  public var unplacedUnits: Int

  init(rounds: Int, value: PutawayBatch.Value, units: Int) {
    self.rounds = rounds
    unplacedUnits = value.left
    let placed = units - value.left
    meanScore = placed > 0 ? -Double(value.loss) / 1_000_000 / Double(placed) : 0
  }
}
