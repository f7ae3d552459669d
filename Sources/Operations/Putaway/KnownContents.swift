import Packing
import Warehouse

/// What lies in the places that a decision has looked into, read once for each.
///
/// Every look is a short read of its own, so that a long plan holds no snapshot open; what is
/// reserved is judged again in the write. The lines of a receipt look into the same best places
/// again and again, so what was read is kept for as long as the decision takes.
struct KnownContents {
  private let environment: OperationsEnvironment
  private let scope: TenantScope
  private let snapshot: LocationIndexSnapshot
  private var known: [Int: PutawayContents] = [:]

  /// Nothing known yet.
  init(_ environment: OperationsEnvironment, _ scope: TenantScope) {
    self.environment = environment
    self.scope = scope
    snapshot = environment.store.locations.snapshot()
  }

  /// Reads what is not known of these places, in one go.
  mutating func read(_ places: [Int]) throws {
    let fresh = places.filter { known[$0] == nil }
    guard !fresh.isEmpty else { return }
    let ids = fresh.map { snapshot.states[$0].location.id }
    let found = try environment.store.read(scope) { try $0.contents(of: ids) }
    for (place, id) in zip(fresh, ids) {
      known[place] = PutawayContents(found[id] ?? LocationContents())
    }
  }

  /// What lies in a place.
  mutating func contents(_ place: Int) throws -> PutawayContents {
    if known[place] == nil { try read([place]) }
    return known[place] ?? PutawayContents()
  }
}
