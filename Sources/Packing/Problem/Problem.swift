import Warehouse

/// An instance made ready for the search: units gathered into types, locations into kinds.
///
/// A plan treats equal things equally, so the search works on types and kinds and names single
/// units and copies only at the end (`Solution`). Nothing in here changes during a search.
final class Problem: Sendable {
  let objective: PackingObjective
  /// Share of a base that must be supported.
  let support: Double
  let types: [ItemType]
  let kinds: [BinKind]
  let locations: [PackingLocation]
  /// Item and unit number of each unit.
  let units: [(item: Int32, unit: Int32)]
  /// The allowed kinds of a row with their scores in millionths, best score first.
  let choices: [[(kind: Int, score: Int64)]]
  /// The same, for look-ups.
  let scoreOf: [[Int: Int64]]
  /// The smallest edge of any unit; spaces thinner than that are useless.
  let smallestEdge: Int32
  /// Conflicting class pairs.
  let conflicts: Set<PackingConflict>
  /// Whether some location or pair of goods restricts mixing.
  let hasMixing: Bool
  /// Whether it matters what stands on what: load on top, stacking limits, rolls.
  let hasStacking: Bool
  /// How carefully bins are searched.
  let care: SearchCare
  /// Whether any unit goes anywhere by its edges.
  let hasGeometry: Bool
  /// Whether sums of volumes stay far from what an Int64 can hold.
  ///
  /// Nine boxes of a kilometre each way are beyond it; searches that add volumes up keep away.
  let hasExactSums: Bool
  /// Volume and weight limit of a mean location; 0 where there is no limit.
  let meanVolume: Double
  let meanWeight: Double
  /// What all units ask for beside what all locations give, by volume and by weight.
  let volumeScarcity: Double
  let weightScarcity: Double
  let dataFaults: [Failure.Fault]

  /// Checks an instance and makes it ready; throws where it cannot be planned at all.
  ///
  /// `stacks` says that contents met later may limit what stands on them.
  init(_ instance: PackingInstance, stacks: Bool = false) throws(Failure) {
    let faults = try instance.validated()
    objective = instance.objective
    support = instance.minSupport
    locations = instance.locations
    dataFaults = faults
    let tables = ChoiceTables(instance)
    (types, units) = Self.types(of: instance, rowOfItem: tables.rowOfItem)
    let (kinds, kindOfLocation) = Self.kinds(of: instance)
    self.kinds = kinds
    choices = tables.rows.map { row in
      row.map { (kindOfLocation[$0.location], ChoiceTables.fixed($0.score)) }
        .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
    }
    scoreOf = choices.map { row in
      Dictionary(row.map { ($0.kind, $0.score) }, uniquingKeysWith: max)
    }
    smallestEdge = types.lazy.filter(\.isSized).map(\.smallestEdge).min() ?? 1
    conflicts = Set(
      instance.conflicts.flatMap { [$0, PackingConflict($0.second, $0.first)] }
    )
    hasMixing =
      !instance.conflicts.isEmpty || instance.locations.contains { $0.mixing != .free }
    hasStacking =
      stacks || instance.items.contains { $0.maxLoadG != nil || $0.shape != .box }
      || instance.locations.contains {
        $0.maxStack != nil || $0.contents.contains { $0.maxLoadG != nil || $0.posture != .box }
      }
    meanVolume = Self.mean(kinds) { $0.freeVolume }
    meanWeight = Self.mean(kinds) { $0.weightLeft == .max ? 0 : $0.weightLeft }
    volumeScarcity = Self.scarcity(types, kinds) { ($0.measuredVolume, $1.freeVolume) }
    weightScarcity = Self.scarcity(types, kinds) { goods, kind in
      (goods.weight, kind.weightLeft == .max ? 0 : kind.weightLeft)
    }
    hasExactSums = Self.hasExactSums(types, kinds)
    hasGeometry = types.contains(where: \.isSized) && kinds.contains { $0.room != nil }
    care = SearchCare(units: units.count, hasGeometry: hasGeometry, hasStacking: hasStacking)
  }

  /// Whether units of a type may go to a kind at all, and what one is worth there.
  func score(ofType type: Int, inKind kind: Int) -> Int64? {
    guard let row = types[type].row else { return 0 }
    return scoreOf[row][kind]
  }

