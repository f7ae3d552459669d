import Warehouse

/// What no plan of the lines can beat.
extension PutawayBatch {
  /// Lines for which the bound is worked out; each costs a scan over all places.
  static let boundedLines = 200

  /// The highest sum of scores over all units that any plan reaches, in millionths.
  ///
  /// Each unit at its best place, with everything that the plan itself could still improve there
  /// taken at its best: how full the place is in the end, and what of the same material has come.
  /// Places that refuse a unit now refuse it later, since a plan only ever adds. Nil where time ran
  /// out, or there are more lines than `boundedLines`.
  func scoreBound(while mayContinue: () -> Bool) -> Int64? {
    guard lines.count <= Self.boundedLines else { return nil }
    var sum: Int64 = 0
    for (number, line) in lines.enumerated() {
      guard mayContinue() else { return nil }
      let kin = lines.indices.filter { $0 != number && lines[$0].material == line.material }
      let joins = kin.isEmpty ? 0.0 : kin.contains { lines[$0].lot == line.lot } ? 1 : 0.8
      let best = start.bestScore(queries[number], joins: joins)
      sum += ChoiceTables.fixed(best) * Int64(line.handlingUnits)
    }
    return sum
  }
}

extension PutawayIndex {
  /// The highest score that a unit can come to anywhere, whatever else a plan brings.
  func bestScore(_ query: PutawayQuery, joins: Double) -> Double {
    let shares = Self.shares(query.weights)
    var best = 0.0
    for place in entries.indices where entries[place].isStorage {
      guard faults(query, at: place, exhaustive: false).isEmpty else { continue }
      var values = values(query, at: place)
      // A place of one unit is used in one way only; any other may end inside the band.
      let isSingle = entries[place].units.limit == 1 && classes[Int(classOf[place])].inner.z > 0
      if !isSingle || query.orientations.isEmpty { values[1] = 1 }
      values[4] = max(values[4], joins)
      // Parts of a line may come in turns, the second beside the first.
      if query.goods.handlingUnits > 1 { values[4] = 1 }
      values[5] = 1
      best = max(best, (values * shares).sum())
    }
    return best
  }
}
