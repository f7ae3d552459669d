import Warehouse

/// What no plan can beat.
///
/// Each bound relaxes something: one resource alone, goods that may be cut (L1), pairs and triples
/// of large goods counted whole (L2, Martello and Toth, "Knapsack Problems", 1990, section 8.3),
/// any resource and the space itself through dual feasible functions (`DualFeasible`), goods of
/// which no two may share a place (`Cliques`). Places are taken as they stand: what contents and
/// promises leave of each (`ClearRoom`), opened whole. Bounds of the greedy kinds are cheap; all of
/// them are worked out once, after the greedy plans stand.
struct Bounds {
  let problem: Problem
  /// The clear room of each kind; nil without geometry.
  let rooms: [SIMD4<Int32>?]
  /// The ways of each type to stand that fit into some kind's clear room.
  let postures: [[SIMD4<Int32>]]
  /// Whether any type fits into a kind at all.
  let isUsable: [Bool]

  init(_ problem: Problem) {
    self.problem = problem
    let clear = problem.kinds.map { ClearRoom.of($0, in: problem) }
    let longest = clear.reduce(Int32(1)) { longest, room in
      room.map { max(longest, $0.size.x, $0.size.y, $0.size.z) } ?? longest
    }
    let rows = problem.hasGeometry ? ClearRoom.rows(problem, longest: longest) : nil
    // Goods without edges may lie anywhere: beside them no sum of edges says what is lost.
    let isExact = problem.types.allSatisfy(\.isSized)
    rooms = clear.map { room in
      guard let room else { return nil }
      guard let rows, room.isEmpty, isExact else { return room.size }
      return ClearRoom.reachable(room.size, rows)
    }
    let largest = Set(rooms.compactMap { $0 })
    let hasOpenPlaces = rooms.contains { $0 == nil }
    postures = problem.types.map { goods in
      hasOpenPlaces
        ? goods.orientations
        : goods.orientations.filter { size in largest.contains { all(size .<= $0) } }
    }
    isUsable = Self.usable(problem, rooms)
  }

  /// Kinds that take at least one unit of some type, by capacity and edges.
  private static func usable(_ problem: Problem, _ rooms: [SIMD4<Int32>?]) -> [Bool] {
    let lightest = problem.types.lazy.map(\.weight).min() ?? 0
    let smallest = problem.types.lazy.map(\.volume).min() ?? 0
    let hasUnsized = problem.types.contains { !$0.isSized }
    var known: [SIMD4<Int32>: Bool] = [:]
    return problem.kinds.indices.map { index in
      let kind = problem.kinds[index]
      guard kind.unitsLeft > 0, kind.weightLeft >= lightest, kind.volumeLeft >= smallest else {
        return false
      }
      guard let room = rooms[index], !hasUnsized else { return true }
      if let answer = known[room] { return answer }
      let answer = problem.types.contains { type in
        type.orientations.contains { all($0 .<= room) }
      }
      known[room] = answer
      return answer
    }
  }

  /// The best bound under the problem's objective.
  func best() -> PackingBound {
    switch problem.objective {
    case .mostVolumePacked: mostVolume()
    case .bestScore: bestScore()
    case .fewestLocations: fewestLocations()
    case .leastOpenedVolume: leastVolume()
    }
  }

  /// The fewest locations that every plan of all units opens.
  func fewestLocations() -> PackingBound {
    var best = PackingBound(kind: "L1_UNITS", value: problem.units.isEmpty ? 0 : 1)
    func offer(_ kind: String, _ value: Int) {
      if Double(value) > best.value { best = PackingBound(kind: kind, value: Double(value)) }
    }
    let slots = problem.kinds.map(\.slots)
    for scale in plainScales() { offer(scale.kind, scale.count(slots)) }
    let weights = types { $0.weight }
    offer("L2_WEIGHT", TwoSided.count(weights, capacity: largest { $0.weightLeft }))
    let volumes = types { $0.volume }
    offer("L2_VOLUME", TwoSided.count(volumes, capacity: largest { $0.volumeLeft }))
    offer("CONFLICTS", conflicting())
    guard problem.kinds.count <= 2_000 else { return best }
    for scale in vectorScales() { offer(scale.kind, scale.count(slots)) }
    for scale in spaceScales() { offer(scale.kind, scale.count(slots)) }
    offer("BIG_ITEMS", bigItems())
    return best
  }

