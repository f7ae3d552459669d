import Warehouse

/// Where a unit can go in a bin: its corner and how it lies.
struct Spot: Hashable, Sendable {
  /// The corner, fourth lane 0.
  var corner: SIMD4<Int32>
  /// The edges as it lies, fourth lane 1.
  var size: SIMD4<Int32>
  /// The face that it stands on.
  var face = ContactFace.rectangle
}

/// A unit that the plan put into a bin.
struct PackedUnit: Sendable {
  /// Index into `Problem.types`.
  var type: Int
  /// Where; nil where unit or bin has no geometry.
  var spot: Spot?
}

/// One location during planning: what is left of its capacity and its room.
///
/// Geometry is kept as maximal empty spaces (`StandingRoom`) beside the list of boxes; the boxes
/// are looked at only for support and load. Units are only ever added: a search that wants to take
/// units out starts from a fresh bin.
struct Bin: Sendable {
  /// Index into `Problem.kinds`.
  let kind: Int
  /// Which untouched place of the kind it takes; set when it is opened.
  var slot: Int
  var weightLeft: Int64
  var volumeLeft: Int64
  var unitsLeft: Int
  /// Room by volume where edges are unknown on either side; also a cheap test before geometry.
  var roomLeft: Int64
  /// Whether a unit without edges lies in a location with edges.
  var holdsUnsized = false
  /// All boxes, contents first.
  var boxes: [Cuboid] = []
  /// The boxes by the height of their tops; kept only where it matters what is below.
  var tops: [Int32: [Int32]] = [:]
  /// The boxes by the height of their bases; kept only where stacking matters.
  var bases: [Int32: [Int32]] = [:]
  /// Whether any box says what may rest on it.
  private(set) var hasLimits = false
  /// The volume of the largest free space.
  private(set) var roomiest = Int64.max
  /// On each axis the longest edge of any free space: what is longer fits nowhere.
  private(set) var reach = SIMD4<Int32>(repeating: .max)
  /// What each box weighs, carries and stands on; kept only where stacking matters.
  var loads: [BoxLoad] = []
  var free: StandingRoom?
  var units: [PackedUnit] = []
  /// How many units may stand on each other.
  var maxStack = Int.max
  /// Whether rolls may lie on its floor.
  var takesLyingRolls = true
  /// The groups present, each once.
  var groups: [PackingGroup] = []

  /// A bin of a kind as it stands before the plan.
  init(_ problem: Problem, kind index: Int) {
    let kind = problem.kinds[index]
    let location = problem.locations[kind.sample]
    self.kind = index
    slot = 0
    weightLeft = kind.weightLeft
    volumeLeft = kind.volumeLeft
    unitsLeft = kind.unitsLeft
    roomLeft = kind.room == nil ? .max : kind.freeVolume
    if problem.hasMixing { groups = location.present }
    maxStack = location.maxStack ?? .max
    takesLyingRolls = location.takesLyingRolls
    guard problem.hasGeometry, let inner = location.inner else { return }
    furnish(problem, inner: inner, contents: location.contents)
  }

  /// A bin of that room with those contents, without any other limit.
  ///
  /// For callers that keep capacity and rules themselves and need the geometry alone.
  init(
    _ problem: Problem,
    inner: Dimensions,
    contents: [PackedBox],
    maxStack: Int? = nil,
    takesLyingRolls: Bool = true
  ) {
    self.maxStack = maxStack ?? .max
    self.takesLyingRolls = takesLyingRolls
    kind = 0
    slot = 0
    weightLeft = .max
    volumeLeft = .max
    unitsLeft = .max
    roomLeft = .max
    furnish(problem, inner: inner, contents: contents)
  }

  private mutating func furnish(_ problem: Problem, inner: Dimensions, contents: [PackedBox]) {
    var free = StandingRoom(room: SIMD4(edges: inner))
    for content in contents {
      guard let box = content.clipped(to: inner) else { continue }
      let corner = SIMD4<Int32>(
        Int32(clamping: box.position.x),
        Int32(clamping: box.position.y),
        Int32(clamping: box.position.z),
        0
      )
      let cuboid = Cuboid(at: corner, size: SIMD4(edges: box.size))
      free.occupy(cuboid, smallest: problem.smallestEdge, most: problem.care.spaces)
      note(cuboid, problem)
      if problem.hasStacking {
        loads.append(
          BoxLoad(weight: box.weightG ?? 0, limit: box.maxLoadG, face: box.posture.face)
        )
      }
    }
    self.free = free
    reach = free.reach
    roomiest = free.roomiest
    if problem.hasStacking {
      hasLimits = loads.contains { $0.limit != nil }
      settleLoads()
    }
  }

  private mutating func note(_ box: Cuboid, _ problem: Problem) {
    if problem.support > 0 || problem.hasStacking {
      tops[box.hi.z, default: []].append(Int32(boxes.count))
    }
    if problem.hasStacking { bases[box.lo.z, default: []].append(Int32(boxes.count)) }
    boxes.append(box)
  }

  /// Whether a unit passes weight, volume, handling units and mixing; geometry aside.
  func admits(_ type: ItemType, in problem: Problem) -> Bool {
    guard type.weight <= weightLeft, type.volume <= volumeLeft, unitsLeft > 0 else { return false }
    let needed = free == nil || !type.isSized ? type.volume : type.solidVolume
    guard needed <= roomLeft else { return false }
    return !problem.hasMixing || mixes(type.group, in: problem)
  }

  /// Whether the unit finds a place, and where; the outer nil means no.
  ///
  /// An inner nil means that it goes in without a position.
  mutating func place(for type: ItemType, in problem: Problem) -> Spot?? {
    guard admits(type, in: problem) else { return nil }
    guard free != nil, type.isSized else { return .some(nil) }
    guard type.solidVolume <= roomiest,
      type.orientations.contains(where: { all($0 .<= reach) }),
      let spot = spot(for: type, in: problem)
    else { return nil }
    return .some(spot)
  }

  /// Puts a unit in; the spot must come from `place(for:in:)` on this very state.
  mutating func add(type index: Int, at spot: Spot?, in problem: Problem) {
    let type = problem.types[index]
    if weightLeft != .max { weightLeft -= type.weight }
    if volumeLeft != .max { volumeLeft -= type.volume }
    if unitsLeft != .max { unitsLeft -= 1 }
    if roomLeft != .max { roomLeft -= spot == nil ? type.volume : type.solidVolume }
    if problem.hasMixing, !groups.contains(type.group) { groups.append(type.group) }
    units.append(PackedUnit(type: index, spot: spot))
    guard let spot else { return }
    let box = Cuboid(at: spot.corner, size: spot.size)
    free?.occupy(box, smallest: problem.smallestEdge, most: problem.care.spaces)
    if let free {
      reach = free.reach
      roomiest = free.roomiest
    }
    note(box, problem)
    if problem.hasStacking {
      if type.maxLoad != nil { hasLimits = true }
      loads.append(BoxLoad(weight: type.weight, limit: type.maxLoad, face: spot.face))
      settle(box: boxes.count - 1)
      shelter(under: boxes.count - 1)
    }
  }
}
