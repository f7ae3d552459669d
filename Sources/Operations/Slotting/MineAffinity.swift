import Packing
import Warehouse

/// Learns from 90 days of orders what is picked together, and what a pick from each place costs.
///
/// The pairs are written in slices, so that no scan waits for them. What laying goods by them would
/// have saved is measured on orders that were held back, under the site's own layout and routing:
/// that, and nothing else, earns the affinity its weight in a recommendation.
public struct MineAffinity: Sendable {
  /// What came of it.
  public struct Report: Sendable, Equatable {
    /// Orders that were looked at.
    public var orders = 0
    /// Pairs with support.
    public var pairs = 0
    /// Places whose cost of a pick was worked out.
    public var places = 0
    /// The trial; nil with too few orders.
    public var trial: SlottingRun.Trial?

    /// The report in a sentence.
    public var sentence: String {
      let seen = "Looked at \(orders) orders: \(pairs) pairs, ways to \(places) places."
      guard let trial else { return "\(seen) Too few orders to try what pairs are worth." }
      let saved = (trial.gainMM / 100).rounded() / 10
      return saved > 0
        ? "\(seen) Laying by pairs surely saves \(saved) m a tour."
        : "\(seen) Laying by pairs saves nothing that chance does not explain."
    }
  }

  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Learns; `mayContinue` is asked between slices, and a run that was stopped stores no figures.
  public func callAsFunction(
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> Report {
    let settings = environment.settings.slotting
    let history = try OrderHistory(
      environment,
      scope: scope,
      days: settings.historyDays,
      mayContinue: mayContinue
    )
    let states = environment.store.locations.snapshot().states
    let faces = PickFaces(states, steps: settings.steps)
    let pairs = Affinity.pairs(history.orders, minimumOrders: settings.minimumOrders)
      .prefix(Limits.affinityPairs)
    guard mayContinue() else { return Report() }
    try save(Array(pairs), history, scope: scope, mayContinue: mayContinue)
    guard mayContinue() else { return Report() }
    let layout = faces.site.layout
    let putaway = environment.settings.putaway
    let weights = putaway.travelWeight + putaway.affinityWeight
    let share = weights > 0 ? putaway.affinityWeight / weights : 0
    let trial = AffinityTrial(
      history.orders,
      materials: history.materials.count,
      layout: layout,
      routing: settings.routing,
      share: share,
      minimumOrders: settings.minimumOrders
    )
    let costs = layout.pickMM(settings.routing, tours: faces.tours(history))
    var pickMM: [LocationID: Int64] = [:]
    for (cell, place) in faces.site.places.enumerated() {
      pickMM[states[place].location.id] = costs[cell]
    }
    let run = SlottingRun(
      at: environment.now(),
      from: history.from,
      through: history.through,
      routing: settings.routing.rawValue,
      layout: faces.site.source.rawValue,
      orders: history.orders.count,
      pairs: pairs.count,
      trial: trial.map {
        SlottingRun.Trial(
          heldOutOrders: $0.heldOutOrders,
          randomMM: $0.randomMM,
          classMM: $0.classMM,
          affinityMM: $0.affinityMM,
          gainMM: $0.gainMM
        )
      },
      pickMM: pickMM
    )
    try environment.store.write(scope) { try $0.save(run) }
    return Report(
      orders: run.orders,
      pairs: run.pairs,
      places: pickMM.count,
      trial: run.trial
    )
  }

  /// Writes the pairs both ways round, and drops those that have no support any more.
  private func save(
    _ pairs: [Affinity.Pair],
    _ history: OrderHistory,
    scope: TenantScope,
    mayContinue: () -> Bool
  ) throws {
    let now = environment.now()
    var alone = [Int](repeating: 0, count: history.materials.count)
    for order in history.orders { for material in order { alone[material] += 1 } }
    let rows = pairs.flatMap { pair in
      [(pair.first, pair.second), (pair.second, pair.first)].map { one, other in
        SKUAffinity(
          material: history.materials[one],
          other: history.materials[other],
          orders: pair.orders,
          support: pair.support,
          confidence: min(1, Double(pair.orders) / Double(max(1, alone[one]))),
          lift: pair.lift
        )
      }
    }
    for slice in rows.sliced(by: Limits.sliceRows) {
      guard mayContinue() else { return }
      let part = Array(slice)
      try environment.store.write(scope) { try $0.save(part, at: now) }
    }
    var dropped = Limits.sliceRows
    while dropped == Limits.sliceRows, mayContinue() {
      dropped = try environment.store.write(scope) {
        try $0.dropAffinities(before: now, limit: Limits.sliceRows)
      }
    }
  }
}
