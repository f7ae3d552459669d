import Warehouse

/// Locations that nothing tells apart as long as they are untouched.
struct BinKind: Sendable {
  /// A location of the kind, as index into the instance; its contents are everyone's.
  let sample: Int
  /// The locations of the kind with their copies, as running slots: (location, slots before it).
  var members: [(location: Int, start: Int)]
  /// How many untouched places of the kind there are.
  var slots: Int
  /// Inner edges, fourth lane 1; nil = no geometry.
  let room: SIMD4<Int32>?
  /// Weight that may still come; `Int64.max` = no limit, below 0 = overloaded by its contents.
  let weightLeft: Int64
  /// Volume that may still come; `Int64.max` = no limit, below 0 = overfull by its contents.
  let volumeLeft: Int64
  /// Handling units that may still come; `Int.max` = no limit.
  let unitsLeft: Int
  /// Free volume: inner volume (or else the volume limit) without what lies there.
  let freeVolume: Int64

  /// Location and copy of a slot.
  func place(ofSlot slot: Int) -> (location: Int, copy: Int) {
    var low = 0
    var high = members.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if members[middle].start <= slot { low = middle } else { high = middle }
    }
    return (members[low].location, slot - members[low].start)
  }
}

extension BinKind {
  init(_ location: PackingLocation, index: Int) {
    sample = index
    members = [(index, 0)]
    slots = location.copies
    room = location.inner.map { SIMD4<Int32>(edges: $0) }
    var solid: Int64 = 0
    var clipped: Int64 = 0
    var weight = location.usedWeightG
    for box in location.contents {
      solid = solid.addingClamped(max(0, box.size.volumeMM3))
      weight = weight.addingClamped(max(0, box.weightG ?? 0))
      if let inner = location.inner {
        clipped = clipped.addingClamped(box.clipped(to: inner)?.size.volumeMM3 ?? 0)
      }
    }
    let used = solid.addingClamped(location.usedVolumeMM3)
    // Below 0 it takes nothing more, not even what weighs nothing.
    weightLeft = location.maxWeightG.map { max(-1, $0 - weight) } ?? .max
    volumeLeft = location.volumeMM3.map { max(-1, $0 - used) } ?? .max
    unitsLeft =
      location.maxHandlingUnits.map {
        max(0, $0 - location.contents.count - location.usedHandlingUnits)
      } ?? .max
    if let inner = location.inner {
      freeVolume = max(0, inner.volumeMM3 - clipped - location.usedVolumeMM3)
    } else {
      freeVolume = volumeLeft == .max ? 0 : max(0, volumeLeft)
    }
  }

  /// Whether an untouched place looks the same, so that one may stand for the other.
  static func looksSame(_ left: PackingLocation, _ right: PackingLocation) -> Bool {
    left.inner == right.inner && left.volumeMM3 == right.volumeMM3
      && left.maxWeightG == right.maxWeightG && left.maxHandlingUnits == right.maxHandlingUnits
      && left.maxStack == right.maxStack && left.takesLyingRolls == right.takesLyingRolls
      && left.usedVolumeMM3 == right.usedVolumeMM3 && left.usedWeightG == right.usedWeightG
      && left.usedHandlingUnits == right.usedHandlingUnits && left.mixing == right.mixing
      && left.present == right.present && left.contents == right.contents
  }

  /// A cheap number that equal-looking places share.
  static func fingerprint(_ location: PackingLocation) -> UInt64 {
    var mixed: UInt64 = 0xCBF2_9CE4_8422_2325
    func fold(_ value: Int64) {
      mixed = (mixed ^ UInt64(bitPattern: value)) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= mixed >> 29
    }
    if let inner = location.inner {
      fold(inner.x)
      fold(inner.y)
      fold(inner.z)
    }
    fold(location.volumeMM3 ?? -1)
    fold(location.maxWeightG ?? -1)
    fold(location.usedWeightG)
    for box in location.contents {
      fold(box.position.x &+ box.position.y &* 31 &+ box.position.z &* 977)
      fold(box.size.x &+ box.size.y &* 31 &+ box.size.z &* 977)
      fold(box.weightG ?? -1)
    }
    for group in location.present { fold(Int64(group.material &* 31 &+ group.lot)) }
    return mixed
  }
}

extension PackedBox {
  /// The part inside a room of that size, or nil where nothing is.
  func clipped(to room: Dimensions) -> PackedBox? {
    func cut(_ low: Int64, _ edge: Int64, _ limit: Int64) -> (Int64, Int64) {
      let high = min(limit, low.addingClamped(max(0, edge)))
      return (max(0, low), high - max(0, low))
    }
    let (x, dx) = cut(position.x, size.x, room.x)
    let (y, dy) = cut(position.y, size.y, room.y)
    let (z, dz) = cut(position.z, size.z, room.z)
    guard dx > 0, dy > 0, dz > 0 else { return nil }
    return PackedBox(
      position: Position(x, y, z),
      size: Dimensions(dx, dy, dz),
      weightG: weightG,
      maxLoadG: maxLoadG,
      posture: posture
    )
  }
}

extension Int64 {
  /// The sum, or the nearest number that an Int64 can hold.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? (other > 0 ? .max : .min) : sum
  }
}
