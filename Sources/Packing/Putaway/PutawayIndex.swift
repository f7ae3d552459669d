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
    var isLastInFirstOut = false
    var hasBeamLimit = false
    var mixing = MixingRule.mixed
    var maxMaterials = Int32.max
    var hazardsPresent: UInt64 = 0
    var volume = Capacity()
    var weight = Capacity()
    var units = Capacity()
    var beam: Int32 = 0
    var bay: Int32 = 0
    var aisle: Int32 = 0
    var beamLimit = Int64.max
    var bayLimit = Int64.max
    var occupants: Int32 = 0
    /// Whether some of them were promised by a plan in this copy of the index.
    var hasPromises = false
    /// What they have in common.
    var company = Company()
    var travelMM: Int64 = -1
    /// What a pick from there costs under the site's routing; below 0 = not worked out.
    var pickMM: Int64 = -1
    /// Share of places that are picked from more cheaply, 0...1.
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
  /// The class of each place, apart from the entries: a scan that ends here reads four bytes.
  var classOf: [Int32] = []
  var classes: [PlaceClass] = []
  /// In blocks, so that a change copies a block and not all, where a recommendation holds a copy.
  var states = LocationStates([])
  /// Who is promised to a place by a plan in this copy of the index, beside what `states` says.
  var promised: [Int: [Occupant]] = [:]
  var beams: [Shared] = []
  var bays: [Shared] = []
  var aisles: [Shared] = []
  /// The bays next to each bay.
  var neighbours: [[Int32]] = []
  /// Names of the aisles, zone and aisle.
  var aisleNames: [String] = []
  /// In which places a material lies.
  var placesOfMaterial = MaterialPlaces()

  /// Whether places are ranked by what a pick costs.
  var hasPickCosts = false

  var membersOfBay: [[Int32]] = []
  var placeOfBay: [(aisle: Int32, number: Int)] = []
  var interned = Interned()

  /// Small numbers for texts.
  struct Interned: Sendable {
    var storage: [String: Int] = [:]
    var temperatures: [String: Int32] = [:]
    /// Class "none" is bit 0.
    var hazards: [String: Int] = [HazardMatrix.none: 0]
    var claims: [String: Int32] = [:]
    var aisles: [String: Int32] = [:]
    var bays: [String: Int32] = [:]
    var beams: [String: Int32] = [:]
    var classes: [PlaceClass: Int32] = [:]

    /// The bit of a name; from the 63rd on all names share one that matches nothing.
    static func bit(_ name: String, in table: inout [String: Int]) -> UInt64 {
      let number = table[name] ?? table.count
      table[name] = number
      return number < 63 ? 1 << UInt64(number) : 1 << 63
    }
  }

  /// Makes the index of all states; others than storage places are kept but never recommended.
  public init(_ states: some Collection<LocationState>) {
    self.states = LocationStates(states)
    entries.reserveCapacity(states.count)
    classOf.reserveCapacity(states.count)
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
        note(states[change.index].occupants, at: change.index, isThere: false)
        promised[change.index] = nil
        states[change.index] = change.state
        entries[change.index] = entry(change.state)
        classOf[change.index] = placeClass(change.state.location)
        entries[change.index].travelRank = before.travelRank
        entries[change.index].pickMM = before.pickMM
        note(change.state.occupants, at: change.index, isThere: true)
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
