/// Normal scores, rising, with what the normal law says of each: worked out once, used by each law.
struct ScoreTable: Sendable, Equatable {
  /// The scores.
  let scores: [Double]
  /// The share below each.
  let shares: [Double]
  /// The density at each.
  let densities: [Double]
  /// The expected distance beyond each.
  let losses: [Double]

  init(_ scores: [Double]) {
    self.scores = scores
    shares = scores.map(Normal.cumulative)
    densities = scores.map(Normal.density)
    losses = scores.map(Normal.loss)
  }

  /// The scores that every law has: -4 to 4 in quarters.
  static let grid = ScoreTable(QuantileLaw.grid)
}

/// The levels of a forecast as normal scores, and the table of these and of the grid.
struct LevelScores: Sendable, Equatable {
  /// The score of each level.
  let known: [Double]
  /// The grid, and where they are not on it, the levels.
  let table: ScoreTable

  init(_ levels: [Double]) {
    known = levels.map(Normal.quantile)
    let added = known.filter { $0.isFinite && !QuantileLaw.grid.contains($0) }
    table = added.isEmpty ? .grid : ScoreTable((QuantileLaw.grid + added).sorted())
  }
}
