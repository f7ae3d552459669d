import Warehouse

/// Where no single place takes a line: what it would cost least to do.
extension PutawayIndex {
  /// Tries, cheapest first: to split, to relax one rule, to free one place.
  func wayOut(
    _ goods: PutawayGoods,
    context: PutawayContext,
    contents: (Int) throws -> PutawayContents
  ) rethrows -> PutawayWayOut {
    if goods.handlingUnits > 1 {
      let parts = try spread(goods, context: context, contents: contents)
      if parts.left == 0, !parts.placed.isEmpty { return .split(parts.placed) }
    }
    var index = self
    let query = PutawayQuery(goods, units: 1, context: context, index: &index)
    if let rule = try index.singleObstacle(query, goods, context: context, contents: contents) {
      return rule
    }
    return index.placeToFree(query)
      ?? .none(
        "Every location breaks several rules, or is too small even when empty:"
          + " check dimensions, weight and storage rules of the goods."
      )
  }

  /// Rules that a supervisor may waive without making the place overfull or unsafe.
  private static let waivable: ConstraintSet = [
    PutawayConstraint.hold.bit, PutawayConstraint.owner.bit, PutawayConstraint.storageType.bit,
    PutawayConstraint.reach.bit, PutawayConstraint.shelfLife.bit, PutawayConstraint.mixing.bit,
    PutawayConstraint.fefo.bit, PutawayConstraint.reserved.bit,
  ]

  private func singleObstacle(
    _ query: PutawayQuery,
    _ goods: PutawayGoods,
    context: PutawayContext,
    contents: (Int) throws -> PutawayContents
  ) rethrows -> PutawayWayOut? {
    var places: [PutawayConstraint: [Candidate]] = [:]
    let shares = Self.shares(query.weights)
    for index in entries.indices where entries[index].isStorage {
      // Most places break several rules already as they are built: no need to look inside.
      let built = verdict(query, at: index).broken
      guard built.rawValue.nonzeroBitCount < 2, built.isSubset(of: Self.waivable) else { continue }
      let set = faults(query, at: index, exhaustive: true)
      guard set.rawValue.nonzeroBitCount == 1, set.isSubset(of: Self.waivable),
        let rule = set.first
      else { continue }
      let score = (values(query, at: index) * shares).sum()
      places[rule, default: []].append(Candidate(index: index, score: score))
    }
    let ranked = places.sorted {
      ($1.value.count, $0.key.order) < ($0.value.count, $1.key.order)
    }
    for (rule, candidates) in ranked {
      let best = candidates.sorted { ($1.score, $0.index) < ($0.score, $1.index) }
      for candidate in best.prefix(Limits.candidates) {
        let check = FitCheck(self, context: context, at: candidate.index)
        guard case .fits = check.fit(goods, units: 1, in: try contents(candidate.index)) else {
          continue
        }
        let place = states[candidate.index].location
        return .relax(rule, location: place.id, code: place.code, places: candidates.count)
      }
    }
    return nil
  }

  /// The place with the fewest lots that would take the goods if it were empty.
  private func placeToFree(_ query: PutawayQuery) -> PutawayWayOut? {
    var best: (occupants: Int32, index: Int)?
    for index in entries.indices where entries[index].isStorage {
      guard verdict(query, at: index).broken.isEmpty, isUsed(index) else { continue }
      guard faults(query, cleared(index), at: index, exhaustive: false).isEmpty else { continue }
      if best.map({ entries[index].occupants < $0.occupants }) ?? true {
        best = (entries[index].occupants, index)
      }
    }
    guard let best else { return nil }
    let place = states[best.index].location
    return .free(location: place.id, code: place.code, occupants: Int(best.occupants))
  }

  /// Whether anything lies in a place or is promised to it.
  private func isUsed(_ index: Int) -> Bool {
    entries[index].occupants > 0 || entries[index].volume.used > 0
      || entries[index].volume.reserved > 0
  }

  /// Spreads the units of a line over places, best score first.
  ///
  /// The places are different ones, so that what one takes matters to another only by the beam or
  /// the bay that both hang on; that is kept here, since a copy of the index to reserve in would
  /// cost more than all the rest. Goods that are kept apart from their own kind take one place an
  /// aisle.
  func spread(
    _ goods: PutawayGoods,
    context: PutawayContext,
    contents: (Int) throws -> PutawayContents
  ) rethrows -> (placed: [PutawaySuggestion], left: Int) {
    var index = self
    let query = PutawayQuery(goods, units: 1, context: context, index: &index)
    let scan = index.scan(query, keep: max(Limits.candidates, min(count, goods.handlingUnits * 2)))
    let isShy =
      (query.apartBay | query.apartAdjacent | query.apartAisle) & query.hazardBit != 0
    var taken = Taken()
    var left = goods.handlingUnits
    var placed: [PutawaySuggestion] = []
    for candidate in scan.candidates where left > 0 {
      let entry = index.entries[candidate.index]
      if isShy, taken.aisles.contains(entry.aisle) { continue }
      let room = index.roomFor(goods, at: candidate.index, beside: taken)
      guard room > 0 else { continue }
      let inside = try contents(candidate.index)
      var units = min(left, room)
      let check = FitCheck(index, context: context, at: candidate.index)
      while units > 0 {
        if case .fits(let boxes, let isGeometric) = check.fit(goods, units: units, in: inside) {
          let full = query.with(units: units)
          let score = (index.values(full, at: candidate.index) * Self.shares(full.weights)).sum()
          let scored = Candidate(index: candidate.index, score: score)
          placed.append(index.suggestion(full, scored, boxes: boxes, isGeometric: isGeometric))
          taken.add(goods.weightG.multipliedClamped(Int64(units)), entry)
          left -= units
          break
        }
        units = min(units - 1, check.most(goods, atMost: units - 1, in: inside))
      }
    }
    return (placed, left)
  }

  /// What parts of a line have taken of what places share.
  struct Taken {
    fileprivate var beams: [Int32: Int64] = [:]
    fileprivate var bays: [Int32: Int64] = [:]
    fileprivate var aisles: Set<Int32> = []

    fileprivate mutating func add(_ weight: Int64, _ entry: Entry) {
      beams[entry.beam, default: 0] += weight
      bays[entry.bay, default: 0] += weight
      aisles.insert(entry.aisle)
    }
  }

  /// How many units capacity leaves room for.
  func roomFor(_ goods: PutawayGoods, at index: Int, beside taken: Taken = Taken()) -> Int {
    let entry = entries[index]
    var room = entry.units.left
    if goods.volumeMM3 > 0 { room = min(room, entry.volume.left / goods.volumeMM3) }
    if goods.weightG > 0 {
      room = min(room, entry.weight.left / goods.weightG)
      if entry.hasBeamLimit {
        for (limit, shared, more) in [
          (entry.beamLimit, beams[Int(entry.beam)], taken.beams[entry.beam] ?? 0),
          (entry.bayLimit, bays[Int(entry.bay)], taken.bays[entry.bay] ?? 0),
        ] where limit != .max {
          room = min(room, (limit - shared.used - shared.reserved - more) / goods.weightG)
        }
      }
    }
    return Int(clamping: max(0, room))
  }
}

extension FitCheck {
  /// How many units fit one after the other, up to a number.
  func most(_ goods: PutawayGoods, atMost limit: Int, in contents: PutawayContents) -> Int {
    var low = 0
    var high = max(0, limit)
    while low < high {
      let middle = (low + high + 1) / 2
      if case .fits = fit(goods, units: middle, in: contents) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }
}
