import Warehouse

/// Making entries from states, and what several places carry together.
extension PutawayIndex {
  /// The bit of a storage type; 0 where no place names it.
  func storageBit(_ name: String) -> UInt64 {
    guard let number = interned.storage[name], number < 63 else { return 0 }
    return 1 << UInt64(number)
  }

  /// The number of a temperature zone; nil where no place is in it.
  func temperature(_ name: String) -> Int32? { interned.temperatures[name] }

  /// The known hazard classes with their bits.
  var hazardBits: [(name: String, bit: UInt64)] {
    interned.hazards.map { ($0.key, $0.value < 63 ? 1 << UInt64($0.value) : 1 << 63) }
  }

  /// The bit of a hazard class, made where it is new.
  mutating func hazardBit(_ name: String?) -> UInt64 {
    Interned.bit(name ?? HazardMatrix.none, in: &interned.hazards)
  }

  mutating func append(_ state: LocationState) {
    let made = entry(state)
    entries.append(made)
    classOf.append(placeClass(state.location))
    membersOfBay[Int(made.bay)].append(Int32(entries.count - 1))
    note(state.occupants, at: entries.count - 1, isThere: true)
  }

  mutating func move(_ index: Int, from bay: Int32) {
    membersOfBay[Int(bay)].removeAll { $0 == Int32(index) }
    membersOfBay[Int(entries[index].bay)].append(Int32(index))
  }

  mutating func entry(_ state: LocationState) -> Entry {
    let draft = state.location.draft
    var made = Entry()
    made.isStorage = draft.kind == .storage
    made.isLastInFirstOut = draft.isLastInFirstOut
    made.mixing = draft.mixing
    made.maxMaterials = draft.maxMaterials.map { Int32(clamping: $0) } ?? .max
    for occupant in state.occupants { made.hazardsPresent |= hazardBit(occupant.hazardClass) }
    made.volume = Capacity(
      limit: draft.capacityMM3 ?? .max,
      used: state.usedVolumeMM3,
      reserved: state.reservedVolumeMM3
    )
    made.weight = Capacity(
      limit: draft.maxWeightG ?? .max,
      used: state.usedWeightG,
      reserved: state.reservedWeightG
    )
    made.units = Capacity(
      limit: draft.maxHandlingUnits.map { Int64($0) } ?? .max,
      used: Int64(state.usedHandlingUnits),
      reserved: Int64(state.reservedHandlingUnits)
    )
    made.beamLimit = draft.beamMaxWeightG ?? .max
    made.bayLimit = draft.bayMaxWeightG ?? .max
    made.hasBeamLimit = made.beamLimit != .max || made.bayLimit != .max
    made.occupants = Int32(clamping: state.occupants.count)
    made.company = company(of: state.occupants)
    made.travelMM = draft.travelMM ?? -1
    placeInRack(&made, state.location)
    return made
  }

  /// The number of the class of a place, made where it is new.
  mutating func placeClass(_ location: Location) -> Int32 {
    let draft = location.draft
    var made = PlaceClass()
    made.isOnHold = draft.hold != nil
    made.isSecure = draft.isSecure
    made.takesLyingRolls = Self.takesLyingRolls(location)
    made.owner = draft.dedicatedTo?.rawValue ?? .min
    for type in draft.storageTypes {
      made.storageBits |= Interned.bit(type, in: &interned.storage)
    }
    let zone = draft.temperatureZone
    made.temperature = interned.temperatures[zone] ?? Int32(interned.temperatures.count)
    interned.temperatures[zone] = made.temperature
    for hazard in draft.hazardClasses { made.hazardsPermitted |= hazardBit(hazard) }
    made.reachMM = draft.reachMM
    if let inner = draft.inner { made.inner = SIMD4(edges: inner) }
    if let known = interned.classes[made] { return known }
    let number = Int32(classes.count)
    interned.classes[made] = number
    classes.append(made)
    return number
  }

  /// The kind of storage that a place with chocks or a cradle names among those it takes.
  public static let cradle = "CRADLE"

