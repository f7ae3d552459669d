/// How the candidates err on the series of a group, relative to the best of each series.
///
/// A single back-test of a dozen windows cannot tell which of a dozen candidates is better; the
/// back-tests of a hundred series can. Their mean error products stand in for a number of windows
/// (`worth`) beside the windows of the series itself.
struct ErrorPool: Sendable {
  private var sums = [Double](repeating: 0, count: CandidateBank.slots * CandidateBank.slots)
  private var counts = [Double](repeating: 0, count: CandidateBank.slots * CandidateBank.slots)

  /// How many windows of a series' own the group's errors are worth.
  private(set) var worth = 24.0

  /// What `worth` may be: from members that share nothing to members that are all alike.
  static let worths = [1.0, 4, 12, 36, 120, 500]

  /// Takes in the errors of one series.
  mutating func add(_ products: ErrorProducts, slots: [Int]) {
    let scale = products.scale
    guard products.origins > 0, scale > 0 else { return }
    let n = CandidateBank.slots
    for (i, row) in slots.enumerated() {
      for (j, column) in slots.enumerated() {
        sums[row * n + column] += products.matrix[i * products.size + j] / scale
        counts[row * n + column] += 1
      }
    }
  }

  /// Finds how much the group is worth: weights from the early origins of each series, blended
  /// with the group's, are judged by the late ones.
  mutating func weigh(_ members: [(products: ErrorProducts, slots: [Int])]) {
    var least = Double.infinity
    var best = worth
    for trial in Self.worths {
      worth = trial
      var loss = 0.0
      for (products, slots) in members
      where products.earlyOrigins > 0 && products.lateOrigins > 0 && products.scale > 0 {
        let size = products.size
        let blend = blended(
          products.early,
          origins: products.earlyOrigins,
          scale: products.scale,
          slots: slots
        )
        let w = WeightSearch.weights(blend, size: size, windows: products.windows)
        var sum = 0.0
        for i in 0..<size where w[i] > 0 {
          for j in 0..<size { sum += w[i] * w[j] * products.late[i * size + j] }
        }
        loss += sum / products.scale
      }
      if loss < least {
        least = loss
        best = trial
      }
    }
    worth = best
  }

  /// The errors of a series over all its origins, blended with the group's.
  func blended(_ products: ErrorProducts, slots: [Int]) -> [Double] {
    guard products.scale > 0 else { return products.matrix }
    return blended(
      products.matrix,
      origins: products.origins,
      scale: products.scale,
      slots: slots
    )
  }

  private func blended(
    _ matrix: [Double],
    origins: Int,
    scale: Double,
    slots: [Int]
  ) -> [Double] {
    let n = CandidateBank.slots
    let size = slots.count
    let own = Double(origins)
    var result = matrix
    for (i, row) in slots.enumerated() {
      for (j, column) in slots.enumerated() {
        let count = counts[row * n + column]
        let place = i * size + j
        let mine = matrix[place] / scale
        guard count > 0 else {
          result[place] = mine
          continue
        }
        // A few series are worth less than many.
        let share = worth * count / (count + 5)
        result[place] = (own * mine + share * sums[row * n + column] / count) / (own + share)
      }
    }
    return result
  }
}
