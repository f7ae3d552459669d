import Packing
import Statistics
import Warehouse

/// A made-up warehouse of a print plant for `PutawayTrial`, and the goods that come to it.
struct TrialHall {
  private static let materials: Int64 = 2_000
  private static let hazards: [String?] = [nil, nil, nil, nil, nil, nil, nil, "3", "5.1", "8"]
  private static let today = LocalDay(rawValue: 20_000)

  var states: [LocationState] = []
  /// What lies in each place, with positions; places without edges hold loose units.
  var contents: [PutawayContents] = []

  init(locations: Int, _ random: inout SeededRandom) {
    states.reserveCapacity(locations)
    contents.reserveCapacity(locations)
    for number in 0..<locations { add(number, of: locations, &random) }
  }

  /// Racks of five levels and three positions a bay, forty bays an aisle, shelves between them.
  private mutating func add(_ number: Int, of count: Int, _ random: inout SeededRandom) {
    let (bay, cell) = number.quotientAndRemainder(dividingBy: 15)
    let isShelf = random.unit() < 0.3
    var draft = LocationDraft(
      code: "T\(number)",
      zone: "Z\(bay / 40 % 4)",
      aisle: "A\(bay / 40)",
      bay: bay % 40,
      level: cell / 3,
      position: cell % 3
    )
    if random.unit() > 0.05 {
      draft.inner = isShelf ? Dimensions(1_000, 600, 800) : Dimensions(2_700, 1_200, 1_800)
    } else {
      draft.volumeMM3 = 3_000_000_000
    }
    draft.maxWeightG = isShelf ? 250_000 : 2_400_000
    draft.beamMaxWeightG = 5_000_000
    draft.bayMaxWeightG = 16_000_000
    draft.maxHandlingUnits = isShelf ? 24 : random.pick([1, 3, 6])
    draft.maxStack = random.pick([nil, 1, 2, 4])
    draft.reachMM = Int64(cell / 3) * 1_900
    draft.storageTypes = random.pick([[], ["PALLET"], ["PALLET", "ROLL"], ["SHELF", "PALLET"]])
    draft.temperatureZone = random.unit() < 0.1 ? "COLD" : "AMBIENT"
    draft.hazardClasses = random.pick([[], [], ["3"], ["3", "5.1", "8"]])
    draft.isSecure = random.unit() < 0.05
    draft.dedicatedTo = random.unit() < 0.05 ? TenantID(2) : nil
    draft.hold = random.unit() < 0.02 ? "repair" : nil
    draft.mixing = random.pick([.mixed, .mixed, .singleMaterial, .singleLot])
    draft.maxMaterials = draft.mixing == .mixed ? random.pick([nil, 2, 8]) : nil
    draft.isLastInFirstOut = random.unit() < 0.1
    draft.travelMM = Int64(bay / 40) * 4_000 + Int64(bay % 40) * 2_700 + 5_000
    let id = LocationID(Int64(number) + 1)
    states.append(LocationState(location: Location(id: id, version: 1, draft: draft)))
    contents.append(PutawayContents())
    guard random.unit() < 0.65 else { return }
    fill(number, &random)
  }

  /// Lots side by side on the floor of a place, as many as there is room for, or a few loose ones.
  private mutating func fill(_ number: Int, _ random: inout SeededRandom) {
    let draft = states[number].location.draft
    var x: Int64 = 0
    for _ in 0..<random.integer(1...3) {
      let size = Dimensions(Int64(random.integer(250...800)), 550, Int64(random.integer(200...700)))
      if let inner = draft.inner, x + size.x > inner.x { break }
      let material = draft.mixing == .mixed ? random.integer(1...2_000) : number % 2_000 + 1
      states[number].occupants.append(
        Occupant(
          lot: LotID(Int64(number) * 8 + Int64(states[number].occupants.count) + 1),
          material: MaterialID(Int64(material)),
          tenant: draft.dedicatedTo ?? TenantID(1),
          hazardClass: draft.hazardClasses.first,
          fscClaim: number % 9 == 0 ? "FSC Mix" : nil,
          expiry: Self.today.adding(days: random.integer(30...400)),
          receivedDay: Self.today.adding(days: -random.integer(1...90)),
          isReserved: false
        )
      )
      states[number].usedHandlingUnits += 1
      states[number].usedVolumeMM3 += size.volumeMM3
      states[number].usedWeightG += size.volumeMM3 / 4_000
      if draft.inner == nil {
        contents[number].looseHandlingUnits += 1
        contents[number].looseVolumeMM3 += size.volumeMM3
      } else {
        contents[number].boxes.append(
          PackedBox(position: Position(x, 0, 0), size: size, weightG: size.volumeMM3 / 4_000)
        )
      }
      x += size.x
      if draft.mixing == .singleLot { break }
    }
  }

