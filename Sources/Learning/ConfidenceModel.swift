import RealModule

/// How likely it is that an operator accepts a recommendation, learned from those before.
///
/// A logistic regression whose weights are not numbers but normal beliefs, each with a mean and a
/// variance. An outcome moves the means by how surprising it was and how unsure they were, and
/// narrows the variances: the step of an extended Kalman filter with a diagonal covariance, so that
/// one outcome costs a few multiplications per feature and needs no learning rate to be tuned.
///
/// Before the first outcome the answer is the base rate, whatever the features say; the intercept
/// learns the true rate of the site within some tens of outcomes, the features follow. While the
/// weights are unsure, their pull is weakened (MacKay, "The evidence framework applied to
/// classification networks", Neural Computation 4, 1992), and the answer stays near the base rate.
///
/// Features are parts of a score or shares, about 0...1; 0.5 is neutral. One that is not a number
/// counts as neutral.
public struct ConfidenceModel: Sendable, Equatable {
  /// One outcome: what was known, and whether the recommendation was accepted.
  public struct Outcome: Sendable, Equatable {
    /// The features at the time of the recommendation.
    public var features: [Double]
    /// Whether it was accepted.
    public var isAccepted: Bool

    /// Makes an outcome.
    public init(features: [Double], isAccepted: Bool) {
      self.features = features
      self.isAccepted = isAccepted
    }
  }

  /// What is believed before any outcome.
  public struct Prior: Sendable, Equatable {
    /// The share that is accepted as a rule, 0 to 1.
    public var baseRate: Double
    /// How many outcomes the base rate is worth.
    public var baseRateWeight: Double
    /// Standard deviation of a feature's weight, in log-odds from neutral to full.
    public var deviation: Double
    /// After how many outcomes half of what was learned is forgotten; nil for never.
    ///
    /// Sites and operators change; a model that never forgets gets stuck in its first year.
    public var halfLife: Double?

    /// Makes a prior.
    public init(
      baseRate: Double = 0.8,
      baseRateWeight: Double = 10,
      deviation: Double = 1,
      halfLife: Double? = 5_000
    ) {
      self.baseRate = min(max(baseRate, 0.01), 0.99)
      self.baseRateWeight = max(baseRateWeight, 0.1)
      self.deviation = min(max(deviation, 1e-3), 1e3)
      self.halfLife = halfLife.map { max($0, 1) }
    }

    /// The mean and variance of the intercept.
    var intercept: (mean: Double, variance: Double) {
      (Logistic.logit(baseRate), 1 / (baseRateWeight * baseRate * (1 - baseRate)))
    }
  }

  /// Most features of a model.
  public static let featureLimit = 64

  /// What was believed at the start.
  public let prior: Prior
  /// Means of intercept and weights, the intercept first.
  public internal(set) var means: [Double]
  /// Their variances.
  public internal(set) var variances: [Double]
  /// From how many outcomes it has learned.
  public internal(set) var outcomes: Int

  /// A model that knows its prior alone; between 1 and 64 features.
  public init(features: Int, prior: Prior = Prior()) throws(LearningError) {
    guard (1...Self.featureLimit).contains(features) else {
      throw LearningError("a model has 1 to \(Self.featureLimit) features, not \(features)")
    }
    self.prior = prior
    let intercept = prior.intercept
    let variance = prior.deviation * prior.deviation
    means = [intercept.mean] + [Double](repeating: 0, count: features)
    variances = [intercept.variance] + [Double](repeating: variance, count: features)
    outcomes = 0
  }

  /// How many features it looks at.
  public var featureCount: Int { means.count - 1 }

  /// The probability that a recommendation with these features is accepted, 0.001 to 0.999.
  ///
  /// Throws where there are more or fewer features than the model has.
  public func confidence(_ features: [Double]) throws(LearningError) -> Double {
    let inputs = try inputs(features)
    var pull = 0.0
    var doubt = 0.0
    for index in 1..<inputs.count {
      pull += means[index] * inputs[index]
      doubt += variances[index] * inputs[index] * inputs[index]
    }
    let logit = means[0] + pull / (1 + Double.pi * doubt / 8).squareRoot()
    return min(max(Logistic.probability(logit), 0.001), 0.999)
  }

  /// What each feature adds to the log-odds, to explain an answer.
  public func contributions(_ features: [Double]) throws(LearningError) -> [Double] {
    let inputs = try inputs(features)
    return (1..<inputs.count).map { means[$0] * inputs[$0] }
  }

  /// Learns from one outcome.
  public mutating func learn(_ outcome: Outcome) throws(LearningError) {
    let inputs = try inputs(outcome.features)
    forget()
    var logit = 0.0
    var doubt = 0.0
    for index in inputs.indices {
      logit += means[index] * inputs[index]
      doubt += variances[index] * inputs[index] * inputs[index]
    }
    let probability = Logistic.probability(logit)
    let information = max(probability * (1 - probability), 1e-4)
    let surprise = (outcome.isAccepted ? 1 : 0) - probability
    // The gain of the filter, with its observation variance 1 / information.
    let scale = 1 / (1 + information * doubt)
    for index in inputs.indices {
      let reach = variances[index] * inputs[index] * scale
      means[index] += reach * surprise
      variances[index] -= reach * information * variances[index] * inputs[index]
    }
    outcomes += 1
  }

  /// Lets the beliefs widen a little, never beyond the prior.
  private mutating func forget() {
    guard let halfLife = prior.halfLife else { return }
    let growth = Double.exp2(1 / halfLife)
    variances[0] = min(variances[0] * growth, prior.intercept.variance)
    for index in 1..<variances.count {
      variances[index] = min(variances[index] * growth, prior.deviation * prior.deviation)
    }
  }

  /// One for the intercept, and the features from -1 to 1 with 0 as neutral.
  func inputs(_ features: [Double]) throws(LearningError) -> [Double] {
    guard features.count == featureCount else {
      throw LearningError(
        "the model looks at \(featureCount) features, \(features.count) were given; train it anew"
      )
    }
    return [1] + features.map { $0.isFinite ? min(max(2 * $0 - 1, -3), 3) : 0 }
  }
}
