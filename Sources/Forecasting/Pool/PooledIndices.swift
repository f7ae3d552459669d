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
  let groups: [String: GroupPool]

  /// Fewest series with which a group stands on its own; smaller ones use the whole batch.
  static let smallestGroup = 8

  /// Learns from a batch.
  ///
  /// Depends on the series and their order alone. Cost is linear in the number of values.
  public static func build(
    from series: [DemandSeries],
    request: ForecastRequest
  ) -> PooledIndices {
    var builders: [String: GroupPool.Builder] = [:]
    var whole = GroupPool.Builder(season: request.season)
    for one in series {
      let prepared = PreparedSeries(one, treatingOutliers: true)
      guard prepared.mean > 0 else { continue }
      whole.add(prepared)
      if let group = one.group, !group.isEmpty {
        builders[group, default: GroupPool.Builder(season: request.season)].add(prepared)
      }
    }
    var groups: [String: GroupPool] = [:]
    for (name, builder) in builders where builder.count >= smallestGroup {
      groups[name] = builder.finished()
    }
    groups[""] = whole.finished()
    return PooledIndices(season: request.season, groups: groups)
  }

  /// What a member of the group starts from.
  func pool(for group: String?) -> GroupPool? {
    groups[group ?? ""] ?? groups[""]
  }
}