  /// Whether rolls may lie in a place: on the floor, or in a cradle.
  static func takesLyingRolls(_ location: Location) -> Bool {
    location.draft.level == 0 || location.draft.storageTypes.contains(cradle)
  }

  /// Numbers the aisle, bay and beam of a place.
  mutating func placeInRack(_ made: inout Entry, _ location: Location) {
    let draft = location.draft
    let aisle = Self.aisleName(location)
    made.aisle = interned.aisles[aisle] ?? Int32(aisles.count)
    if made.aisle == aisles.count {
      interned.aisles[aisle] = made.aisle
      aisles.append(Shared())
      aisleNames.append(aisle)
    }
    let bay = "\(aisle)/\(draft.bay)"
    made.bay = interned.bays[bay] ?? Int32(bays.count)
    if made.bay == bays.count {
      interned.bays[bay] = made.bay
      bays.append(Shared())
      membersOfBay.append([])
      neighbours.append([])
      placeOfBay.append((made.aisle, draft.bay))
    }
    let beam = "\(bay)/\(draft.level)"
    made.beam = interned.beams[beam] ?? Int32(beams.count)
    if made.beam == beams.count {
      interned.beams[beam] = made.beam
      beams.append(Shared())
    }
  }

  /// Adds up what the places of a bay and of its beams carry.
  mutating func settle(bay: Int) {
    var whole = Shared()
    for member in membersOfBay[bay] { beams[Int(entries[Int(member)].beam)] = Shared() }
    for member in membersOfBay[bay] {
      let entry = entries[Int(member)]
      let beam = Int(entry.beam)
      beams[beam].used += entry.weight.used
      beams[beam].reserved += entry.weight.reserved
      whole.used += entry.weight.used
      whole.reserved += entry.weight.reserved
      whole.hazards |= entry.hazardsPresent
    }
    bays[bay] = whole
  }

  mutating func settle(aisle: Int) {
    aisles[aisle].hazards = 0
    for (bay, place) in placeOfBay.enumerated() where place.aisle == aisle {
      aisles[aisle].hazards |= bays[bay].hazards
    }
  }

  mutating func linkNeighbours() {
    var byPlace: [Int64: Int32] = [:]
    func mark(_ aisle: Int32, _ number: Int) -> Int64 {
      Int64(aisle) << 32 | Int64(UInt32(truncatingIfNeeded: number))
    }
    for (bay, place) in placeOfBay.enumerated() {
      byPlace[mark(place.aisle, place.number)] = Int32(bay)
    }
    for (bay, place) in placeOfBay.enumerated() {
      neighbours[bay] = [place.number - 1, place.number + 1].compactMap {
        byPlace[mark(place.aisle, $0)]
      }
    }
  }

  /// Takes over what a pick from each place costs; below 0 = not known, empty = none is known.
  ///
  /// From then on places are ranked by it, and no longer by their plain distance.
  public mutating func setPickCosts(_ costs: [Int64]) {
    for index in entries.indices {
      entries[index].pickMM = index < costs.count ? costs[index] : -1
      entries[index].travelRank = 0.5
    }
    hasPickCosts = costs.contains { $0 >= 0 }
    rankTravel()
  }

  /// Gives each place the share of places that are picked from more cheaply, or lie nearer.
  mutating func rankTravel() {
    func cost(_ index: Int) -> Int64 {
      hasPickCosts ? entries[index].pickMM : entries[index].travelMM
    }
    let known = entries.indices.filter { entries[$0].isStorage && cost($0) >= 0 }
      .sorted { (cost($0), $0) < (cost($1), $1) }
    var start = 0
    while start < known.count {
      var end = start
      while end < known.count, cost(known[end]) == cost(known[start]) { end += 1 }
      let rank = known.count > 1 ? Double(start + end - 1) / 2 / Double(known.count - 1) : 0
      for place in known[start..<end] { entries[place].travelRank = rank }
      start = end
    }
  }
}