  private static func hasExactSums(_ types: [ItemType], _ kinds: [BinKind]) -> Bool {
    let most: Int64 = 1 << 60
    var units = 0
    var goods: Int64 = 0
    for type in types {
      units += type.count
      let largest = type.measuredVolume
      goods = goods.addingClamped(largest.multipliedClamped(Int64(type.count)))
    }
    // No search opens more rooms than there are units, or looks at more than one beyond.
    let largest = kinds.lazy.map(\.freeVolume).max() ?? 0
    return goods < most && largest.multipliedClamped(Int64(units + 1)) < most
  }

  /// What all units ask for of a resource, beside what all locations give; 0 = without limit.
  private static func scarcity(
    _ types: [ItemType],
    _ kinds: [BinKind],
    _ parts: (ItemType, BinKind) -> (need: Int64, room: Int64)
  ) -> Double {
    guard let anyKind = kinds.first, let anyType = types.first else { return 0 }
    let need = types.reduce(0.0) { $0 + Double(parts($1, anyKind).need) * Double($1.count) }
    let room = kinds.reduce(0.0) { $0 + Double(parts(anyType, $1).room) * Double($1.slots) }
    return room > 0 ? need / room : 0
  }

  private static func mean(_ kinds: [BinKind], _ part: (BinKind) -> Int64) -> Double {
    var sum = 0.0
    var count = 0.0
    for kind in kinds where part(kind) > 0 {
      sum += Double(part(kind)) * Double(kind.slots)
      count += Double(kind.slots)
    }
    return count > 0 ? sum / count : 0
  }

  private static func types(
    of instance: PackingInstance,
    rowOfItem: [Int]?
  ) -> ([ItemType], [(item: Int32, unit: Int32)]) {
    var types: [ItemType] = []
    var units: [(item: Int32, unit: Int32)] = []
    var known: [ItemType.Likeness: Int] = [:]
    for (index, item) in instance.items.enumerated() {
      let row = rowOfItem?[index]
      let likeness = ItemType.Likeness(item, row: row)
      let type = known[likeness] ?? types.count
      if type == types.count {
        known[likeness] = type
        types.append(ItemType(item, number: type, row: row))
      }
      for unit in 0..<item.quantity {
        types[type].units.append(Int32(units.count))
        units.append((Int32(index), Int32(unit)))
      }
    }
    return (types, units)
  }

  /// Gathers equal locations; with choices each location stays its own kind.
  private static func kinds(of instance: PackingInstance) -> ([BinKind], [Int]) {
    var kinds: [BinKind] = []
    var kindOfLocation: [Int] = []
    var known: [UInt64: [Int]] = [:]
    for (index, location) in instance.locations.enumerated() {
      if instance.choices != nil {
        kindOfLocation.append(kinds.count)
        kinds.append(BinKind(location, index: index))
        continue
      }
      let mark = BinKind.fingerprint(location)
      let twin = known[mark]?.first {
        BinKind.looksSame(instance.locations[kinds[$0].sample], location)
      }
      if let twin {
        kinds[twin].members.append((index, kinds[twin].slots))
        kinds[twin].slots += location.copies
        kindOfLocation.append(twin)
      } else {
        known[mark, default: []].append(kinds.count)
        kindOfLocation.append(kinds.count)
        kinds.append(BinKind(location, index: index))
      }
    }
    return (kinds, kindOfLocation)
  }
}

/// The choices of an instance with equal rows told once.
struct ChoiceTables {
  /// Row of each item; nil without choices.
  let rowOfItem: [Int]?
  /// The different rows.
  let rows: [[PackingChoice]]

  init(_ instance: PackingInstance) {
    guard let choices = instance.choices else {
      rowOfItem = nil
      rows = []
      return
    }
    var known: [[PackingChoice]: Int] = [:]
    var rows: [[PackingChoice]] = []
    rowOfItem = choices.map { row in
      if let index = known[row] { return index }
      known[row] = rows.count
      rows.append(row)
      return rows.count - 1
    }
    self.rows = rows
  }

  /// A score in whole millionths, so that sums are exact whatever their order.
  static func fixed(_ score: Double) -> Int64 {
    Int64((max(-1e9, min(1e9, score)) * 1_000_000).rounded())
  }
}
