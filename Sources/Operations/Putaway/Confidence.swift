import Learning
import Packing
import Synchronization
import Warehouse

/// The learned model of acceptance, as it is kept in the store.
enum AcceptanceModel {
  /// The name in the store.
  static let name = "putaway_acceptance"
  /// Parts of the score, then score, lead, geometry, split.
  static let featureCount = PutawayPartKind.allCases.count + 4
  /// A new box starts with four of five accepted, as ten imagined outcomes.
  static let prior = ConfidenceModel.Prior(baseRate: 0.8, baseRateWeight: 10)

  /// The model in force; a fresh one where none is stored or its layout is an older one.
  static func load(_ transaction: any ReadTransaction) throws -> (ConfidenceModel, LearnedModel?) {
    let stored = try transaction.model(name)
    if let stored, let model = try? ConfidenceModel(state: stored.state),
      model.featureCount == featureCount
    {
      return (model, stored)
    }
    return (try fresh(), stored)
  }

  /// A model that has seen nothing yet.
  static func fresh() throws -> ConfidenceModel {
    do {
      return try ConfidenceModel(features: featureCount, prior: prior)
    } catch {
      throw Failure(.internal, error.message)
    }
  }
}

/// How likely it is that a person takes a recommendation as it is.
///
/// Before the first feedback this is the base rate, the same for every recommendation; after that
/// the learned model. It is read at most once a minute, and shared by all calls.
final class ConfidenceSource: Sendable {
  private struct Kept {
    var readAt: Instant
    var model: ConfidenceModel
    var baseRate: Double
  }

  private static let daysMS: Int64 = 90 * 86_400_000
  private static let keepMS: Int64 = 60_000
  private let kept = Mutex<Kept?>(nil)

  /// The confidence in thousandths; `isLearned` asks the model instead of the base rate.
  func permille(
    _ features: [Double],
    isLearned: Bool,
    _ environment: OperationsEnvironment,
    in transaction: any ReadTransaction
  ) throws -> Int {
    let now = environment.now()
    var current = kept.withLock { $0 }
    if current.map({ now < $0.readAt || now.ms - $0.readAt.ms >= Self.keepMS }) ?? true {
      let outcomes = try transaction.outcomes(since: now.adding(ms: -Self.daysMS))
      let accepted = Double(outcomes[.confirmed] ?? 0)
      let refused = Double((outcomes[.overridden] ?? 0) + (outcomes[.rejected] ?? 0))
      let prior = AcceptanceModel.prior
      let rate =
        (accepted + prior.baseRate * prior.baseRateWeight)
        / (accepted + refused + prior.baseRateWeight)
      let model = try AcceptanceModel.load(transaction).0
      let fresh = Kept(readAt: now, model: model, baseRate: rate)
      kept.withLock { $0 = fresh }
      current = fresh
    }
    guard let current else { return 800 }
    var confidence = current.baseRate
    if isLearned, features.count == AcceptanceModel.featureCount,
      current.model.outcomes > 0, let learned = try? current.model.confidence(features)
    {
      confidence = learned
    }
    return Int((min(max(confidence, 0), 1) * 1_000).rounded())
  }

  /// Forgets what was read, so that the next recommendation sees a new model.
  func forget() {
    kept.withLock { $0 = nil }
  }
}
