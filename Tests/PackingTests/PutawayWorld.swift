import Packing
import StowageTesting
import Warehouse

/// Goods and places for putaway tests.
enum PutawayWorld {
  static let owner = TenantID(1)

  /// A pallet of 1,200 x 800 x 1,000 mm, 400 kg, received on day 20,000.
  static func pallet(
    lot: Int64 = 1,
    material: Int64 = 1,
    units: Int = 1
  ) -> PutawayGoods {
    PutawayGoods(
      lot: LotID(lot),
      material: MaterialID(material),
      owner: owner,
      handlingUnits: units,
      unitSize: Dimensions(1_200, 800, 1_000),
      uprights: .thisSideUp,
      unitWeightG: 400_000,
      receivedDay: LocalDay(rawValue: 20_000)
    )
  }

  /// A rack place for six such pallets (two high), 3 t, at 10 m.
  static func place(_ id: Int64, _ change: (inout LocationDraft) -> Void = { _ in })
    -> LocationState
  {
    var draft = LocationDraft(
      code: "A-\(id)",
      zone: "Z",
      aisle: "A",
      bay: Int(id),
      inner: Dimensions(2_500, 1_250, 2_100),
      maxWeightG: 3_000_000,
      maxHandlingUnits: 6,
      travelMM: 10_000
    )
    change(&draft)
    return LocationState(location: Location(id: LocationID(id), version: 1, draft: draft))
  }

  static func occupant(
    lot: Int64,
    material: Int64 = 1,
    hazard: String? = nil,
    claim: String? = nil,
    expiry: LocalDay? = nil,
    received: Int32 = 20_000
  ) -> Occupant {
    Occupant(
      lot: LotID(lot),
      material: MaterialID(material),
      tenant: owner,
      hazardClass: hazard,
      fscClaim: claim,
      expiry: expiry,
      receivedDay: LocalDay(rawValue: received),
      isReserved: false
    )
  }

  /// The single reason for which a place is refused, or nil where it is recommended.
  static func refusal(
    _ goods: PutawayGoods,
    at state: LocationState,
    beside others: [LocationState] = [],
    context: PutawayContext = PutawayContext(),
    contents: PutawayContents = PutawayContents()
  ) -> PutawayConstraint? {
    let index = PutawayIndex([state] + others)
    let answer = index.recommend(goods, context: context) { number in
      number == 0 ? contents : PutawayContents()
    }
    let judged = [answer.best].compactMap { $0 } + answer.runnersUp
    if judged.contains(where: { $0.location == state.location.id }) { return nil }
    return answer.rejected.keys.min { $0.rawValue < $1.rawValue }
  }

  /// A seeded rack of places with goods in some of them.
  static func rack(_ count: Int, seed: UInt64) -> [LocationState] {
    var dice = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    return (0..<count).map { index in
      let rules: [MixingRule] = [.mixed, .singleMaterial, .singleLot]
      var state = LocationState(
        location: Location(
          id: LocationID(Int64(index) + 1),
          version: 1,
          draft: LocationDraft(
            code: "R\(index)",
            zone: "Z",
            aisle: "\(index / 40)",
            bay: index % 40 / 4,
            level: index % 4,
            inner: Dimensions(2_500, 1_250, number(1_100...2_200)),
            maxWeightG: number(500...3_000) * 1_000,
            beamMaxWeightG: 2_500_000,
            bayMaxWeightG: 6_000_000,
            maxHandlingUnits: Int(number(1...6)),
            reachMM: Int64(index % 4) * 2_200,
            storageTypes: number(0...3) == 0 ? ["ROLL"] : [],
            hazardClasses: number(0...2) == 0 ? ["3", "8"] : [],
            mixing: rules[Int(number(0...2))],
            maxMaterials: 2,
            isLastInFirstOut: number(0...3) == 0,
            travelMM: number(5_000...120_000)
          )
        )
      )
      if number(0...2) == 0 {
        state.occupants = [occupant(lot: number(100...130), material: number(1...8))]
        state.usedHandlingUnits = 1
        state.usedWeightG = 300_000
        state.usedVolumeMM3 = 900_000_000
      }
      return state
    }
  }
}
