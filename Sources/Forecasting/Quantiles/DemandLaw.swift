import RealModule
import Statistics

/// The distribution of demand around a forecast.
///
/// It blends two views, by how much evidence there is. The empirical one holds the outcomes of a
/// back-test relative to their forecasts; scaled by a new forecast they give its distribution,
/// with the heavy tails and the zeros of the real thing. The parametric one is a negative binomial
/// (gamma, for what is not counted) with the same spread; it needs few outcomes. Whole units stay
/// whole: an outcome scaled to 2.3 counts as seven tenths of a 2 and three tenths of a 3.
struct DemandLaw {
  /// Outcomes over lifted forecasts, ascending.
  let ratios: [Double]
  /// Share of the empirical view, 0...1.
  let share: Double
  /// Excess variance over the forecast squared: 1 / size of the negative binomial.
  let dispersion: Double
  /// Whether outcomes are whole numbers.
  let isCount: Bool

  /// How far outcomes follow the forecast (see `PullChoice`).
  let pull: Double

  /// Most outcomes that are kept.
  static let most = 600
  /// Outcomes at which both views count the same.
  static let balance = 120.0
  /// Dispersion that is assumed before anything is known, and how many outcomes a dispersion that
  /// is assumed is worth.
  static let priorDispersion = 0.5
  static let priorWeight = 1.5
  /// Means from which whole units are treated as a continuum.
  static let countLimit = 40.0

  /// Learns from forecasts and outcomes; `independent` is how many outcomes are worth counting,
  /// `prior` the dispersion that is assumed of such demand.
  init(
    forecasts: [Double],
    outcomes: [Double],
    independent: Double,
    isCount: Bool,
    pull: Double,
    prior: Double = DemandLaw.priorDispersion
  ) {
    self.isCount = isCount
    self.pull = pull
    let mean = forecasts.isEmpty ? 0 : forecasts.reduce(0, +) / Double(forecasts.count)
    let floor = max(1e-9, 0.05 * mean)
    var (excess, squares) = (0.0, 0.0)
    var found: [Double] = []
    let hop = max(1, forecasts.count / Self.most)
    for index in forecasts.indices {
      let (f, y) = (max(forecasts[index], floor), outcomes[index])
      excess += (y - f) * (y - f) - (isCount ? f : 0)
      squares += f * f
      if index % hop == 0 { found.append(y / Self.lift(f, pull)) }
    }
    found.sort()
    self.ratios = found
    let each = forecasts.isEmpty ? 1 : squares / Double(forecasts.count)
    let weight = max(independent, 0)
    let measured = forecasts.isEmpty ? 0 : excess / Double(forecasts.count)
    self.dispersion = min(
      max(
        (weight * measured + Self.priorWeight * prior * each)
          / ((weight + Self.priorWeight) * max(each, 1e-300)),
        1e-6
      ),
      50
    )
    // Demand that is steadier than chance (a standing order) is not what the parametric view
    // is made for, and it gives way.
    let chance = isCount ? forecasts.reduce(0, +) : 0
    let steady = chance > 0 ? min(1, max(0, 4 * (1 + excess / chance))) : 1
    self.share = found.count < 10 ? 0 : weight / (weight + Self.balance * steady)
  }

  /// The dispersion that is assumed of sums over `length` periods: as the values varied so far,
  /// and for the level, of which a few values tell little, the general assumption.
  static func prior(_ series: PreparedSeries, length: Int) -> Double {
    let count = Double(series.observed)
    return (count * series.variation / Double(max(length, 1)) + priorDispersion) / (count + 1)
  }

  /// A forecast to the power of the pull.
  static func lift(_ forecast: Double, _ pull: Double) -> Double {
    pull == 1 ? forecast : pull == 0 ? 1 : Double.pow(forecast, pull)
  }

  /// Quantiles at ascending levels for a forecast of `mean`.
  func quantiles(mean: Double, levels: [Double]) -> [Double] {
    guard mean > 1e-9 else { return [Double](repeating: 0, count: levels.count) }
    return isCount && mean < Self.countLimit
      ? counted(mean: mean, levels: levels) : continuous(mean: mean, levels: levels)
  }

  /// One walk up the counts, both distribution functions side by side.
  private func counted(mean: Double, levels: [Double]) -> [Double] {
    let size = 1 / dispersion
    let step = mean / (size + mean)
    var mass = Double.exp(-size * Double.log(onePlus: mean * dispersion))
    var parametric = mass
    let scale = ratios.isEmpty ? 0 : 1 / Double(ratios.count)
    let lift = Self.lift(mean, pull)
    var place = 0
    var result = [Double](repeating: 0, count: levels.count)
    var next = 0
    var count = 0.0
    while next < levels.count, count < 4000 {
      while place < ratios.count, ratios[place] * lift <= count + 1e-9 { place += 1 }
      var partial = 0.0
      var ahead = place
      while ahead < ratios.count {
        let value = ratios[ahead] * lift
        if value >= count + 1 { break }
        partial += count + 1 - value
        ahead += 1
      }
      let empirical = ratios.isEmpty ? 0 : (Double(place) + partial) * scale
      let reached = share * empirical + (1 - share) * parametric
      while next < levels.count, reached >= levels[next] - 1e-9 {
        result[next] = count
        next += 1
      }
      mass *= step * (count + size) / (count + 1)
      parametric += mass
      count += 1
    }
    while next < levels.count {
      result[next] = count
      next += 1
    }
    return result
  }

  /// Quantiles of both views, averaged.
  private func continuous(mean: Double, levels: [Double]) -> [Double] {
    let spread = dispersion + (isCount ? 1 / mean : 0)
    let shape = 1 / max(spread, 1e-9)
    return levels.map { level in
      let gamma =
        shape > 3
        ? Self.cube(shape: shape, level: level)
        : IncompleteGamma.quantile(shape: shape, probability: level) / shape
      let empirical = share > 0 ? Descriptive.percentile(ofSorted: ratios, level) : 0
      let value =
        share * empirical * Self.lift(mean, pull) + (1 - share) * gamma * mean
      return isCount ? value.rounded() : value
    }
  }

  /// The quantile of a gamma variable with mean 1, by Wilson and Hilferty's cube.
  private static func cube(shape: Double, level: Double) -> Double {
    let root =
      1 - 1 / (9 * shape) + NormalDistribution.quantile(level) / (3 * Double.sqrt(shape))
    return max(0, root * root * root)
  }
}
