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
    /// The slotting run whose costs the index has; nil = none.
    var run: Int64?
    /// The engine's names of the aisles that people call by one name.
    var aisles: [String: Set<String>] = [:]

    mutating func note(_ location: Location) {
      aisles[location.draft.aisle, default: []].insert(PutawayIndex.aisleName(location))
    }
  }

  private let kept = Mutex<Kept?>(nil)

  /// The index of a snapshot; of a newer one where another thread has gone ahead.
  ///
  /// - Parameter run: What a pick from each place costs; taken over once for each run.
  func index(of snapshot: LocationIndexSnapshot, costs run: SlottingRun? = nil) -> PutawayIndex {
    kept.withLock { kept in
      let index = Self.index(of: snapshot, &kept)
      guard let run, kept?.run != run.number else { return index }
      var costed = index
      costed.setPickCosts(snapshot.states.map { run.pickMM[$0.location.id] ?? -1 })
      kept?.index = costed
      kept?.run = run.number
      return costed
    }
  }

  private static func index(
    of snapshot: LocationIndexSnapshot,
    _ kept: inout Kept?
  ) -> PutawayIndex {
    if let known = kept?.version, known >= snapshot.version, let index = kept?.index {
      return index
    }
    if let known = kept?.version, let changed = snapshot.changedIndices(since: known) {
      let states = changed.sorted().map { (index: $0, state: snapshot.states[$0]) }
      kept?.index.update(states)
      for change in states { kept?.note(change.state.location) }
      kept?.version = snapshot.version
      if let index = kept?.index { return index }
    }
    let index = PutawayIndex(snapshot.states)
    var built = Kept(version: snapshot.version, index: index)
    for state in snapshot.states { built.note(state.location) }
    kept = built
    return index
  }

  /// Counts by aisle as people call them, under the engine's names.
  func tasks(_ counts: [String: Int]) -> [String: Int] {
    guard !counts.isEmpty else { return [:] }
    return kept.withLock { kept in
      var named: [String: Int] = [:]
      for (aisle, count) in counts {
        for name in kept?.aisles[aisle] ?? [] { named[name] = count }
      }
      return named
    }
  }
}
