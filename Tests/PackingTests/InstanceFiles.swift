import Foundation
import Packing
import StowageTesting
import Testing
import Warehouse

/// Readers of the public instance files, and seeded random instances.
enum InstanceFiles {
  /// OR-Library one-dimensional bin packing (Falkenauer): name, instance, best known bins.
  static func binPacking(_ file: String) throws -> [(name: String, PackingInstance, best: Int)] {
    let url = try #require(SharedData.file("packing/bpp1d/\(file)"))
    let words = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isWhitespace)
    var cursor = 1
    var found: [(String, PackingInstance, Int)] = []
    while cursor + 3 < words.count {
      let name = String(words[cursor])
      let capacity = try #require(Double(words[cursor + 1]))
      let count = try #require(Int(words[cursor + 2]))
      let best = try #require(Int(words[cursor + 3]))
      let sizes = words[(cursor + 4)..<(cursor + 4 + count)].compactMap { Double($0) }
      cursor += 4 + count
      found.append((name, weights(sizes.map(tenths), capacity: tenths(capacity)), best))
    }
    return found
  }

  private static func tenths(_ value: Double) -> Int64 { Int64((value * 10).rounded()) }

  /// Weights into bins of one capacity.
  static func weights(_ sizes: [Int64], capacity: Int64) -> PackingInstance {
    PackingInstance(
      objective: .fewestLocations,
      locations: [PackingLocation(id: "B", copies: sizes.count, maxWeightG: capacity)],
      items: sizes.enumerated().map { PackingItem(id: "i\($0)", weightG: $1) }
    )
  }

  /// Bischoff and Ratcliff's containers, orientation flags kept.
  static func containers(_ file: String, support: Double = 0) throws -> [PackingInstance] {
    let url = try #require(SharedData.file("packing/br3d/\(file)"))
    let numbers = try String(contentsOf: url, encoding: .utf8)
      .split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
    var cursor = 1
    var found: [PackingInstance] = []
    for _ in 0..<numbers[0] {
      cursor += 2
      let room = Dimensions(numbers[cursor], numbers[cursor + 1], numbers[cursor + 2])
      let count = Int(numbers[cursor + 3])
      cursor += 4
      var items: [PackingItem] = []
      for kind in 0..<count {
        let row = numbers[cursor..<(cursor + 8)].map { $0 }
        cursor += 8
        items.append(
          PackingItem(
            id: "b\(kind)",
            quantity: Int(row[7]),
            size: Dimensions(row[1], row[3], row[5]),
            uprights: Uprights(x: row[2] == 1, y: row[4] == 1, z: row[6] == 1)
          )
        )
      }
      found.append(
        PackingInstance(
          objective: .mostVolumePacked,
          minSupport: support,
          locations: [PackingLocation(id: "C", inner: room)],
          items: items
        )
      )
    }
    return found
  }

  /// A seeded instance with contents, limits, orientations, mixing and places without geometry.
  static func random(seed: UInt64) -> PackingInstance {
    var dice = SeededGenerator(seed: seed)
    let locations = randomLocations(&dice)
    func flag() -> Bool { Bool.random(using: &dice) }
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    let objectives = PackingObjective.allCases
    var items: [PackingItem] = []
    for index in 0..<Int(number(1...9)) {
      let size = Dimensions(number(20...400), number(20...400), number(20...300))
      let up = Uprights(x: flag(), y: flag(), z: true)
      items.append(
        PackingItem(
          id: "i\(index)",
          quantity: Int(number(1...8)),
          size: size,
          uprights: up,
          weightG: flag() ? number(50...6_000) : nil,
          group: PackingGroup(
            material: Int(number(1...3)),
            lot: Int(number(1...4)),
            conflictClass: Int(number(0...2))
          )
        )
      )
    }
    var choices: [[PackingChoice]]?
    if flag() {
      choices = items.map { _ in
        locations.indices.filter { _ in flag() || flag() }
          .map { PackingChoice(location: $0, score: Double(number(0...100)) / 100) }
      }
    }
    return PackingInstance(
      objective: objectives[Int(number(0...3))],
      minSupport: [0, 0.5, 0.7, 1][Int(number(0...3))],
      locations: locations,
      items: items,
      choices: choices,
      conflicts: flag() ? [PackingConflict(1, 2)] : []
    )
  }

  private static func randomLocations(_ dice: inout SeededGenerator) -> [PackingLocation] {
    func flag() -> Bool { Bool.random(using: &dice) }
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    var locations: [PackingLocation] = []
    for index in 0..<Int(number(1...5)) {
      let inner = Dimensions(number(200...900), number(200...900), number(200...900))
      var contents: [PackedBox] = []
      if flag() {
        let layer = number(10...150)
        contents.append(
          PackedBox(
            position: Position(0, 0, 0),
            size: Dimensions(inner.x, inner.y, layer),
            weightG: number(0...5_000)
          )
        )
        if flag() {
          contents.append(
            PackedBox(
              position: Position(0, 0, layer),
              size: Dimensions(inner.x / 2, inner.y / 3, 40),
              weightG: 500
            )
          )
        }
      }
      let isFlat = number(0...4) == 0
      let rules: [PackingMixing] = [
        .free, .free, .singleLot, .singleMaterial, .mixed(materials: 2),
      ]
      locations.append(
        PackingLocation(
          id: "R\(index)",
          copies: Int(number(1...3)),
          inner: isFlat ? nil : inner,
          volumeMM3: isFlat || flag() ? inner.volumeMM3 : nil,
          maxWeightG: flag() ? number(5_000...90_000) : nil,
          maxHandlingUnits: flag() ? Int(number(3...40)) : nil,
          contents: isFlat ? [] : contents,
          usedWeightG: number(0...800),
          mixing: rules[Int(number(0...4))],
          present: flag() ? [PackingGroup(material: 1, lot: 1, conflictClass: 1)] : []
        )
      )
    }
    return locations
  }
}

/// What a plan is worth, recomputed from the instance; smaller is better, compared in order.
struct Worth: Comparable {
  let parts: [Double]

  init(_ plan: PackingPlan, _ instance: PackingInstance) {
    let left = Double(plan.unplaced.count)
    switch instance.objective {
    case .fewestLocations: parts = [left, Double(plan.locationsUsed)]
    case .leastOpenedVolume: parts = [left, Double(plan.openedVolumeMM3)]
    case .mostVolumePacked: parts = [-Double(plan.packedVolumeMM3)]
    case .bestScore: parts = [left, -plan.score]
    }
  }

  static func < (left: Self, right: Self) -> Bool {
    for (a, b) in zip(left.parts, right.parts) where abs(a - b) > 1e-9 * max(1, abs(a)) {
      return a < b
    }
    return false
  }
}
