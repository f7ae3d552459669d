import Warehouse

/// The parts of the score, first as numbers for the scan, then with figures and words.
///
/// Every part is 0...1, higher is better. The score is the mean of the parts by their weights.
extension PutawayIndex {
  /// The values of all parts for a place, in the order of `PutawayPartKind.allCases`.
  func values(_ query: PutawayQuery, at index: Int) -> SIMD8<Double> {
    values(query, entries[index], at: index)
  }

  /// Inlined, since an entry is large and must not be copied to be looked at.
  @inline(__always)
  private func values(_ query: PutawayQuery, _ entry: Entry, at index: Int) -> SIMD8<Double> {
    var values = SIMD8<Double>(repeating: 0)
    values[0] = 1 - abs(entry.travelRank - query.rank)
    values[1] = utilisation(query, entry, index).value
    values[2] = query.drawn.isEmpty ? 0.5 : Self.attraction(query.drawn[Int(entry.aisle)])
    values[3] = query.tasks.isEmpty ? 1 : Self.calm(query.tasks[Int(entry.aisle)], query.fullAisle)
    if entry.occupants > 0 {
      values[4] = kinship(query, index).value
      values[5] = freshness(query, index).value
    } else {
      values[4] = 0.5
      values[5] = 1
    }
    return values
  }

  /// The weights as shares, in the same order.
  static func shares(_ weights: ScoreWeights) -> SIMD8<Double> {
    var shares = SIMD8<Double>(repeating: 0)
    let total = weights.total
    for (lane, kind) in PutawayPartKind.allCases.enumerated() {
      shares[lane] = total > 0 ? weights.weight(kind) / total : 0
    }
    return shares
  }

  /// Utilisation after putaway, or for a place of one handling unit the height lost.
  @inline(__always)
  private func utilisation(
    _ query: PutawayQuery,
    _ entry: Entry,
    _ index: Int
  ) -> (value: Double, figure: Double, isHeight: Bool) {
    if entry.units.limit == 1, let standing = verdict(query, at: index).standingMM {
      let height = classes[Int(classOf[index])].inner.z
      let lost = Double(height - standing)
      return (1 - lost / Double(height), lost, true)
    }
    func share(_ capacity: Capacity, _ need: Int64) -> Double {
      guard capacity.limit != .max, capacity.limit > 0 else { return 0 }
      return (Double(capacity.used) + Double(capacity.reserved) + Double(need))
        / Double(capacity.limit)
    }
    let after = max(
      share(entry.volume, query.volume),
      share(entry.weight, query.weight),
      share(entry.units, query.units)
    )
    if after < query.band.lowerBound {
      return (0.4 + 0.6 * after / query.band.lowerBound, after, false)
    }
    if after <= query.band.upperBound { return (1, after, false) }
    let over = (after - query.band.upperBound) / max(1e-9, 1 - query.band.upperBound)
    return (max(0, 1 - over), after, false)
  }

  /// 0 for no company, towards 1 for much of it; with one partner it is 1 - 1 / lift.
  private static func attraction(_ excess: Double) -> Double { excess / (1 + excess) }

  /// 1 for no open task, falling with the square of their number to 0 where the aisle is full.
  private static func calm(_ tasks: Int, _ full: Double) -> Double {
    let load = min(1, Double(tasks) / full)
    return 1 - load * load
  }

  private func kinship(_ query: PutawayQuery, _ index: Int) -> (value: Double, lots: Int) {
    var lots = 0
    var value = 0.0
    for occupant in kin(query, index) where occupant.material == query.goods.material {
      lots += 1
      value = max(value, occupant.lot == query.goods.lot ? 1 : 0.8)
    }
    return (value, lots)
  }

  /// Days between the goods and the nearest other date of the same material there.
  private func freshness(_ query: PutawayQuery, _ index: Int) -> (value: Double, days: Int) {
    var days = 0
    for occupant in kin(query, index)
    where occupant.material == query.goods.material && occupant.lot != query.goods.lot {
      let day = occupant.expiry ?? occupant.receivedDay
      days = max(days, abs(day.days(to: query.goods.issueDay)))
    }
    return (1 / (1 + Double(days) / 30), days)
  }

