/// Finding a place for a box among the empty spaces.
///
/// The lowest place wins, then the one farthest back, then the leftmost; among the ways to lie
/// there, the one with the lowest top, so that layers stay flat. Above the floor a base must rest
/// on tops at its own height by the share that the problem asks for. There the corner of the space
/// is tried first, then the corners of each box below: a box that would hang over at the corner
/// often rests squarely a little further in.
extension Bin {
  /// The best place for a unit of a type, or nil where it does not fit.
  mutating func spot(for type: ItemType, in problem: Problem) -> Spot? {
    guard let spaces = free?.spaces else { return nil }
    var best: Spot?
    var ground = Ground()
    for (index, space) in spaces.enumerated() {
      // The lowest come first.
      if let best, space.lo.z > best.corner.z { break }
      look(into: space, index, for: type, problem, &ground, &best)
    }
    return best
  }

  /// Takes the best place in one space where it is better than the best so far.
  private mutating func look(
    into space: Cuboid,
    _ index: Int,
    for type: ItemType,
    _ problem: Problem,
    _ ground: inout Ground,
    _ best: inout Spot?
  ) {
    let isAloft = space.lo.z > 0 && (problem.support > 0 || problem.hasStacking)
    if isAloft, isKnownToRefuse(index, type, problem) { return }
    let room = space.size
    var isSurveyed = false
    var isRefused = true
    for way in type.orientations.indices {
      let size = type.orientations[way]
      guard all(size .<= room) else { continue }
      // At the same height the lower top wins: what is higher need not be looked at.
      if let best, space.lo.z == best.corner.z, size.z > best.size.z {
        isRefused = false
        continue
      }
      let face = type.faces[way]
      if face == .line, space.lo.z > 0 || !takesLyingRolls { continue }
      var found: Spot? = Spot(corner: space.lo, size: size, face: face)
      if isAloft {
        if isShort(of: free?.notes[index].floor, size, face, problem) { continue }
        if !isSurveyed {
          survey(space, problem, into: &ground)
          free?.notes[index].floor = ground.area(under: space)
          free?.notes[index].sole = ground.sole(under: space, problem)
          isSurveyed = true
          if isShort(of: free?.notes[index].floor, size, face, problem) { continue }
        }
        found = stand(type, size, face, in: space, on: ground, problem)
      } else if slidesUnder(Cuboid(at: space.lo, size: size), type, problem) {
        found = nil
      }
      guard let found else { continue }
      isRefused = false
      if best.map({ Self.precedes(found, $0) }) ?? true { best = found }
    }
    if isAloft, isRefused { free?.notes[index].refusedType = type.number }
  }

  /// Whether it was found out before that a unit has nothing to stand on in a space.
  private func isKnownToRefuse(_ index: Int, _ type: ItemType, _ problem: Problem) -> Bool {
    guard let note = free?.notes[index] else { return false }
    if note.refusedType == type.number { return true }
    guard problem.hasStacking, note.sole >= 0 else { return false }
    let load = loads[Int(note.sole)]
    if load.level >= maxStack { return true }
    return hasLimits && Double(type.weight) > load.headroom + 1e-6
  }

  /// Whether all that lies below a space is too little for a base; an area of -1 is not known.
  private func isShort(
    of area: Int64?,
    _ size: SIMD4<Int32>,
    _ face: ContactFace,
    _ problem: Problem
  ) -> Bool {
    guard problem.support > 0, let area, area >= 0, face == .rectangle else { return false }
    return Double(area) < problem.support * Double(size.x) * Double(size.y) - 1
  }

  /// What lies right below a space.
  private struct Ground {
    var tops: [Cuboid] = []
    var faces: [ContactFace] = []
    var numbers: [Int32] = []

    /// How much of a space's floor lies on them.
    func area(under space: Cuboid) -> Int64 {
      tops.reduce(0) { $0 + space.footprintOverlap($1) }
    }

    /// The number of the one box that bears whatever stands in a space; -1 = none such.
    ///
    /// Where nothing need be supported, that takes a box under its whole floor.
    func sole(under space: Cuboid, _ problem: Problem) -> Int32 {
      guard tops.count == 1, numbers.count == 1, faces[0] == .rectangle else { return -1 }
      return problem.support > 0 || covers(space) ? numbers[0] : -1
    }

    /// Whether the whole floor of a space lies on one box.
    func covers(_ space: Cuboid) -> Bool {
      tops.count == 1 && space.footprintOverlap(tops[0]) == space.base
    }
  }

