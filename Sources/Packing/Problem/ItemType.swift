import Warehouse

/// Units that nothing tells apart: same edges, weight, rules and choices.
struct ItemType: Sendable {
  /// Its place among the types of its problem.
  let number: Int32
  /// The ways in which a unit may stand; empty = no geometry.
  let orientations: [SIMD4<Int32>]
  /// The face that it stands on in each of these ways.
  let faces: [ContactFace]
  /// The volume that counts against volume limits.
  let volume: Int64
  /// The product of the edges; 0 without geometry.
  let solidVolume: Int64
  /// The weight of a unit.
  let weight: Int64
  /// The weight that may rest on a unit; nil = not checked.
  let maxLoad: Int64?
  /// Material, lot and conflict class.
  let group: PackingGroup
  /// Row of `Problem.choices`; nil = every location.
  let row: Int?
  /// The smallest edge; 0 without geometry.
  let smallestEdge: Int32
  /// The units, as indices into the problem's units.
  var units: [Int32] = []

  /// How many units there are.
  var count: Int { units.count }
  /// What a unit is measured by: the larger of both volumes.
  var measuredVolume: Int64 { max(volume, solidVolume) }
  /// Whether units have edges.
  var isSized: Bool { !orientations.isEmpty }
}

extension ItemType {
  init(_ item: PackingItem, number: Int, row: Int?) {
    self.number = Int32(clamping: number)
    let ways =
      item.size.map { Orientations.of($0, uprights: item.uprights, shape: item.shape) } ?? []
    orientations = ways.map(\.size)
    faces = ways.map(\.face)
    solidVolume = item.size?.volumeMM3 ?? 0
    if let given = item.volumeMM3, given > 0 { volume = given } else { volume = solidVolume }
    weight = item.weightG ?? 0
    maxLoad = item.maxLoadG
    group = item.group
    self.row = row
    smallestEdge = item.size.map { Int32(clamping: min($0.x, $0.y, $0.z)) } ?? 0
  }

  /// What two items must share to be one type.
  struct Likeness: Hashable {
    let size: Dimensions?
    let uprights: Uprights
    let shape: PackingShape
    let volume: Int64
    let weight: Int64
    let maxLoad: Int64?
    let group: PackingGroup
    let row: Int?

    init(_ item: PackingItem, row: Int?) {
      size = item.size
      uprights = item.uprights
      shape = item.shape
      volume = item.volumeMM3 ?? 0
      weight = item.weightG ?? 0
      maxLoad = item.maxLoadG
      group = item.group
      self.row = row
    }
  }
}
