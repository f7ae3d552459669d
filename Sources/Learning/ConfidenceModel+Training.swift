import RealModule

extension ConfidenceModel {
  /// The model that fits all outcomes at once, for the weekly training.
  ///
  /// The most probable weights under prior and outcomes, found by Newton's method with halved steps
  /// (the function is concave, so there is one answer whatever the order of the outcomes); the
  /// variances are those of the normal law with the same peak and curvature (Laplace). From there
  /// it learns on, outcome by outcome.
  ///
  /// Outcomes are the oldest first: with a half-life the weight of each halves with its age.
  /// Complexity: O(outcomes x features^2) for each of about six rounds.
  public static func trained(
    on outcomes: [Outcome],
    features: Int,
    prior: Prior = Prior()
  ) throws(LearningError) -> ConfidenceModel {
    var model = try ConfidenceModel(features: features, prior: prior)
    var rows: [[Double]] = []
    rows.reserveCapacity(outcomes.count)
    for outcome in outcomes { rows.append(try model.inputs(outcome.features)) }
    let shares = outcomes.indices.map { index in
      prior.halfLife.map { Double.exp2(-Double(outcomes.count - 1 - index) / $0) } ?? 1
    }
    let objective = Objective(
      rows: rows,
      accepted: outcomes.map(\.isAccepted),
      shares: shares,
      means: model.means,
      variances: model.variances
    )
    let weights = objective.peak(from: model.means)
    // Always the curvature at the peak itself, whichever way the search came to its end.
    var factor = objective.curvature(weights)
    guard factor.decompose() else {
      throw LearningError("the outcomes cannot be fitted; look for absurd features")
    }
    model.means = weights
    model.variances = factor.inverseDiagonal()
    model.outcomes = outcomes.count
    return model
  }

  /// Prior and outcomes as one function of the weights.
  private struct Objective {
    let rows: [[Double]]
    let accepted: [Bool]
    let shares: [Double]
    let means: [Double]
    let variances: [Double]

    /// The most probable weights: Newton's method, its steps halved while they lead downhill.
    ///
    /// Close to the peak the gain of a step drowns in the rounding of the sum; there the step
    /// is taken unseen, for it squares what distance is left.
    func peak(from start: [Double]) -> [Double] {
      var weights = start
      var value = value(weights)
      for _ in 0..<50 {
        var factor = curvature(weights)
        guard factor.decompose() else { break }
        let slope = slope(weights)
        let step = factor.solved(slope)
        let gain = zip(slope, step).reduce(0) { $0 + $1.0 * $1.1 } / 2
        if gain <= 1e-10 * (1 + abs(value)) {
          return zip(weights, step).map { $0 + $1 }
        }
        var size = 1.0
        var next = weights
        var nextValue = -Double.infinity
        while size > 1e-6 {
          next = zip(weights, step).map { $0 + size * $1 }
          nextValue = self.value(next)
          if nextValue >= value { break }
          size /= 2
        }
        guard nextValue >= value else { break }
        (weights, value) = (next, nextValue)
      }
      return weights
    }

    private func logit(_ row: [Double], _ weights: [Double]) -> Double {
      var sum = 0.0
      for index in row.indices { sum += row[index] * weights[index] }
      return sum
    }

    /// The logarithm of the posterior, up to a constant.
    func value(_ weights: [Double]) -> Double {
      var sum = 0.0
      for index in rows.indices {
        sum +=
          shares[index] * Logistic.logLikelihood(logit(rows[index], weights), accepted[index])
      }
      for index in weights.indices {
        let distance = weights[index] - means[index]
        sum -= 0.5 * distance * distance / variances[index]
      }
      return sum
    }

    /// Its gradient.
    func slope(_ weights: [Double]) -> [Double] {
      var slope = weights.indices.map { (means[$0] - weights[$0]) / variances[$0] }
      for index in rows.indices {
        let probability = Logistic.probability(logit(rows[index], weights))
        let surprise = shares[index] * ((accepted[index] ? 1 : 0) - probability)
        for place in slope.indices { slope[place] += surprise * rows[index][place] }
      }
      return slope
    }

    /// The negative of its second derivatives.
    func curvature(_ weights: [Double]) -> SquareMatrix {
      var matrix = SquareMatrix(size: weights.count)
      for place in weights.indices { matrix[place, place] = 1 / variances[place] }
      for index in rows.indices {
        let row = rows[index]
        let probability = Logistic.probability(logit(row, weights))
        let information = shares[index] * probability * (1 - probability)
        for column in row.indices {
          let product = information * row[column]
          for line in column..<row.count { matrix[line, column] += product * row[line] }
        }
      }
      return matrix
    }
  }
}

/// A symmetric positive matrix and its Cholesky factor, in place; the lower triangle counts.
struct SquareMatrix {
  let size: Int
  private var cells: [Double]

  init(size: Int) {
    self.size = size
    cells = [Double](repeating: 0, count: size * size)
  }

  subscript(line: Int, column: Int) -> Double {
    get { cells[line * size + column] }
    set { cells[line * size + column] = newValue }
  }

  /// Turns the matrix into its Cholesky factor; false where it is not positive.
  mutating func decompose() -> Bool {
    for column in 0..<size {
      var pivot = self[column, column]
      for inner in 0..<column { pivot -= self[column, inner] * self[column, inner] }
      guard pivot > 0, pivot.isFinite else { return false }
      self[column, column] = pivot.squareRoot()
      for line in (column + 1)..<max(size, column + 1) {
        var value = self[line, column]
        for inner in 0..<column { value -= self[line, inner] * self[column, inner] }
        self[line, column] = value / self[column, column]
      }
    }
    return true
  }

  /// The solution of the system, once decomposed.
  func solved(_ right: [Double]) -> [Double] {
    var values = right
    for line in 0..<size {
      for inner in 0..<line { values[line] -= self[line, inner] * values[inner] }
      values[line] /= self[line, line]
    }
    for line in stride(from: size - 1, through: 0, by: -1) {
      for inner in (line + 1)..<max(size, line + 1) {
        values[line] -= self[inner, line] * values[inner]
      }
      values[line] /= self[line, line]
    }
    return values
  }

  /// The diagonal of the inverse, once decomposed.
  func inverseDiagonal() -> [Double] {
    (0..<size).map { place in
      var unit = [Double](repeating: 0, count: size)
      unit[place] = 1
      return solved(unit)[place]
    }
  }
}
