import Packing
import Synchronization
import Warehouse
import WireFormat

/// How far the plans have come that are being made, by their receipts.
///
/// A station asks while its plan is made. Where two plan the same receipt it tells of the one that
/// began last.
final class PlanBoard: Sendable {
  private let limit = 64
  private let plans = Mutex<[PublicID: PlanProgress]>([:])

  /// A plan begins.
  func begin(_ receipt: PublicID, _ asking: PutawayEngine.Asking) {
    plans.withLock { plans in
      guard plans[receipt] != nil || plans.count < limit else { return }
      plans[receipt] = PlanProgress(
        algorithm: asking.algorithm,
        budgetMS: asking.budgetMS,
        begun: ContinuousClock().now
      )
    }
  }

  /// A plan has come so far.
  func note(_ receipt: PublicID, _ progress: PutawayProgress) {
    plans.withLock { $0[receipt]?.best = progress }
  }

  /// A plan is made, or failed.
  func end(_ receipt: PublicID) {
    plans.withLock { _ = $0.removeValue(forKey: receipt) }
  }

  /// How far a plan has come; nil where none is being made.
  func progress(of receipt: PublicID) -> PlanProgress? {
    plans.withLock { $0[receipt] }
  }
}

/// How far the making of a plan has come.
public struct PlanProgress: Sendable {
  /// The algorithm that makes it.
  var algorithm: PackingAlgorithm
  /// Time that it has for improvement, in milliseconds.
  var budgetMS: Int
  /// When it began.
  var begun: ContinuousClock.Instant
  /// The best plan so far; nil before the first one stands.
  var best: PutawayProgress?
}

/// Whether a plan of a receipt is being made, and how good the best one is so far.
public struct PlanProgressView: Sendable, JSONDocument {
  let progress: PlanProgress?

  /// Writes the figures; they are null before a first plan stands.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("planning", progress != nil)
      guard let progress else { return }
      body.member("algorithm", progress.algorithm.rawValue)
      body.member("budget_ms", progress.budgetMS)
      body.member("elapsed_ms", (ContinuousClock().now - progress.begun).milliseconds.rounded())
      body.member("rounds", progress.best?.rounds)
      body.member("mean_score", progress.best.map { ($0.meanScore * 10_000).rounded() / 10_000 })
      body.member("unplaced_units", progress.best?.unplacedUnits)
    }
  }
}

extension Receipts {
  /// How far the plan of a receipt has come that is being made now.
  public func planning(publicID: PublicID, scope: TenantScope) throws -> PlanProgressView {
    try environment.store.read(scope) { transaction in
      guard try transaction.receipt(publicID: publicID) != nil else {
        throw Receipts.missing(publicID)
      }
    }
    return PlanProgressView(progress: environment.planBoard.progress(of: publicID))
  }
}
