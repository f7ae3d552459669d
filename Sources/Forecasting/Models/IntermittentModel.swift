/// Rate models for rare demand: sizes and the waiting between them are smoothed apart.
///
/// Croston (1972) updates only when demand comes: z += a (y - z), p += b (q - p), q being the
/// periods since the last one; rate z / p. Syntetos and Boylan (2005) found it biased upwards and
/// take (1 - b / 2) z / p; Shale, Boylan and Johnston (JORS 57, 2006) take (1 - b / (2 - b)) z / p,
/// without bias where orders come as a Poisson process. Teunter, Syntetos and Babai (2011) smooth
/// the probability of demand in every period instead, so that the rate fades when demand stops.
///
/// The constants are those with the least squared rate error (Kourentzes, IJPE 156, 2014): the
/// distance of the rate from the mean demand so far. The usual one-step errors would reward a
/// forecast of zero.
struct IntermittentModel {
  /// Which of the four rates.
  enum Kind {
    case croston
    case sba
    case sbj
    case tsb
  }

  /// The constant of the sizes.
  var sizeConstant: Double
  /// The constant of the intervals (TSB: of the probabilities).
  var waitConstant: Double
  /// The expected demand per period after the last value.
  var rate: Double

  /// Finds the constants and the rate; nil where no demand was observed.
  init?(_ values: [Double], kind: Kind) {
    var best: (error: Double, model: IntermittentModel)?
    let grid = [0.02, 0.05, 0.1, 0.2, 0.3]
    for size in grid {
      for wait in grid {
        guard let (error, rate) = Self.pass(values, kind: kind, size: size, wait: wait)
        else { return nil }
        if best.map({ error < $0.error }) ?? true {
          best = (error, IntermittentModel(sizeConstant: size, waitConstant: wait, rate: rate))
        }
      }
    }
    guard let best else { return nil }
    self = best.model
  }

  /// The squared rate error and the final rate with given constants; nil without demand.
  ///
  /// Sizes and intervals start at their means over the whole series.
  static func pass(
    _ values: [Double],
    kind: Kind,
    size: Double,
    wait: Double
  ) -> (error: Double, rate: Double)? {
    var (observed, positive, sum) = (0.0, 0.0, 0.0)
    for value in values where !value.isNaN {
      observed += 1
      if value > 0 {
        positive += 1
        sum += value
      }
    }
    guard positive > 0 else { return nil }
    var z = sum / positive
    var interval = observed / positive
    var chance = positive / observed
    var since = 0.0
    var (error, total, seen) = (0.0, 0.0, 0.0)
    var rate = 0.0
    let factor = kind == .sba ? 1 - wait / 2 : kind == .sbj ? 1 - wait / (2 - wait) : 1
    for value in values where !value.isNaN {
      since += 1
      seen += 1
      total += value
      if value > 0 {
        z += size * (value - z)
        interval += wait * (since - interval)
        chance += wait * (1 - chance)
        since = 0
      } else {
        chance -= wait * chance
      }
      rate = kind == .tsb ? chance * z : factor * z / interval
      let distance = rate - total / seen
      error += distance * distance
    }
    return (error, rate)
  }

  private init(sizeConstant: Double, waitConstant: Double, rate: Double) {
    self.sizeConstant = sizeConstant
    self.waitConstant = waitConstant
    self.rate = rate
  }
}
