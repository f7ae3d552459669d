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

  /// Learns from a batch.
  ///
  /// Depends on the series and their order alone. Cost is linear in the number of values.
  public static func build(
    from series: [DemandSeries],
    request: ForecastRequest
  ) -> PooledIndices {
    var sums: [String: GroupSums] = [:]
    var counts: [String: Int] = [:]
    for one in series {
      let prepared = PreparedSeries(one, treatingOutliers: true)
      guard prepared.mean > 0 else { continue }
      for name in Self.names(one) {
        sums[name, default: GroupSums()].add(prepared)
        counts[name, default: 0] += 1
      }
    }
    var groups: [String: GroupPool] = ["": GroupPool()]
    for (name, sum) in sums where name == "" || counts[name] ?? 0 >= smallestGroup {
      var pool = GroupPool(season: sum.season(request.season), year: YearEvidence.indices(sum))
      if counts[name] ?? 0 >= smallestGroup {
        pool.movement = sum.movement(
          season: pool.season, year: pool.year, length: request.season, horizon: request.horizon)
      }
      groups[name] = pool
    }
    var pools = PooledIndices(season: request.season, groups: groups)
    pools.learnErrors(series, request)
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
    let hop = max(1, series.count / Self.sample)
    var members: [String: [[(products: ErrorProducts, slots: [Int])]]] = [:]
    for place in stride(from: hop / 2, to: series.count, by: hop) {
      let one = series[place]
      let prepared = PreparedSeries(one, treatingOutliers: true)
      guard prepared.mean > 0 else { continue }
      let reach = request.horizon
      let reached = pool(for: one.group)
      guard let study = AutomaticStudy(prepared, request, pool: reached, reach: reach) else {
        continue
      }
      let slots = study.candidates.map(\.slot)
      let kind = study.isRare ? 1 : 0
      for name in Self.names(one) where groups[name] != nil {
        groups[name]?.errors[kind].add(study.products, slots: slots)
        members[name, default: [[], []]][kind].append((study.products, slots))
      }
    }
    for (name, kinds) in members {
      for kind in 0...1 { groups[name]?.errors[kind].weigh(kinds[kind]) }
    }
  }

  /// What a member of the group starts from.
  func pool(for group: String?) -> GroupPool? {
    groups[group ?? ""] ?? groups[""]
  }
}