  /// Settings as a plant has them, and a busy morning.
  func context(_ random: inout SeededRandom) -> PutawayContext {
    var context = PutawayContext(today: Self.today)
    context.hazards = HazardMatrix(
      [("3", "3", .together), ("8", "8", .together), ("3", "5.1", .adjacent), ("3", "8", .bay)],
      unknownPair: .location
    )
    context.reachMM = 7_000
    for aisle in 0..<max(1, states.count / 600) where random.unit() < 0.5 {
      context.openTasks["Z\(aisle % 4)/A\(aisle)"] = random.integer(1...10)
    }
    for material in 1...Self.materials {
      context.affinity[MaterialID(material)] = (0..<6).map { _ in
        PutawayLift(
          material: MaterialID(Int64(random.integer(1...Int(Self.materials)))),
          lift: 1 + 2 * random.unit()
        )
      }
    }
    return context
  }

  /// The next lot: skids, cartons on pallets, rolls on end, inks.
  func goods(_ number: Int, _ random: inout SeededRandom) -> PutawayGoods {
    let isRoll = random.unit() < 0.2
    let diameter = Int64(random.integer(500...1_000))
    let size =
      isRoll
      ? Dimensions(diameter, diameter, Int64(random.integer(400...900)))
      : Dimensions(
        Int64(random.integer(200...1_200)),
        Int64(random.integer(200...1_000)),
        Int64(random.integer(100...900))
      )
    var goods = PutawayGoods(
      lot: LotID(10_000_000 + Int64(number)),
      material: MaterialID(Int64(random.integer(1...Int(Self.materials)))),
      owner: TenantID(1),
      handlingUnits: random.pick([1, 1, 1, 2, 4]),
      unitSize: size,
      uprights: random.pick([.thisSideUp, .any]),
      unitWeightG: max(1_000, size.volumeMM3 / 3_000),
      receivedDay: Self.today
    )
    goods.shape = isRoll ? PackingShape.roll(size, knownCoreMM: nil) ?? .box : .box
    goods.storageType = isRoll ? "ROLL" : random.pick(["PALLET", "PALLET", "SHELF"])
    goods.temperatureZone = random.unit() < 0.1 ? "COLD" : "AMBIENT"
    goods.hazardClass = random.pick(Self.hazards)
    goods.needsSecurity = random.unit() < 0.03
    goods.fscClaim = random.unit() < 0.1 ? "FSC Mix" : nil
    goods.expiry = Self.today.adding(days: random.integer(40...500))
    goods.minimumRemainingDays = 30
    goods.loadOnTopG = random.pick([nil, 300_000])
    goods.turnoverRank = random.unit()
    return goods
  }

  /// Books what was recommended, so that the next one finds it reserved.
  mutating func reserve(_ goods: PutawayGoods, _ place: PutawaySuggestion) {
    let units = Int64(place.handlingUnits)
    states[place.index].reservedHandlingUnits += place.handlingUnits
    states[place.index].reservedVolumeMM3 += goods.volumeMM3 * units
    states[place.index].reservedWeightG += goods.weightG * units
    states[place.index].occupants.append(
      Occupant(
        lot: goods.lot,
        material: goods.material,
        tenant: goods.owner,
        hazardClass: goods.hazardClass,
        fscClaim: goods.fscClaim,
        expiry: goods.expiry,
        receivedDay: goods.receivedDay,
        isReserved: true
      )
    )
    contents[place.index].boxes += place.boxes
    if !place.isGeometric {
      contents[place.index].looseHandlingUnits += place.handlingUnits
      contents[place.index].looseVolumeMM3 += goods.volumeMM3 * units
    }
  }
}
