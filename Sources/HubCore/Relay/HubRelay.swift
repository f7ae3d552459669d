import Foundation
import Logging
import Synchronization
import Warehouse

/// Passes each stored batch on to a message cluster, after the hub's own commit.
///
/// A batch is marked only when the cluster has confirmed it; whatever happens in between, it is
/// passed on again under the same id, and the cluster drops the repeat. Where a repeat comes more
/// than two hours later, or from a store that was put back, readers drop it by the id: it is the
/// identity of the batch. The cluster being away delays nothing here.
final class HubRelay: Sendable {
  /// What it has done since the start.
  struct Figures: Sendable, Equatable {
    /// Batches that the cluster confirmed.
    var relayed = 0
    /// Of them, those that it had already.
    var repeated = 0
    /// Attempts that failed.
    var failures = 0
    /// What went wrong last; nil after a success.
    var problem: String?
  }

  /// Batches that are read at once: each may have a megabyte.
  static let page = 16
  /// The longest wait after a failure, in milliseconds.
  static let longestWaitMS = 30_000

  private let ledger: any HubLedger
  private let settings: RelaySettings
  private let now: @Sendable () -> Instant
  private let logger: Logger
  private let figures = Mutex(Figures())
  private let stopping = DispatchSemaphore(value: 0)
  private let isStopping = Atomic<Bool>(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Begins to pass on, on a thread of its own.
  init(
    _ ledger: any HubLedger,
    _ settings: RelaySettings,
    now: @escaping @Sendable () -> Instant,
    logger: Logger
  ) {
    self.ledger = ledger
    self.settings = settings
    self.now = now
    self.logger = logger
    let thread = Thread { [self] in
      work()
      ended.signal()
    }
    thread.name = "hub-relay"
    thread.start()
  }

  /// What it has done.
  var current: Figures { figures.withLock { $0 } }

  /// Ends the thread and waits for it; what is under way may take an answer's patience.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    stopping.signal()
    _ = ended.wait(timeout: .now() + .seconds(30))
  }

  private func work() {
    var cluster: StreamCluster?
    var failures = 0
    while !isStopping.load(ordering: .acquiring) {
      do {
        let batches = try ledger.unrelayed(limit: Self.page)
        if batches.isEmpty {
          // What failed here has been passed on by another hub.
          failures = 0
          figures.withLock { $0.problem = nil }
          wait(ms: 500)
          continue
        }
        let connected = try cluster ?? StreamCluster(settings, from: failures)
        cluster = connected
        try pass(batches, to: connected)
        if failures > 0 { logger.notice("The message cluster takes batches again.") }
        failures = 0
      } catch {
        failures += 1
        note(error, isFirst: failures == 1)
        // A lost connection is made anew with the next server; also one that does not get well.
        if cluster?.isUsable == false || failures % 5 == 0 { cluster = nil }
        wait(ms: min(Self.longestWaitMS, 250 << min(failures, 7)))
      }
    }
  }

  /// Passes a page on; what was confirmed before a failure is marked all the same.
  private func pass(_ batches: [RelayedBatch], to cluster: StreamCluster) throws {
    var confirmed: [RelayedBatch] = []
    var repeated = 0
    let outcome = Result {
      for batch in batches where !isStopping.load(ordering: .acquiring) {
        if try cluster.publish(batch) { repeated += 1 }
        confirmed.append(batch)
      }
    }
    if !confirmed.isEmpty { try ledger.markRelayed(confirmed, at: now()) }
    figures.withLock { figures in
      figures.relayed += confirmed.count
      figures.repeated += repeated
    }
    try outcome.get()
    figures.withLock { $0.problem = nil }
  }

  private func note(_ error: any Error, isFirst: Bool) {
    let words = (error as? Failure)?.message ?? "\(error)"
    figures.withLock { figures in
      figures.failures += 1
      figures.problem = words
    }
    guard isFirst else { return }
    logger.warning(
      "Batches could not be passed on; they wait in the hub's store.",
      metadata: ["problem": "\(words)"]
    )
  }

  private func wait(ms: Int) {
    if stopping.wait(timeout: .now() + .milliseconds(ms)) == .success { stopping.signal() }
  }
}
