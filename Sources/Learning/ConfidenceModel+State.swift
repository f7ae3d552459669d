extension ConfidenceModel {
  /// The layout of the state below; grows when it changes.
  static let layout = 1.0
  /// Values before the means.
  private static let headCount = 7

  /// All of the model as plain numbers, to be stored.
  ///
  /// Layout 1: layout, features, outcomes, base rate, its weight, deviation, half-life (0 for
  /// never); then the means of intercept and weights, then their variances.
  public var state: [Double] {
    [
      Self.layout, Double(featureCount), Double(outcomes), prior.baseRate, prior.baseRateWeight,
      prior.deviation, prior.halfLife ?? 0,
    ] + means + variances
  }

  /// Reads a stored state.
  ///
  /// Throws where it is of another layout, cut off, or holds what no model can: then the caller
  /// trains anew or starts from the prior.
  public init(state: [Double]) throws(LearningError) {
    guard state.count >= Self.headCount, state[0] == Self.layout else {
      throw LearningError("the stored model is of another layout; train it anew")
    }
    guard let features = Int(exactly: state[1]), let outcomes = Int(exactly: state[2]),
      (1...Self.featureLimit).contains(features), outcomes >= 0,
      state.count == Self.headCount + 2 * (features + 1)
    else { throw LearningError("the stored model is cut off; train it anew") }
    let prior = Prior(
      baseRate: state[3],
      baseRateWeight: state[4],
      deviation: state[5],
      halfLife: state[6] > 0 ? state[6] : nil
    )
    try self.init(features: features, prior: prior)
    means = Array(state[Self.headCount...].prefix(features + 1))
    variances = Array(state.suffix(features + 1))
    self.outcomes = outcomes
    guard state.allSatisfy(\.isFinite), variances.allSatisfy({ $0 > 0 }) else {
      throw LearningError("the stored model holds values that no model has; train it anew")
    }
  }
}