  /// The parts of the score of a place with figures and words.
  func parts(_ query: PutawayQuery, at index: Int) -> [PutawayPart] {
    let entry = entries[index]
    let values = values(query, at: index)
    let shares = Self.shares(query.weights)
    return PutawayPartKind.allCases.enumerated().map { lane, kind in
      let told = tell(kind, query, entry, index)
      return PutawayPart(
        kind: kind,
        value: values[lane],
        weight: shares[lane],
        figure: told.figure,
        unit: told.unit,
        reason: told.reason,
        partner: kind == .affinity && told.figure > 1 ? partner(query, near: index) : nil
      )
    }
  }

  private func tellTravel(
    _ query: PutawayQuery,
    _ entry: Entry
  ) -> (figure: Double, unit: String, reason: String) {
    let cost = hasPickCosts ? entry.pickMM : entry.travelMM
    guard cost >= 0 else { return (0, "m", "distance to picking unknown") }
    let metres = Double(cost) / 1_000
    let share = Int((entry.travelRank * 100).rounded())
    return (
      metres, "m",
      "\(Int(metres.rounded())) m \(hasPickCosts ? "a pick" : "to picking"); \(share) % of places"
        + " are nearer, goods of this turnover belong at \(Int((query.rank * 100).rounded())) %"
    )
  }

  /// The nearest place in the aisle with the goods that attract most.
  ///
  /// How far it lies is the difference of the ways to the two places; without ways it is unknown.
  private func partner(_ query: PutawayQuery, near index: Int) -> PutawayPart.Partner? {
    let aisle = entries[index].aisle
    guard let material = query.partners[Int(aisle)] else { return nil }
    var best: (distance: Int64, index: Int)?
    for place in placesOfMaterial[material] {
      let other = Int(place)
      guard entries[other].aisle == aisle else { continue }
      let isKnown = entries[other].travelMM >= 0 && entries[index].travelMM >= 0
      let distance = isKnown ? abs(entries[other].travelMM - entries[index].travelMM) : .max
      if best.map({ (distance, other) < $0 }) ?? true { best = (distance, other) }
    }
    return best.map {
      PutawayPart.Partner(
        code: states[$0.index].location.code,
        material: material,
        metres: $0.distance == .max ? nil : Double($0.distance) / 1_000
      )
    }
  }

  private func tell(
    _ kind: PutawayPartKind,
    _ query: PutawayQuery,
    _ entry: Entry,
    _ index: Int
  ) -> (figure: Double, unit: String, reason: String) {
    switch kind {
    case .travel:
      return tellTravel(query, entry)
    case .utilisation:
      let (_, figure, isHeight) = utilisation(query, entry, index)
      if isHeight { return (figure, "mm", "\(Int(figure)) mm of height lost") }
      let percent = (figure * 1_000).rounded() / 10
      return (percent, "%", "\(percent) % full afterwards")
    case .affinity:
      guard !query.lifts.isEmpty else { return (0, "lift", "no goods known to be picked along") }
      let lift = (query.lifts[Int(entry.aisle)] * 100).rounded() / 100
      guard lift > 1, let partner = partner(query, near: index) else {
        return (lift, "lift", "nothing picked along lies in this aisle")
      }
      return (
        lift, "lift",
        "picked \(lift) times as often as chance with goods in \(partner.code)"
          + (partner.metres.map { ", \(Int($0.rounded())) m along the aisle" } ?? ", in this aisle")
      )
    case .congestion:
      let tasks = query.tasks.isEmpty ? 0 : query.tasks[Int(entry.aisle)]
      return (Double(tasks), "tasks", "\(counted(tasks, "open task")) in the aisle")
    case .consolidation:
      if entry.occupants == 0 { return (0, "lots", "the place is empty") }
      let (value, lots) = kinship(query, index)
      if value == 1 { return (Double(lots), "lots", "the same lot lies there") }
      return lots > 0
        ? (Double(lots), "lots", "the same material lies there")
        : (0, "lots", "other materials lie there")
    case .expiry:
      let days = entry.occupants > 0 ? freshness(query, index).days : 0
      return days > 0
        ? (Double(days), "days", "the same material there is \(days) days apart")
        : (0, "days", "no other date of the material there")
    }
  }
}
