import HTTPServer
import Synchronization
import Warehouse

/// Lets only so many batches in at a time; the others are told to come again.
///
/// A fleet that comes back after an outage knocks all at once. Whoever waits in the store's queue
/// holds a megabyte and a thread; whoever is told to come back in some seconds holds nothing.
final class IntakeGate: Sendable {
  private struct State {
    var inside = 0
    var shed = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// How many were put off since the start.
  var shed: Int { state.withLock { $0.shed } }

  /// Runs the body, or throws 503 with a `Retry-After` that grows with the crowd.
  func pass<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
    let shed = state.withLock { state -> Int? in
      guard state.inside >= limit else {
        state.inside += 1
        return nil
      }
      state.shed += 1
      return state.shed
    }
    if let shed {
      throw Refusal(
        status: 503,
        code: "overloaded",
        message: "The hub is taking \(limit) other batches at this moment.",
        headers: ["Retry-After": String(2 + shed % 9)]
      )
    }
    defer { state.withLock { $0.inside -= 1 } }
    return try body()
  }
}
