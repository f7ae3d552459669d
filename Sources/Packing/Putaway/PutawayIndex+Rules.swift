import Warehouse

/// The hard constraints, judged on numbers.
///
/// Geometry against what lies in a place is not judged here; the edges alone are, so that a place
/// that is too small is never a candidate.
extension PutawayIndex {
  /// The constraints that a place breaks; only the first one unless `exhaustive`.
  func faults(_ query: PutawayQuery, at index: Int, exhaustive: Bool) -> ConstraintSet {
    faults(query, entries[index], at: index, exhaustive: exhaustive)
  }

  /// The constraints that a place would break if it were as the entry says.
  ///
  /// Inlined with all that it calls: an entry is large, and must not be copied to be looked at.
  @inline(__always)
  func faults(
    _ query: PutawayQuery,
    _ entry: Entry,
    at index: Int,
    exhaustive: Bool
  ) -> ConstraintSet {
    let built = verdict(query, at: index).broken
    var set = built.subtracting(PutawayConstraint.dimensions.bit)
    if !set.isEmpty, !exhaustive { return set }
    if breaksSegregation(query, entry) {
      set.insert(PutawayConstraint.hazard.bit)
      if !exhaustive { return set }
    }
    set.formUnion(built)
    set.formUnion(capacities(query, entry))
    if entry.occupants > 0, set.isEmpty || exhaustive {
      set.formUnion(company(query, entry, at: index))
    }
    if set.isEmpty || exhaustive, !query.goods.declined.isEmpty,
      query.goods.declined.contains(states.look(at: index) { $0.location.id })
    {
      set.insert(PutawayConstraint.declined.bit)
    }
    return set
  }

  /// What the class of a place says to a line.
  @inline(__always)
  func verdict(_ query: PutawayQuery, at index: Int) -> PlaceClass.Verdict {
    let number = Int(classOf[index])
    // A class that came after the query was made.
    guard number < query.verdicts.count else { return classes[number].judge(query) }
    return query.verdicts[number]
  }

  /// Whether what lies there or near must be kept apart from the goods.
  @inline(__always)
  private func breaksSegregation(_ query: PutawayQuery, _ entry: Entry) -> Bool {
    guard query.apartLocation != 0 else { return false }
    if entry.hazardsPresent & query.apartLocation != 0 { return true }
    if bays[Int(entry.bay)].hazards & query.apartBay != 0 { return true }
    if query.apartAdjacent != 0 {
      for bay in neighbours[Int(entry.bay)]
      where bays[Int(bay)].hazards & query.apartAdjacent != 0 {
        return true
      }
    }
    return aisles[Int(entry.aisle)].hazards & query.apartAisle != 0
  }

  /// Volume, weight, units and beams: what is there, and then what is promised.
  @inline(__always)
  private func capacities(_ query: PutawayQuery, _ entry: Entry) -> ConstraintSet {
    var set = ConstraintSet()
    func judge(_ capacity: Capacity, _ need: Int64, _ rule: PutawayConstraint) {
      guard capacity.limit != .max else { return }
      let left = capacity.limit - capacity.used
      if need > left {
        set.insert(rule.bit)
      } else if need > left - capacity.reserved {
        set.insert(PutawayConstraint.reserved.bit)
      }
    }
    judge(entry.volume, query.volume, .volume)
    judge(entry.weight, query.weight, .weight)
    judge(entry.units, query.units, .handlingUnits)
    if entry.hasBeamLimit {
      let beam = beams[Int(entry.beam)]
      let bay = bays[Int(entry.bay)]
      judge(
        Capacity(limit: entry.beamLimit, used: beam.used, reserved: beam.reserved),
        query.weight,
        .beamWeight
      )
      judge(
        Capacity(limit: entry.bayLimit, used: bay.used, reserved: bay.reserved),
        query.weight,
        .beamWeight
      )
    }
    return set
  }

  /// Rules about the lots that lie there or are promised.
  private func company(
    _ query: PutawayQuery,
    _ entry: Entry,
    at index: Int
  ) -> ConstraintSet {
    var set = ConstraintSet()
    let goods = query.goods
    let company = entry.company
    if company.lot != .one(goods.lot) {
      if entry.mixing == .singleLot { set.insert(PutawayConstraint.mixing.bit) }
      if goods.isHeld { set.insert(PutawayConstraint.hold.bit) }
    }
    if entry.mixing == .singleMaterial, company.material != .one(goods.material) {
      set.insert(PutawayConstraint.mixing.bit)
    }
    if company.claim != .one(query.claim) { set.insert(PutawayConstraint.fsc.bit) }
    if entry.isLastInFirstOut, let day = company.soonest, day < goods.issueDay {
      set.insert(PutawayConstraint.fefo.bit)
    }
    if entry.mixing == .mixed, company.materials >= entry.maxMaterials {
      let isKnown = kin(query, index).contains { $0.material == goods.material }
      if !isKnown || company.materials > entry.maxMaterials {
        set.insert(PutawayConstraint.mixing.bit)
      }
    }
    return set
  }

  /// Promises units of a line to a place, so that the next line sees them.
  mutating func reserve(_ goods: PutawayGoods, units: Int, at index: Int) {
    let volume = goods.volumeMM3.multipliedClamped(Int64(units))
    let weight = goods.weightG.multipliedClamped(Int64(units))
    entries[index].volume.reserved = entries[index].volume.reserved.addingClamped(volume)
    entries[index].weight.reserved = entries[index].weight.reserved.addingClamped(weight)
    entries[index].units.reserved += Int64(units)
    let entry = entries[index]
    let bit = hazardBit(goods.hazardClass)
    entries[index].hazardsPresent |= bit
    beams[Int(entry.beam)].reserved += weight
    bays[Int(entry.bay)].reserved += weight
    bays[Int(entry.bay)].hazards |= bit
    aisles[Int(entry.aisle)].hazards |= bit
    let others = company(at: index)
    guard !others.contains(where: { $0.lot == goods.lot }) else { return }
    let occupant = Occupant(
      lot: goods.lot,
      material: goods.material,
      tenant: goods.owner,
      hazardClass: goods.hazardClass,
      fscClaim: goods.fscClaim,
      expiry: goods.expiry,
      receivedDay: goods.receivedDay,
      isReserved: true
    )
    entries[index].company.add(
      occupant,
      claim: claimNumber(goods.fscClaim),
      isNewMaterial: !others.contains { $0.material == goods.material }
    )
    promised[index, default: []].append(occupant)
    entries[index].occupants += 1
    entries[index].hasPromises = true
  }
}
