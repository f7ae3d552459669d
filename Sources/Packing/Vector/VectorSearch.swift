/// Destroy and repair for goods without geometry: weights, volumes and units alone.
///
/// A round empties a few bins, the emptiest among them more often than not, and fills them again
/// one after the other: each bin gets the largest unit left and then the subset that fills it best
/// (minimum bin slack, Gupta and Ho 1999, with the leading unit fixed as in MBS' of Fleszar and
/// Hindi 2002). The new filling stays when it needs fewer bins, or opens less volume, or is as good
/// and more uneven: full bins beside nearly empty ones are what the next round can use.
struct VectorSearch {
  /// A bin with the types of its units.
  struct Load: Sendable {
    var kind: Int
    var slot: Int
    var units: [Int32] = []
    var sum: Int64 = 0
  }

  let problem: Problem
  /// The resource that is scarcest; the subset search fills it.
  let driver: Resource
  private(set) var loads: [Load]
  private(set) var left: [Int]
  private var dice: Dice

  /// What a bin can run out of.
  enum Resource: Sendable {
    case weight
    case volume
  }

  init(_ problem: Problem, from solution: Solution, dice: Dice) {
    self.problem = problem
    self.dice = dice
    driver = Self.scarcest(problem)
    left = solution.left
    loads = []
    for bin in solution.bins {
      var load = Load(kind: bin.kind, slot: bin.slot)
      load.units = bin.units.map { Int32($0.type) }
      load.sum = load.units.reduce(0) { $0 + size(Int($1)) }
      loads.append(load)
    }
  }

  /// Whether a problem has nothing but weights, volumes and units.
  static func applies(to problem: Problem) -> Bool {
    !problem.hasGeometry && !problem.hasMixing && problem.choices.isEmpty
      && (problem.objective == .fewestLocations || problem.objective == .leastOpenedVolume)
  }

  /// The resource of which the goods take the larger share of all there is.
  static func scarcest(_ problem: Problem) -> Resource {
    func share(_ need: (ItemType) -> Int64, _ room: (BinKind) -> Int64) -> Double {
      let goods = problem.types.reduce(0.0) { $0 + Double(need($1)) * Double($1.count) }
      let all = problem.kinds.reduce(0.0) { $0 + Double(room($1)) * Double($1.slots) }
      return all > 0 ? goods / all : 0
    }
    let weight = share(\.weight) { $0.weightLeft }
    let volume = share(\.volume) { $0.volumeLeft }
    return volume > weight ? .volume : .weight
  }

  /// What a unit takes of the scarcest resource.
  func size(_ type: Int) -> Int64 {
    driver == .weight ? problem.types[type].weight : problem.types[type].volume
  }

  /// What a bin has of it.
  func capacity(_ kind: Int) -> Int64 {
    driver == .weight ? problem.kinds[kind].weightLeft : problem.kinds[kind].volumeLeft
  }

  /// One round; returns whether fewer bins, or less volume, are opened now.
  mutating func step() -> Bool {
    guard loads.count > 1 else { return false }
    let chosen = choose()
    var pool: [Int32] = []
    for index in chosen { pool += loads[index].units }
    pool.sort { (size(Int($1)), $0) < (size(Int($0)), $1) }
    // The largest bins are filled first, the cheapest of equal ones.
    let order = chosen.sorted {
      let (a, b) = (capacity(loads[$0].kind), capacity(loads[$1].kind))
      return a != b ? a > b : $0 < $1
    }
    var filled: [(index: Int, load: Load)] = []
    for index in order where !pool.isEmpty {
      var load = Load(kind: loads[index].kind, slot: loads[index].slot)
      fill(&load, from: &pool)
      filled.append((index, load))
    }
    guard pool.isEmpty else { return false }
    return settle(chosen, filled)
  }

  /// Takes the new filling over where it is no worse.
  private mutating func settle(
    _ chosen: [Int],
    _ filled: [(index: Int, load: Load)]
  ) -> Bool {
    func cost(_ load: Load) -> Int64 {
      problem.objective == .fewestLocations ? 1 : problem.kinds[load.kind].freeVolume
    }
    func square(_ load: Load) -> Double {
      let share = Double(load.sum) / Double(max(1, capacity(load.kind)))
      return share * share
    }
    let before = chosen.reduce(Int64(0)) { $0 + cost(loads[$1]) }
    let after = filled.reduce(Int64(0)) { $0 + ($1.load.units.isEmpty ? 0 : cost($1.load)) }
    if after > before { return false }
    if after == before {
      let old = chosen.reduce(0.0) { $0 + square(loads[$1]) }
      let new = filled.reduce(0.0) { $0 + square($1.load) }
      if new < old - 1e-12 { return false }
    }
    for index in chosen { loads[index].units = [] }
    for (index, load) in filled { loads[index] = load }
    loads.removeAll { $0.units.isEmpty }
    return after < before
  }

  /// Two to eight bins, half the time with the emptiest one among them.
  private mutating func choose() -> [Int] {
    let count = min(loads.count, 2 + dice.below(7))
    var chosen: [Int] = []
    if dice.below(2) == 0 {
      var emptiest = 0
      for index in loads.indices where loads[index].sum < loads[emptiest].sum { emptiest = index }
      chosen.append(emptiest)
    }
    while chosen.count < count {
      let index = dice.below(loads.count)
      if !chosen.contains(index) { chosen.append(index) }
    }
    return chosen
  }

  /// Fills a bin from the pool: the largest unit that fits, then the best subset beside it.
  private mutating func fill(_ load: inout Load, from pool: inout [Int32]) {
    let kind = problem.kinds[load.kind]
    // Now and then a unit is held back, so that the same bins can be filled in another way.
    let isHeld = pool.map { _ in dice.below(8) == 0 }
    var subset = SubsetFill(
      sizes: pool.map { size(Int($0)) },
      others: pool.map {
        driver == .weight ? problem.types[Int($0)].volume : problem.types[Int($0)].weight
      },
      isHeld: isHeld,
      room: capacity(load.kind),
      otherRoom: driver == .weight ? kind.volumeLeft : kind.weightLeft,
      units: kind.unitsLeft
    )
    subset.search(nodes: 400)
    let taken = subset.best
    for index in taken { load.units.append(pool[index]) }
    load.sum = load.units.reduce(0) { $0 + size(Int($1)) }
    var kept = 0
    var next = 0
    for index in pool.indices {
      if next < taken.count, taken[next] == index {
        next += 1
      } else {
        pool[kept] = pool[index]
        kept += 1
      }
    }
    pool.removeLast(pool.count - kept)
  }

  /// The present loads as a solution.
  func solution() -> Solution {
    let bins = loads.map { load in
      var bin = Bin(problem, kind: load.kind)
      bin.slot = load.slot
      for type in load.units { bin.add(type: Int(type), at: nil, in: problem) }
      return bin
    }
    return Solution(bins: bins, left: left)
  }
}
