import Warehouse

/// All storage places with their rules and loads, laid out so that one scan judges them all.
///
/// Made from the published `LocationState`s and kept in step with `update`. Texts are interned into
/// small numbers and bits, so that judging a place compares integers: ten thousand places take
/// well under a millisecond. Positions in the index are positions in the snapshot's `states`. It is
/// a value: a batch plan copies it and reserves in its copy.
public struct PutawayIndex: Sendable {
  /// What of a place is judged in a scan; plain numbers only.
  struct Entry: Sendable {
    var isStorage = false
    var isOnHold = false
    var isSecure = false
    var isLastInFirstOut = false
    var hasBeamLimit = false
    var mixing = MixingRule.mixed
    var maxMaterials = Int32.max
    var owner = Int64.min
    var storageBits: UInt64 = 0
    var temperature: Int32 = -1
    var hazardsPermitted: UInt64 = 0
    var hazardsPresent: UInt64 = 0
    var reachMM: Int64 = 0
    /// Inner edges, fourth lane 1; all zero = unknown.
    var inner = SIMD4<Int32>(repeating: 0)
    var volume = Capacity()
    var weight = Capacity()
    var units = Capacity()
    var beam: Int32 = 0
    var bay: Int32 = 0
    var aisle: Int32 = 0
    var beamLimit = Int64.max
    var bayLimit = Int64.max
    var occupants: Int32 = 0
    var travelMM: Int64 = -1
    /// Share of places that lie nearer, 0...1.
    var travelRank = 0.5
  }

  /// A limit with what is used and what is promised of it.
  struct Capacity: Sendable, Hashable {
    /// `Int64.max` = no limit.
    var limit = Int64.max
    var used: Int64 = 0
    var reserved: Int64 = 0

    /// What the limit leaves beside what is there and what is promised.
    var left: Int64 { limit == .max ? .max : limit - used - reserved }
  }

  /// What several places carry together.
  struct Shared: Sendable {
    var used: Int64 = 0
    var reserved: Int64 = 0
    var hazards: UInt64 = 0
  }

  var entries: [Entry] = []
  var states: [LocationState] = []
  /// Who lies there or is promised to come; kept apart from `states` so that a plan may add.
  var occupants: [[Occupant]] = []
  var beams: [Shared] = []
  var bays: [Shared] = []
  var aisles: [Shared] = []
  /// The bays next to each bay.
  var neighbours: [[Int32]] = []
  /// Names of the aisles, zone and aisle.
  private(set) var aisleNames: [String] = []
  /// In which aisles a material lies, and in how many places there.
  var aislesOfMaterial: [MaterialID: [Int32: Int32]] = [:]

  private var membersOfBay: [[Int32]] = []
  private var placeOfBay: [(aisle: Int32, number: Int)] = []
  private var interned = Interned()

  /// Small numbers for texts.
  struct Interned: Sendable {
    var storage: [String: Int] = [:]
    var temperatures: [String: Int32] = [:]
    /// Class "none" is bit 0.
    var hazards: [String: Int] = [HazardMatrix.none: 0]
    var aisles: [String: Int32] = [:]
    var bays: [String: Int32] = [:]
    var beams: [String: Int32] = [:]

    /// The bit of a name; from the 63rd on all names share one that matches nothing.
    static func bit(_ name: String, in table: inout [String: Int]) -> UInt64 {
      let number = table[name] ?? table.count
      table[name] = number
      return number < 63 ? 1 << UInt64(number) : 1 << 63
    }
  }

  /// Makes the index of all states; others than storage places are kept but never recommended.
  public init(_ states: [LocationState]) {
    self.states = states
    entries.reserveCapacity(states.count)
    for state in states { append(state) }
    for bay in membersOfBay.indices { settle(bay: bay) }
    for bay in aisles.indices { settle(aisle: bay) }
    linkNeighbours()
    rankTravel()
  }

  /// How many places there are, storage or not.
  public var count: Int { entries.count }

