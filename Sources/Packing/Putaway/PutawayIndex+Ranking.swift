import Warehouse

/// What lies in a place, as geometry needs it.
public struct PutawayContents: Sendable {
  /// Units with a known place, promised ones included.
  public var boxes: [PackedBox]
  /// Units that lie there without a known place.
  public var looseHandlingUnits: Int
  /// Their volume.
  public var looseVolumeMM3: Int64

  /// Contents by known boxes and loose units.
  public init(boxes: [PackedBox] = [], looseHandlingUnits: Int = 0, looseVolumeMM3: Int64 = 0) {
    self.boxes = boxes
    self.looseHandlingUnits = looseHandlingUnits
    self.looseVolumeMM3 = looseVolumeMM3
  }

  /// Contents as the store reads them.
  public init(_ contents: LocationContents) {
    boxes = contents.boxes.map {
      PackedBox(
        position: $0.position,
        size: $0.size,
        weightG: $0.weightG,
        maxLoadG: $0.loadOnTopG,
        posture: $0.isRoll
          ? .roll(standing: $0.size, coreMM: $0.coreMM ?? PackingShape.usualCoreMM) : .box
      )
    }
    looseHandlingUnits = contents.looseHandlingUnits
    looseVolumeMM3 = contents.looseVolumeMM3
  }
}

extension PutawayIndex {
  /// Recommends places for one line.
  ///
  /// One scan judges every place by rules and capacity and keeps the best by score; then the
  /// contents of these candidates are asked for, best first, and the units are really packed among
  /// them, until the best place and its runners-up stand. Places without known edges are judged by
  /// volume and weight, and say so.
  ///
  /// - Parameters:
  ///   - goods: The line; all its units go to one place.
  ///   - context: Settings and the day's state.
  ///   - candidates: Places whose contents may be read.
  ///   - ahead: Told once, before the first is asked for, which contents are wanted for sure or
  ///     nearly so: a store reads several in one go.
  ///   - contents: What lies at an index of this putaway index.
  /// - Throws: What `ahead` and `contents` throw.
  public func recommend(
    _ goods: PutawayGoods,
    context: PutawayContext,
    candidates: Int = Limits.candidates,
    ahead: ([Int]) throws -> Void,
    contents: (Int) throws -> PutawayContents
  ) rethrows -> PutawayAnswer {
    var index = self
    let query = PutawayQuery(goods, units: goods.handlingUnits, context: context, index: &index)
    var scan = index.scan(query, keep: candidates)
    try ahead(scan.candidates.prefix(Limits.runnersUp + 1).map(\.index))
    var found: [PutawaySuggestion] = []
    for candidate in scan.candidates {
      let room = FitCheck(index, context: context, at: candidate.index)
      switch room.fit(goods, units: goods.handlingUnits, in: try contents(candidate.index)) {
      case .fits(let boxes, let isGeometric):
        found.append(
          index.suggestion(query, candidate, boxes: boxes, isGeometric: isGeometric)
        )
      case .broken(let rule):
        scan.rejected[rule.order] += 1
      }
      if found.count > Limits.runnersUp { break }
    }
    let best = found.first
    var runnersUp = Array(found.dropFirst())
    if let best {
      for place in runnersUp.indices { runnersUp[place].decide(against: best) }
    }
    return PutawayAnswer(
      best: best,
      runnersUp: runnersUp,
      judged: scan.judged,
      rejected: scan.counts,
      wayOut: best == nil ? try index.wayOut(goods, context: context, contents: contents) : nil
    )
  }

  /// The same where contents are at hand one by one.
  public func recommend(
    _ goods: PutawayGoods,
    context: PutawayContext,
    candidates: Int = Limits.candidates,
    contents: (Int) throws -> PutawayContents
  ) rethrows -> PutawayAnswer {
    try recommend(
      goods,
      context: context,
      candidates: candidates,
      ahead: { _ in },
      contents: contents
    )
  }

  /// What a scan over all places found.
  struct Scan {
    var candidates: [Candidate] = []
    var judged = 0
    /// Rejections by `PutawayConstraint.order`.
    var rejected = [Int](repeating: 0, count: PutawayConstraint.allCases.count)

    /// Rejections by constraint, without the zeros.
    var counts: [PutawayConstraint: Int] {
      var counts: [PutawayConstraint: Int] = [:]
      for rule in PutawayConstraint.allCases where rejected[rule.order] > 0 {
        counts[rule] = rejected[rule.order]
      }
      return counts
    }
  }

  /// A place that breaks no rule, with its score.
  struct Candidate: Sendable {
    var index: Int
    var score: Double
  }

  /// Judges every storage place and keeps the best by score; equal scores by index.
  func scan(_ query: PutawayQuery, keep: Int) -> Scan {
    var scan = Scan()
    let shares = Self.shares(query.weights)
    var kept: [Candidate] = []
    kept.reserveCapacity(keep + 1)
    for index in entries.indices where entries[index].isStorage {
      scan.judged += 1
      if let rule = faults(query, at: index, exhaustive: false).first {
        scan.rejected[rule.order] += 1
        continue
      }
      let worst = kept.count == keep ? kept.last?.score ?? 1 : -1
      // The way alone often says that a place is not among the best; the rest costs ten times that.
      let off = abs(entries[index].travelRank - query.rank)
      if 1 - shares[0] * off + 1e-12 <= worst { continue }
      let score = (values(query, at: index) * shares).sum()
      guard score > worst else { continue }
      if kept.count == keep { kept.removeLast() }
      var place = kept.count
      while place > 0, kept[place - 1].score < score { place -= 1 }
      kept.insert(Candidate(index: index, score: score), at: place)
    }
    scan.candidates = kept
    return scan
  }

  /// A candidate with its words.
  func suggestion(
    _ query: PutawayQuery,
    _ candidate: Candidate,
    boxes: [PackedBox],
    isGeometric: Bool
  ) -> PutawaySuggestion {
    let parts = parts(query, at: candidate.index)
    let location = states[candidate.index].location
    return PutawaySuggestion(
      index: candidate.index,
      location: location.id,
      code: location.code,
      handlingUnits: Int(query.units),
      score: parts.reduce(0) { $0 + $1.value * $1.weight },
      parts: parts,
      boxes: boxes,
      isGeometric: isGeometric,
      reasons: PutawaySuggestion.reasons(parts, isGeometric: isGeometric),
      decided: ""
    )
  }
}

extension PutawaySuggestion {
  /// What speaks for a place in words, the weightiest first.
  static func reasons(_ parts: [PutawayPart], isGeometric: Bool) -> [String] {
    let said = parts.filter { $0.weight > 0 }
      .sorted { $0.value * $0.weight > $1.value * $1.weight }
      .map(\.reason)
    if isGeometric { return said }
    return said + ["edges were not checked: volume and weight alone say that it fits"]
  }

  /// Names the part that weighs most against this place beside the best one.
  public mutating func decide(against best: PutawaySuggestion) {
    var largest = 0.0
    decided = "equal score; the best stands first in the index"
    for (mine, theirs) in zip(parts, best.parts) {
      let difference = (theirs.value - mine.value) * mine.weight
      if difference > largest {
        largest = difference
        decided = "\(mine.kind.rawValue): \(mine.reason), against \(theirs.reason)"
      }
    }
  }
}
