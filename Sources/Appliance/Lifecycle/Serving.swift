import API
import Foundation
import HTTPServer
import Logging
import Metrics
import Storage
import Synchronization
import Warehouse

/// What runs while the appliance serves: two listeners, the jobs, and the watchdog's thread.
final class Serving: Sendable {
  private static let stopDeadlineMS = 10_000
  private let appliance: Appliance
  private let listeners = Mutex<[Listener]>([])
  private let isStopping = Atomic<Bool>(false)
  private let logger = Logger(label: "stowage.run")

  init(_ appliance: Appliance) throws {
    self.appliance = appliance
  }

  /// Starts everything and tells the address.
  func start(_ ready: (String) -> Void) throws {
    let settings = appliance.settings
    let lan = try listen(
      .internet(host: settings.bind, port: UInt16(clamping: settings.port)),
      appliance.api.router()
    )
    let admin = try listen(
      .unix(path: settings.commandSocket, mode: 0o660, groupID: Self.adminGroup),
      appliance.adminRouter
    )
    listeners.withLock { $0 = [lan, admin] }
    appliance.listening.value = true
    StoreMetrics.register(appliance)
    try appliance.jobs.start()
    startWatchdog()
    let host = settings.bind.contains(":") ? "[\(settings.bind)]" : settings.bind
    ready("http://\(host):\(lan.port ?? 0)")
    ServiceNotice.ready()
  }

  /// Stops in order: no new requests, jobs end, the last answers go out.
  func stop() {
    ServiceNotice.stopping()
    isStopping.store(true, ordering: .releasing)
    appliance.listening.value = false
    let listeners = listeners.withLock { $0 }
    for listener in listeners { listener.quiesce() }
    appliance.jobs.stop()
    for listener in listeners {
      let outcome = listener.stop(deadlineMS: Self.stopDeadlineMS)
      if outcome != .drained { logger.warning("listener stopped: \(outcome)") }
    }
  }

  private func listen(_ address: ListenAddress, _ router: Router) throws -> Listener {
    var settings = ServerSettings(address: address)
    settings.connectionLimit = Limits.connections
    settings.closeFromConnections = Limits.connectionsBeforeClose
    settings.shedFromConnections = Limits.connectionsBeforeShed
    settings.maximumOpenStreams = Limits.eventStreams
    settings.idleTimeoutS = Limits.idleTimeoutS
    settings.headTimeoutMS = Limits.headTimeoutMS
    settings.bodyTimeoutMS = Limits.bodyTimeoutMS
    settings.observe = RequestMetrics.observe
    do {
      return try Listener.start(settings, router: router, logger: Logger(label: "stowage.http"))
    } catch {
      throw Failure(
        error.kind == .addressInUse ? .busy : .invalid,
        error.message,
        hint: error.kind == .addressInUse
          ? "Another program listens there; choose another with http.port or --port." : nil
      )
    }
  }

  /// The group whose members may use the command line, where the machine has it.
  private static var adminGroup: UInt32? {
    getgrnam("stowage-admin").map { $0.pointee.gr_gid }
  }

  /// Tells systemd that the service lives, as long as the writer really commits.
  private func startWatchdog() {
    guard let everyMS = ServiceNotice.watchdogMS else { return }
    let thread = Thread { [self] in
      while !isStopping.load(ordering: .acquiring) {
        Thread.sleep(forTimeInterval: Double(everyMS) / 2_000)
        let proof = try? appliance.store.write(appliance.scope) { try $0.facility().code }
        if proof != nil { ServiceNotice.alive() }
      }
    }
    thread.name = "stowage-watchdog"
    thread.start()
  }
}
