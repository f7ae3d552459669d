import Foundation
import Packing
import Warehouse

/// Checks what stands on what, with its own arithmetic: loads, stacking limits, rolls.
///
/// Areas of rolls are counted on a grid of points, nothing like the strips of the engine; shares
/// are therefore compared with two per cent of tolerance.
struct StackChecker {
  let instance: PackingInstance
  let location: PackingLocation
  let placed: [PackingPlacement]

  /// A unit as it stands.
  private struct Standing {
    var at: Position
    var size: Dimensions
    var weight: Double
    var limit: Double?
    var shape: Shape
    var isNew: Bool
    var top: Int64 { at.z + size.z }

    func covers(_ x: Double, _ y: Double) -> Bool {
      guard x > Double(at.x), x < Double(at.x + size.x), y > Double(at.y),
        y < Double(at.y + size.y)
      else { return false }
      guard case .ring(let core) = shape else { return true }
      let away = hypot(
        x - Double(at.x) - Double(size.x) / 2,
        y - Double(at.y) - Double(size.y) / 2
      )
      return away <= Double(size.x) / 2 && away >= core / 2
    }
  }

  private enum Shape: Equatable {
    case box
    case ring(core: Double)
    case lying
  }

  /// Every broken rule in words.
  func faults() -> [String] {
    guard location.inner != nil else { return [] }
    let rolls = placed.contains { instance.items[$0.item].shape != .box }
    let limited =
      placed.contains { instance.items[$0.item].maxLoadG != nil }
      || location.contents.contains { $0.maxLoadG != nil || $0.posture != .box }
    guard rolls || limited || location.maxStack != nil else { return [] }
    let units = standing()
    var found: [String] = []
    var carried = [Double](repeating: 0, count: units.count)
    for index in units.indices.sorted(by: { units[$0].at.z > units[$1].at.z }) {
      let unit = units[index]
      if unit.shape == .lying, unit.isNew, unit.at.z > 0 || !location.takesLyingRolls {
        found.append("a roll lies where none may")
      }
      guard unit.at.z > 0 else { continue }
      let below = units.indices.filter { units[$0].top == unit.at.z && meet(unit, units[$0]) }
      if unit.isNew, below.contains(where: { units[$0].shape == .lying }) {
        found.append("something stands on a lying roll")
      }
      let areas = contact(unit, below.map { units[$0] })
      let all = areas.parts.reduce(0, +)
      if unit.isNew, rolls, all < (instance.minSupport - 0.02) * areas.base {
        found.append("support \(all / areas.base)")
      }
      guard all > 0 else { continue }
      for (place, area) in zip(below, areas.parts) {
        carried[place] += (unit.weight + carried[index]) * area / all
      }
    }
    for (index, unit) in units.enumerated() {
      if let limit = unit.limit, carried[index] > limit * 1.02 + 1,
        carriesNew(index, units)
      {
        found.append("load \(carried[index]) > \(limit)")
      }
    }
    if let most = location.maxStack {
      for index in units.indices where units[index].isNew && height(index, units) > most {
        found.append("stacked \(height(index, units)) high")
      }
    }
    return found
  }

  private func standing() -> [Standing] {
    placed.compactMap { one -> Standing? in
      guard let at = one.position, let size = one.size else { return nil }
      let item = instance.items[one.item]
      var shape = Shape.box
      if case .roll(let axis, let core) = item.shape, let edges = item.size {
        let length = axis == .x ? edges.x : axis == .y ? edges.y : edges.z
        let mayStand = axis == .x ? item.uprights.x : axis == .y ? item.uprights.y : item.uprights.z
        shape =
          size.z == length && size.x == size.y && mayStand
          ? .ring(core: Double(core)) : .lying
      }
      return Standing(
        at: at,
        size: size,
        weight: Double(item.weightG ?? 0),
        limit: item.maxLoadG.map { Double($0) },
        shape: shape,
        isNew: true
      )
    }
      + location.contents.map { box in
        let shape: Shape =
          switch box.posture {
          case .box: .box
          case .standingRoll(let core): .ring(core: Double(core))
          case .lyingRoll: .lying
          }
        return Standing(
          at: box.position,
          size: box.size,
          weight: Double(box.weightG ?? 0),
          limit: box.maxLoadG.map { Double($0) },
          shape: shape,
          isNew: false
        )
      }
  }

  private func meet(_ a: Standing, _ b: Standing) -> Bool {
    a.at.x < b.at.x + b.size.x && b.at.x < a.at.x + a.size.x && a.at.y < b.at.y + b.size.y
      && b.at.y < a.at.y + a.size.y
  }

  private func contact(_ unit: Standing, _ below: [Standing]) -> (parts: [Double], base: Double) {
    if unit.shape == .box, below.allSatisfy({ $0.shape == .box }) {
      let parts = below.map { other -> Double in
        let x = min(unit.at.x + unit.size.x, other.at.x + other.size.x) - max(unit.at.x, other.at.x)
        let y = min(unit.at.y + unit.size.y, other.at.y + other.size.y) - max(unit.at.y, other.at.y)
        return Double(max(0, x) * max(0, y))
      }
      return (parts, Double(unit.size.x * unit.size.y))
    }
    var parts = [Double](repeating: 0, count: below.count)
    var base = 0.0
    for i in 0..<200 {
      for j in 0..<200 {
        let x = Double(unit.at.x) + (Double(i) + 0.5) / 200 * Double(unit.size.x)
        let y = Double(unit.at.y) + (Double(j) + 0.5) / 200 * Double(unit.size.y)
        guard unit.covers(x, y) else { continue }
        base += 1
        for (number, other) in below.enumerated() where other.shape != .lying && other.covers(x, y)
        {
          parts[number] += 1
        }
      }
    }
    return (parts, base)
  }

  /// Whether a new unit stands above, directly or not: old loads are nobody's fault.
  private func carriesNew(_ index: Int, _ units: [Standing]) -> Bool {
    units.indices.contains {
      units[$0].at.z == units[index].top && meet(units[$0], units[index])
        && (units[$0].isNew || carriesNew($0, units))
    }
  }

  private func height(_ index: Int, _ units: [Standing]) -> Int {
    guard units[index].at.z > 0 else { return 1 }
    let below = units.indices.filter {
      units[$0].top == units[index].at.z && meet(units[$0], units[index])
    }
    return 1 + (below.map { height($0, units) }.max() ?? 0)
  }
}
