import Packing
import Testing
import Warehouse

@Suite("Hazard segregation")
struct HazardTests {
  private typealias World = PutawayWorld

  private func goods(_ hazard: String?) -> PutawayGoods {
    var goods = World.pallet()
    goods.hazardClass = hazard
    return goods
  }

  private func place(_ id: Int64, bay: Int, holds hazard: String? = nil) -> LocationState {
    var state = World.place(id) {
      $0.bay = bay
      $0.hazardClasses = ["3", "5.1", "8"]
    }
    if hazard != nil { state.occupants = [World.occupant(lot: 50, material: 50, hazard: hazard)] }
    return state
  }

  @Test("A class goes only where it is permitted")
  func permission() {
    #expect(World.refusal(goods("3"), at: World.place(1)) == .hazard)
    #expect(World.refusal(goods("3"), at: place(1, bay: 1)) == nil)
    #expect(World.refusal(goods("6.1"), at: place(1, bay: 1)) == .hazard)
  }

  @Test("A pair that the matrix does not name never shares a location or a bay")
  func unknownPair() {
    let near = place(2, bay: 1, holds: "8")
    #expect(World.refusal(goods("3"), at: place(1, bay: 1, holds: "8")) == .hazard)
    #expect(World.refusal(goods("3"), at: place(1, bay: 1), beside: [near]) == .hazard)
    #expect(World.refusal(goods("3"), at: place(1, bay: 2), beside: [near]) == nil)
    #expect(World.refusal(goods("8"), at: place(1, bay: 1, holds: "8")) == nil)
    #expect(World.refusal(goods(nil), at: place(1, bay: 1, holds: "8")) == nil)
  }

  @Test(
    "Each separation keeps its distance, in both orders of the pair",
    arguments: [
      (HazardSeparation.together, 0), (.location, 1), (.bay, 2), (.adjacent, 3), (.aisle, 4),
    ]
  )
  func separations(separation: HazardSeparation, steps: Int) {
    for pair in [("3", "5.1"), ("5.1", "3")] {
      let matrix = HazardMatrix([(first: pair.0, second: pair.1, separation: separation)])
      let context = PutawayContext(hazards: matrix)
      func isRefused(_ state: LocationState, _ others: [LocationState]) -> Bool {
        World.refusal(goods("3"), at: state, beside: others, context: context) == .hazard
      }
      let other = place(2, bay: 5, holds: "5.1")
      #expect(isRefused(place(1, bay: 5, holds: "5.1"), []) == (steps >= 1))
      #expect(isRefused(place(1, bay: 5), [other]) == (steps >= 2))
      #expect(isRefused(place(1, bay: 6), [other]) == (steps >= 3))
      #expect(isRefused(place(1, bay: 4), [other]) == (steps >= 3))
      #expect(isRefused(place(1, bay: 9), [other]) == (steps >= 4))
    }
  }

  @Test("The matrix may keep goods without a class apart too")
  func none() {
    let matrix = HazardMatrix([(first: HazardMatrix.none, second: "8", separation: .location)])
    let context = PutawayContext(hazards: matrix)
    let acid = place(1, bay: 1, holds: "8")
    #expect(World.refusal(goods(nil), at: acid, context: context) == .hazard)
    #expect(
      World.refusal(goods(nil), at: place(1, bay: 1), beside: [acid], context: context) == nil
    )
  }

  @Test("A batch keeps its own hazardous lines apart")
  func batch() throws {
    var first = goods("3")
    var second = goods("8")
    first.lot = LotID(1)
    second.lot = LotID(2)
    second.material = MaterialID(2)
    let index = PutawayIndex([place(1, bay: 1), place(2, bay: 1)])
    let plan = try index.plan(
      [first, second],
      context: PutawayContext(),
      algorithm: .ffd,
      contents: { _ in PutawayContents() },
      mayContinue: { false }
    )
    #expect(plan.unplacedUnits == 1)
    let refused = try #require(plan.lines.first { $0.left > 0 })
    #expect(refused.rejected[.hazard] == 2)
  }
}
