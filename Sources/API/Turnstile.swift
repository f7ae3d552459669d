import Dispatch
import Synchronization
import Warehouse

/// Lets a few in at a time, has a few more wait in their order, and turns the others away.
///
/// Every connection has a thread of its own, so that nothing else keeps a hundred plans from being
/// computed side by side while the scans wait for a core. What cannot be taken is told at once:
/// a client that hears 503 now comes back sooner than one that waits for its timeout.
public final class Turnstile: Sendable {
  private struct State {
    var atWork = 0
    var waiting: [DispatchSemaphore] = []
  }

  private enum Place {
    case now
    case after(DispatchSemaphore)
    case never
  }

  private let state = Mutex(State())
  private let most: Int
  private let mostWaiting: Int
  private let message: String

  /// Makes one: so many at work, so many waiting, and what the others are told.
  public init(atWork most: Int, waiting mostWaiting: Int, message: String) {
    self.most = max(1, most)
    self.mostWaiting = mostWaiting
    self.message = message
  }

  /// How many wait.
  public var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Runs `work` when it is its turn; fails with `overloaded` where too many wait.
  public func take<Result>(_ work: () throws -> Result) throws -> Result {
    switch enter() {
    case .now: break
    case .after(let turn): turn.wait()
    case .never:
      throw Failure(
        .overloaded,
        message,
        hint: "Try again in a second; scans and confirms are taken all the time.",
        retryAfterS: 1
      )
    }
    defer { leave() }
    return try work()
  }

  private func enter() -> Place {
    state.withLock { state in
      if state.atWork < most {
        state.atWork += 1
        return .now
      }
      guard state.waiting.count < mostWaiting else { return .never }
      let turn = DispatchSemaphore(value: 0)
      state.waiting.append(turn)
      return .after(turn)
    }
  }

  /// Hands the place to the one who waits longest.
  private func leave() {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.atWork -= 1
      } else {
        state.waiting.removeFirst().signal()
      }
    }
  }
}

/// The lanes of calls that take long: each bounded for itself, so that neither waits for the other.
struct Lanes: Sendable {
  /// Plans: somebody stands at the dock.
  let plans: Turnstile
  /// Whole tables in and out, forecasts, suggestions.
  let bulk: Turnstile

  init() {
    plans = Turnstile(
      atWork: Limits.plansAtWork,
      waiting: Limits.plansWaiting,
      message: "Too many plans are being made at the moment."
    )
    bulk = Turnstile(
      atWork: Limits.bulkCallsAtWork,
      waiting: Limits.bulkCallsWaiting,
      message: "Too many imports, exports and runs are under way at the moment."
    )
  }
}
