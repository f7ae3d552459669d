import Warehouse

/// The search behind a batch plan.
struct PutawayBatch {
  /// One unit group at its place.
  struct Placed: Sendable {
    var line: Int
    var index: Int
    var units: Int
    var spots: [Spot]
    var isGeometric: Bool
  }

  /// What a run came to: units left over first, then the negative score sum in millionths.
  struct Value: Comparable, Sendable {
    var left: Int
    var loss: Int64

    static func < (a: Self, b: Self) -> Bool { (a.left, a.loss) < (b.left, b.loss) }
  }

  /// One greedy run through all lines.
  struct Run: Sendable {
    var placed: [Placed] = []
    var left: [Int]
    var value = Value(left: 0, loss: 0)
  }

  let start: PutawayIndex
  let lines: [PutawayGoods]
  let context: PutawayContext
  let problem: Problem
  let queries: [PutawayQuery]
  /// The best places of each line before the plan, for all its units if any place takes them.
  var candidates: [[PutawayIndex.Candidate]?]
  /// The best places for each kind of line before the plan.
  var pools: [PutawayProfile: [Int]] = [:]
  /// Where the materials of the lines lie before the plan.
  let placesOfMaterial: [MaterialID: [Int]]
  /// What was read so far.
  var read: [Int: PutawayContents] = [:]
  /// The build of each line.
  let builds: [Int32]
  /// The rooms of places before the plan.
  var rooms = PutawayRooms()

  init(_ index: PutawayIndex, lines: [PutawayGoods], context: PutawayContext) throws(Failure) {
    var index = index
    // All hazard classes get their bits first, so that every query knows them all.
    for line in lines { _ = index.hazardBit(line.hazardClass) }
    queries = lines.map { PutawayQuery($0, units: 1, context: context, index: &index) }
    start = index
    placesOfMaterial = Self.places(of: lines, in: index)
    self.lines = lines
    builds = PutawayBuild.numbers(lines)
    self.context = context
    candidates = [[PutawayIndex.Candidate]?](repeating: nil, count: lines.count)
    problem = try Problem(
      PackingInstance(
        objective: .fewestLocations,
        minSupport: context.minSupport,
        locations: [PackingLocation(id: "", inner: Dimensions(1, 1, 1))],
        items: lines.enumerated().map { number, line in
          // The material keeps equal lines apart, so that line and type numbers agree.
          PackingItem(
            id: "",
            size: line.unitSize,
            uprights: line.uprights,
            shape: line.shape,
            volumeMM3: line.unitVolumeMM3,
            weightG: line.unitWeightG,
            maxLoadG: line.loadOnTopG,
            group: PackingGroup(material: number)
          )
        }
      ),
      stacks: true
    )
  }

  /// Lines by falling volume and weight of all their units; ties by number.
  func linesBySize() -> [Int] {
    order { Double($0.volumeMM3) * 1e-6 + Double($0.weightG) * 1e-3 }
  }

  /// The order of lines for a round: hardest to place first, then shaken sizes.
  mutating func order(round: Int, dice: inout Dice) -> [Int] {
    if round < 2 {
      let rare = candidates.map { $0?.count ?? 0 }
      return lines.indices.sorted { (rare[$0], $0) < (rare[$1], $1) }
    }
    let factors = lines.map { _ in 0.6 + 0.8 * dice.unit() }
    let sizes = lines.indices.map { number in
      factors[number]
        * (Double(lines[number].volumeMM3) * 1e-6 + Double(lines[number].weightG) * 1e-3 + 1)
    }
    return lines.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
  }

  private func order(by size: (PutawayGoods) -> Double) -> [Int] {
    let sizes = lines.map { size($0) * Double($0.handlingUnits) }
    return lines.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
  }

  /// Whether every line lies whole at its best place, so that no order can do better.
  func isUnbeatable(_ run: Run) -> Bool {
    guard run.value.left == 0 else { return false }
    var ideal: Int64 = 0
    for (number, line) in lines.enumerated() {
      guard let best = candidates[number]?.first else { return false }
      ideal -= ChoiceTables.fixed(best.score) * Int64(line.handlingUnits)
    }
    return run.value.loss <= ideal
  }

  /// Turns a run into an answer, with the words made in the state in which each line was placed.
  mutating func report(
    _ run: Run,
    algorithm: PackingAlgorithm,
    rounds: Int,
    contents: (Int) throws -> PutawayContents
  ) throws -> PutawayPlan {
    var index = start
    var parts = [[PutawaySuggestion]](repeating: [], count: lines.count)
    var scoreSum = 0.0
    for placed in run.placed {
      let query = queries[placed.line].with(units: placed.units)
      let goods = lines[placed.line]
      let boxes = placed.spots.map {
        PackedBox(
          position: $0.corner.dimensions,
          size: $0.size.dimensions,
          weightG: goods.unitWeightG,
          maxLoadG: goods.loadOnTopG,
          posture: $0.face.posture
        )
      }
      let candidate = PutawayIndex.Candidate(index: placed.index, score: 0)
      let told = index.suggestion(
        query,
        candidate,
        boxes: boxes,
        isGeometric: placed.isGeometric
      )
      scoreSum += told.score * Double(placed.units)
      parts[placed.line].append(told)
      index.reserve(goods, units: placed.units, at: placed.index)
    }
    let units = run.placed.reduce(0) { $0 + $1.units }
    var told: [PutawayLine] = []
    for (number, goods) in lines.enumerated() {
      var line = PutawayLine(
        line: number,
        parts: parts[number],
        left: run.left[number],
        rejected: [:]
      )
      if line.left > 0 {
        line.rejected = index.scan(queries[number], keep: 1).counts
        var rest = goods
        rest.handlingUnits = line.left
        line.wayOut = try index.wayOut(rest, context: context, contents: contents)
      }
      told.append(line)
    }
    return PutawayPlan(
      algorithm: algorithm,
      lines: told,
      unplacedUnits: run.value.left,
      meanScore: units > 0 ? scoreSum / Double(units) : 0,
      locationsUsed: Set(run.placed.map(\.index)).count,
      rounds: rounds
    )
  }
}
