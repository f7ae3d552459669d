import Packing
import StowageTesting
import Warehouse

/// Seeded instances with everything that a plan may have to obey.
enum RandomInstances {
  /// Small rooms partly full, boxes and rolls, weights, loads, stacking, mixing, conflicts,
  /// choices.
  static func instance(seed: UInt64) -> PackingInstance {
    var dice = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    func chance(_ oneIn: Int64) -> Bool { number(1...oneIn) == 1 }
    let hasGroups = chance(3)
    let hasRolls = chance(3)
    let hasLoads = chance(3)
    var locations: [PackingLocation] = []
    for index in 0..<number(1...5) {
      var location = PackingLocation(id: "L\(index)", copies: Int(number(1...3)))
      if !chance(8) { location.inner = Dimensions(1_200, number(600...1_000), number(500...1_800)) }
      if chance(2) { location.maxWeightG = number(50...900) * 1_000 }
      if chance(4) { location.volumeMM3 = number(100...900) * 1_000_000 }
      if chance(3) { location.maxHandlingUnits = Int(number(2...12)) }
      if chance(4) { location.maxStack = Int(number(1...3)) }
      location.takesLyingRolls = chance(2)
      if chance(2), let inner = location.inner {
        location.contents = contents(inner, hasLoads: hasLoads, hasRolls: hasRolls, &dice)
      }
      if hasGroups {
        location.mixing =
          [.free, .singleLot, .singleMaterial, .mixed(materials: 2)][
            Int(number(0...3))
          ]
        if chance(3) { location.present = [PackingGroup(material: Int(number(0...3)))] }
      }
      locations.append(location)
    }
    let items = (0..<number(1...9)).map { index in
      var item = PackingItem(id: "i\(index)", quantity: Int(number(1...4)))
      if !chance(9) {
        item.size = Dimensions(number(100...700), number(100...600), number(80...700))
        item.uprights = Uprights(x: chance(2), y: chance(2), z: true)
        if hasRolls, chance(2) {
          let diameter = number(200...600)
          item.size = Dimensions(diameter, diameter, number(150...900))
          item.shape = .roll(axis: .z, coreMM: chance(2) ? 76 : 0)
          item.uprights = chance(3) ? Uprights(x: true, y: true, z: false) : .thisSideUp
        }
      } else {
        item.volumeMM3 = number(1...90) * 1_000_000
      }
      if !chance(5) { item.weightG = number(1...90) * 1_000 }
      if hasLoads, chance(2) { item.maxLoadG = number(0...120) * 1_000 }
      if hasGroups {
        item.group = PackingGroup(
          material: Int(number(0...3)),
          lot: Int(number(0...2)),
          conflictClass: Int(number(0...2))
        )
      }
      return item
    }
    var instance = PackingInstance(
      objective: PackingObjective.allCases[Int(number(0...3))],
      minSupport: [0, 0.7, 1][Int(number(0...2))],
      locations: locations,
      items: items
    )
    if hasGroups, chance(2) { instance.conflicts = [PackingConflict(1, 2)] }
    if instance.objective == .bestScore || chance(5) {
      instance.choices = items.map { _ in
        locations.indices.compactMap { place in
          chance(4) ? nil : PackingChoice(location: place, score: Double(number(0...100)) / 100)
        }
      }
    }
    return instance
  }

  /// A few boxes on the floor, apart, some with another on top.
  private static func contents(
    _ inner: Dimensions,
    hasLoads: Bool,
    hasRolls: Bool,
    _ dice: inout SeededGenerator
  ) -> [PackedBox] {
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    var boxes: [PackedBox] = []
    var x: Int64 = 0
    while x < inner.x - 300, number(0...3) > 0 {
      let edge = number(150...300)
      let height = number(100...min(400, inner.z))
      let isRoll = hasRolls && number(0...1) == 0
      boxes.append(
        PackedBox(
          position: Position(x, 0, 0),
          size: Dimensions(edge, isRoll ? edge : number(200...inner.y), height),
          weightG: number(1...50) * 1_000,
          maxLoadG: hasLoads ? number(0...80) * 1_000 : nil,
          posture: !isRoll ? .box : number(0...1) == 0 ? .lyingRoll : .standingRoll()
        )
      )
      x += edge + number(0...200)
    }
    return boxes
  }
}
