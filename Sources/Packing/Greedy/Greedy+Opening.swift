/// Where a greedy run looks for a bin, and how it opens one.
extension Greedy {
  /// An opened bin that takes the unit, by the rule of this run.
  mutating func fit(type index: Int, from start: Int) -> (bin: Int, spot: Spot?)? {
    let type = problem.types[index]
    let volume = type.isSized ? min(type.volume, type.solidVolume) : type.volume
    var cursor = start
    var best: (bin: Int, spot: Spot?)?
    var least = Double.infinity
    var weighed = 0
    while let bin = tree.next(from: cursor, weight: type.weight, volume: volume) {
      cursor = bin + 1
      guard problem.score(ofType: index, inKind: bins[bin].kind) != nil else { continue }
      let slack = rule.preference(slacks[bin])
      weighed += 1
      if weighed > width, best != nil { break }
      if rule != .first, slack >= least { continue }
      if type.isSized, !type.orientations.contains(where: { all($0 .<= reaches[bin]) }) {
        continue
      }
      guard let spot = bins[bin].place(for: type, in: problem) else {
        refuse(bin, volume)
        continue
      }
      if rule == .first { return (bin, spot) }
      best = (bin, spot)
      least = slack
    }
    return best
  }

  /// Notes that a bin did not take that much; from time to time it is asked for less only.
  private mutating func refuse(_ bin: Int, _ volume: Int64) {
    refusals[bin] += 1
    guard refusals[bin] > problem.care.patience(with: bins[bin].boxes.count) else { return }
    refusals[bin] = 0
    tree.set(
      bin,
      weight: bins[bin].unitsLeft > 0 ? bins[bin].weightLeft : -1,
      volume: min(bins[bin].volumeLeft, bins[bin].roomLeft, volume / 16 * 15 - 1)
    )
  }

  /// Opens the next untouched place, in the order of this run, that takes the unit.
  mutating func openNext(for type: Int) -> Int? {
    if let row = problem.types[type].row {
      let allowed = problem.scoreOf[row].keys
      if allowed.count * 8 < kindOrder.kinds.count {
        for kind in allowed.sorted(by: { kindOrder.rank[$0] < kindOrder.rank[$1] }) {
          if let bin = open(kind: kind, type: type) { return bin }
        }
        return nil
      }
    }
    let goods = problem.types[type]
    if goods.isSized, !goods.orientations.contains(where: { all($0 .<= envelope) }) { return nil }
    for kind in kindOrder.kinds {
      if let bin = open(kind: kind, type: type) { return bin }
    }
    return nil
  }

  /// Opens a place of a kind for a unit and puts it in, or returns nil.
  mutating func open(kind index: Int, type: Int) -> Int? {
    let kind = problem.kinds[index]
    let goods = problem.types[type]
    guard opened[index] < kind.slots, goods.weight <= kind.weightLeft,
      goods.volume <= kind.volumeLeft, kind.unitsLeft > 0,
      problem.score(ofType: type, inKind: index) != nil
    else { return nil }
    if let room = kind.room, goods.isSized,
      !goods.orientations.contains(where: { all($0 .<= room) })
    {
      return nil
    }
    let mark = index * problem.types.count + type
    if refused.contains(mark) { return nil }
    var bin = fresh[index] ?? Bin(problem, kind: index)
    if fresh[index] == nil { fresh[index] = bin }
    guard let spot = bin.place(for: goods, in: problem) else {
      refused.insert(mark)
      return nil
    }
    bin.slot = opened[index]
    opened[index] += 1
    bins.append(bin)
    slacks.append(0)
    reaches.append(bin.reach)
    refusals.append(0)
    if problem.objective == .bestScore { openOfKind[index, default: []].append(bins.count - 1) }
    put(type: type, at: spot, bin: bins.count - 1)
    return bins.count - 1
  }

  /// Puts a unit into an opened bin.
  mutating func put(type: Int, at spot: Spot?, bin index: Int) {
    bins[index].add(type: type, at: spot, in: problem)
    if rule != .first { slacks[index] = bins[index].slack(in: problem) }
    reaches[index] = bins[index].reach
    refusals[index] = 0
    tree.set(
      index,
      weight: bins[index].unitsLeft > 0 ? bins[index].weightLeft : -1,
      volume: min(bins[index].volumeLeft, bins[index].roomLeft)
    )
  }

  /// Puts a unit where it is worth most: places of falling score, opened ones first among equals.
  mutating func insertByScore(type index: Int) -> Int? {
    guard let row = problem.types[index].row else {
      if let found = fit(type: index, from: 0) {
        put(type: index, at: found.spot, bin: found.bin)
        return found.bin
      }
      return openNext(for: index)
    }
    let choices = problem.choices[row]
    var start = choices.startIndex
    while start < choices.endIndex {
      var end = start
      while end < choices.endIndex, choices[end].score == choices[start].score { end += 1 }
      let level = choices[start..<end]
      if let bin = insert(type: index, among: level.map(\.kind)) { return bin }
      start = end
    }
    return nil
  }

  private mutating func insert(type index: Int, among kinds: [Int]) -> Int? {
    var best: (bin: Int, spot: Spot?)?
    var least = Double.infinity
    for bin in kinds.flatMap({ openOfKind[$0] ?? [] }) {
      let slack = rule.preference(slacks[bin])
      guard best == nil || slack < least,
        let spot = bins[bin].place(for: problem.types[index], in: problem)
      else { continue }
      best = (bin, spot)
      least = slack
      if rule == .first { break }
    }
    if let best {
      put(type: index, at: best.spot, bin: best.bin)
      return best.bin
    }
    for kind in kinds {
      if let bin = open(kind: kind, type: index) { return bin }
    }
    return nil
  }
}

extension Bin {
  /// What is left of the bin as a whole: its room, or else the shares of its limits.
  func slack(in problem: Problem) -> Double {
    let kind = problem.kinds[self.kind]
    if free != nil, kind.freeVolume > 0 { return Double(roomLeft) }
    var sum = 0.0
    if kind.weightLeft != .max, kind.weightLeft > 0 {
      sum += Double(weightLeft) / Double(kind.weightLeft)
    }
    if kind.volumeLeft != .max, kind.volumeLeft > 0 {
      sum += Double(volumeLeft) / Double(kind.volumeLeft)
    }
    return sum
  }
}
