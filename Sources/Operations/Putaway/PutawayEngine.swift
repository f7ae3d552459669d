import Packing
import Warehouse

/// Joins the packing engine with the store: the index in memory, contents read when they are
/// needed, the rules and the state of the day.
struct PutawayEngine {
  /// How the engine is asked.
  struct Asking: Sendable {
    var algorithm: PackingAlgorithm
    var budgetMS: Int
    var seed: UInt64
    var rounds: Int?
    var objective = PlanObjective.balanced
  }

  let environment: OperationsEnvironment
  let scope: TenantScope

  /// Decides on one task: the best place, or the best split, with runners-up.
  func decide(_ task: PutawayTask) throws -> PutawayDecision {
    let clock = ContinuousClock()
    let start = clock.now
    let (index, context) = try surroundings(of: [task])
    var known = KnownContents(environment, scope)
    let answer = try index.recommend(
      task.goods(environment.settings),
      context: context,
      ahead: { try known.read($0) },
      contents: { try known.contents($0) }
    )
    var decision = PutawayDecision()
    decision.context = context
    if let best = answer.best {
      var part = PlacedPart(task: 0, quantityMilli: task.quantityMilli, suggestion: best)
      part.runnersUp = answer.runnersUp
      part.rejected = answer.rejected
      decision.placed = [part]
      decision.meanScore = best.score
    } else if case .split(let suggestions) = answer.wayOut {
      decision.placed = Self.shares(of: task, 0, suggestions, answer.rejected)
    } else {
      decision.unplaced = [
        UnplacedPart(
          task: 0,
          handlingUnits: task.handlingUnits,
          rejected: answer.rejected,
          wayOut: answer.wayOut?.sentence
        )
      ]
    }
    decision.elapsedMS = (clock.now - start).milliseconds
    decision.greedyMS = decision.elapsedMS
    return decision
  }

  /// Decides on many tasks in one plan; no space is used twice.
  ///
  /// A short plan is made at once, with the runners-up of each line, which cost a scan each; a
  /// longer one lets short ones go first.
  func plan(
    _ tasks: [PutawayTask],
    _ asking: Asking,
    progress: (PutawayProgress) -> Void = { _ in }
  ) throws -> PutawayDecision {
    let precedence = environment.precedence
    if tasks.count <= Limits.shortPlanLines {
      return try precedence.first { try plan(tasks, asking, progress, between: {}) }
    }
    var patience = PlanPrecedence.Patience()
    return try plan(tasks, asking, progress) { precedence.giveWay(&patience) }
  }

  private func plan(
    _ tasks: [PutawayTask],
    _ asking: Asking,
    _ progress: (PutawayProgress) -> Void,
    between: () -> Void
  ) throws -> PutawayDecision {
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = start.advanced(by: .milliseconds(asking.budgetMS))
    var greedy: ContinuousClock.Instant?
    var (index, context) = try surroundings(of: tasks)
    context.weights = asking.objective.leaning(context.weights)
    var known = KnownContents(environment, scope)
    let plan = try index.plan(
      goods(tasks),
      context: context,
      algorithm: asking.algorithm,
      seed: asking.seed,
      rounds: asking.rounds,
      contents: { try known.contents($0) },
      progress: progress,
      between: between,
      mayContinue: {
        let now = clock.now
        if greedy == nil { greedy = now }
        return asking.rounds != nil || now < deadline
      }
    )
    var decision = PutawayDecision()
    decision.context = context
    decision.rounds = plan.rounds
    decision.meanScore = plan.meanScore
    decision.scoreBound = plan.scoreBound
    decision.gap = plan.gap
    for line in plan.lines {
      let parts = Self.shares(of: tasks[line.line], line.line, line.parts, line.rejected)
      decision.placed += parts
      guard line.left > 0 else { continue }
      decision.unplaced.append(
        UnplacedPart(
          task: line.line,
          handlingUnits: line.left,
          rejected: line.rejected,
          wayOut: line.wayOut?.sentence
        )
      )
    }
    if tasks.count <= Limits.shortPlanLines {
      try explain(&decision, tasks, index, context, &known)
    }
    decision.greedyMS = ((greedy ?? clock.now) - start).milliseconds
    decision.elapsedMS = (clock.now - start).milliseconds
    return decision
  }

  private func goods(_ tasks: [PutawayTask]) -> [PutawayGoods] {
    let settings = environment.settings
    return tasks.map { $0.goods(settings) }
  }

