/// One step of loading: choose a space, weigh the blocks for it, place one.
///
/// The space nearest to a corner of the room comes first, so that the load grows from the corners
/// inward; the block goes into the corner of the space that is nearest to that corner of the room.
/// A block is worth its volume times the share of the space that it and ideal rows of boxes beside
/// it can use, times the fourth power of the share of its surface that touches something (the VCS
/// function of Araya, Guerrero and Nunez, 2017, with contact measured on the faces of the space).
extension LoadState {
  /// The next space with the best blocks for it, best first; nil when nothing fits anywhere.
  ///
  /// Spaces that take no block are dropped on the way.
  mutating func options(_ rules: LoadRules, keep: Int) -> [Option]? {
    while let index = nextSpace(rules) {
      let space = free.spaces[index]
      let found = weigh(space, rules, keep: keep)
      if !found.isEmpty { return found }
      free.spaces.swapAt(index, free.spaces.count - 1)
      free.spaces.removeLast()
    }
    return nil
  }

  /// Places a block.
  mutating func place(_ option: Option, _ rules: LoadRules) {
    let block = Int(option.block)
    let box = Cuboid(at: option.corner, size: rules.blocks.sizes[block])
    for need in rules.blocks.need(of: block) { left[Int(need.type)] -= need.count }
    volume += rules.blocks.volumes[block]
    if weightLeft != .max { weightLeft -= rules.blocks.weights[block] }
    if unitsLeft != .max { unitsLeft -= Int(rules.blocks.boxes[block]) }
    placed.append(PlacedBlock(block: option.block, corner: option.corner))
    walls.append(box)
    // Blocks of goods that have run out are dropped now and then, not in every scan.
    if placed.count.isMultiple(of: 8) { bricks.removeAll { left[Int($0.type)] < $0.count } }
    free.occupy(box, smallest: rules.smallest, isSupported: rules.isSupported)
  }

  /// Loads on, always the best block, until nothing fits.
  ///
  /// False where `mayContinue` said no before the end; it is asked every few blocks.
  mutating func finish(_ rules: LoadRules, while mayContinue: () -> Bool = { true }) -> Bool {
    var steps = 0
    while let option = options(rules, keep: 1)?.first {
      place(option, rules)
      steps += 1
      if steps.isMultiple(of: 8), !mayContinue() { return false }
    }
    return true
  }

  private func nextSpace(_ rules: LoadRules) -> Int? {
    var best: Int?
    var least = Int32.max
    var largest: Int64 = 0
    for (index, space) in free.spaces.enumerated() {
      let far = room &- space.hi
      var near = pointwiseMin(space.lo, far)
      if rules.isStanding { near.z = space.lo.z }
      let distance = near.x &+ near.y &+ near.z
      if distance > least { continue }
      let volume = space.volume
      if distance < least || volume > largest {
        best = index
        least = distance
        largest = volume
      }
    }
    return best
  }

  /// The blocks that fit a space, best first.
  private func weigh(_ space: Cuboid, _ rules: LoadRules, keep: Int) -> [Option] {
    let inside = space.size
    let far = room &- space.hi
    // Lanes that are true anchor at the far side.
    var isFar = far .< space.lo
    if rules.isStanding { isFar[2] = false }
    isFar[3] = false
    let touch = Touch(space, walls, room)
    let footing = Footing(space, walls, rules.footing)
    let nearFaces = touch.low.replacing(with: touch.high, where: isFar)
    let farFaces = touch.high.replacing(with: touch.low, where: isFar)
    let whole = Float(space.volume)
    var found: [(block: Int32, worth: Float)] = []
    var worst: Float = -1
    for brick in bricks {
      // No later block has a higher gain, and none is worth more than its gain.
      if brick.gain <= worst, found.count == keep { break }
      let size = brick.size
      guard all(size .<= inside), isAtHand(brick, rules) else { continue }
      let block = Int(brick.block)
      guard rules.blocks.weights[block] <= weightLeft,
        Int(rules.blocks.boxes[block]) <= unitsLeft
      else { continue }
      let rest = inside &- size
      let used = SIMD4<Float>(
        Float(size.x &+ rules.across[rest.x]),
        Float(size.y &+ rules.across[rest.y]),
        Float(size.z &+ rules.upward[rest.z]),
        1
      )
      let edges = SIMD4<Float>(size)
      let areas = SIMD4<Float>(edges.y * edges.z, edges.x * edges.z, edges.x * edges.y, 0)
      let reaches = (rest .== 0)
      let faces = nearFaces + SIMD4<Float>(repeating: 0).replacing(with: farFaces, where: reaches)
      let contact = (faces * areas).sum() / (2 * areas.sum())
      let square = contact * contact
      let worth =
        brick.gain * (used.x * used.y * used.z / whole) * square * square
      if found.count == keep, worth <= worst { continue }
      if footing.isPartial {
        var corner = space.lo.replacing(with: space.hi &- size, where: isFar)
        corner[3] = 0
        if !footing.carries(block, at: corner, rules.blocks) { continue }
      }
      if found.count == keep { found.removeLast() }
      var place = found.count
      while place > 0, found[place - 1].worth < worth { place -= 1 }
      found.insert((Int32(block), worth), at: place)
      worst = found[found.count - 1].worth
    }
    return found.map { choice in
      let size = rules.blocks.sizes[Int(choice.block)]
      var corner = space.lo.replacing(with: space.hi &- size, where: isFar)
      corner[3] = 0
      return Option(block: choice.block, corner: corner, worth: choice.worth)
    }
  }

