import Synchronization
import Warehouse

/// How likely it is that a person takes a recommendation as it is.
///
/// Until enough feedback has been learned from, this is the base rate of the last 90 days, drawn
/// towards a start of four in five by five imagined outcomes: honest, and the same for every
/// recommendation. Read at most once a minute.
final class ConfidenceSource: Sendable {
  private struct Kept {
    var readAt: Instant
    var baseRate: Double
  }

  private static let priorAccepted = 4.0
  private static let priorOutcomes = 5.0
  private static let daysMS: Int64 = 90 * 86_400_000
  private static let keepMS: Int64 = 60_000
  private let kept = Mutex<Kept?>(nil)

  /// The confidence in thousandths.
  func permille(
    _ features: [Double],
    _ environment: OperationsEnvironment,
    in transaction: any ReadTransaction
  ) throws -> Int {
    let now = environment.now()
    let known = kept.withLock { kept -> Double? in
      guard let kept, now.ms - kept.readAt.ms < Self.keepMS, now >= kept.readAt else { return nil }
      return kept.baseRate
    }
    let rate: Double
    if let known {
      rate = known
    } else {
      let outcomes = try transaction.outcomes(since: now.adding(ms: -Self.daysMS))
      let accepted = Double(outcomes[.confirmed] ?? 0)
      let refused = Double((outcomes[.overridden] ?? 0) + (outcomes[.rejected] ?? 0))
      rate =
        (accepted + Self.priorAccepted) / (accepted + refused + Self.priorOutcomes)
      kept.withLock { $0 = Kept(readAt: now, baseRate: rate) }
    }
    return Int((rate * 1_000).rounded())
  }
}