  private func survey(_ space: Cuboid, _ problem: Problem, into ground: inout Ground) {
    ground.tops.removeAll(keepingCapacity: true)
    ground.faces.removeAll(keepingCapacity: true)
    ground.numbers.removeAll(keepingCapacity: true)
    for number in tops[space.lo.z] ?? [] {
      let box = boxes[Int(number)]
      guard box.lo.x < space.hi.x, box.hi.x > space.lo.x, box.lo.y < space.hi.y,
        box.hi.y > space.lo.y
      else { continue }
      ground.tops.append(box)
      if problem.hasStacking {
        ground.faces.append(loads[Int(number)].face)
        ground.numbers.append(number)
      }
    }
  }

  /// Whether one spot is to be preferred: lower, then a lower top, then further back and left.
  private static func precedes(_ left: Spot, _ right: Spot) -> Bool {
    if left.corner.z != right.corner.z { return left.corner.z < right.corner.z }
    if left.size.z != right.size.z { return left.size.z < right.size.z }
    if left.corner.y != right.corner.y { return left.corner.y < right.corner.y }
    if left.corner.x != right.corner.x { return left.corner.x < right.corner.x }
    return left.size.x > right.size.x
  }

  /// A supported position for a size in a space that is large enough, above the floor.
  private mutating func stand(
    _ type: ItemType,
    _ size: SIMD4<Int32>,
    _ face: ContactFace,
    in space: Cuboid,
    on ground: Ground,
    _ problem: Problem
  ) -> Spot? {
    let corner = space.lo
    let below = ground.tops
    let faces = ground.faces
    let hasRolls = face != .rectangle || faces.contains { $0 != .rectangle }
    let base = hasRolls ? Contact.base(Cuboid(at: corner, size: size), face) : 0
    func holds(_ x: Int32, _ y: Int32) -> Spot? {
      let at = SIMD4<Int32>(x, y, corner.z, 0)
      let box = Cuboid(at: at, size: size)
      let isHeld =
        hasRolls
        ? Self.isSupported(box, face, by: below, faces, share: problem.support, base: base)
        : Self.isSupported(box, by: below, share: problem.support)
      guard isHeld else { return nil }
      if problem.hasStacking {
        guard bears(box, weight: type.weight, face: face, on: ground.numbers),
          !slidesUnder(box, type, problem)
        else { return nil }
      }
      return Spot(corner: at, size: size, face: face)
    }
    if let spot = holds(corner.x, corner.y) { return spot }
    // On one box alone: what does not stand in the corner stands nowhere on it.
    if !hasRolls, ground.covers(space) { return nil }
    let last = space.hi &- size
    for box in below.prefix(problem.care.corners(of: below.count)) {
      let x = (max(corner.x, min(last.x, box.lo.x)), max(corner.x, min(last.x, box.hi.x - size.x)))
      let y = (max(corner.y, min(last.y, box.lo.y)), max(corner.y, min(last.y, box.hi.y - size.y)))
      for (x, y) in [(x.0, y.0), (x.1, y.0), (x.0, y.1), (x.1, y.1)] {
        if let spot = holds(x, y) { return spot }
      }
      guard hasRolls else { continue }
      // A roll rests best on the middle of what is below it.
      let middle = (box.lo &+ box.hi &- size) / 2
      let square = (
        max(corner.x, min(last.x, middle.x)), max(corner.y, min(last.y, middle.y))
      )
      if let spot = holds(square.0, square.1) { return spot }
    }
    return nil
  }

  /// The same where rolls are among them: the areas are those of rings.
  static func isSupported(
    _ box: Cuboid,
    _ face: ContactFace,
    by below: [Cuboid],
    _ faces: [ContactFace],
    share: Double,
    base: Int64
  ) -> Bool {
    guard share > 0 else { return true }
    let wanted = share * Double(base) - 1
    // Rings meet in no more than the squares around them do.
    var most: Int64 = 0
    for other in below { most += box.footprintOverlap(other) }
    guard Double(most) >= wanted else { return false }
    var area: Int64 = 0
    for (other, top) in zip(below, faces) { area += Contact.area(box, face, other, top) }
    return Double(area) >= wanted
  }

  /// Whether the tops of `below` carry at least that share of the base.
  static func isSupported(_ box: Cuboid, by below: [Cuboid], share: Double) -> Bool {
    guard share > 0 else { return true }
    var area: Int64 = 0
    for other in below { area += box.footprintOverlap(other) }
    return Double(area) >= share * Double(box.base) - 1e-7
  }
}
