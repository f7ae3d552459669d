extension RoomsSearch {
  /// What a packing costs: units (or volume) left over, then what it opens.
  private struct Cost: Comparable {
    var left: Int64
    var opened: Int64

    static func < (a: Self, b: Self) -> Bool { (a.left, a.opened) < (b.left, b.opened) }
  }

  /// One round; returns whether the plan costs less now, or nil where it was cut short.
  mutating func step(while mayContinue: () -> Bool) -> Bool? {
    guard !rooms.isEmpty else { return nil }
    roundsDone += 1
    stale += 1
    let chosen = choose()
    var pool = left
    for index in chosen {
      for box in rooms[index].boxes { pool[box.type] += 1 }
    }
    let before = cost(of: chosen.map { rooms[$0] }, left: left)
    // The rooms that were emptied are free again while this round looks for better ones.
    for index in chosen { freeSlots[rooms[index].kind].append(rooms[index].slot) }
    var filled: [Room] = []
    var opened: Int64 = 0
    var isCut = false
    var gaps: [Int: Bin] = [:]
    while let kind = nextKind(for: pool, emptied: chosen) {
      if opened + price(kind) >= before.opened, opened < before.opened,
        absorb(pool, besides: chosen, &gaps)
      {
        pool = [Int32](repeating: 0, count: pool.count)
        break
      }
      opened += price(kind)
      // A packing that already costs more than the old one is of no use, unless it places more.
      if opened > before.opened, before.left == 0 { break }
      guard let state = load(kind: kind, pool: pool, while: mayContinue) else {
        isCut = true
        break
      }
      if state.placed.isEmpty { break }
      var room = Room(kind: kind, slot: freeSlots[kind].removeLast())
      room.boxes = state.boxes(rules)
      room.volume = state.volume
      pool = state.left
      filled.append(room)
    }
    let after = cost(of: filled, left: pool)
    let isTaken =
      !isCut
      && (after < before
        || after == before && evenness(filled) >= evenness(chosen.map { rooms[$0] }))
    if !isTaken {
      for room in filled { freeSlots[room.kind].append(room.slot) }
      for index in chosen { freeSlots[rooms[index].kind].removeAll { $0 == rooms[index].slot } }
      return isCut ? nil : false
    }
    left = pool
    for (index, bin) in gaps { refresh(index, bin) }
    for index in chosen.sorted(by: >) { rooms.remove(at: index) }
    rooms += filled
    if after < before { stale = 0 }
    return after < before
  }

  private func price(_ kind: Int) -> Int64 {
    problem.objective == .fewestLocations ? 1 : problem.kinds[kind].freeVolume
  }

  private func cost(of rooms: [Room], left: [Int32]) -> Cost {
    let opened = rooms.reduce(Int64(0)) { $0.addingClamped(price($1.kind)) }
    var over: Int64 = 0
    for (type, count) in left.enumerated() where count > 0 {
      over +=
        problem.objective == .mostVolumePacked
        ? Int64(count) * problem.types[type].solidVolume : Int64(count)
    }
    return Cost(left: over, opened: opened)
  }

  /// The sum of the squares of the rooms' filling: higher where full stand beside empty ones.
  private func evenness(_ rooms: [Room]) -> Double {
    rooms.reduce(0) {
      let share = Double($1.volume) / Double(problem.kinds[$1.kind].freeVolume)
      return $0 + share * share * Double(problem.kinds[$1.kind].freeVolume)
    }
  }

  /// Whether all of a rest fits into gaps of the rooms that were not emptied.
  ///
  /// Full rooms have gaps that take a small box; a rest that needs no room of its own is what ends
  /// a room for good. Filled copies of the rooms are returned, the rooms stay as they are.
  private mutating func absorb(
    _ pool: [Int32],
    besides chosen: [Int],
    _ gaps: inout [Int: Bin]
  ) -> Bool {
    var rest: [Int] = []
    for (type, count) in pool.enumerated() where count > 0 {
      for _ in 0..<count { rest.append(type) }
      if rest.count > 24 { return false }
    }
    rest.sort {
      let (a, b) = (problem.types[$0].solidVolume, problem.types[$1].solidVolume)
      return a != b ? a > b : $0 < $1
    }
    var found: [Int: Bin] = [:]
    for type in rest {
      let goods = problem.types[type]
      var isPlaced = false
      for index in rooms.indices where !chosen.contains(index) {
        let room = rooms[index]
        guard problem.kinds[room.kind].freeVolume - room.volume >= goods.solidVolume else {
          continue
        }
        var bin = found[index] ?? furnished(index)
        guard case .some(.some(let spot)) = bin.place(for: goods, in: problem) else { continue }
        bin.add(type: type, at: spot, in: problem)
        found[index] = bin
        isPlaced = true
        break
      }
      if !isPlaced { return false }
    }
    gaps = found
    return true
  }

  /// A room as a bin, made once for as long as it stays as it is.
  private mutating func furnished(_ index: Int) -> Bin {
    if let bin = rooms[index].bin { return bin }
    var bin = Bin(problem, kind: rooms[index].kind)
    for box in rooms[index].boxes { bin.add(type: box.type, at: box.spot, in: problem) }
    rooms[index].bin = bin
    return bin
  }

  /// Takes a room over with what was put into its gaps.
  private mutating func refresh(_ index: Int, _ bin: Bin) {
    rooms[index].bin = bin
    rooms[index].boxes = bin.units.compactMap { unit in unit.spot.map { (unit.type, $0) } }
    rooms[index].volume = bin.units.reduce(0) { $0 + problem.types[$1.type].solidVolume }
  }

  /// All rooms in the first rounds, then one to four: the worst of a few drawn, then any.
  ///
  /// The more goods there are to choose from, the better a room can be filled, and the more work it
  /// is: so a fresh start comes first, and now and then a larger part.
  private mutating func choose() -> [Int] {
    if roundsDone <= 6 { return Array(rooms.indices) }
    let wide = dice.below(8) == 0 ? 4 + dice.below(8) : 1 + dice.below(4)
    let count = min(rooms.count, wide)
    var chosen: [Int] = []
    func fill(_ index: Int) -> Double {
      Double(rooms[index].volume) / Double(problem.kinds[rooms[index].kind].freeVolume)
    }
    while chosen.count < count {
      var pick = dice.below(rooms.count)
      for _ in 0..<(chosen.isEmpty ? 2 : dice.below(3)) {
        let other = dice.below(rooms.count)
        if fill(other) < fill(pick) { pick = other }
      }
      if !chosen.contains(pick) { chosen.append(pick) }
    }
    return chosen
  }

  /// The kind of room to load next: the smallest that should hold the rest, or any.
  private mutating func nextKind(for pool: [Int32], emptied: [Int]) -> Int? {
    var rest: Int64 = 0
    for (type, count) in pool.enumerated() where count > 0 {
      rest += Int64(count) * problem.types[type].solidVolume
    }
    guard rest > 0 else { return nil }
    // What share of a room can be filled is not known: a different guess each time.
    let share = 0.72 + 0.24 * dice.unit()
    let wanted = Int64(Double(rest) / share)
    var low = 0
    var high = kindsBySize.count
    while low < high {
      let middle = (low + high) / 2
      if problem.kinds[kindsBySize[middle]].freeVolume < wanted {
        low = middle + 1
      } else {
        high = middle
      }
    }
    for place in low..<kindsBySize.count where !freeSlots[kindsBySize[place]].isEmpty {
      return kindsBySize[place]
    }
    // No room holds the rest: one of the emptied kinds, or now and then any other.
    var usable = emptied.map { rooms[$0].kind }.filter { !freeSlots[$0].isEmpty }
    if usable.isEmpty || dice.below(3) == 0 {
      for _ in 0..<8 {
        let kind = kindsBySize[dice.below(kindsBySize.count)]
        if !freeSlots[kind].isEmpty { usable.append(kind) }
      }
    }
    if usable.isEmpty { usable = kindsBySize.filter { !freeSlots[$0].isEmpty } }
    return usable.isEmpty ? nil : usable[dice.below(usable.count)]
  }

  /// Loads an untouched room of a kind from the pool; nil where it was cut short.
  private mutating func load(
    kind: Int,
    pool: [Int32],
    while mayContinue: () -> Bool
  ) -> LoadState? {
    guard let size = problem.kinds[kind].room else { return nil }
    guard mayContinue() else { return nil }
    let bin = bins[kind] ?? Bin(problem, kind: kind)
    bins[kind] = bin
    let usable = bricks.filter { pool[Int($0.type)] >= $0.count }
    var state = LoadState(bin, room: size, counts: pool, bricks: usable, rules)
    // Now and then a little beam search: a room that is filled better leaves less for the others.
    // The longer nothing came of it, the more is tried.
    let effort = [0, 0, 6, 24][dice.below(4)] << min(4, stale / 256)
    if effort > 0 {
      var beam = LoadBeam(rules, start: state, limit: problem.kinds[kind].freeVolume)
      for _ in 0..<effort where !beam.isFull && !beam.isSpent {
        guard mayContinue(), beam.step(while: mayContinue) != nil else { return nil }
      }
      return beam.best
    }
    var steps = 0
    // How often the second best is taken instead of the best, in sixteenths.
    let wildness = dice.below(4)
    while let options = state.options(rules, keep: 2) {
      let isSecond = options.count > 1 && dice.below(16) < wildness
      state.place(options[isSecond ? 1 : 0], rules)
      steps += 1
      if steps.isMultiple(of: 8), !mayContinue() { return nil }
    }
    return state
  }
}