  /// Takes over new states of some places; indices one past the end append.
  ///
  /// The distances are ranked anew only when a place is new or its distance changed.
  public mutating func update(_ changes: [(index: Int, state: LocationState)]) {
    var touched: Set<Int32> = []
    var isMoved = false
    for change in changes.sorted(by: { $0.index < $1.index }) {
      if change.index == entries.count {
        states.append(change.state)
        append(change.state)
        isMoved = true
      } else if entries.indices.contains(change.index) {
        let before = entries[change.index]
        touched.insert(before.bay)
        count(occupants[change.index], in: before.aisle, by: -1)
        states[change.index] = change.state
        occupants[change.index] = change.state.occupants
        entries[change.index] = entry(change.state)
        entries[change.index].travelRank = before.travelRank
        count(change.state.occupants, in: entries[change.index].aisle, by: 1)
        if entries[change.index].bay != before.bay { move(change.index, from: before.bay) }
        if entries[change.index].travelMM != before.travelMM { isMoved = true }
      } else {
        continue
      }
      touched.insert(entries[change.index].bay)
    }
    for bay in touched { settle(bay: Int(bay)) }
    for aisle in Set(touched.map { placeOfBay[Int($0)].aisle }) { settle(aisle: Int(aisle)) }
    if isMoved {
      linkNeighbours()
      rankTravel()
    }
  }

  /// The name under which `PutawayContext.openTasks` counts the aisle of a place.
  public static func aisleName(_ location: Location) -> String {
    "\(location.draft.zone)/\(location.draft.aisle)"
  }
}

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

  private mutating func append(_ state: LocationState) {
    let made = entry(state)
    entries.append(made)
    occupants.append(state.occupants)
    membersOfBay[Int(made.bay)].append(Int32(entries.count - 1))
    count(state.occupants, in: made.aisle, by: 1)
  }

  private mutating func move(_ index: Int, from bay: Int32) {
    membersOfBay[Int(bay)].removeAll { $0 == Int32(index) }
    membersOfBay[Int(entries[index].bay)].append(Int32(index))
  }

  private mutating func count(_ occupants: [Occupant], in aisle: Int32, by step: Int32) {
    for occupant in occupants {
      aislesOfMaterial[occupant.material, default: [:]][aisle, default: 0] += step
    }
  }

  private mutating func entry(_ state: LocationState) -> Entry {
    let draft = state.location.draft
    var made = Entry()
    made.isStorage = draft.kind == .storage
    made.isOnHold = draft.hold != nil
    made.isSecure = draft.isSecure
    made.isLastInFirstOut = draft.isLastInFirstOut
    made.mixing = draft.mixing
    made.maxMaterials = draft.maxMaterials.map { Int32(clamping: $0) } ?? .max
    made.owner = draft.dedicatedTo?.rawValue ?? .min
    for type in draft.storageTypes {
      made.storageBits |= Interned.bit(type, in: &interned.storage)
    }
    let zone = draft.temperatureZone
    made.temperature = interned.temperatures[zone] ?? Int32(interned.temperatures.count)
    interned.temperatures[zone] = made.temperature
    for hazard in draft.hazardClasses { made.hazardsPermitted |= hazardBit(hazard) }
    for occupant in state.occupants { made.hazardsPresent |= hazardBit(occupant.hazardClass) }
    made.reachMM = draft.reachMM
    if let inner = draft.inner { made.inner = SIMD4(edges: inner) }
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
    made.travelMM = draft.travelMM ?? -1
    placeInRack(&made, state.location)
    return made
  }

  /// Numbers the aisle, bay and beam of a place.
  private mutating func placeInRack(_ made: inout Entry, _ location: Location) {
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
  private mutating func settle(bay: Int) {
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

  private mutating func settle(aisle: Int) {
    aisles[aisle].hazards = 0
    for (bay, place) in placeOfBay.enumerated() where place.aisle == aisle {
      aisles[aisle].hazards |= bays[bay].hazards
    }
  }

  private mutating func linkNeighbours() {
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

  /// Gives each place the share of places that lie nearer.
  private mutating func rankTravel() {
    let known = entries.indices.filter { entries[$0].isStorage && entries[$0].travelMM >= 0 }
      .sorted { (entries[$0].travelMM, $0) < (entries[$1].travelMM, $1) }
    var start = 0
    while start < known.count {
      var end = start
      while end < known.count, entries[known[end]].travelMM == entries[known[start]].travelMM {
        end += 1
      }
      let rank = known.count > 1 ? Double(start + end - 1) / 2 / Double(known.count - 1) : 0
      for place in known[start..<end] { entries[place].travelRank = rank }
      start = end
    }
  }
}
