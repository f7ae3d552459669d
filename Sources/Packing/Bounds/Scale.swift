import Warehouse

/// One way to weigh goods and places so that no place takes more weight than it has.
///
/// A scale is a relaxation of the whole problem: whatever a plan does, the goods in a place never
/// weigh more than its cap. From that follow how many places it takes at least, and what they cost.
struct Scale {
  /// The argument, as the plan names it.
  let kind: String
  /// What all goods weigh together.
  let need: Double
  /// What one place of each kind takes at most; infinite where the scale does not limit it.
  let caps: [Double]

  /// The fewest places that can hold all goods: the largest caps first.
  func count(_ slots: [Int]) -> Int {
    var left = need * (1 - 1e-9)
    var used = 0
    guard left > 0 else { return 0 }
    for kind in caps.indices.sorted(by: { caps[$0] > caps[$1] }) {
      let cap = caps[kind]
      guard cap > 0 else { break }
      if cap == .infinity { return used + 1 }
      let full = (left / cap).rounded(.up)
      if full <= Double(slots[kind]) { return used + Int(full) }
      used += slots[kind]
      left -= cap * Double(slots[kind])
    }
    return used
  }

  /// The least cost of places that can hold all goods, when places may be opened in part.
  ///
  /// Complexity: O(k log k) for k kinds.
  func fractionalCost(_ costs: [Int64], _ slots: [Int]) -> Double {
    var left = need * (1 - 1e-9)
    var sum = 0.0
    guard left > 0 else { return 0 }
    func price(_ kind: Int) -> Double {
      caps[kind] == .infinity ? 0 : Double(costs[kind]) / caps[kind]
    }
    for kind in caps.indices.lazy.filter({ caps[$0] > 0 }).sorted(by: { price($0) < price($1) }) {
      if caps[kind] == .infinity { return sum }
      let all = caps[kind] * Double(slots[kind])
      if all >= left { return sum + left * price(kind) }
      sum += all * price(kind)
      left -= all
    }
    return sum
  }

  /// The least cost of whole places that can hold all goods; nil where that is too much work.
  ///
  /// A knapsack cover by dynamic programming over `cells` equal parts of the need. Caps are rounded
  /// up to whole cells, so the result never exceeds the truth and is a sum of real costs. Kinds
  /// with many places are taken in powers of two.
  ///
  /// Complexity: O(places * cells), held under a million steps.
  func coverCost(_ costs: [Int64], _ slots: [Int]) -> Int64? {
    guard need > 0 else { return 0 }
    var pieces: [(kind: Int, times: Int)] = []
    for kind in caps.indices where caps[kind] > 0 {
      var left = min(slots[kind], Int((need / caps[kind]).rounded(.up).clamped(to: 1...1e6)))
      var times = 1
      while left > 0 {
        pieces.append((kind, min(times, left)))
        left -= min(times, left)
        times *= 2
      }
      if pieces.count > 2_000 { return nil }
    }
    guard !pieces.isEmpty else { return nil }
    let cells = max(512, min(16_384, 1_000_000 / pieces.count))
    let needed = need * (1 - 1e-9)
    var least = [Int64](repeating: .max, count: cells + 1)
    least[0] = 0
    for piece in pieces {
      let share = caps[piece.kind] / needed * Double(cells) * (1 - 1e-12)
      let one = Int(min(Double(cells), share.rounded(.up)))
      let width = max(1, min(cells, one * piece.times))
      let cost = costs[piece.kind].multipliedClamped(Int64(piece.times))
      for cell in Swift.stride(from: cells, through: 1, by: -1) {
        let before = least[max(0, cell - width)]
        if before != .max { least[cell] = min(least[cell], before.addingClamped(cost)) }
      }
    }
    return least[cells] == .max ? nil : least[cells]
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.max(range.lowerBound, Swift.min(range.upperBound, self))
  }
}
