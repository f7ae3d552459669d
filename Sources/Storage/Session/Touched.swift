import Warehouse

/// What a savepoint changed, for what is published after its commit.
struct Touched {
  /// Locations whose stock, reservations or rules changed.
  var locations: Set<LocationID> = []
  /// Of them, those whose own record changed or is new.
  var redrawn: Set<LocationID> = []
  /// The number of the newest event.
  var newestEvent: Int64?

  /// Adds what another savepoint changed.
  mutating func merge(_ other: Touched) {
    locations.formUnion(other.locations)
    redrawn.formUnion(other.redrawn)
    if let event = other.newestEvent { newestEvent = max(newestEvent ?? event, event) }
  }
}
