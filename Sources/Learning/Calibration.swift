import RealModule

/// How far predicted probabilities can be believed.
///
/// Accuracy alone flatters: where nine of ten recommendations are accepted, accepting everything is
/// right in nine of ten. So the base rate stands beside it, and the Brier skill says how much of
/// the squared error of the base rate the model takes away (Brier 1950; Murphy 1973).
public struct Calibration: Sendable, Equatable {
  /// One group of neighbouring predictions.
  public struct Bin: Sendable, Equatable {
    /// The smallest prediction in it.
    public let lowest: Double
    /// The largest prediction in it.
    public let highest: Double
    /// How many predictions.
    public let count: Int
    /// Their mean.
    public let predicted: Double
    /// The share that came true.
    public let observed: Double
    /// The 95 % interval of the true share (Wilson, JASA 22, 1927).
    public let interval: ClosedRange<Double>
  }

  /// From how many outcomes on an accuracy means something.
  public static let meaningfulCount = 100

  /// How many predictions were judged.
  public let count: Int
  /// The share that came true; nil without predictions.
  public let baseRate: Double?
  /// Mean squared distance of prediction and outcome, 0 at best; nil without predictions.
  public let brierScore: Double?
  /// The part of the base rate's Brier score that the model takes away: 1 at best, 0 for the base
  /// rate, below 0 for worse; nil where all outcomes were the same.
  public let brierSkill: Double?
  /// Mean negative logarithm of the probability of what happened; nil without predictions.
  public let logLoss: Double?
  /// The mean distance of predicted and observed share over the bins, weighted by their size; nil
  /// without predictions.
  public let expectedCalibrationError: Double?
  /// The share on the right side of one half; nil below 100 predictions.
  public let accuracy: Double?
  /// The reliability table.
  public let bins: [Bin]

  /// Judges predictions (0 to 1) by their outcomes, in up to `bins` groups of equal size.
  ///
  /// Groups of equal width would leave most empty, since most predictions lie close together.
  /// Equal predictions are never torn apart. Pairs whose prediction is not a number are left out.
  public init(predictions: [Double], outcomes: [Bool], bins wanted: Int = 10) {
    let pairs = zip(predictions, outcomes).filter { $0.0.isFinite }
      .map { (predicted: min(max($0.0, 0), 1), happened: $0.1) }
      .sorted { $0.predicted < $1.predicted }
    count = pairs.count
    bins = Self.bins(pairs, wanted: max(1, wanted))
    guard !pairs.isEmpty else {
      (baseRate, brierScore, brierSkill) = (nil, nil, nil)
      (logLoss, expectedCalibrationError, accuracy) = (nil, nil, nil)
      return
    }
    var happened = 0
    var right = 0
    var squares = 0.0
    var loss = 0.0
    for pair in pairs {
      let outcome = pair.happened ? 1.0 : 0.0
      squares += (pair.predicted - outcome) * (pair.predicted - outcome)
      loss -= Double.log(max(pair.happened ? pair.predicted : 1 - pair.predicted, 1e-12))
      if pair.happened { happened += 1 }
      if (pair.predicted >= 0.5) == pair.happened { right += 1 }
    }
    let total = Double(pairs.count)
    let rate = Double(happened) / total
    let reference = rate * (1 - rate)
    baseRate = rate
    brierScore = squares / total
    brierSkill = reference > 0 ? 1 - squares / total / reference : nil
    logLoss = loss / total
    accuracy = pairs.count >= Self.meaningfulCount ? Double(right) / total : nil
    expectedCalibrationError = bins.reduce(0) {
      $0 + Double($1.count) / total * abs($1.predicted - $1.observed)
    }
  }

  private static func bins(
    _ pairs: [(predicted: Double, happened: Bool)],
    wanted: Int
  ) -> [Bin] {
    var bins: [Bin] = []
    var start = 0
    while start < pairs.count {
      // What is left, shared among the bins that are left.
      let share = (pairs.count - start + wanted - bins.count - 1) / max(1, wanted - bins.count)
      var end = min(start + max(1, share), pairs.count)
      while end < pairs.count, pairs[end].predicted == pairs[end - 1].predicted { end += 1 }
      let group = pairs[start..<end]
      let size = Double(group.count)
      let observed = Double(group.count { $0.happened }) / size
      bins.append(
        Bin(
          lowest: pairs[start].predicted,
          highest: pairs[end - 1].predicted,
          count: group.count,
          predicted: group.reduce(0) { $0 + $1.predicted } / size,
          observed: observed,
          interval: wilson(observed, size)
        )
      )
      start = end
    }
    return bins
  }

  private static func wilson(_ share: Double, _ count: Double) -> ClosedRange<Double> {
    let z = 1.959_963_984_540_054
    let spread = z * z / count
    let middle = (share + spread / 2) / (1 + spread)
    let half =
      z * (share * (1 - share) / count + spread / (4 * count)).squareRoot() / (1 + spread)
    return max(0, middle - half)...min(1, middle + half)
  }
}
