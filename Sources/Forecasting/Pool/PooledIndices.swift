import RealModule
import Warehouse

/// What the series of a batch teach about each other: shapes of the season, by group.
///
/// A single material has too little demand to show its weekday or yearly shape through the noise;
/// a hundred materials of one category together show it well. The pooled shape is the starting
/// belief for each member, and the member's own data move it as far as their evidence goes.
public struct PooledIndices: Sendable {
  /// The season that the indices were made for.
  let season: Int
  /// By group name; the empty name holds all series together.
  private(set) var groups: [String: GroupPool]

  /// Fewest series with which a group stands on its own; smaller ones use the whole batch.
  static let smallestGroup = 8

  /// Observed periods from which a member's mean tells what is usual in its group.
  static let settled = 28

  /// Learns from a batch.
  ///
  /// Depends on the series and their order alone. Cost is linear in the number of values.
  public static func build(
    from series: [DemandSeries],
    request: ForecastRequest
  ) -> PooledIndices {
    // The named methods look at nothing but their own series.
    guard request.method == .auto else {
      return PooledIndices(season: request.season, groups: [:])
    }
    var sums: [String: [GroupSums]] = [:]
    var members: [String: [(mean: Double, variation: Double)]] = [:]
    for one in series {
      let prepared = PreparedSeries(one, treatingOutliers: true)
      guard prepared.mean > 0 else { continue }
      let kind = prepared.isRare ? 1 : 0
      for name in Self.names(one) {
        if prepared.observed >= Self.settled {
          members[name, default: []].append((prepared.mean, prepared.variation))
        }
        sums[name, default: [GroupSums(), GroupSums(), GroupSums()]][kind].add(prepared)
        sums[name]?[2].add(prepared)
      }
    }
    var groups: [String: GroupPool] = ["": GroupPool()]
    for (name, kinds) in sums where name == "" || kinds[2].count >= smallestGroup {
      let whole = kinds[2]
      var pool = GroupPool(
        season: whole.season(request.season),
        year: YearEvidence.indices(whole)
      )
      if let known = members[name], known.count >= smallestGroup { pool.level = GroupLevel(known) }
      for kind in 0...1 {
        let base = kinds[kind].count >= smallestGroup ? kinds[kind] : whole
        guard base.count >= smallestGroup else { continue }
        pool.movements[kind] = base.movement(
          season: pool.season,
          year: pool.year,
          length: request.season
        )
      }
      groups[name] = pool
    }
    var pools = PooledIndices(season: request.season, groups: groups)
    pools.learnErrors(series, request)
    pools.learnPulls(series, request)
    return pools
  }

  /// The pools that a series adds to: the whole batch and its own group.
  private static func names(_ series: DemandSeries) -> [String] {
    guard let group = series.group, !group.isEmpty else { return [""] }
    return ["", group]
  }

  /// Most series of a batch whose back-tests are pooled; evenly spread over the batch.
  static let sample = 256

  /// Back-tests a sample of the batch with the shapes known so far, and pools the errors.
  private mutating func learnErrors(_ series: [DemandSeries], _ request: ForecastRequest) {
    var members: [String: [[(products: ErrorProducts, slots: [Int])]]] = [:]
    forSample(of: series, request) { pools, one, study in
      let slots = study.candidates.map(\.slot)
      let kind = study.isRare ? 1 : 0
      for name in Self.names(one) where pools.groups[name] != nil {
        pools.groups[name]?.errors[kind].add(study.products, slots: slots)
        members[name, default: [[], []]][kind].append((study.products, slots))
      }
    }
    for (name, kinds) in members {
      for kind in 0...1 { groups[name]?.errors[kind].weigh(kinds[kind]) }
    }
  }

  /// Combines the candidates of a sample of the batch, and judges how outcomes follow forecasts.
  private mutating func learnPulls(_ series: [DemandSeries], _ request: ForecastRequest) {
    forSample(of: series, request) { pools, one, study in
      let kind = study.isRare ? 1 : 0
      let weights = study.weights(pools.pool(for: one.group)?.errors[kind])
      let test = BackTest(
        values: study.series.values,
        plan: study.plan,
        paths: study.combined(weights),
        stride: study.reach
      )
      let pairs = test.singles()
      let choice = PullChoice(forecasts: pairs.forecasts, outcomes: pairs.outcomes)
      for name in Self.names(one) where pools.groups[name] != nil {
        pools.groups[name]?.pulls[kind].add(choice)
      }
    }
  }

  /// Studies an evenly spread sample of the batch with what is pooled so far.
  private mutating func forSample(
    of series: [DemandSeries],
    _ request: ForecastRequest,
    _ look: (inout PooledIndices, DemandSeries, AutomaticStudy) -> Void
  ) {
    let hop = max(1, series.count / Self.sample)
    for place in stride(from: hop / 2, to: series.count, by: hop) {
      let one = series[place]
      let prepared = PreparedSeries(one, treatingOutliers: true)
      guard prepared.mean > 0,
        let study = AutomaticStudy(
          prepared,
          request,
          pool: pool(for: one.group),
          reach: request.horizon
        )
      else { continue }
      look(&self, one, study)
    }
  }

  /// What a member of the group starts from.
  func pool(for group: String?) -> GroupPool? {
    groups[group ?? ""] ?? groups[""]
  }
}
