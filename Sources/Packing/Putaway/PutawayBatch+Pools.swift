import Warehouse

/// Lines that the rules of places treat alike, and that are about the same size.
struct PutawayProfile: Hashable {
  let owner: TenantID
  let storageType: String
  let temperatureZone: String
  let hazardClass: String?
  let needsSecurity: Bool
  let isHeld: Bool
  let rank: Double
  /// Number of binary digits of volume and weight: goods within a factor of two are alike.
  let volume: Int
  let weight: Int

  init(_ goods: PutawayGoods) {
    owner = goods.owner
    storageType = goods.storageType
    temperatureZone = goods.temperatureZone
    hazardClass = goods.hazardClass
    needsSecurity = goods.needsSecurity
    isHeld = goods.isHeld
    rank = goods.rank
    let units = Int64(goods.handlingUnits)
    volume = goods.volumeMM3.multipliedClamped(units).leadingZeroBitCount
    weight = goods.weightG.multipliedClamped(units).leadingZeroBitCount
  }
}

/// One scan serves many lines.
///
/// A scan over all places costs half a millisecond at ten thousand places; a thousand lines cannot
/// have one each. Lines of one profile share a pool of the best places for the first of them; each
/// line is then judged and scored by itself among the pool and the places that hold its material.
/// A line that finds nothing there gets a scan of its own, so that no place is ever overlooked.
extension PutawayBatch {
  /// Places in a pool.
  static let poolSize = 192

  /// The best places of a line before the plan.
  mutating func bestPlaces(_ line: Int) -> [PutawayIndex.Candidate] {
    let query = queries[line].with(units: lines[line].handlingUnits)
    let profile = PutawayProfile(lines[line])
    if let pool = pools[profile] {
      let found = start.rank(query, among: nearby(line, pool))
      if !found.isEmpty { return found }
    }
    let found = start.scan(query, keep: Self.poolSize).candidates
    if pools[profile] == nil { pools[profile] = found.map(\.index) }
    return Array(found.prefix(Limits.candidates))
  }

  /// A pool with the places that hold the material of a line.
  func nearby(_ line: Int, _ pool: [Int]) -> [Int] {
    guard let places = placesOfMaterial[lines[line].material], !places.isEmpty else { return pool }
    let known = Set(pool)
    return pool + places.filter { !known.contains($0) }
  }

  /// Where the materials of the lines lie before the plan, at most as many places as a pool has.
  static func places(of lines: [PutawayGoods], in index: PutawayIndex) -> [MaterialID: [Int]] {
    var places: [MaterialID: [Int]] = [:]
    for line in lines where places[line.material] == nil {
      let known = index.placesOfMaterial[line.material].sorted()
      places[line.material] = known.prefix(poolSize).map { Int($0) }
    }
    return places
  }
}

extension PutawayIndex {
  /// The places of a list that break no rule, best score first; equal scores by index.
  func rank(_ query: PutawayQuery, among places: [Int]) -> [Candidate] {
    let shares = Self.shares(query.weights)
    var found: [Candidate] = []
    for place in places where entries[place].isStorage {
      guard faults(query, at: place, exhaustive: false).isEmpty else { continue }
      found.append(Candidate(index: place, score: (values(query, at: place) * shares).sum()))
    }
    found.sort { ($1.score, $0.index) < ($0.score, $1.index) }
    return Array(found.prefix(Limits.candidates))
  }
}
