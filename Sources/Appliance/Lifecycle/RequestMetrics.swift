import HTTPServer
import Metrics
import Operations
import Storage
import Synchronization
import Telemetry
import Warehouse

/// Counts requests and their time by route and status.
///
/// The series of each kind of request are looked up once and kept: making their labels anew for
/// every request would cost more than answering it.
final class RequestMetrics: Sendable {
  private struct Kind: Hashable {
    var route: String
    var method: String
    var status: Int
  }

  private struct Series {
    var count: Counter
    var duration: Timer
  }

  /// One part of what is known, for some of the connections; a class, since a lock cannot stand in
  /// an array.
  private final class Part: Sendable {
    let known = Mutex<[Kind: Series]>([:])
  }

  private let parts = (0..<16).map { _ in Part() }

  /// Counts nothing yet.
  init() {}

  /// Hears of every finished request.
  func observe(_ observation: Observation) {
    let kind = Kind(
      route: observation.route ?? "none",
      method: Self.name(of: observation.method),
      status: observation.status
    )
    let part = parts[observation.remote.spread & 15]
    let series = part.known.withLock { known in
      if let series = known[kind] { return series }
      let made = Self.series(of: kind)
      known[kind] = made
      return made
    }
    series.count.increment()
    series.duration.recordNanoseconds(Int64(clamping: observation.durationNS))
  }

  /// The method as a label; what a client made up is `other`, or it could make up labels for ever.
  private static func name(of method: HTTPServer.Method?) -> String {
    guard let method else { return "none" }
    return method.isKnown ? method.rawValue : "other"
  }

  private static func series(of kind: Kind) -> Series {
    let dimensions = [
      ("route", kind.route), ("method", kind.method), ("status", String(kind.status)),
    ]
    return Series(
      count: Counter(label: "http_requests_total", dimensions: dimensions),
      duration: Timer(
        label: "http_request_duration_seconds",
        dimensions: [("route", kind.route)]
      )
    )
  }
}

/// What several figures of a scrape are read from: worked out once, and used for a second.
private final class OncePerScrape<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<(at: Int64, value: Value)?>(nil)

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    let now = ZoneClock.uptimeMS()
    if let made = made.withLock({ $0 }), now - made.at < 1_000 { return made.value }
    let value = make()
    made.withLock { $0 = (now, value) }
    return value
  }
}

/// Figures that are read at the moment of the scrape.
enum StoreMetrics {
  /// Registers them.
  static func register(_ appliance: Appliance) {
    let registry = appliance.metrics
    let store = appliance.store
    let scope = appliance.scope
    let environment = appliance.environment
    let vitals = OncePerScrape { try? store.vitals() }
    registry.gauge("sqlite_wal_bytes", []) { vitals.value.map { Double($0.walBytes) } }
    registry.gauge("sqlite_database_bytes", []) { vitals.value.map { Double($0.databaseBytes) } }
    registry.gauge("disk_free_bytes", []) { vitals.value.map { Double($0.diskFreeBytes) } }
    registry.gauge("disk_total_bytes", []) { vitals.value.map { Double($0.diskTotalBytes) } }
    registry.gauge("sqlite_writer_queue", []) { vitals.value.map { Double($0.writerQueue) } }
    registry.counter("sqlite_commits_total", []) { vitals.value.map { Double($0.commits) } }
    registry.counter("sqlite_committed_requests_total", []) {
      vitals.value.map { Double($0.committedRequests) }
    }
    registry.gauge("bin_utilization_cache_age_seconds", []) {
      (try? store.read(scope) { try $0.utilizationRefreshedAt() }).flatMap { moment in
        moment.map { Double(environment.now().ms - $0.ms) / 1_000 }
      }
    }
    registry.gauge("bin_utilization_average_ratio", []) {
      (try? store.read(scope) { try $0.utilization() })?.first?.averageRatio
    }
    registry.gauge("capacity_validation_failures_unresolved", []) {
      let since = environment.now().adding(seconds: -86_400)
      return (try? store.read(scope) { try $0.unresolvedCapacityFailures(since: since) })
        .map(Double.init)
    }
    let outbox = OncePerScrape { try? store.read(scope) { try $0.outboxState() } }
    registry.gauge("sync_backlog_batches", []) { outbox.value.map { Double($0.pendingBatches) } }
    registry.gauge("sync_backlog_events", []) { outbox.value.map { Double($0.unbatchedEvents) } }
    registry.gauge("sync_last_success_timestamp_seconds", []) {
      outbox.value?.lastSuccessAt.map { Double($0.ms) / 1_000 }
    }
    let suggestions = OncePerScrape { try? store.read(scope) { try $0.suggestionCounts() } }
    for urgency in Urgency.allCases {
      registry.gauge("replenishment_suggestions", [("urgency", urgency.rawValue)]) {
        suggestions.value.map { Double($0[urgency] ?? 0) }
      }
    }
    registry.gauge("putaway_acceptance_ratio", []) { acceptance(appliance) }
    let health = OncePerScrape { appliance.health.report().checks }
    registry.gauge("ml_model_accuracy_ratio", []) {
      health.value.first { $0.name == "model_accuracy" }?.value
    }
    for check in health.value {
      registry.gauge("health_status", [("check", check.name)]) {
        health.value.first { $0.name == check.name }?.metricValue
      }
    }
    registry.gauge("build_info", [("version", ProgramVersion.text)]) { 1 }
  }

  /// Share of 7 days' finished recommendations that were taken as they were.
  private static func acceptance(_ appliance: Appliance) -> Double? {
    let since = appliance.environment.now().adding(seconds: -7 * 86_400)
    guard
      let outcomes = try? appliance.store.read(appliance.scope, { try $0.outcomes(since: since) })
    else { return nil }
    let accepted = Double(outcomes[.confirmed] ?? 0)
    let refused = Double((outcomes[.overridden] ?? 0) + (outcomes[.rejected] ?? 0))
    return accepted + refused > 0 ? accepted / (accepted + refused) : nil
  }
}
