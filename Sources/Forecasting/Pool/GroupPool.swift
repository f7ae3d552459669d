import RealModule

/// The shapes that a group of series shares.
struct GroupPool: Sendable {
  /// The season's indices, mean 1; phase by calendar day or column.
  var season: [Double]
  /// How much the members' true indices differ from the group's (a variance).
  var seasonSpread: Double
  /// The yearly indices by day of year (366), mean about 1; nil below two known years.
  var year: [Double]?

  /// Collects the evidence of a group, series by series.
  struct Builder {
    let season: Int
    private(set) var count = 0
    private var evidence: [SeasonEvidence] = []
    private var year = YearEvidence()

    init(season: Int) {
      self.season = season
    }

    /// Takes in one series.
    mutating func add(_ series: PreparedSeries) {
      count += 1
      if let found = SeasonEvidence(series, season: season) { evidence.append(found) }
      year.add(series)
    }

    /// The shapes that the evidence supports.
    func finished() -> GroupPool {
      let (indices, spread) = SeasonEvidence.pooled(evidence, season: season)
      return GroupPool(season: indices, seasonSpread: spread, year: year.indices())
    }
  }
}