  private func isAtHand(_ brick: BlockSet.Brick, _ rules: LoadRules) -> Bool {
    if left[Int(brick.type)] < brick.count { return false }
    return !brick.isMixed
      || rules.blocks.need(of: Int(brick.block)).allSatisfy { left[Int($0.type)] >= $0.count }
  }
}

/// What the bottom of a space offers to stand on.
private struct Footing {
  /// Whether a block may find too little below it.
  let isPartial: Bool
  private let tops: [Cuboid]
  private let share: Double

  init(_ space: Cuboid, _ walls: [Cuboid], _ footing: LoadRules.Footing) {
    guard case .share(let share) = footing, space.lo.z > 0 else {
      isPartial = false
      tops = []
      self.share = 0
      return
    }
    isPartial = true
    self.share = share
    tops = walls.filter {
      $0.hi.z == space.lo.z && $0.lo.x < space.hi.x && space.lo.x < $0.hi.x
        && $0.lo.y < space.hi.y && space.lo.y < $0.hi.y
    }
  }

  /// Whether every bottom box of a block rests on enough; joined blocks must rest wholly.
  func carries(_ block: Int, at corner: SIMD4<Int32>, _ blocks: BlockSet) -> Bool {
    let box = Cuboid(at: corner, size: blocks.sizes[block])
    var area: Int64 = 0
    for top in tops { area += box.footprintOverlap(top) }
    if area == box.base { return true }
    guard Double(area) >= share * Double(box.base),
      case .grid(_, let size, let along) = blocks.makes[block]
    else { return false }
    if along.x == 1, along.y == 1 { return true }
    for x in 0..<along.x {
      for y in 0..<along.y {
        let cell = Cuboid(at: corner &+ SIMD4(x &* size.x, y &* size.y, 0, 0), size: size)
        if !Bin.isSupported(cell, by: tops, share: share) { return false }
      }
    }
    return true
  }
}

/// The share of each face of a space that touches a wall of the room or a block.
private struct Touch {
  var low = SIMD4<Float>(repeating: 0)
  var high = SIMD4<Float>(repeating: 0)

  init(_ space: Cuboid, _ walls: [Cuboid], _ room: SIMD4<Int32>) {
    let size = space.size
    for box in walls {
      let shared = pointwiseMin(space.hi, box.hi) &- pointwiseMax(space.lo, box.lo)
      for axis in 0..<3 where shared[axis] == 0 {
        let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
        guard shared[a] > 0, shared[b] > 0 else { continue }
        let area = Float(shared[a]) * Float(shared[b])
        if box.hi[axis] == space.lo[axis] { low[axis] += area } else { high[axis] += area }
      }
    }
    for axis in 0..<3 {
      let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
      let area = Float(size[a]) * Float(size[b])
      low[axis] = space.lo[axis] == 0 ? 1 : low[axis] / area
      high[axis] = space.hi[axis] == room[axis] ? 1 : high[axis] / area
    }
  }
}
