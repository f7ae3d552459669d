/// Finds the next bin with enough weight and volume left, in logarithmic time.
///
/// A heap-ordered tree of maxima over the bins in order of opening; a subtree whose maxima are too
/// small is skipped whole. It answers "may fit": geometry and mixing are asked afterwards.
struct FitTree {
  private var weights: [Int64]
  private var volumes: [Int64]
  private var leaves: Int
  /// How many bins there are.
  private(set) var count = 0

  /// An empty tree.
  init() {
    leaves = 16
    weights = [Int64](repeating: -1, count: 32)
    volumes = [Int64](repeating: -1, count: 32)
  }

  /// Sets what a bin has left; `index` may be one past the last.
  mutating func set(_ index: Int, weight: Int64, volume: Int64) {
    if index >= leaves { grow() }
    count = max(count, index + 1)
    var node = leaves + index
    weights[node] = weight
    volumes[node] = volume
    node /= 2
    while node > 0 {
      weights[node] = max(weights[2 * node], weights[2 * node + 1])
      volumes[node] = max(volumes[2 * node], volumes[2 * node + 1])
      node /= 2
    }
  }

  /// The first bin from `start` on with at least that much left, or nil.
  func next(from start: Int, weight: Int64, volume: Int64) -> Int? {
    guard start < count else { return nil }
    var node = leaves + start
    // Climb until a subtree may hold it, then go down to its first leaf.
    while true {
      if weights[node] >= weight, volumes[node] >= volume {
        if node >= leaves {
          return node - leaves
        }
        node *= 2
        continue
      }
      // On to the next subtree to the right.
      while node & 1 == 1 {
        node /= 2
        if node <= 1 { return nil }
      }
      node += 1
    }
  }

  private mutating func grow() {
    let old = leaves
    let oldWeights = weights
    let oldVolumes = volumes
    leaves *= 2
    weights = [Int64](repeating: -1, count: 2 * leaves)
    volumes = [Int64](repeating: -1, count: 2 * leaves)
    for index in 0..<old {
      weights[leaves + index] = oldWeights[old + index]
      volumes[leaves + index] = oldVolumes[old + index]
    }
    for node in stride(from: leaves - 1, to: 0, by: -1) {
      weights[node] = max(weights[2 * node], weights[2 * node + 1])
      volumes[node] = max(volumes[2 * node], volumes[2 * node + 1])
    }
  }
}
