import Warehouse

/// One greedy run: each line to the best place that still takes it.
extension PutawayBatch {
  /// Places that a best-fit run weighs against each other for one line.
  private static let bestFitWidth = 6

  /// Runs to the end.
  mutating func run(
    _ order: [Int],
    _ rule: Greedy.Rule,
    _ contents: (Int) throws -> PutawayContents,
    _ between: () -> Void
  ) throws -> Run {
    try run(order, rule, contents, between) { true } ?? Run(left: lines.map(\.handlingUnits))
  }

  /// Runs through the lines in that order; nil where `mayContinue` said no before the end.
  mutating func run(
    _ order: [Int],
    _ rule: Greedy.Rule,
    _ contents: (Int) throws -> PutawayContents,
    _ between: () -> Void,
    while mayContinue: () -> Bool
  ) throws -> Run? {
    var state = State(index: start, run: Run(left: lines.map(\.handlingUnits)))
    for line in order {
      between()
      guard mayContinue() else { return nil }
      try place(line: line, rule, contents, &state)
    }
    state.run.value.left = state.run.left.reduce(0, +)
    return state.run
  }

  /// The state of a run.
  private struct State {
    var index: PutawayIndex
    /// The rooms in which something has come.
    var rooms: [Int: PutawayRoom] = [:]
    /// The best places for each kind of line when one of the kind last found none.
    var pools: [PutawayProfile: [Int]] = [:]
    var run: Run
  }

  private mutating func place(
    line: Int,
    _ rule: Greedy.Rule,
    _ contents: (Int) throws -> PutawayContents,
    _ state: inout State
  ) throws {
    let goods = lines[line]
    let whole = queries[line].with(units: goods.handlingUnits)
    let first = candidates[line] ?? bestPlaces(line)
    candidates[line] = first
    // Whole first: among the known places, then among all as they stand now.
    if goods.handlingUnits > 1 || !first.isEmpty {
      if try settle(line, whole, first, rule, contents, &state) { return }
    }
    let profile = PutawayProfile(goods)
    let next = state.index.rank(whole, among: nearby(line, state.pools[profile] ?? []))
    if try settle(line, whole, next, rule, contents, &state) { return }
    let second = state.index.scan(whole, keep: Self.poolSize).candidates
    state.pools[profile] = second.map(\.index)
    if try settle(line, whole, second, rule, contents, &state) { return }
    guard goods.handlingUnits > 1 else { return }
    // In parts, as many units to a place as it takes; scan again while that still helps.
    let keep = max(Limits.candidates, min(state.index.count, goods.handlingUnits * 2))
    var before = Int.max
    while state.run.left[line] > 0, state.run.left[line] < before {
      before = state.run.left[line]
      for candidate in state.index.scan(queries[line], keep: keep).candidates
      where state.run.left[line] > 0 {
        try fill(line, candidate.index, contents, &state)
      }
    }
  }

  /// Puts all units of a line into one of the places, or returns false.
  private mutating func settle(
    _ line: Int,
    _ query: PutawayQuery,
    _ places: [PutawayIndex.Candidate],
    _ rule: Greedy.Rule,
    _ contents: (Int) throws -> PutawayContents,
    _ state: inout State
  ) throws -> Bool {
    var best: (placed: Placed, bin: Bin?)?
    var least = Int64.max
    var weighed = 0
    for place in places {
      guard state.index.faults(query, at: place.index, exhaustive: false).isEmpty else { continue }
      let room = rule == .best ? state.index.entries[place.index].volume.left : 0
      if best != nil, room >= least { continue }
      let units = lines[line].handlingUnits
      guard let fit = try pack(line, units...units, place.index, contents, &state) else { continue }
      best = (fit.placed, fit.bin)
      least = room
      weighed += 1
      if rule == .first || weighed == Self.bestFitWidth { break }
    }
    guard let best else { return false }
    commit(best.placed, best.bin, &state)
    return true
  }

