import Packing
import Warehouse

/// Checks a plan against its instance with its own arithmetic, nothing of the engine's.
///
/// The rules are those of the file format: every unit once, limits with contents, inside, apart,
/// oriented, supported by tops at its own height, and mixing.
struct PlanChecker {
  let instance: PackingInstance
  let plan: PackingPlan

  /// Every broken rule in words; empty for a valid plan.
  func violations() -> [String] {
    var found = accountFaults()
    let groups = Dictionary(grouping: plan.placements) { Place($0.location, $0.copy) }
    for (place, placements) in groups {
      let location = instance.locations[place.location]
      if !(0..<location.copies).contains(place.copy) { found.append("copy \(place)") }
      found += limitFaults(location, placements)
      found += geometryFaults(location, placements)
      found += StackChecker(instance: instance, location: location, placed: placements).faults()
      found += mixingFaults(location, placements)
    }
    if groups.count != plan.locationsUsed { found.append("locations used \(plan.locationsUsed)") }
    return found
  }

  private struct Place: Hashable {
    let location: Int
    let copy: Int

    init(_ location: Int, _ copy: Int) {
      self.location = location
      self.copy = copy
    }
  }

  private struct Unit: Hashable {
    let item: Int
    let unit: Int
  }

  private func accountFaults() -> [String] {
    var found: [String] = []
    var seen: Set<Unit> = []
    let named =
      plan.placements.map { Unit(item: $0.item, unit: $0.unit) }
      + plan.unplaced.map { Unit(item: $0.item, unit: $0.unit) }
    for unit in named {
      if !seen.insert(unit).inserted { found.append("twice \(unit)") }
      if !(0..<instance.items[unit.item].quantity).contains(unit.unit) {
        found.append("no such unit \(unit)")
      }
    }
    let wanted = instance.items.reduce(0) { $0 + $1.quantity }
    if seen.count != wanted { found.append("\(seen.count) of \(wanted) units") }
    if let choices = instance.choices {
      for placed in plan.placements
      where !choices[placed.item].contains(where: { $0.location == placed.location }) {
        found.append("item \(placed.item) may not go to \(placed.location)")
      }
    }
    return found
  }

  private func volume(_ item: PackingItem) -> Int64 {
    if let given = item.volumeMM3, given > 0 { return given }
    return item.size.map { $0.x * $0.y * $0.z } ?? 0
  }

  private func limitFaults(_ location: PackingLocation, _ placed: [PackingPlacement]) -> [String] {
    var found: [String] = []
    let items = placed.map { instance.items[$0.item] }
    let weight =
      items.reduce(location.usedWeightG) { $0 + ($1.weightG ?? 0) }
      + location.contents.reduce(0) { $0 + ($1.weightG ?? 0) }
    let isHeavier = items.contains { ($0.weightG ?? 0) > 0 }
    if let limit = location.maxWeightG, isHeavier, weight > limit {
      found.append("weight \(weight)>\(limit)")
    }
    let used =
      items.reduce(location.usedVolumeMM3) { $0 + volume($1) }
      + location.contents.reduce(0) { $0 + $1.size.x * $1.size.y * $1.size.z }
    if let limit = location.volumeMM3, used > limit { found.append("volume \(used)>\(limit)") }
    let units = placed.count + location.contents.count + location.usedHandlingUnits
    if let limit = location.maxHandlingUnits, units > limit { found.append("units \(units)") }
    return found
  }

  private func geometryFaults(_ location: PackingLocation, _ placed: [PackingPlacement])
    -> [String]
  {
    guard let inner = location.inner else { return [] }
    var found: [String] = []
    var new: [(Position, Dimensions)] = []
    for one in placed {
      guard let size = instance.items[one.item].size else { continue }
      guard let at = one.position, let lies = one.size else {
        found.append("no position for item \(one.item)")
        continue
      }
      if case .roll = instance.items[one.item].shape {
        if [lies.x, lies.y, lies.z].sorted() != [size.x, size.y, size.z].sorted() {
          found.append("a roll of another size")
        }
      } else if !isTurned(size, lies, instance.items[one.item].uprights) {
        found.append("orientation \(size) \(lies)")
      }
      if at.x < 0 || at.y < 0 || at.z < 0 || at.x + lies.x > inner.x || at.y + lies.y > inner.y
        || at.z + lies.z > inner.z
      {
        found.append("outside \(at) \(lies)")
      }
      new.append((at, lies))
    }
    let old = location.contents.map { ($0.position, $0.size) }
    let all = new + old
    for first in new.indices {
      for second in all.indices where second > first && meet(all[first], all[second]) {
        found.append("overlap in \(location.id)")
      }
      let (at, lies) = new[first]
      // Rolls rest on rings: what they touch is counted by the checker of stacks.
      let isRound =
        placed.contains { instance.items[$0.item].shape != .box }
        || location.contents.contains { $0.posture != .box }
      guard instance.minSupport > 0, at.z > 0, !isRound else { continue }
      var area: Int64 = 0
      for (other, size) in all where other.z + size.z == at.z {
        let x = min(at.x + lies.x, other.x + size.x) - max(at.x, other.x)
        let y = min(at.y + lies.y, other.y + size.y) - max(at.y, other.y)
        area += max(0, x) * max(0, y)
      }
      if Double(area) < instance.minSupport * Double(lies.x * lies.y) - 1e-6 {
        found.append("support \(area) of \(lies.x * lies.y)")
      }
    }
    return found
  }

  private func isTurned(_ size: Dimensions, _ lies: Dimensions, _ up: Uprights) -> Bool {
    let edges = [size.x, size.y, size.z]
    let flags = [up.x, up.y, up.z]
    return (0..<3).contains { axis in
      guard flags[axis], edges[axis] == lies.z else { return false }
      var rest = edges
      rest.remove(at: axis)
      return rest.sorted() == [lies.x, lies.y].sorted()
    }
  }

  private func meet(_ a: (Position, Dimensions), _ b: (Position, Dimensions)) -> Bool {
    a.0.x < b.0.x + b.1.x && b.0.x < a.0.x + a.1.x && a.0.y < b.0.y + b.1.y
      && b.0.y < a.0.y + a.1.y && a.0.z < b.0.z + b.1.z && b.0.z < a.0.z + a.1.z
  }

  private func mixingFaults(_ location: PackingLocation, _ placed: [PackingPlacement]) -> [String] {
    let new = placed.map { instance.items[$0.item].group }
    let all = new + location.present
    var found: [String] = []
    for (index, one) in new.enumerated() {
      for (number, other) in all.enumerated() where number != index && one != other {
        let apart = instance.conflicts.contains {
          ($0.first == one.conflictClass && $0.second == other.conflictClass)
            || ($0.second == one.conflictClass && $0.first == other.conflictClass)
        }
        if apart { found.append("conflict \(one) \(other)") }
        if location.mixing == .singleLot, one.material != other.material || one.lot != other.lot {
          found.append("mixed lots")
        }
        if location.mixing == .singleMaterial, one.material != other.material {
          found.append("mixed materials")
        }
      }
    }
    if case .mixed(let limit) = location.mixing, Set(all.map(\.material)).count > limit {
      found.append("more than \(limit) materials")
    }
    return found
  }
}
