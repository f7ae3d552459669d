import API
import Foundation
import HTTPServer
import Logging
import Metrics
import Operations
import Storage
import Synchronization
import Warehouse

/// What runs while the appliance serves: two listeners, the jobs, and the watchdog's thread.
final class Serving: Sendable {
  private static let stopDeadlineMS = 10_000
  private let appliance: Appliance
  private let listeners = Mutex<[Listener]>([])
  private let isStopping = Atomic<Bool>(false)
  private let metrics = RequestMetrics()
  private let watch = Mutex<CertificateWatch?>(nil)
  private let trial = Mutex<DirectiveWatch?>(nil)
  private let logger = Logger(label: "stowage.run")

  init(_ appliance: Appliance) throws {
    self.appliance = appliance
  }

  /// Starts everything and tells the address, with the link for the first admin where it is due.
  func start(_ ready: (String, String?) -> Void) throws {
    let settings = appliance.settings
    let address = try Self.address(settings)
    let identity = try settings.certificateFiles?.load()
    let lan = try listen(address, appliance.api.router(.lan), identity)
    let admin = try listen(
      .unix(path: settings.commandSocket, mode: 0o660, groupID: PeerTrust.groupID),
      appliance.adminRouter
    )
    listeners.withLock { $0 = [lan, admin] }
    if let files = settings.certificateFiles, let identity {
      logger.notice("HTTPS with a certificate \(CertificateWatch.describe(identity))")
      let made = CertificateWatch(files, lan, logger: logger)
      watch.withLock { $0 = made }
      made.start()
    }
    appliance.listening.value = true
    StoreMetrics.register(appliance)
    try appliance.jobs.start()
    appliance.printing.start()
    trial.withLock { $0 = DirectiveWatch(appliance.upstream.directives) }
    startWatchdog()
    let reached = Self.text(of: address, port: lan.port, isSecure: identity != nil)
    ready(reached, setupLink(at: reached))
    ServiceNotice.ready()
  }

  /// The link that makes the first admin, once; a box that takes no writes offers none.
  private func setupLink(at address: String) -> String? {
    do {
      return try appliance.access.offerSetup().map { "\(address)/setup#\($0)" }
    } catch {
      logger.warning("no link for the first admin could be made: \(error)")
      return nil
    }
  }

  /// Where to listen: on the socket that systemd made, or as the configuration says.
  private static func address(_ settings: ApplianceSettings) throws -> ListenAddress {
    let environment = ProcessInfo.processInfo.environment
    do {
      guard let socket = try InheritedSocket.fromEnvironment(environment) else {
        return .internet(host: settings.bind, port: UInt16(clamping: settings.port))
      }
      // What is refused as a setting may not come in by another door.
      if socket.port != nil { try ListenRule.check(socket.host, settings) }
      return .inherited(socket)
    } catch let error as ListenerError {
      throw Failure(.invalid, error.message, hint: "See stowage-http.socket.")
    }
  }

  private static func text(of address: ListenAddress, port: UInt16?, isSecure: Bool) -> String {
    let host: String
    switch address {
    case .internet(let named, _): host = named
    case .inherited(let socket): host = socket.host
    case .unix(let path, _, _): return "unix:\(path)"
    }
    let literal = host.contains(":") ? "[\(host)]" : host
    return "\(isSecure ? "https" : "http")://\(literal):\(port ?? 0)"
  }

  /// Reads anew what can change while it serves, the certificate; returns at once.
  func reload() {
    guard let watch = watch.withLock({ $0 }) else {
      return logger.notice("asked to reload: there is no certificate, so there is nothing to do")
    }
    watch.reload()
  }

  /// Stops in order: no new requests, jobs end, the last answers go out.
  func stop() {
    ServiceNotice.stopping()
    isStopping.store(true, ordering: .releasing)
    trial.withLock { $0 }?.stop()
    appliance.listening.value = false
    let listeners = listeners.withLock { $0 }
    watch.withLock { $0 }?.stop()
    for listener in listeners { listener.quiesce() }
    appliance.jobs.stop()
    appliance.printing.stop()
    for listener in listeners {
      let outcome = listener.stop(deadlineMS: Self.stopDeadlineMS)
      if outcome != .drained { logger.warning("listener stopped: \(outcome)") }
    }
  }

  private func listen(
    _ address: ListenAddress,
    _ router: Router,
    _ identity: TLSIdentity? = nil
  ) throws -> Listener {
    var settings = ServerSettings(address: address)
    settings.tls = identity
    settings.connectionLimit = Limits.connections
    settings.closeFromConnections = Limits.connectionsBeforeClose
    settings.closePriorityFromConnections = Limits.connectionsBeforePriorityClose
    settings.shedFromConnections = Limits.connectionsBeforeShed
    settings.maximumOpenStreams = Limits.eventStreams
    settings.idleTimeoutS = Limits.idleTimeoutS
    settings.headTimeoutMS = Limits.headTimeoutMS
    settings.bodyTimeoutMS = Limits.bodyTimeoutMS
    settings.observe = { [metrics] in metrics.observe($0) }
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
