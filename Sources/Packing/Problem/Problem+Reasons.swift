extension Problem {
  /// Untouched bins that are tried for all reasons of a plan together, about.
  private static let trials = 20_000

  /// Why units of each of those types stayed outside, judged against untouched locations.
  func reasons(forUnplaced left: [Int]) -> [UnplacedReason] {
    var bins: [Int: Bin] = [:]
    return left.map {
      reason(forUnplaced: $0, &bins, trials: max(4, Self.trials / max(1, left.count)))
    }
  }

  /// Why a unit of a type stayed outside, judged against untouched locations.
  ///
  /// Of all locations the one counts that came furthest through the tests; a unit that fits into
  /// some untouched location was crowded out. Room is looked for in the first `trials` locations
  /// that have the capacity and the edges.
  private func reason(
    forUnplaced index: Int,
    _ bins: inout [Int: Bin],
    trials: Int
  ) -> UnplacedReason {
    let type = types[index]
    var furthest = UnplacedReason.notAllowed
    var rank = 0
    var tried = 0
    func note(_ reason: UnplacedReason, _ step: Int) {
      if step > rank {
        rank = step
        furthest = reason
      }
    }
    for (number, kind) in kinds.enumerated() where score(ofType: index, inKind: number) != nil {
      let room = kind.room.map { _ in kind.freeVolume } ?? .max
      let needed = kind.room == nil || !type.isSized ? type.volume : type.solidVolume
      if type.weight > kind.weightLeft {
        note(.weight, 1)
        continue
      } else if type.volume > kind.volumeLeft || needed > room {
        note(.volume, 2)
        continue
      } else if kind.unitsLeft < 1 {
        note(.handlingUnits, 3)
        continue
      }
      if tried == trials { continue }
      if let edges = kind.room, type.isSized, !hasMixing,
        !type.orientations.contains(where: { all($0 .<= edges) })
      {
        note(.dimensions, 5)
        continue
      }
      tried += 1
      var bin = bins[number] ?? Bin(self, kind: number)
      bins[number] = bin
      if hasMixing, !bin.mixes(type.group, in: self) {
        note(.mixing, 4)
      } else if bin.place(for: type, in: self) != nil {
        return .noSpaceLeft
      } else {
        note(shortfall(of: type, in: bin), 5)
      }
    }
    return furthest
  }

  /// What keeps a unit out of a bin that has capacity for it.
  func shortfall(of type: ItemType, in bin: Bin) -> UnplacedReason {
    let fits = bin.free?.spaces.contains { space in
      type.orientations.contains { all($0 .<= space.size) }
    }
    if fits != true { return .dimensions }
    return bin.obstacle(of: type, in: self)
  }
}

extension Bin {
  /// Which rule of standing keeps out a unit that finds room by its edges.
  ///
  /// The rules are taken away one by one: what lets the unit in was in its way.
  fileprivate func obstacle(of type: ItemType, in problem: Problem) -> UnplacedReason {
    guard problem.hasStacking else { return .support }
    if type.faces.allSatisfy({ $0 == .line }), !takesLyingRolls { return .cradle }
    var bare = self
    for index in bare.loads.indices {
      bare.loads[index].limit = nil
      if bare.loads[index].face == .line { bare.loads[index].face = .rectangle }
    }
    bare.maxStack = .max
    bare.forgetRefusals()
    return bare.spot(for: type, in: problem) == nil ? .support : .loadOnTop
  }
}
