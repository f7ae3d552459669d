import Warehouse

/// A line made ready for scanning: every text looked up once.
struct PutawayQuery: Sendable {
  let goods: PutawayGoods
  /// Units that one place must take.
  private(set) var units: Int64
  private(set) var volume: Int64
  private(set) var weight: Int64
  let storageBit: UInt64
  let temperature: Int32?
  let hazardBit: UInt64
  /// Classes that must not lie in the same location, bay, next bay, aisle.
  let apartLocation: UInt64
  let apartBay: UInt64
  let apartAdjacent: UInt64
  let apartAisle: UInt64
  let reachMM: Int64
  let onlyLies: Bool
  let lacksShelfLife: Bool
  /// The ways a unit may stand; empty = unknown edges.
  let orientations: [SIMD4<Int32>]
  let rank: Double
  let weights: ScoreWeights
  let totalWeight: Double
  let band: ClosedRange<Double>
  /// Open tasks of each aisle; empty where none are known.
  let tasks: [Int]
  /// Open tasks with which an aisle is full.
  let fullAisle: Double
  /// The number of the FSC claim; nil = without one.
  let claim: Int32?
  /// Where the material lies already.
  let homes: PlaceSet
  /// The strongest lift between the goods and what lies in each aisle; empty where none.
  let lifts: [Double]
  /// By how much the lifts of all that lies in each aisle exceed chance, summed.
  let drawn: [Double]
  /// The material of that lift, by aisle.
  let partners: [MaterialID?]
  /// What each class of places says, by its number.
  private(set) var verdicts: [PlaceClass.Verdict] = []

  init(_ goods: PutawayGoods, units: Int, context: PutawayContext, index: inout PutawayIndex) {
    self.goods = goods
    self.units = Int64(units)
    volume = goods.volumeMM3.multipliedClamped(Int64(units))
    weight = goods.weightG.multipliedClamped(Int64(units))
    storageBit = index.storageBit(goods.storageType)
    temperature = index.temperature(goods.temperatureZone)
    hazardBit = goods.hazardClass == nil ? 1 : index.hazardBit(goods.hazardClass)
    var apart: [HazardSeparation: UInt64] = [:]
    for (name, bit) in index.hazardBits {
      // A class that shares the overflow bit cannot be told from others: keep it apart.
      let asked =
        bit == 1 << 63
        ? max(.bay, context.hazards.unknownPair)
        : context.hazards.separation(goods.hazardClass, name)
      for level in HazardSeparation.allCases where level <= asked && level != .together {
        apart[level, default: 0] |= bit
      }
    }
    apartLocation = apart[.location] ?? 0
    apartBay = apart[.bay] ?? 0
    apartAdjacent = apart[.adjacent] ?? 0
    apartAisle = apart[.aisle] ?? 0
    reachMM = context.reachMM ?? .max
    onlyLies = goods.onlyLies
    if let today = context.today, let expiry = goods.expiry {
      lacksShelfLife = today.days(to: expiry) < max(0, goods.minimumRemainingDays ?? 0)
    } else {
      lacksShelfLife = false
    }
    orientations = goods.unitSize.map { Orientations.of($0, uprights: goods.uprights) } ?? []
    rank = goods.rank
    var weights = context.weights
    if goods.congestion.isNowhere { weights.congestion = 0 }
    if goods.affinity.isNowhere { weights.affinity = 0 }
    self.weights = weights
    totalWeight = weights.total
    band = context.band
    fullAisle = Double(max(1, context.fullAisleTasks))
    tasks =
      context.openTasks.isEmpty || goods.congestion.isNowhere
      ? []
      : index.aisleNames.map { goods.congestion.holds(aisle: $0) ? context.openTasks[$0] ?? 0 : 0 }
    claim = index.claimNumber(goods.fscClaim)
    homes = index.homes(of: goods.material)
    var lifts: [Double] = []
    var drawn: [Double] = []
    var partners: [MaterialID?] = []
    if let related = context.affinity[goods.material], !related.isEmpty, !goods.affinity.isNowhere {
      lifts = [Double](repeating: 0, count: index.aisles.count)
      drawn = lifts
      partners = [MaterialID?](repeating: nil, count: index.aisles.count)
      for other in related {
        let places = index.placesOfMaterial[other.material]
        for aisle in Set(places.map { Int(index.entries[Int($0)].aisle) })
        where goods.affinity.holds(aisle: index.aisleNames[aisle]) {
          drawn[aisle] += max(0, other.lift - 1)
          guard other.lift > lifts[aisle] else { continue }
          lifts[aisle] = other.lift
          partners[aisle] = other.material
        }
      }
    }
    self.lifts = lifts
    self.drawn = drawn
    self.partners = partners
    verdicts = index.classes.map { $0.judge(self) }
  }

  /// The same line with another number of units for one place.
  func with(units: Int) -> PutawayQuery {
    var other = self
    other.units = Int64(units)
    other.volume = goods.volumeMM3.multipliedClamped(Int64(units))
    other.weight = goods.weightG.multipliedClamped(Int64(units))
    return other
  }
}
