import Synchronization
import Warehouse

/// How many event streams each session has open.
///
/// A browser has six connections to a server, and each stream holds one: a page that opens a third
/// has lost count, and would starve its own calls.
final class StreamSeats: Sendable {
  /// One open stream; the place is free again once the seat is let go.
  final class Seat: Sendable {
    private let seats: StreamSeats
    private let owner: String

    fileprivate init(_ seats: StreamSeats, _ owner: String) {
      self.seats = seats
      self.owner = owner
    }

    deinit { seats.leave(owner) }
  }

  private let taken = Mutex<[String: Int]>([:])

  /// Takes a place for a session; fails where it has as many streams as it may.
  func take(_ owner: String) throws(Failure) -> Seat {
    let isFree = taken.withLock { taken in
      let count = taken[owner] ?? 0
      guard count < Limits.eventStreamsPerSession else { return false }
      taken[owner] = count + 1
      return true
    }
    guard isFree else {
      throw Failure(
        .overloaded,
        "This session has \(Limits.eventStreamsPerSession) event streams open already.",
        hint: "Close one, or share a stream between the tabs of a browser.",
        retryAfterS: 10
      )
    }
    return Seat(self, owner)
  }

  private func leave(_ owner: String) {
    taken.withLock { taken in
      let count = (taken[owner] ?? 1) - 1
      taken[owner] = count > 0 ? count : nil
    }
  }
}
