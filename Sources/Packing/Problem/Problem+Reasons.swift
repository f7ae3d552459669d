extension Problem {
  /// Why a unit of a type stayed outside, judged against untouched locations.
  ///
  /// Of all locations the one counts that came furthest through the tests; a unit that fits into
  /// some untouched location was crowded out.
  func reason(forUnplaced index: Int) -> UnplacedReason {
    let type = types[index]
    var furthest = UnplacedReason.notAllowed
    var rank = 0
    func note(_ reason: UnplacedReason, _ step: Int) {
      if step > rank {
        rank = step
        furthest = reason
      }
    }
    for kind in kinds.indices where score(ofType: index, inKind: kind) != nil {
      let bin = Bin(self, kind: kind)
      if type.weight > bin.weightLeft {
        note(.weight, 1)
      } else if type.volume > bin.volumeLeft || type.volume > bin.roomLeft {
        note(.volume, 2)
      } else if bin.unitsLeft < 1 {
        note(.handlingUnits, 3)
      } else if hasMixing, !bin.mixes(type.group, in: self) {
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
    return bare.spot(for: type, in: problem) == nil ? .support : .loadOnTop
  }
}
