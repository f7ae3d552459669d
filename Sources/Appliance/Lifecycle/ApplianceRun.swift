import Foundation
import HTTPServer
import Logging
import Metrics
import ServiceLifecycle
import UnixSignals
import Warehouse

/// Runs the appliance: listeners, jobs, watchdog; until it is told to stop.
public struct ApplianceRun: Sendable {
  private let settings: ApplianceSettings

  /// Prepares a run.
  public init(settings: ApplianceSettings) {
    self.settings = settings
  }

  /// Serves until SIGTERM or SIGINT, then stops gracefully: no accepted request is lost.
  ///
  /// `ready` hears the address once the listener answers, and the link that makes the first admin
  /// while there is none. An empty data directory gets an empty warehouse first, founded from the
  /// configuration.
  public func untilStopped(
    _ ready: @escaping @Sendable (_ address: String, _ setupLink: String?) -> Void
  ) async throws {
    try ListenRule.check(settings.bind, settings)
    if !FileManager.default.fileExists(atPath: settings.databasePath) {
      _ = try Founding.create(settings)
    }
    let appliance = try Appliance(settings)
    let service = UntilStopped(appliance: appliance, ready: ready)
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: service)],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "stowage.run")
      )
    )
    do {
      try await group.run()
    } catch {
      appliance.close()
      throw error
    }
    appliance.close()
  }
}

/// The listeners and jobs as one service: starts them, waits for the stop, stops them.
private struct UntilStopped: Service {
  let appliance: Appliance
  let ready: @Sendable (String, String?) -> Void

  func run() async throws {
    let serving = try Serving(appliance)
    try serving.start(ready)
    // Nothing here blocks the cooperative pool: the listeners and jobs have their own threads.
    // SIGHUP is always taken, since left alone it would end the process.
    let hangUps = await UnixSignalsSequence(trapping: .sighup)
    for await _ in hangUps.cancelOnGracefulShutdown() { serving.reload() }
    try? await gracefulShutdown()
    await withCheckedContinuation { continuation in
      let thread = Thread {
        serving.stop()
        continuation.resume()
      }
      thread.stackSize = 1024 * 1024
      thread.start()
    }
  }
}
