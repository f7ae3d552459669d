/// How much of a length boxes standing in a row can fill at best.
///
/// `table[n]` is the largest sum of edges, each at most as often as there are boxes that have it,
/// that does not exceed n. A block beside which such a sum fits leaves little waste.
struct LengthTable: Sendable {
  /// Longest length with an entry of its own; longer ones are counted in coarser steps.
  static let entries = 4_096

  private let table: [Int32]
  /// Millimetres of one entry, rounded up.
  private let step: Int32

  /// A table for lengths up to `longest`.
  init(edges: [(length: Int32, count: Int)], longest: Int32) {
    step = max(1, (longest + Int32(Self.entries) - 1) / Int32(Self.entries))
    let size = Int(longest / step) + 1
    // uses[n] = how often the present edge was used to reach n, -1 = not reached.
    var isReached = [Bool](repeating: false, count: size)
    isReached[0] = true
    for edge in edges where edge.length > 0 {
      let length = Int((edge.length + step - 1) / step)
      guard length < size else { continue }
      var uses = [Int32](repeating: -1, count: size)
      for n in 0..<size {
        if isReached[n] {
          uses[n] = 0
        } else if n >= length, uses[n - length] >= 0, Int(uses[n - length]) < edge.count {
          uses[n] = uses[n - length] + 1
          isReached[n] = true
        }
      }
    }
    var best: Int32 = 0
    table = isReached.indices.map { n in
      if isReached[n] { best = Int32(n) }
      return best
    }
  }

  /// The most of a length that can be filled.
  subscript(length: Int32) -> Int32 {
    guard length > 0 else { return 0 }
    if step == 1 { return table[Int(length)] }
    return table[Int(length / step)] &* step
  }
}