  /// The least volume that every plan of all units opens: whole locations, so a sum of theirs.
  func leastVolume() -> PackingBound {
    var best = PackingBound(kind: "L1_VOLUME", value: 0)
    guard !problem.units.isEmpty else { return best }
    func offer(_ kind: String, _ value: Double) {
      if value > best.value { best = PackingBound(kind: kind, value: value) }
    }
    let costs = problem.kinds.map(\.freeVolume)
    let slots = problem.kinds.map(\.slots)
    let places = max(1, bigItems(), conflicting())
    offer("COVER_PLACES", Double(cheapest(places, costs)))
    var scales = plainScales()
    for scale in scales {
      offer(scale.kind, scale.fractionalCost(costs, slots).rounded(.up))
    }
    guard problem.kinds.count <= 2_000 else { return best }
    let bent = (vectorScales() + spaceScales())
      .map { (scale: $0, cost: $0.fractionalCost(costs, slots)) }
      .sorted { $0.cost > $1.cost }
    for (scale, cost) in bent.prefix(1) { offer(scale.kind, cost.rounded(.up)) }
    scales += bent.prefix(3).map(\.scale)
    for scale in scales {
      if let cost = scale.coverCost(costs, slots) { offer("COVER_" + scale.kind, Double(cost)) }
    }
    return best
  }

  /// The most volume that any plan packs.
  func mostVolume() -> PackingBound {
    var room: Int64 = 0
    for (index, kind) in problem.kinds.enumerated() where isUsable[index] {
      var one = kind.room == nil ? kind.volumeLeft : min(kind.freeVolume, kind.volumeLeft)
      if let clear = rooms[index], problem.types.allSatisfy({ $0.volume == $0.solidVolume }) {
        one = min(one, clear.dimensions.volumeMM3)
      }
      room = room.addingClamped(one.multipliedClamped(Int64(kind.slots)))
    }
    return PackingBound(kind: "L1_VOLUME", value: Double(min(room, total(\.volume))))
  }

  /// The highest score that any plan reaches: each unit at its best place.
  func bestScore() -> PackingBound {
    var sum: Int64 = 0
    for type in problem.types {
      guard let row = type.row, let best = problem.choices[row].first else { continue }
      sum += best.score * Int64(type.count)
    }
    return PackingBound(kind: "SCORE", value: Double(sum) / 1_000_000)
  }

  // MARK: Parts

  /// The cost of that many of the cheapest usable places.
  private func cheapest(_ places: Int, _ costs: [Int64]) -> Int64 {
    var left = places
    var sum: Int64 = 0
    for kind in costs.indices.filter({ isUsable[$0] }).sorted(by: { costs[$0] < costs[$1] }) {
      let taken = min(left, problem.kinds[kind].slots)
      sum = sum.addingClamped(costs[kind].multipliedClamped(Int64(taken)))
      left -= taken
      if left == 0 { break }
    }
    return sum
  }

  private func total(_ part: (ItemType) -> Int64) -> Int64 {
    problem.types.reduce(0) { $0.addingClamped(part($1).multipliedClamped(Int64($1.count))) }
  }

  private func types(_ part: (ItemType) -> Int64) -> [(size: Int64, count: Int)] {
    problem.types.map { (part($0), $0.count) }
  }

  private func largest(_ capacity: (BinKind) -> Int64) -> Int64 {
    problem.kinds.map(capacity).max() ?? 0
  }
}

extension PackingBound {
  /// The distance of a plan from the bound as a share of it; nil where a unit was left over.
  func gap(of solution: Solution, in problem: Problem) -> Double? {
    let worth: Double
    var isUpper = false
    switch problem.objective {
    case .mostVolumePacked:
      worth = Double(solution.packedVolume(in: problem))
      isUpper = true
    case .bestScore:
      guard solution.unplaced == 0 else { return nil }
      worth = Double(solution.score(in: problem)) / 1_000_000
      isUpper = true
    case .fewestLocations:
      guard solution.unplaced == 0 else { return nil }
      worth = Double(solution.bins.count)
    case .leastOpenedVolume:
      guard solution.unplaced == 0 else { return nil }
      worth = Double(solution.openedVolume(in: problem))
    }
    guard value > 0 else { return worth == 0 ? 0 : nil }
    return max(0, (isUpper ? value - worth : worth - value) / value)
  }
}

extension Int64 {
  /// The product, or the nearest number that an Int64 can hold.
  func multipliedClamped(_ other: Int64) -> Int64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
