/// Whether a newly trained model may take over: only if it is no worse on held-back feedback.
///
/// The outcomes must not have been used for training either model.
public struct ModelTrial: Sendable, Equatable {
  /// From how many held-back outcomes on a trial means something.
  public static let meaningfulCount = 50

  /// How the model in force did.
  public let current: Calibration
  /// How the new one did.
  public let candidate: Calibration
  /// Whether the new model takes over.
  public let candidateServes: Bool
  /// Why, in words.
  public let reason: String

  /// Tries both models on the same held-back outcomes.
  ///
  /// Judged by the Brier score, which rewards nothing but true probabilities. With fewer than 50
  /// outcomes the model in force stays.
  public init(
    current: ConfidenceModel,
    candidate: ConfidenceModel,
    heldBack: [ConfidenceModel.Outcome]
  ) throws(LearningError) {
    func judged(_ model: ConfidenceModel) throws(LearningError) -> Calibration {
      var predictions: [Double] = []
      for outcome in heldBack { predictions.append(try model.confidence(outcome.features)) }
      return Calibration(predictions: predictions, outcomes: heldBack.map(\.isAccepted))
    }
    self.current = try judged(current)
    self.candidate = try judged(candidate)
    guard heldBack.count >= Self.meaningfulCount, let old = self.current.brierScore,
      let new = self.candidate.brierScore
    else {
      candidateServes = false
      reason = "Only \(heldBack.count) outcomes were held back; \(Self.meaningfulCount) are needed."
      return
    }
    candidateServes = new <= old
    reason =
      candidateServes
      ? "The new model is no worse on \(heldBack.count) outcomes that neither has seen."
      : "The new model is worse on \(heldBack.count) outcomes that neither has seen."
  }
}
