import GRDB
import Logging
import Synchronization
import Warehouse

/// The location index in memory, kept in step with every commit.
///
/// Loaded once from the utilisation cache; afterwards the writer reads again, on its own
/// connection and right after its COMMIT, just the locations that the group touched. Readers take
/// a snapshot and never wait for a load. Places never move: new locations are appended, and one
/// that is gone keeps its last state.
final class LocationIndex: LocationIndexing {
  /// Changes that a snapshot remembers for `changedIndices(since:)`.
  private static let rememberedChanges = 4_096

  private let current = Mutex(
    LocationIndexSnapshot(
      version: 0,
      states: [],
      indices: [:],
      recentChanges: [],
      oldestChange: 0
    )
  )
  private let changes = Mutex(Changes())

  /// The newest changes, in the order of their versions, and since when they are complete.
  private struct Changes {
    var entries: [(version: UInt64, index: Int)] = []
    var oldest: UInt64 = 0
  }

  /// The newest published snapshot.
  func snapshot() -> LocationIndexSnapshot {
    current.withLock { $0 }
  }

  /// Loads all locations; the version grows, and everything counts as changed.
  func load(_ db: Database) throws {
    let loaded = try ReadSession.indexStates(db)
    let older = snapshot()
    var states = LocationStates([])
    var indices: [LocationID: Int] = [:]
    indices.reserveCapacity(loaded.count)
    // Those that are known keep their places; the rest follows in the order of keys.
    let fresh = Dictionary(loaded.map { ($0.location.id, $0) }, uniquingKeysWith: { $1 })
    for state in older.states {
      indices[state.location.id] = states.count
      states.append(fresh[state.location.id] ?? state)
    }
    for state in loaded where indices[state.location.id] == nil {
      indices[state.location.id] = states.count
      states.append(state)
    }
    let version = older.version + 1
    let emptied = Changes(oldest: version)
    changes.withLock { $0 = emptied }
    publish(version, states, indices, AislePlaces(states), emptied)
  }

  /// Reads the touched locations again and publishes; on the writer's thread after its COMMIT.
  func refresh(_ touched: Touched, _ db: Database, _ logger: Logger) {
    let all = touched.all
    guard !all.isEmpty else { return }
    do {
      let older = snapshot()
      let known = all.filter {
        older.indices[$0] != nil && !touched.redrawn.contains($0)
      }
      let redrawn = all.subtracting(known)
      var states = older.states
      var indices = older.indices
      var aisles = older.aisles
      var isMoved = false
      let version = older.version + 1
      var places = known.compactMap { older.indices[$0] }
      for state in try ReadSession.refilled(places.map { states[$0] }, touched, db) {
        if let place = indices[state.location.id] { states[place] = state }
      }
      for state in try ReadSession.indexStates(db, only: redrawn) {
        if let place = indices[state.location.id] {
          if !AislePlaces.isSame(states.location(at: place), state.location) { isMoved = true }
          states[place] = state
          places.append(place)
        } else {
          aisles.note(state.location, at: states.count)
          indices[state.location.id] = states.count
          places.append(states.count)
          states.append(state)
        }
      }
      if isMoved { aisles = AislePlaces(states) }
      remember(places, version, states, indices, aisles)
    } catch {
      logger.error("the location index could not follow a commit, it is loaded anew: \(error)")
      do { try load(db) } catch { logger.critical("the location index is stale: \(error)") }
    }
  }

  private func remember(
    _ places: [Int],
    _ version: UInt64,
    _ states: LocationStates,
    _ indices: [LocationID: Int],
    _ aisles: AislePlaces
  ) {
    let recent = changes.withLock { changes in
      changes.entries.append(contentsOf: places.map { (version, $0) })
      if changes.entries.count > Self.rememberedChanges {
        let dropped = changes.entries.count - Self.rememberedChanges / 2
        changes.oldest = changes.entries[dropped - 1].version
        changes.entries.removeFirst(dropped)
      }
      return changes
    }
    publish(version, states, indices, aisles, recent)
  }

  private func publish(
    _ version: UInt64,
    _ states: LocationStates,
    _ indices: [LocationID: Int],
    _ aisles: AislePlaces,
    _ changes: Changes
  ) {
    let next = LocationIndexSnapshot(
      version: version,
      states: states,
      indices: indices,
      aisles: aisles,
      recentChanges: changes.entries,
      oldestChange: changes.oldest
    )
    current.withLock { $0 = next }
  }
}
