import HTTPServer
import Synchronization
import Warehouse

/// What the hub counts while it runs.
final class HubCounts: Sendable {
  /// What became of a batch.
  enum Outcome: String, CaseIterable {
    case stored
    case repeated
    case conflicting
    case refused
  }

  struct Values {
    var batches: [String: Int] = [:]
    var events = 0
    var bytes = 0
    var calls: [String: Int] = [:]
    var unknownKinds = 0
    var heard: [String: Instant] = [:]
  }

  private let values = Mutex(Values())

  func note(_ outcome: Outcome, _ batch: IncomingBatch) {
    values.withLock { values in
      values.batches[outcome.rawValue, default: 0] += 1
      if outcome == .stored {
        values.events += batch.events.count
        values.unknownKinds += batch.events.count { !KnownKinds.all.contains($0.kind) }
        values.bytes += batch.body.count
      }
    }
  }

  func heard(_ facility: String, at moment: Instant) {
    values.withLock { $0.heard[facility] = moment }
  }

  func note(_ observation: Observation) {
    values.withLock { values in
      let route = observation.route ?? "unknown"
      values.calls["route=\"\(route)\",status=\"\(observation.status)\"", default: 0] += 1
    }
  }

  var current: Values { values.withLock { $0 } }
}
