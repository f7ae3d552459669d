extension Bin {
  /// Whether goods of that group may join what is there.
  func mixes(_ group: PackingGroup, in problem: Problem) -> Bool {
    if groups.isEmpty {
      guard case .mixed(let limit) = rule(in: problem) else { return true }
      return limit > 0
    }
    if !problem.conflicts.isEmpty {
      for other in groups {
        // Goods that conflict with their own class lie alone: not even a second unit joins.
        let pair = PackingConflict(group.conflictClass, other.conflictClass)
        if problem.conflicts.contains(pair) { return false }
      }
    }
    switch rule(in: problem) {
    case .free: return true
    case .singleLot:
      return groups.allSatisfy { $0.lot == group.lot && $0.material == group.material }
    case .singleMaterial:
      return groups.allSatisfy { $0.material == group.material }
    case .mixed(let limit):
      var materials = Set(groups.map(\.material))
      materials.insert(group.material)
      return materials.count <= limit
    }
  }

  private func rule(in problem: Problem) -> PackingMixing {
    problem.locations[problem.kinds[kind].sample].mixing
  }
}
