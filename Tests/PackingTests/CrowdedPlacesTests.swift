import Packing
import StowageTesting
import Testing
import Warehouse

/// Shelves with many lots each: what the index keeps of them says the same as walking them.
@Suite("Places with many lots")
struct CrowdedPlacesTests {
  private typealias World = PutawayWorld

  /// A shelf of some lots, with every rule about company now and then.
  private func shelf(_ id: Int64, _ dice: inout SeededGenerator) -> LocationState {
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    let rules: [MixingRule] = [.mixed, .mixed, .singleMaterial, .singleLot]
    let mixing = rules[Int(number(0...3))]
    let isLast = number(0...2) == 0
    let most = number(0...1) == 0 ? Int(number(1...4)) : nil
    var state = World.place(id) {
      $0.mixing = mixing
      $0.maxMaterials = most
      $0.isLastInFirstOut = isLast
      $0.maxHandlingUnits = nil
    }
    let claims: [String?] = [nil, nil, nil, "MIX", "PURE"]
    let lots = number(0...3) == 0 ? 0 : number(1...9)
    let own = number(0...4)
    state.occupants = (0..<lots).map { lot in
      World.occupant(
        lot: number(0...1) == 0 ? 1 : 10 + lot,
        material: number(0...2) == 0 ? number(1...3) : 1,
        claim: claims[Int(number(0...1) == 0 ? own : 0)],
        expiry: number(0...3) == 0 ? LocalDay(rawValue: Int32(number(19_990...20_010))) : nil,
        received: Int32(number(19_995...20_005))
      )
    }
    return state
  }

  /// The rules about company, each lot looked at.
  private func broken(_ goods: PutawayGoods, _ state: LocationState) -> Set<PutawayConstraint> {
    let draft = state.location.draft
    let there = state.occupants
    guard !there.isEmpty else { return [] }
    var rules: Set<PutawayConstraint> = []
    let others = there.contains { $0.lot != goods.lot }
    if others, draft.mixing == .singleLot { rules.insert(.mixing) }
    if others, goods.isHeld { rules.insert(.hold) }
    if draft.mixing == .singleMaterial, there.contains(where: { $0.material != goods.material }) {
      rules.insert(.mixing)
    }
    let materials = Set(there.map(\.material)).union([goods.material])
    if draft.mixing == .mixed, let most = draft.maxMaterials, materials.count > most {
      rules.insert(.mixing)
    }
    if there.contains(where: { $0.fscClaim != goods.fscClaim }) { rules.insert(.fsc) }
    if draft.isLastInFirstOut,
      there.contains(where: { ($0.expiry ?? $0.receivedDay) < goods.issueDay })
    {
      rules.insert(.fefo)
    }
    return rules
  }

  private func goods(_ dice: inout SeededGenerator) -> PutawayGoods {
    var goods = World.pallet(lot: 1, material: Int64.random(in: 1...3, using: &dice))
    goods.isHeld = Bool.random(using: &dice)
    goods.fscClaim = [nil, "MIX", "PURE", "OTHER"].randomElement(using: &dice) ?? nil
    return goods
  }

  private func compare(_ index: PutawayIndex, _ states: [LocationState], _ goods: PutawayGoods) {
    for (place, state) in states.enumerated() {
      let expected = broken(goods, state)
      let answer = PutawayIndex([state]).recommend(goods, context: PutawayContext()) { _ in
        PutawayContents()
      }
      #expect(answer.best == nil || expected.isEmpty, "place \(place) takes what it must not")
      #expect(answer.best != nil || !expected.isEmpty, "place \(place): \(answer.rejected)")
      #expect(Set(answer.rejected.keys).isSubset(of: expected))
    }
    let free = states.filter { broken(goods, $0).isEmpty }
    let answer = index.recommend(goods, context: PutawayContext()) { _ in PutawayContents() }
    #expect(answer.rejected.values.reduce(0, +) == states.count - free.count)
    if let best = answer.best {
      let lots = states[best.index].occupants.filter { $0.material == goods.material }.count
      let told = best.parts.first { $0.kind == .consolidation }
      #expect(told?.figure == Double(lots))
    }
  }

  @Test("The rules about company hold lot by lot, after changes too", arguments: UInt64(1)...20)
  func rules(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var states = (1...30).map { shelf(Int64($0), &dice) }
    var index = PutawayIndex(states)
    compare(index, states, goods(&dice))
    for _ in 0..<3 {
      let changed = (0..<8).map { _ in Int.random(in: 0..<30, using: &dice) }
      for place in Set(changed) { states[place] = shelf(Int64(place) + 1, &dice) }
      index.update(Set(changed).map { ($0, states[$0]) })
      compare(index, states, goods(&dice))
    }
  }
}
