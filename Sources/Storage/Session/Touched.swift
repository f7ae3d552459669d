import Warehouse

/// What a request changed, for what is published after its commit.
struct Touched {
  /// Locations that are read again with everything in them.
  var locations: Set<LocationID> = []
  /// Of them, those whose own record changed or is new.
  var redrawn: Set<LocationID> = []
  /// Locations where only these lots changed: their other contents are kept as they are known.
  ///
  /// A rack of a hundred lots is thus as quick to follow as one of two.
  private(set) var lots: [LocationID: Set<LotID>] = [:]
  /// The number of the newest event.
  var newestEvent: Int64?

  /// Every location that changed in any way.
  var all: Set<LocationID> { locations.union(lots.keys) }

  /// Notes that the stock or the reservations of a lot changed in a location.
  mutating func note(_ lot: LotID, at location: LocationID) {
    lots[location, default: []].insert(lot)
  }

  /// Adds what another request changed.
  mutating func merge(_ other: Touched) {
    locations.formUnion(other.locations)
    redrawn.formUnion(other.redrawn)
    lots.merge(other.lots) { $0.union($1) }
    if let event = other.newestEvent { newestEvent = max(newestEvent ?? event, event) }
  }
}
