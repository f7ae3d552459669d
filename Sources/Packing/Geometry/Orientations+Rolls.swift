import Warehouse

extension Orientations {
  /// The ways in which a unit of a shape may stand, each with the face that it stands on.
  ///
  /// A box stands on any face that its uprights allow. A roll stands on end where its axis may be
  /// vertical, and lies where another edge may; both ways are kept even when the edges are equal,
  /// since a lying roll obeys other rules.
  static func of(
    _ size: Dimensions,
    uprights: Uprights,
    shape: PackingShape
  ) -> [(size: SIMD4<Int32>, face: ContactFace)] {
    guard case .roll(let axis, let core) = shape else {
      return of(size, uprights: uprights).map { ($0, .rectangle) }
    }
    let isUpright: Bool
    var standing = Uprights(x: false, y: false, z: false)
    var lying = uprights
    switch axis {
    case .x:
      isUpright = uprights.x
      standing.x = true
      lying.x = false
    case .y:
      isUpright = uprights.y
      standing.y = true
      lying.y = false
    case .z:
      isUpright = uprights.z
      standing.z = true
      lying.z = false
    }
    let ends = isUpright ? of(size, uprights: standing) : []
    return ends.map { ($0, .ring(core: Int32(clamping: core))) }
      + of(size, uprights: lying).map { ($0, .line) }
  }
}
