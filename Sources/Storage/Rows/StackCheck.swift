import Warehouse

/// Whether boxes may stand on what lies in a place: what each bears, and how many stand on others.
///
/// As in the engine a box hands its weight and all that rests on it down in proportion to the areas
/// in which it touches what is under it. Where a roll shares a load with others its part depends on
/// a round contact face, which only the engine works out; there the engine's word stands.
struct StackCheck {
  private var boxes: [StoredBox]
  /// How many of them lie there already; the others are new.
  private let known: Int
  private var carried: [Double]
  private var isPressed: [Bool]

  /// What is there or promised, and what is to come.
  init(_ there: [StoredBox], adding fresh: [StoredBox]) {
    boxes = there + fresh
    known = there.count
    carried = [Double](repeating: 0, count: boxes.count)
    isPressed = [Bool](repeating: false, count: boxes.count)
  }

  /// What is wrong with the new boxes; nil where nothing is.
  ///
  /// - Parameter maxStack: How many units may stand on each other; nil = any number.
  mutating func fault(maxStack: Int?) -> String? {
    let order = boxes.indices.sorted { boxes[$0].position.z < boxes[$1].position.z }
    var levels = [Int](repeating: 1, count: boxes.count)
    for index in order {
      levels[index] = 1 + (supports(of: index).map { levels[$0.index] }.max() ?? 0)
      if index >= known, let maxStack, levels[index] > maxStack {
        return "would have \(levels[index]) units on each other, more than its \(maxStack)"
      }
    }
    for index in boxes.indices { press(index, Double(boxes[index].weightG ?? 0), index >= known) }
    for index in boxes.indices where isPressed[index] {
      // A gram for the rounding of shares.
      if let limit = boxes[index].loadOnTopG, carried[index] > Double(limit) + 1 {
        return "holds a unit that may not bear this on top"
      }
    }
    return nil
  }

  /// What a box stands on, with the area in which they touch.
  private func supports(of index: Int) -> [(index: Int, area: Int64)] {
    let box = boxes[index]
    guard box.position.z > 0 else { return [] }
    return boxes.indices.compactMap { other in
      let below = boxes[other]
      guard below.position.z + below.size.z == box.position.z else { return nil }
      let width =
        min(box.position.x + box.size.x, below.position.x + below.size.x)
        - max(box.position.x, below.position.x)
      let depth =
        min(box.position.y + box.size.y, below.position.y + below.size.y)
        - max(box.position.y, below.position.y)
      return width > 0 && depth > 0 ? (other, width * depth) : nil
    }
  }

  private mutating func press(_ index: Int, _ weight: Double, _ isNew: Bool) {
    let under = supports(of: index)
    let total = under.reduce(0) { $0 + $1.area }
    guard weight > 0, total > 0 else { return }
    if under.count > 1, boxes[index].isRoll || under.contains(where: { boxes[$0.index].isRoll }) {
      return
    }
    for (below, area) in under {
      let share = weight * Double(area) / Double(total)
      carried[below] += share
      if isNew { isPressed[below] = true }
      press(below, share, isNew)
    }
  }
}
