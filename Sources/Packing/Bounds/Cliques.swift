import Warehouse

/// Goods of which no two may share a place.
extension Bounds {
  /// Units counted in a clique, and types looked at, at most.
  private static let width = 1_500

  /// Units that are pairwise too large to lie in one place, found largest first.
  ///
  /// Two boxes lie apart along some axis, so they share a room only where on some axis their edges,
  /// as they lie, add up to no more than the room's. Any clique is a bound; this one is greedy.
  func bigItems() -> Int {
    guard problem.hasGeometry, rooms.allSatisfy({ $0 != nil }), !rooms.isEmpty else { return 0 }
    var whole = SIMD4<Int32>(repeating: 0)
    for room in rooms { if let room { whole = pointwiseMax(whole, room) } }
    let order = problem.types.indices.filter { !postures[$0].isEmpty }
      .sorted { problem.types[$0].solidVolume > problem.types[$1].solidVolume }
    // On each axis the least that a type takes: what decides whether it leaves room for another.
    let least = problem.types.indices.map { type in
      postures[type].reduce(SIMD4<Int32>(repeating: .max)) { pointwiseMin($0, $1) }
    }
    func share(_ first: Int, _ second: Int) -> Bool {
      let sum = least[first] &+ least[second]
      return sum.x <= whole.x || sum.y <= whole.y || sum.z <= whole.z
    }
    var clique: [Int] = []
    var count = 0
    for type in order.prefix(Self.width) where clique.count < 256 {
      if clique.contains(where: { share($0, type) }) { continue }
      let fitsBesideItself = share(type, type)
      clique.append(type)
      count += fitsBesideItself ? 1 : problem.types[type].count
    }
    return count
  }

  /// Places that goods take which may not be mixed: a sum over classes of which no two may meet.
  func conflicting() -> Int {
    guard problem.hasMixing else { return 0 }
    if problem.kinds.allSatisfy({ mixing($0) == .singleLot }) {
      return apart { PackingGroup(material: $0.material, lot: $0.lot) }
    }
    let isSingle = problem.kinds.allSatisfy {
      mixing($0) == .singleLot || mixing($0) == .singleMaterial
    }
    if isSingle { return apart { PackingGroup(material: $0.material) } }
    guard !problem.conflicts.isEmpty else { return 0 }
    func conflict(_ first: Int, _ second: Int) -> Bool {
      problem.conflicts.contains(PackingConflict(first, second))
    }
    let needs = needs { PackingGroup(conflictClass: $0.conflictClass) }
    var clique: [Int] = []
    var sum = 0
    for (group, need) in needs.sorted(by: {
      ($1.value, $0.key.conflictClass)
        < ($0.value, $1.key.conflictClass)
    })
    where clique.allSatisfy({ conflict($0, group.conflictClass) }) {
      clique.append(group.conflictClass)
      sum += need
    }
    return sum
  }

  private func mixing(_ kind: BinKind) -> PackingMixing { problem.locations[kind.sample].mixing }

  /// The sum of what each group needs for itself.
  private func apart(_ key: (PackingGroup) -> PackingGroup) -> Int {
    needs(key).values.reduce(0, +)
  }

  /// The fewest places of the largest capacity that each group of goods needs alone.
  private func needs(_ key: (PackingGroup) -> PackingGroup) -> [PackingGroup: Int] {
    var sums: [PackingGroup: SIMD4<Double>] = [:]
    for goods in problem.types {
      let one = SIMD4(
        1,
        Double(goods.weight),
        Double(goods.volume),
        Double(goods.solidVolume)
      )
      sums[key(goods.group), default: SIMD4(repeating: 0)] += one * Double(goods.count)
    }
    func largest(_ part: (BinKind) -> Int64) -> Double {
      let most = problem.kinds.lazy.map(part).max() ?? 0
      return most == .max ? .infinity : Double(max(1, most))
    }
    let most = SIMD4(
      largest { $0.unitsLeft == .max ? .max : Int64($0.unitsLeft) },
      largest { $0.weightLeft },
      largest { $0.volumeLeft },
      largest { $0.room == nil ? .max : $0.freeVolume }
    )
    return sums.mapValues { sum in
      let shares = sum / most
      return max(1, Int((max(shares.max(), 0) * (1 - 1e-9)).rounded(.up)))
    }
  }
}
