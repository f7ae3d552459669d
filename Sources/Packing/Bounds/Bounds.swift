import Warehouse

/// What no plan can beat.
///
/// Each bound relaxes something: one resource alone, goods that may be cut (L1), or pairs and
/// triples of large goods counted whole (L2, Martello and Toth, "Knapsack Problems", 1990, section
/// 8.3). They hold whatever the geometry, because a geometric plan also keeps within volume.
struct Bounds {
  let problem: Problem

  init(_ problem: Problem) {
    self.problem = problem
  }

  /// The best bound for a plan with its gap, or nil where a unit that could go was left over.
  func judge(_ solution: Solution) -> (bound: PackingBound, gap: Double?)? {
    switch problem.objective {
    case .mostVolumePacked:
      return upper(mostVolume(), of: Double(solution.packedVolume(in: problem)))
    case .bestScore:
      guard solution.unplaced == 0 else { return nil }
      return upper(bestScore(), of: Double(solution.score(in: problem)) / 1_000_000)
    case .fewestLocations:
      guard solution.unplaced == 0 else { return nil }
      return lower(fewestLocations(), of: Double(solution.bins.count))
    case .leastOpenedVolume:
      guard solution.unplaced == 0 else { return nil }
      return lower(leastVolume(), of: Double(solution.openedVolume(in: problem)))
    }
  }

  private func lower(_ bound: PackingBound, of value: Double) -> (PackingBound, Double?) {
    (bound, bound.value > 0 ? max(0, (value - bound.value) / bound.value) : value == 0 ? 0 : nil)
  }

  private func upper(_ bound: PackingBound, of value: Double) -> (PackingBound, Double?) {
    (bound, bound.value > 0 ? max(0, (bound.value - value) / bound.value) : value == 0 ? 0 : nil)
  }

  /// The fewest locations that every plan of all units opens.
  func fewestLocations() -> PackingBound {
    var best = PackingBound(kind: "L1_UNITS", value: problem.units.isEmpty ? 0 : 1)
    func offer(_ kind: String, _ value: Int) {
      if Double(value) > best.value { best = PackingBound(kind: kind, value: Double(value)) }
    }
    offer("L1_UNITS", count(Int64(problem.units.count)) { Int64(clamping: $0.unitsLeft) })
    offer("L1_WEIGHT", count(total(\.weight)) { $0.weightLeft })
    offer("L1_VOLUME", count(total(\.volume)) { $0.volumeLeft })
    if problem.hasGeometry {
      offer("L1_SPACE", count(total(\.solidVolume)) { $0.room == nil ? .max : $0.freeVolume })
    }
    let weights = types { $0.weight }
    offer("L2_WEIGHT", TwoSided.count(weights, capacity: largest { $0.weightLeft }))
    let volumes = types { $0.volume }
    offer("L2_VOLUME", TwoSided.count(volumes, capacity: largest { $0.volumeLeft }))
    return best
  }

  /// The least volume that every plan of all units opens.
  ///
  /// Goods that may be cut fill any volume, so their own volume is the bound; and a location that
  /// is opened is opened whole, so at least the smallest location that can hold anything.
  func leastVolume() -> PackingBound {
    let goods = problem.hasGeometry ? total(\.solidVolume) : total(\.volume)
    let smallest =
      problem.units.isEmpty ? 0 : problem.kinds.lazy.map(\.freeVolume).filter { $0 > 0 }.min() ?? 0
    return PackingBound(kind: "L1_VOLUME", value: Double(max(goods, smallest)))
  }

  /// The most volume that any plan packs.
  func mostVolume() -> PackingBound {
    var room: Int64 = 0
    for kind in problem.kinds {
      let one = kind.room == nil ? kind.volumeLeft : min(kind.freeVolume, kind.volumeLeft)
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

  /// How many of the largest locations it takes to hold `amount` of a resource.
  private func count(_ amount: Int64, _ capacity: (BinKind) -> Int64) -> Int {
    guard amount > 0 else { return 0 }
    var left = amount
    var used = 0
    for (size, slots) in problem.kinds.map({ (capacity($0), $0.slots) }).sorted(by: { $0.0 > $1.0 })
    {
      guard size > 0 else { break }
      if size == .max { return used + 1 }
      let needed = Int(clamping: (left - 1) / size + 1)
      if needed <= slots { return used + needed }
      used += slots
      left -= size * Int64(slots)
    }
    return used
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

extension Int64 {
  /// The product, or the nearest number that an Int64 can hold.
  func multipliedClamped(_ other: Int64) -> Int64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
