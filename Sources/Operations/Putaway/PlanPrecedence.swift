import Dispatch
import Synchronization
import Warehouse

/// Lets short plans go before long ones.
///
/// Somebody with a pallet waits for the plan of fifty lines, while that of a thousand takes its
/// second or its ten in any case. On two cores both at once get in each other's way, so a long plan
/// holds still between two of its lines while a short one is made, and never for long.
final class PlanPrecedence: Sendable {
  private let short = Atomic<Int>(0)

  /// Makes a short plan.
  func first<Result>(_ work: () throws -> Result) rethrows -> Result {
    short.add(1, ordering: .relaxed)
    defer { short.subtract(1, ordering: .relaxed) }
    return try work()
  }

  /// How long a long plan has held still so far.
  struct Patience {
    fileprivate(set) var waitedMS = 0
  }

  /// Holds still while a short plan is made; in all at most `Limits.planPatienceMS` sleeps of a
  /// millisecond, each of which a busy machine may draw out.
  func giveWay(_ patience: inout Patience) {
    while short.load(ordering: .relaxed) > 0, patience.waitedMS < Limits.planPatienceMS {
      // Nobody signals: a semaphore of its own is a sleep that needs no clock.
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
      patience.waitedMS += 1
    }
  }
}
