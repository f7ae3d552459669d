import Warehouse

/// What a plan is worth under the objective; smaller is better.
///
/// Three whole numbers, compared in order, so that ties break the same way on every machine.
struct PlanValue: Comparable, Sendable {
  var first: Int64
  var second: Int64
  var third: Int64

  static func < (left: Self, right: Self) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    return left.third < right.third
  }
}

/// A plan under construction: opened bins and what is left over.
struct Solution: Sendable {
  /// The opened bins, in order of opening; none is empty.
  var bins: [Bin]
  /// Units left over, by type.
  var left: [Int]

  /// The worth under the problem's objective.
  func value(in problem: Problem) -> PlanValue {
    let used = Int64(bins.count)
    switch problem.objective {
    case .fewestLocations:
      return PlanValue(first: unplaced, second: used, third: openedVolume(in: problem))
    case .leastOpenedVolume:
      return PlanValue(first: unplaced, second: openedVolume(in: problem), third: used)
    case .mostVolumePacked:
      return PlanValue(first: -packedVolume(in: problem), second: used, third: unplaced)
    case .bestScore:
      return PlanValue(first: unplaced, second: -score(in: problem), third: used)
    }
  }

  /// How many units are left over.
  var unplaced: Int64 { Int64(left.reduce(0, +)) }

  /// Free volume, before the plan, of all opened bins.
  func openedVolume(in problem: Problem) -> Int64 {
    bins.reduce(0) { $0.addingClamped(problem.kinds[$1.kind].freeVolume) }
  }

  /// Volume of all packed units.
  func packedVolume(in problem: Problem) -> Int64 {
    bins.reduce(0) { sum, bin in
      bin.units.reduce(sum) { $0.addingClamped(problem.types[$1.type].volume) }
    }
  }

  /// Sum of the caller's scores, in millionths.
  func score(in problem: Problem) -> Int64 {
    bins.reduce(0) { sum, bin in
      bin.units.reduce(sum) { $0 + (problem.score(ofType: $1.type, inKind: bin.kind) ?? 0) }
    }
  }

  /// Names single units and copies, in the order of the instance.
  ///
  /// The bound is worked out where it is not given.
  func plan(
    _ problem: Problem,
    algorithm: PackingAlgorithm,
    rounds: Int,
    bound: PackingBound? = nil
  ) -> PackingPlan {
    var next = [Int](repeating: 0, count: problem.types.count)
    var placements: [PackingPlacement] = []
    for bin in bins {
      let place = problem.kinds[bin.kind].place(ofSlot: bin.slot)
      for packed in bin.units {
        let unit = problem.units[Int(problem.types[packed.type].units[next[packed.type]])]
        next[packed.type] += 1
        placements.append(
          PackingPlacement(
            item: Int(unit.item),
            unit: Int(unit.unit),
            location: place.location,
            copy: place.copy,
            position: packed.spot?.corner.dimensions,
            size: packed.spot?.size.dimensions
          )
        )
      }
    }
    var unplaced: [UnplacedUnit] = []
    let outside = problem.types.indices.filter { next[$0] < problem.types[$0].count }
    for (type, reason) in zip(outside, problem.reasons(forUnplaced: outside)) {
      let goods = problem.types[type]
      for index in goods.units[next[type]...] {
        let unit = problem.units[Int(index)]
        unplaced.append(
          UnplacedUnit(item: Int(unit.item), unit: Int(unit.unit), reason: reason)
        )
      }
    }
    placements.sort { ($0.item, $0.unit) < ($1.item, $1.unit) }
    unplaced.sort { ($0.item, $0.unit) < ($1.item, $1.unit) }
    let isWhole = unplaced.isEmpty || problem.objective == .mostVolumePacked
    let bound = isWhole ? bound ?? Bounds(problem).best() : nil
    return PackingPlan(
      algorithm: algorithm,
      placements: placements,
      unplaced: unplaced,
      locationsUsed: bins.count,
      openedVolumeMM3: openedVolume(in: problem),
      packedVolumeMM3: packedVolume(in: problem),
      score: Double(score(in: problem)) / 1_000_000,
      bound: bound,
      gap: bound?.gap(of: self, in: problem),
      rounds: rounds,
      dataFaults: problem.dataFaults
    )
  }
}
