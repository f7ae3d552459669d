/// Finding a place for a box among the empty spaces.
///
/// The lowest place wins, then the one farthest back, then the leftmost; among the ways to lie
/// there, the one with the lowest top, so that layers stay flat. Above the floor a base must rest
/// on tops at its own height by the share that the problem asks for. There the corner of the space
/// is tried first, then the corners of each box below: a box that would hang over at the corner
/// often rests squarely a little further in.
extension Bin {
  /// The best place for a unit of a type, or nil where it does not fit.
  func spot(for type: ItemType, in problem: Problem) -> Spot? {
    guard let spaces = free?.spaces else { return nil }
    let weight = problem.hasLoadLimits ? type.weight : 0
    var best: Spot?
    for space in spaces {
      if let best, space.lo.z > best.corner.z { continue }
      let room = space.size
      for size in type.orientations where all(size .<= room) {
        guard let found = anchored(size, in: space, weight: weight, problem) else { continue }
        if best.map({ Self.precedes(found, $0) }) ?? true { best = found }
      }
    }
    return best
  }

  /// Whether one spot is to be preferred: lower, then a lower top, then further back and left.
  private static func precedes(_ left: Spot, _ right: Spot) -> Bool {
    if left.corner.z != right.corner.z { return left.corner.z < right.corner.z }
    if left.size.z != right.size.z { return left.size.z < right.size.z }
    if left.corner.y != right.corner.y { return left.corner.y < right.corner.y }
    if left.corner.x != right.corner.x { return left.corner.x < right.corner.x }
    return left.size.x > right.size.x
  }

  /// A supported position for a size in a space that is large enough.
  private func anchored(
    _ size: SIMD4<Int32>,
    in space: Cuboid,
    weight: Int64,
    _ problem: Problem
  ) -> Spot? {
    let corner = space.lo
    if corner.z == 0 || (problem.support <= 0 && !problem.hasLoadLimits) {
      return Spot(corner: corner, size: size)
    }
    let below = boxes.filter {
      $0.hi.z == corner.z && $0.lo.x < space.hi.x && $0.hi.x > corner.x && $0.lo.y < space.hi.y
        && $0.hi.y > corner.y
    }
    func holds(_ x: Int32, _ y: Int32) -> Spot? {
      let at = SIMD4<Int32>(x, y, corner.z, 0)
      let box = Cuboid(at: at, size: size)
      guard Self.isSupported(box, by: below, share: problem.support) else { return nil }
      if problem.hasLoadLimits, !bears(box, weight: weight) { return nil }
      return Spot(corner: at, size: size)
    }
    if let spot = holds(corner.x, corner.y) { return spot }
    let last = space.hi &- size
    for box in below {
      let x = (max(corner.x, min(last.x, box.lo.x)), max(corner.x, min(last.x, box.hi.x - size.x)))
      let y = (max(corner.y, min(last.y, box.lo.y)), max(corner.y, min(last.y, box.hi.y - size.y)))
      for (x, y) in [(x.0, y.0), (x.1, y.0), (x.0, y.1), (x.1, y.1)] {
        if let spot = holds(x, y) { return spot }
      }
    }
    return nil
  }

  /// Whether the tops of `below` carry at least that share of the base.
  static func isSupported(_ box: Cuboid, by below: [Cuboid], share: Double) -> Bool {
    guard share > 0 else { return true }
    var area: Int64 = 0
    for other in below { area += box.footprintOverlap(other) }
    return Double(area) >= share * Double(box.base) - 1e-7
  }
}
