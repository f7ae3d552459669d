import Packing
import StowageTesting
import Testing
import Warehouse

/// Rejections counted again by code that knows nothing of the engine's index.
///
/// It walks all places for every question, adds beams and bays up anew, and asks the hazard matrix
/// pair by pair. A place is counted as the engine promises: under the first constraint that it
/// breaks, rules of the place first, then room, then company, then a person's refusal.
@Suite("Rejections counted again")
struct RejectionRecountTests {
  private typealias World = PutawayWorld

  /// A place with every rule now and then.
  private func place(_ id: Int64, _ dice: inout SeededGenerator) -> LocationState {
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    func rarely() -> Bool { number(0...7) == 0 }
    var draft = LocationDraft(code: "P-\(id)", zone: "Z", aisle: "\(id / 40)")
    draft.kind = number(0...19) == 0 ? .dock : .storage
    draft.bay = Int(id % 40 / 6)
    draft.level = Int(id % 3)
    draft.position = Int(id % 6 / 3)
    draft.inner = rarely() ? nil : Dimensions(2_500, 1_250, number(700...2_100))
    draft.maxWeightG = rarely() ? nil : number(300...3_000) * 1_000
    draft.beamMaxWeightG = rarely() ? number(600...2_000) * 1_000 : nil
    draft.bayMaxWeightG = rarely() ? number(900...4_000) * 1_000 : nil
    draft.maxHandlingUnits = rarely() ? nil : Int(number(1...4))
    draft.reachMM = Int64(draft.level) * 3_500
    draft.storageTypes = [[], [], ["PALLET"], ["ROLL", "SHELF"]][Int(number(0...3))]
    draft.temperatureZone = rarely() ? "COLD" : "AMBIENT"
    draft.hazardClasses = [[], ["3"], ["3", "8"]][Int(number(0...2))]
    draft.isSecure = rarely()
    draft.dedicatedTo = rarely() ? TenantID(number(1...2)) : nil
    draft.mixing = [.mixed, .mixed, .singleMaterial, .singleLot][Int(number(0...3))]
    draft.maxMaterials = rarely() ? 2 : nil
    draft.hold = rarely() ? "broken" : nil
    draft.isLastInFirstOut = rarely()
    draft.travelMM = number(5_000...90_000)
    var state = LocationState(location: Location(id: LocationID(id), version: 1, draft: draft))
    for lot in 0..<max(0, number(-3...3)) {
      state.occupants.append(
        World.occupant(
          lot: rarely() ? 1 : id * 10 + lot,
          material: number(1...5),
          hazard: rarely() ? ["3", "8", "9"][Int(number(0...2))] : nil,
          claim: rarely() ? "MIX" : nil,
          expiry: rarely() ? LocalDay(rawValue: Int32(number(19_990...20_050))) : nil,
          received: Int32(number(19_980...20_000))
        )
      )
      let isPromise = number(0...2) == 0
      state.occupants[state.occupants.count - 1].isReserved = isPromise
      if isPromise {
        state.reservedHandlingUnits += 1
        state.reservedWeightG += 200_000
        state.reservedVolumeMM3 += 400_000_000
      } else {
        state.usedHandlingUnits += 1
        state.usedWeightG += 200_000
        state.usedVolumeMM3 += 400_000_000
      }
    }
    return state
  }

  private func goods(_ dice: inout SeededGenerator) -> PutawayGoods {
    func rarely() -> Bool { Int.random(in: 0...4, using: &dice) == 0 }
    var goods = World.pallet(lot: 1, material: Int64.random(in: 1...5, using: &dice))
    goods.unitSize = Dimensions(1_200, 800, Int64.random(in: 300...1_800, using: &dice))
    goods.unitWeightG = Int64.random(in: 50...1_500, using: &dice) * 1_000
    goods.storageType = ["PALLET", "PALLET", "ROLL"].randomElement(using: &dice) ?? ""
    goods.temperatureZone = rarely() ? "COLD" : "AMBIENT"
    goods.hazardClass = rarely() ? ["3", "8", "9"].randomElement(using: &dice) : nil
    goods.needsSecurity = rarely()
    goods.fscClaim = rarely() ? "MIX" : nil
    goods.expiry =
      rarely() ? LocalDay(rawValue: Int32.random(in: 20_000...20_060, using: &dice)) : nil
    goods.minimumRemainingDays = rarely() ? 20 : nil
    goods.isHeld = rarely()
    if rarely() { goods.declined = Set((0...90).map { LocationID($0 * 7) }) }
    return goods
  }

  private let matrix = HazardMatrix(
    [("3", "3", .together), ("3", "8", .adjacent), ("8", "9", .aisle), ("3", "9", .bay)],
    unknownPair: .location
  )

  /// The first constraint that a place breaks; nil where it takes the goods.
  private func verdict(
    _ goods: PutawayGoods,
    _ state: LocationState,
    _ all: [LocationState],
    _ context: PutawayContext
  ) -> PutawayConstraint? {
    let order = PutawayConstraint.allCases
    func first(_ broken: Set<PutawayConstraint>) -> PutawayConstraint? {
      order.first(where: broken.contains)
    }
    return first(rules(goods, state, all, context)) ?? first(room(goods, state, all))
      ?? first(company(goods, state))
      ?? (goods.declined.contains(state.location.id) ? .declined : nil)
  }

