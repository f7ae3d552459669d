import Learning
import Metrics
import Warehouse
import WireFormat

/// Learns from what people did with recommendations.
///
/// `callAsFunction` goes on from the model in force with the feedback since it was stored: a short
/// job of every few minutes. `retrain` makes a new model of all feedback of half a year, the last
/// fifth held back, and stores it only if it is no worse on that fifth.
public struct LearnConfidence: Sendable {
  /// What was learned.
  public struct Report: Sendable, Equatable, JSONDocument {
    /// Outcomes that were learned from.
    public var outcomes: Int
    /// The version of the model in force.
    public var version: Int64
    /// Whether a new state was stored.
    public var isStored: Bool
    /// Why, in words.
    public var reason: String
    /// Brier score of the model in force on what it was judged by; nil where it was not judged.
    public var brierScore: Double?

    /// Writes the report.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("outcomes", outcomes)
        body.member("version", version)
        body.member("stored", isStored)
        body.member("reason", reason)
        body.member("brier_score", brierScore)
      }
    }
  }

  /// Outcomes that are read at a time.
  private static let readOutcomes = 5_000
  /// Outcomes that a new training looks at, at most.
  private static let trainingOutcomes = 50_000
  private static let trainingDaysMS: Int64 = 180 * 86_400_000
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Goes on with the feedback since the model was stored.
  public func callAsFunction(scope: TenantScope) throws -> Report {
    let now = environment.now()
    let report = try environment.store.write(scope) { transaction -> Report in
      var (model, stored) = try AcceptanceModel.load(transaction)
      let since = stored?.storedAt.adding(ms: 1) ?? Instant(ms: 0)
      let feedback = try transaction.feedback(since: since, limit: Self.readOutcomes)
      let usable = feedback.filter { $0.features.count == AcceptanceModel.featureCount }
      let version = stored?.version ?? 0
      guard !usable.isEmpty else {
        return Report(outcomes: 0, version: version, isStored: false, reason: "no new feedback")
      }
      for outcome in usable {
        try Self.words {
          () throws(LearningError) in
          try model.learn(.init(features: outcome.features, isAccepted: outcome.accepted))
        }
      }
      try transaction.saveModel(Self.learned(model, version: version + 1, at: now))
      return Report(
        outcomes: usable.count,
        version: version + 1,
        isStored: true,
        reason: "learned on"
      )
    }
    if report.isStored { environment.confidence.forget() }
    return report
  }

  /// Trains anew, and stores the result only where it is no worse on feedback held back.
  public func retrain(scope: TenantScope) throws -> Report {
    let clock = ContinuousClock()
    let start = clock.now
    defer {
      Timer(label: "ml_model_training_duration_seconds")
        .recordNanoseconds(Int64((clock.now - start).milliseconds * 1_000_000))
    }
    let now = environment.now()
    let (current, stored, feedback) = try environment.store.read(scope) { transaction in
      let (model, stored) = try AcceptanceModel.load(transaction)
      let since = now.adding(ms: -Self.trainingDaysMS)
      let rows = try transaction.feedback(since: since, limit: Self.trainingOutcomes)
      return (model, stored, rows)
    }
    let outcomes = feedback.filter { $0.features.count == AcceptanceModel.featureCount }
      .map { ConfidenceModel.Outcome(features: $0.features, isAccepted: $0.accepted) }
    let version = stored?.version ?? 0
    let heldBack = Array(outcomes.suffix(outcomes.count / 5))
    guard heldBack.count >= ModelTrial.meaningfulCount else {
      return Report(
        outcomes: outcomes.count,
        version: version,
        isStored: false,
        reason: "too little feedback yet to judge a new model"
      )
    }
    let (candidate, trial) = try Self.words {
      () throws(LearningError) in
      let candidate = try ConfidenceModel.trained(
        on: Array(outcomes.dropLast(heldBack.count)),
        features: AcceptanceModel.featureCount,
        prior: AcceptanceModel.prior
      )
      return (
        candidate, try ModelTrial(current: current, candidate: candidate, heldBack: heldBack)
      )
    }
    guard trial.candidateServes else {
      return Report(
        outcomes: outcomes.count,
        version: version,
        isStored: false,
        reason: trial.reason,
        brierScore: trial.current.brierScore
      )
    }
    // What was held back is learned from as well, now that it has judged.
    var full = candidate
    for outcome in heldBack {
      try Self.words { () throws(LearningError) in try full.learn(outcome) }
    }
    let model = Self.learned(full, version: version + 1, at: now)
    try environment.store.write(scope) { try $0.saveModel(model) }
    environment.confidence.forget()
    return Report(
      outcomes: outcomes.count,
      version: version + 1,
      isStored: true,
      reason: trial.reason,
      brierScore: trial.candidate.brierScore
    )
  }

  private static func learned(
    _ model: ConfidenceModel,
    version: Int64,
    at moment: Instant
  ) -> LearnedModel {
    LearnedModel(
      name: AcceptanceModel.name,
      version: version,
      state: model.state,
      outcomes: Int64(model.outcomes),
      storedAt: moment
    )
  }

  /// Tells an error of the learner in the shape of the house.
  private static func words<Result>(
    _ body: () throws(LearningError) -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      throw Failure(.internal, "The confidence model cannot learn: \(error.message)")
    }
  }
}