  /// Puts as many units of a line into a place as it takes.
  private mutating func fill(
    _ line: Int,
    _ index: Int,
    _ contents: (Int) throws -> PutawayContents,
    _ state: inout State
  ) throws {
    guard state.index.faults(queries[line], at: index, exhaustive: false).isEmpty else { return }
    let units = min(state.run.left[line], state.index.roomFor(lines[line], at: index))
    guard units > 0, let fit = try pack(line, 1...units, index, contents, &state) else { return }
    commit(fit.placed, fit.bin, &state)
  }

  /// Packs as many of the units of a line into a place as go in, or nil where fewer do than are
  /// wanted; capacity has been judged.
  private mutating func pack(
    _ line: Int,
    _ wanted: ClosedRange<Int>,
    _ index: Int,
    _ contents: (Int) throws -> PutawayContents,
    _ state: inout State
  ) throws -> (placed: Placed, bin: Bin?)? {
    let units = wanted.upperBound
    let known = state.rooms[index] ?? rooms[index]
    if let most = known?.most[builds[line]], most < wanted.lowerBound { return nil }
    let inside = try inside(index, contents)
    let check = FitCheck(state.index, context: context, at: index)
    guard check.isGeometric(lines[line], inside), let inner = check.inner else {
      // Beside units without a place, packed positions would be a guess.
      let placed = Placed(line: line, index: index, units: units, spots: [], isGeometric: false)
      return (placed, nil)
    }
    let room =
      known
      ?? PutawayRoom(
        Bin(
          problem,
          inner: inner,
          contents: inside.boxes,
          maxStack: check.maxStack,
          takesLyingRolls: check.takesLyingRolls
        )
      )
    if known == nil { rooms.keep(room, at: index) }
    var bin = room.bin
    if bin.holdsUnsized {
      let placed = Placed(line: line, index: index, units: units, spots: [], isGeometric: false)
      return (placed, bin)
    }
    var spots: [Spot] = []
    while spots.count < units {
      guard case .some(.some(let spot)) = bin.place(for: problem.types[line], in: problem) else {
        break
      }
      bin.add(type: line, at: spot, in: problem)
      spots.append(spot)
    }
    if spots.count < units { room.most[builds[line]] = spots.count }
    // What was found out about the room on the way is kept with it.
    if spots.isEmpty { room.bin = bin }
    guard spots.count >= wanted.lowerBound else { return nil }
    let placed = Placed(
      line: line,
      index: index,
      units: spots.count,
      spots: spots,
      isGeometric: true
    )
    return (placed, bin)
  }

  private mutating func inside(
    _ index: Int,
    _ contents: (Int) throws -> PutawayContents
  ) throws -> PutawayContents {
    if let inside = read[index] { return inside }
    let inside = try contents(index)
    read[index] = inside
    return inside
  }

  private func commit(_ placed: Placed, _ bin: Bin?, _ state: inout State) {
    let query = queries[placed.line].with(units: placed.units)
    let values = state.index.values(query, at: placed.index)
    let score = (values * PutawayIndex.shares(query.weights)).sum()
    state.run.value.loss -= ChoiceTables.fixed(score) * Int64(placed.units)
    state.run.left[placed.line] -= placed.units
    state.run.placed.append(placed)
    if var bin {
      if !placed.isGeometric { bin.holdsUnsized = true }
      state.rooms[placed.index] = PutawayRoom(bin)
    } else if let inner = start.states.look(at: placed.index, { $0.location.draft.inner }) {
      // Goods without edges now lie there: from here on volume and weight alone are judged.
      var blind = state.rooms[placed.index]?.bin ?? Bin(problem, inner: inner, contents: [])
      blind.holdsUnsized = true
      state.rooms[placed.index] = PutawayRoom(blind)
    }
    state.index.reserve(lines[placed.line], units: placed.units, at: placed.index)
  }
}