  private func rules(
    _ goods: PutawayGoods,
    _ state: LocationState,
    _ all: [LocationState],
    _ context: PutawayContext
  ) -> Set<PutawayConstraint> {
    let place = state.location.draft
    var broken: Set<PutawayConstraint> = []
    if place.hold != nil { broken.insert(.hold) }
    if let owner = place.dedicatedTo, owner != goods.owner { broken.insert(.owner) }
    if !place.storageTypes.isEmpty, !place.storageTypes.contains(goods.storageType) {
      broken.insert(.storageType)
    }
    if place.temperatureZone != goods.temperatureZone { broken.insert(.temperature) }
    if goods.needsSecurity, !place.isSecure { broken.insert(.security) }
    if let reach = context.reachMM, place.reachMM > reach { broken.insert(.reach) }
    if let today = context.today, let expiry = goods.expiry,
      today.days(to: expiry) < goods.minimumRemainingDays ?? 0
    {
      broken.insert(.shelfLife)
    }
    if let hazard = goods.hazardClass, !place.hazardClasses.contains(hazard) {
      broken.insert(.hazard)
    }
    for other in all where other.location.draft.aisle == place.aisle {
      let bays = abs(other.location.draft.bay - place.bay)
      for occupant in other.occupants {
        let apart = context.hazards.separation(goods.hazardClass, occupant.hazardClass)
        let isNear =
          apart == .aisle || (apart == .adjacent && bays <= 1) || (apart == .bay && bays == 0)
          || (apart == .location && other.location.id == state.location.id)
        if isNear { broken.insert(.hazard) }
      }
    }
    return broken
  }

  private func room(
    _ goods: PutawayGoods,
    _ state: LocationState,
    _ all: [LocationState]
  ) -> Set<PutawayConstraint> {
    let place = state.location.draft
    var broken: Set<PutawayConstraint> = []
    func judge(
      _ limit: Int64?,
      _ used: Int64,
      _ held: Int64,
      _ need: Int64,
      _ rule: PutawayConstraint
    ) {
      guard let limit else { return }
      if used + need > limit {
        broken.insert(rule)
      } else if used + held + need > limit {
        broken.insert(.reserved)
      }
    }
    if let size = goods.unitSize, let inner = place.inner, size.z > inner.z {
      broken.insert(.dimensions)
    }
    judge(
      place.capacityMM3,
      state.usedVolumeMM3,
      state.reservedVolumeMM3,
      goods.volumeMM3,
      .volume
    )
    judge(place.maxWeightG, state.usedWeightG, state.reservedWeightG, goods.weightG, .weight)
    judge(
      place.maxHandlingUnits.map { Int64($0) },
      Int64(state.usedHandlingUnits),
      Int64(state.reservedHandlingUnits),
      1,
      .handlingUnits
    )
    let bay = all.filter {
      $0.location.draft.aisle == place.aisle && $0.location.draft.bay == place.bay
    }
    let beam = bay.filter { $0.location.draft.level == place.level }
    for (limit, girder) in [(place.beamMaxWeightG, beam), (place.bayMaxWeightG, bay)] {
      let used = girder.reduce(0) { $0 + $1.usedWeightG }
      let held = girder.reduce(0) { $0 + $1.reservedWeightG }
      judge(limit, used, held, goods.weightG, .beamWeight)
    }
    return broken
  }

  private func company(_ goods: PutawayGoods, _ state: LocationState) -> Set<PutawayConstraint> {
    let place = state.location.draft
    let others = state.occupants
    var broken: Set<PutawayConstraint> = []
    let isShared = others.contains { $0.lot != goods.lot }
    if isShared, goods.isHeld { broken.insert(.hold) }
    if isShared, place.mixing == .singleLot { broken.insert(.mixing) }
    let materials = Set(others.map(\.material)).union([goods.material])
    if place.mixing == .singleMaterial, materials.count > 1 { broken.insert(.mixing) }
    if place.mixing == .mixed, let most = place.maxMaterials, materials.count > most, isShared {
      broken.insert(.mixing)
    }
    if others.contains(where: { $0.fscClaim != goods.fscClaim }) { broken.insert(.fsc) }
    let isBlocking = others.contains { ($0.expiry ?? $0.receivedDay) < goods.issueDay }
    if place.isLastInFirstOut, isBlocking { broken.insert(.fefo) }
    return broken
  }

  @Test("Every rejected place breaks the rule that it is counted under", arguments: UInt64(1)...40)
  func recount(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var states = (0..<160).map { place(Int64($0), &dice) }
    var index = PutawayIndex(states)
    var context = PutawayContext(hazards: matrix)
    context.reachMM = 4_000
    context.today = LocalDay(rawValue: 20_000)
    for round in 0..<6 {
      let goods = goods(&dice)
      var expected: [PutawayConstraint: Int] = [:]
      var free: Set<Int> = []
      for (number, state) in states.enumerated() where state.location.draft.kind == .storage {
        if let rule = verdict(goods, state, states, context) {
          expected[rule, default: 0] += 1
        } else {
          free.insert(number)
        }
      }
      let answer = index.recommend(goods, context: context) { _ in PutawayContents() }
      #expect(answer.rejected == expected, "seed \(seed), round \(round)")
      #expect(answer.judged == states.count { $0.location.draft.kind == .storage })
      let told = [answer.best].compactMap { $0 } + answer.runnersUp
      #expect(told.allSatisfy { free.contains($0.index) })
      #expect(told.count == min(4, free.count))
      // The places change, and so does the count.
      let changed = Set((0..<20).map { _ in Int.random(in: 0..<160, using: &dice) })
      for number in changed {
        let old = states[number].location
        var fresh = place(Int64(number), &dice)
        fresh.location = Location(id: old.id, version: 2, draft: fresh.location.draft)
        states[number] = fresh
      }
      index.update(changed.map { ($0, states[$0]) })
    }
  }
}
