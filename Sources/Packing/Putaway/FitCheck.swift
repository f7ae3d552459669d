import Warehouse

/// Packs units of a line among what lies in one place.
struct FitCheck {
  /// What came of it.
  enum Outcome {
    /// They fit; the boxes of the units, empty where edges are unknown.
    case fits([PackedBox], isGeometric: Bool)
    /// The first constraint that a unit breaks.
    case broken(PutawayConstraint)
  }

  /// Inner edges of the place; nil = unknown.
  let inner: Dimensions?
  let maxStack: Int?
  let takesLyingRolls: Bool
  let support: Double

  init(_ index: PutawayIndex, context: PutawayContext, at position: Int) {
    // Without a copy of the place: a plan asks some thousand times.
    (inner, maxStack, takesLyingRolls) = index.states.look(at: position) { state in
      let draft = state.location.draft
      return (draft.inner, draft.maxStack, PutawayIndex.takesLyingRolls(state.location))
    }
    support = context.minSupport
  }

  /// Whether edges can be checked at all: both sides known, nothing loose in the place.
  func isGeometric(_ goods: PutawayGoods, _ contents: PutawayContents) -> Bool {
    goods.unitSize != nil && inner != nil && contents.looseHandlingUnits == 0
      && contents.looseVolumeMM3 == 0
  }

  /// Packs `units` units; capacity and rules have been judged before.
  func fit(_ goods: PutawayGoods, units: Int, in contents: PutawayContents) -> Outcome {
    guard isGeometric(goods, contents), let inner else {
      return .fits([], isGeometric: false)
    }
    let location = PackingLocation(
      id: "",
      inner: inner,
      maxStack: maxStack,
      takesLyingRolls: takesLyingRolls,
      contents: contents.boxes
    )
    let item = PackingItem(
      id: "",
      size: goods.unitSize,
      uprights: goods.uprights,
      shape: goods.shape,
      weightG: goods.weightG,
      maxLoadG: goods.loadOnTopG
    )
    let instance = PackingInstance(
      objective: .fewestLocations,
      minSupport: support,
      locations: [location],
      items: [item]
    )
    guard let problem = try? Problem(instance), let type = problem.types.first else {
      return .broken(.dimensions)
    }
    var bin = Bin(problem, kind: 0)
    var boxes: [PackedBox] = []
    for _ in 0..<units {
      guard let spot = bin.place(for: type, in: problem) else {
        return .broken(bin.shortfall(of: type, in: problem))
      }
      bin.add(type: 0, at: spot, in: problem)
      guard let spot else { continue }
      boxes.append(
        PackedBox(
          position: spot.corner.dimensions,
          size: spot.size.dimensions,
          weightG: goods.unitWeightG,
          maxLoadG: goods.loadOnTopG,
          posture: spot.face.posture
        )
      )
    }
    return .fits(boxes, isGeometric: true)
  }
}

extension Bin {
  /// Which putaway constraint keeps a unit out that capacity would let in.
  fileprivate func shortfall(of type: ItemType, in problem: Problem) -> PutawayConstraint {
    switch problem.shortfall(of: type, in: self) {
    case .support: .support
    case .loadOnTop: .loadOnTop
    case .cradle: .cradle
    default: .dimensions
    }
  }
}
