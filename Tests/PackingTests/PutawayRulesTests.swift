import Packing
import Testing
import Warehouse

@Suite("Hard constraints of putaway, each by its reason code")
struct PutawayRulesTests {
  private typealias World = PutawayWorld

  @Test("A place that breaks no rule is recommended")
  func free() {
    #expect(World.refusal(World.pallet(), at: World.place(1)) == nil)
  }

  @Test("Rules of the place")
  func rulesOfPlace() {
    let pallet = World.pallet()
    #expect(World.refusal(pallet, at: World.place(1) { $0.hold = "COUNT" }) == .hold)
    let foreign = World.place(1) { $0.dedicatedTo = TenantID(2) }
    #expect(World.refusal(pallet, at: foreign) == .owner)
    #expect(World.refusal(pallet, at: World.place(1) { $0.dedicatedTo = World.owner }) == nil)
    #expect(
      World.refusal(pallet, at: World.place(1) { $0.storageTypes = ["ROLL"] }) == .storageType
    )
    var roll = pallet
    roll.storageType = "ROLL"
    #expect(World.refusal(roll, at: World.place(1) { $0.storageTypes = ["SKID", "ROLL"] }) == nil)
    #expect(World.refusal(roll, at: World.place(1)) == nil)
    let cold = World.place(1) { $0.temperatureZone = "CHILLED" }
    #expect(World.refusal(pallet, at: cold) == .temperature)
    var secret = pallet
    secret.needsSecurity = true
    #expect(World.refusal(secret, at: World.place(1)) == .security)
    #expect(World.refusal(secret, at: World.place(1) { $0.isSecure = true }) == nil)
    let high = World.place(1) { $0.reachMM = 6_000 }
    #expect(World.refusal(pallet, at: high, context: PutawayContext(reachMM: 5_999)) == .reach)
    #expect(World.refusal(pallet, at: high, context: PutawayContext(reachMM: 6_000)) == nil)
  }

  @Test("Docks and staging are no places of storage")
  func kinds() {
    let answer = PutawayIndex([World.place(1) { $0.kind = .dock }]).recommend(
      World.pallet(),
      context: PutawayContext()
    ) { _ in PutawayContents() }
    #expect(answer.judged == 0)
    #expect(answer.best == nil)
  }

  @Test("Capacity: volume, weight, beam, bay and handling units, contents counted")
  func capacity() {
    let pallet = World.pallet()
    #expect(World.refusal(pallet, at: World.place(1) { $0.volumeMM3 = 900_000_000 }) == .volume)
    var loaded = World.place(1)
    loaded.usedWeightG = 2_700_000
    #expect(World.refusal(pallet, at: loaded) == .weight)
    loaded = World.place(1)
    loaded.usedHandlingUnits = 6
    #expect(World.refusal(pallet, at: loaded) == .handlingUnits)
    let beam = World.place(1) { $0.beamMaxWeightG = 1_000_000 }
    var other = World.place(2) {
      $0.bay = 1; $0.position = 2
    }
    other.usedWeightG = 700_000
    #expect(World.refusal(pallet, at: beam, beside: [other]) == .beamWeight)
    other.location.draft.level = 1
    #expect(World.refusal(pallet, at: beam, beside: [other]) == nil)
    let bay = World.place(1) { $0.bayMaxWeightG = 1_000_000 }
    #expect(World.refusal(pallet, at: bay, beside: [other]) == .beamWeight)
  }

  @Test("Space that open recommendations hold is RESERVED, not free")
  func reserved() {
    var held = World.place(1)
    held.reservedWeightG = 2_700_000
    #expect(World.refusal(World.pallet(), at: held) == .reserved)
    held = World.place(1)
    held.reservedHandlingUnits = 6
    #expect(World.refusal(World.pallet(), at: held) == .reserved)
  }

  @Test("Dimensions, support and load are judged against what lies there")
  func geometry() {
    let low = World.place(1) { $0.inner = Dimensions(2_500, 1_250, 900) }
    #expect(World.refusal(World.pallet(), at: low) == .dimensions)
    let full = PutawayContents(boxes: [
      PackedBox(position: Position(0, 0, 0), size: Dimensions(2_500, 1_250, 1_200))
    ])
    #expect(World.refusal(World.pallet(), at: World.place(1), contents: full) == .dimensions)
    // A post in the middle: the pallet could only stand on it, with a hundredth of its base.
    let post = PutawayContents(boxes: [
      PackedBox(position: Position(600, 400, 0), size: Dimensions(100, 100, 1_000))
    ])
    let support = PutawayContext(minSupport: 0.7)
    let narrow = World.place(1) { $0.inner = Dimensions(1_300, 900, 2_100) }
    #expect(World.refusal(World.pallet(), at: narrow, context: support) == nil)
    #expect(World.refusal(World.pallet(), at: narrow, context: support, contents: post) == .support)
    let weak = PutawayContents(boxes: [
      PackedBox(
        position: Position(0, 0, 0),
        size: Dimensions(2_500, 1_250, 1_000),
        weightG: 300_000,
        maxLoadG: 399_999
      )
    ])
    let loose = PutawayContext(minSupport: 0)
    #expect(
      World.refusal(World.pallet(), at: World.place(1), context: loose, contents: weak)
        == .loadOnTop
    )
  }

  @Test("Remaining shelf life below the minimum is refused")
  func shelfLife() {
    var goods = World.pallet()
    goods.expiry = LocalDay(rawValue: 20_040)
    goods.minimumRemainingDays = 40
    var context = PutawayContext(today: LocalDay(rawValue: 20_000))
    #expect(World.refusal(goods, at: World.place(1), context: context) == nil)
    context.today = LocalDay(rawValue: 20_001)
    #expect(World.refusal(goods, at: World.place(1), context: context) == .shelfLife)
  }

  @Test("Mixing rules: lots, materials and their number")
  func mixing() {
    var place = World.place(1) { $0.mixing = .singleLot }
    place.occupants = [World.occupant(lot: 2)]
    #expect(World.refusal(World.pallet(lot: 1), at: place) == .mixing)
    #expect(World.refusal(World.pallet(lot: 2), at: place) == nil)
    place.location.draft.mixing = .singleMaterial
    #expect(World.refusal(World.pallet(lot: 1), at: place) == nil)
    #expect(World.refusal(World.pallet(lot: 1, material: 2), at: place) == .mixing)
    place.location.draft.mixing = .mixed
    place.location.draft.maxMaterials = 2
    #expect(World.refusal(World.pallet(lot: 1, material: 2), at: place) == nil)
    place.occupants.append(World.occupant(lot: 3, material: 3))
    #expect(World.refusal(World.pallet(lot: 1, material: 2), at: place) == .mixing)
  }

  @Test("FSC claims are never mixed, and held goods lie alone")
  func claimsAndHolds() {
    var place = World.place(1)
    place.occupants = [World.occupant(lot: 2, claim: "FSC Mix")]
    var goods = World.pallet()
    #expect(World.refusal(goods, at: place) == .fsc)
    goods.fscClaim = "FSC 100%"
    #expect(World.refusal(goods, at: place) == .fsc)
    goods.fscClaim = "FSC Mix"
    #expect(World.refusal(goods, at: place) == nil)
    goods.isHeld = true
    #expect(World.refusal(goods, at: place) == .hold)
    #expect(World.refusal(goods, at: World.place(1)) == nil)
  }

  @Test("In a lane, later goods never stand in front of earlier ones")
  func fefo() {
    var lane = World.place(1) { $0.isLastInFirstOut = true }
    lane.occupants = [World.occupant(lot: 2, expiry: LocalDay(rawValue: 20_100))]
    var goods = World.pallet()
    goods.expiry = LocalDay(rawValue: 20_101)
    #expect(World.refusal(goods, at: lane) == .fefo)
    goods.expiry = LocalDay(rawValue: 20_100)
    #expect(World.refusal(goods, at: lane) == nil)
    lane.location.draft.isLastInFirstOut = false
    goods.expiry = LocalDay(rawValue: 20_101)
    #expect(World.refusal(goods, at: lane) == nil)
  }
}
