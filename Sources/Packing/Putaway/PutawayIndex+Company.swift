import Warehouse

/// What the lots of one place have in common, so that a scan need not walk them.
///
/// A shelf may hold a hundred lots; walking them in ten thousand places for every recommendation
/// would cost milliseconds. The rules about company ask whether all lots are alike, how many
/// materials there are, and which date comes first: that is kept here.
struct Company: Sendable, Hashable {
  /// A value that all lots share, or that they do not.
  enum Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    case none
    case one(Value)
    case several

    mutating func add(_ value: Value) {
      switch self {
      case .none: self = .one(value)
      case .one(let known) where known == value: break
      default: self = .several
      }
    }
  }

  private(set) var lot = Shared<LotID>.none
  private(set) var material = Shared<MaterialID>.none
  /// The number of the FSC claim; nil = without one.
  private(set) var claim = Shared<Int32?>.none
  /// How many materials there are.
  private(set) var materials: Int32 = 0
  /// The day that is issued first.
  private(set) var soonest: LocalDay?

  mutating func add(_ occupant: Occupant, claim number: Int32?, isNewMaterial: Bool) {
    lot.add(occupant.lot)
    material.add(occupant.material)
    claim.add(number)
    if isNewMaterial { materials += 1 }
    let day = occupant.expiry ?? occupant.receivedDay
    soonest = soonest.map { min($0, day) } ?? day
  }
}

extension PutawayIndex {
  /// The number of an FSC claim; nil for none.
  mutating func claimNumber(_ claim: String?) -> Int32? {
    guard let claim else { return nil }
    if let known = interned.claims[claim] { return known }
    let number = Int32(interned.claims.count)
    interned.claims[claim] = number
    return number
  }

  /// Adds up who lies in a place.
  mutating func company(of occupants: [Occupant]) -> Company {
    var company = Company()
    guard occupants.count > 1 else {
      for occupant in occupants {
        company.add(occupant, claim: claimNumber(occupant.fscClaim), isNewMaterial: true)
      }
      return company
    }
    var seen = Set<MaterialID>(minimumCapacity: occupants.count)
    for occupant in occupants {
      let isNew = seen.insert(occupant.material).inserted
      company.add(occupant, claim: claimNumber(occupant.fscClaim), isNewMaterial: isNew)
    }
    return company
  }

  /// Notes that the materials of some occupants lie in a place, or no longer do.
  mutating func note(_ occupants: [Occupant], at index: Int, isThere: Bool) {
    for occupant in occupants {
      let place = Int32(index)
      if isThere {
        placesOfMaterial.add(place, to: occupant.material)
      } else {
        placesOfMaterial.remove(place, from: occupant.material)
      }
    }
  }

  /// The places in which a material lies or is promised.
  func homes(of material: MaterialID) -> PlaceSet {
    PlaceSet(placesOfMaterial[material], count: entries.count)
  }

  /// Who lies in a place or is promised to come.
  func company(at index: Int) -> [Occupant] {
    let there = states.look(at: index) { $0.occupants }
    guard let coming = promised[index] else { return there }
    return there + coming
  }

  /// The occupants of a place that may be of the query's material; none for nearly all places.
  ///
  /// The lots of other places are not even looked at: ten thousand lists lie far apart in memory.
  func kin(_ query: PutawayQuery, _ index: Int) -> [Occupant] {
    if query.homes.contains(index) { return company(at: index) }
    return entries[index].hasPromises ? promised[index] ?? [] : []
  }
}

/// A set of places, a bit for each.
struct PlaceSet: Sendable {
  private var words: [UInt64] = []

  init(_ places: [Int32], count: Int) {
    guard !places.isEmpty else { return }
    words = [UInt64](repeating: 0, count: count / 64 + 1)
    for place in places { words[Int(place) / 64] |= 1 << UInt64(place % 64) }
  }

  func contains(_ index: Int) -> Bool {
    let word = index / 64
    return word < words.count && words[word] & (1 << UInt64(index % 64)) != 0
  }
}
