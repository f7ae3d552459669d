import Packing
import Synchronization
import Warehouse

/// The engine's index of all locations, kept in step with the published snapshots.
///
/// Built once; after that only the states that changed are taken over, so that a recommendation
/// pays for what has happened since the last one and not for the size of the warehouse.
final class PutawayIndexCache: Sendable {
  private struct Kept {
    var version: UInt64
    var index: PutawayIndex
  }

  private let kept = Mutex<Kept?>(nil)

  /// The index of a snapshot; of a newer one where another thread has gone ahead.
  func index(of snapshot: LocationIndexSnapshot) -> PutawayIndex {
    kept.withLock { kept in
      if let known = kept?.version, known >= snapshot.version, let index = kept?.index {
        return index
      }
      if let known = kept?.version, let changed = snapshot.changedIndices(since: known) {
        let states = changed.sorted().map { (index: $0, state: snapshot.states[$0]) }
        kept?.index.update(states)
        kept?.version = snapshot.version
        if let index = kept?.index { return index }
      }
      let index = PutawayIndex(Array(snapshot.states))
      kept = Kept(version: snapshot.version, index: index)
      return index
    }
  }
}