  /// Adds runners-up and rejected counts where the plan chose the best place of a line.
  private func explain(
    _ decision: inout PutawayDecision,
    _ tasks: [PutawayTask],
    _ index: PutawayIndex,
    _ context: PutawayContext,
    _ known: inout KnownContents
  ) throws {
    for place in decision.placed.indices {
      let part = decision.placed[place]
      let task = tasks[part.task].with(quantityMilli: part.quantityMilli)
      let answer = try index.recommend(
        task.goods(environment.settings),
        context: context,
        ahead: { try known.read($0) },
        contents: { try known.contents($0) }
      )
      decision.placed[place].rejected = answer.rejected
      if answer.best?.location == part.suggestion?.location {
        decision.placed[place].runnersUp = answer.runnersUp
      }
    }
  }

  /// The parts of a task by its suggestions; the last one takes a handling unit that is not full.
  private static func shares(
    of task: PutawayTask,
    _ number: Int,
    _ suggestions: [PutawaySuggestion],
    _ rejected: [PutawayConstraint: Int]
  ) -> [PlacedPart] {
    var left = task.quantityMilli
    return suggestions.compactMap { suggestion -> PlacedPart? in
      let full = Int64(suggestion.handlingUnits) * max(1, task.lot.draft.handlingUnitMilli)
      let quantity = min(left, full)
      guard quantity > 0 else { return nil }
      left -= quantity
      var part = PlacedPart(task: number, quantityMilli: quantity, suggestion: suggestion)
      part.rejected = rejected
      return part
    }
  }

  /// All places as they are now, the settings, and the state of the day.
  func surroundings(
    of tasks: [PutawayTask],
    isScored: Bool = true
  ) throws -> (index: PutawayIndex, context: PutawayContext) {
    let settings = environment.settings
    let putaway = settings.putaway
    let now = environment.now()
    var affinityWeight = 0.0
    var related: [MaterialID: [SKUAffinity]] = [:]
    let goods = goods(tasks)
    let isAffine = isScored && goods.contains { !$0.affinity.isNowhere }
    let isCongested =
      goods.isEmpty ? settings.flags.congestion : goods.contains { !$0.congestion.isNowhere }
    let (hazards, busy, run) = try environment.store.read(scope) { transaction in
      let run = try environment.picking.run(in: transaction)
      if isAffine { affinityWeight = run?.trial?.weight(putaway) ?? 0 }
      if affinityWeight > 0 {
        related = try transaction.affinities(of: Set(tasks.map(\.material.id)))
      }
      return (
        try transaction.hazardMatrix(),
        isCongested
          ? try transaction.openTasksByAisle(
            since: now.adding(seconds: -putaway.congestionWindowS)
          ) : [:],
        run
      )
    }
    let index = environment.putawayIndex.index(
      of: environment.store.locations.snapshot(),
      costs: run
    )
    let context = PutawayContext(
      weights: ScoreWeights(
        travel: putaway.travelWeight,
        utilisation: putaway.utilizationWeight,
        affinity: affinityWeight,
        congestion: isCongested ? putaway.congestionWeight : 0,
        consolidation: putaway.consolidationWeight,
        expiry: putaway.expiryWeight
      ),
      band: putaway.utilizationLow...max(putaway.utilizationLow, putaway.utilizationHigh),
      hazards: Self.separations(hazards, tasks),
      reachMM: putaway.maximumReachMM,
      minSupport: putaway.minSupport,
      today: environment.localDay(now),
      openTasks: environment.putawayIndex.tasks(busy),
      fullAisleTasks: putaway.congestionTasks,
      affinity: related.mapValues { list in
        list.map { PutawayLift(material: $0.other, lift: $0.lift) }
      }
    )
    return (index, context)
  }

  /// The site's rules as the engine takes them: a pair that nobody ruled on shares no location, and
  /// neither does a class with itself.
  static func separations(
    _ matrix: Warehouse.HazardMatrix,
    _ tasks: [PutawayTask]
  ) -> Packing.HazardMatrix {
    var pairs: [(first: String, second: String, separation: HazardSeparation)] = []
    for (pair, mayMix) in matrix.rules {
      let distance = matrix.distances[pair] ?? .location
      pairs.append((pair.first, pair.second, mayMix ? .together : separation(distance)))
    }
    for hazard in Set(tasks.compactMap(\.material.draft.hazardClass))
    where matrix.rules[.init(hazard, hazard)] == nil {
      pairs.append((hazard, hazard, .location))
    }
    return Packing.HazardMatrix(pairs, unknownPair: .location)
  }

  private static func separation(
    _ distance: Warehouse.HazardMatrix.Distance
  ) -> HazardSeparation {
    switch distance {
    case .location: .location
    case .bay: .bay
    case .adjacent: .adjacent
    case .aisle: .aisle
    }
  }
}

extension Duration {
  /// The duration in milliseconds.
  var milliseconds: Double {
    Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
  }
}
