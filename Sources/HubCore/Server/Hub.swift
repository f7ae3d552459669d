import Glibc
import HTTPServer
import Logging
import Synchronization
import Warehouse

/// A running receiver: the store, the keys and the listener.
public final class Hub: Sendable {
  /// How large an answer's page is where nobody says.
  static let pageRows = 10_000

  let settings: HubSettings
  let store: any HubLedger
  let directives: DirectiveFile
  let gate: IntakeGate
  let keys: KeyRing
  let counts = HubCounts()
  let now: @Sendable () -> Instant
  let logger: Logger
  private let listener = Mutex<Listener?>(nil)
  private let watch = Mutex<HubWatch?>(nil)
  let relay = Mutex<HubRelay?>(nil)

  /// Opens the store; nothing listens before `start()`.
  ///
  /// Throws `forbidden` where the hub would be open to other machines without a key, and what
  /// opening the store throws.
  public init(
    _ settings: HubSettings,
    logger: Logger = Logger(label: "stowage.hub"),
    now: @escaping @Sendable () -> Instant = Hub.systemNow
  ) throws {
    self.settings = settings
    self.logger = logger
    self.now = now
    keys = KeyRing(folder: settings.folder)
    directives = DirectiveFile(folder: settings.folder)
    gate = IntakeGate(limit: Limits.hubIntake)
    guard try settings.isLoopback || !keys.isEmpty() else {
      throw Failure(
        .forbidden,
        "Without keys the hub listens on this machine only, not on \(settings.host).",
        hint: "Run `stowage-hub facility add CODE` first; it prints the facility's key."
      )
    }
    store = try Self.open(settings, now: now())
  }

  /// Begins to listen; returns the port.
  @discardableResult
  public func start() throws -> UInt16 {
    var server = ServerSettings(address: .internet(host: settings.host, port: settings.port))
    server.tls = settings.tls
    server.observe = { [counts] in counts.note($0) }
    let started: Listener
    do {
      started = try Listener.start(server, router: router(), logger: logger)
    } catch {
      throw Failure(
        .unusable,
        "The hub cannot listen on \(settings.host):\(settings.port): \(error.message)",
        hint: "Choose another port with --port, or stop what holds this one."
      )
    }
    listener.withLock { $0 = started }
    let port = started.port ?? settings.port
    let isOpen = try keys.isEmpty()
    logger.notice(
      "The hub listens.",
      metadata: ["address": "\(settings.host):\(port)", "store": "\(store.place)"]
    )
    if isOpen {
      logger.warning("No key is set: every program on this machine may send and read.")
    } else if settings.tls == nil && !settings.isLoopback {
      logger.warning("Keys and figures go over the network in plain: name a certificate.")
    }
    watch.withLock { $0 = HubWatch(self) }
    if let cluster = settings.relay {
      relay.withLock { $0 = HubRelay(store, cluster, now: now, logger: logger) }
    }
    return port
  }

  private static func open(_ settings: HubSettings, now: Instant) throws -> any HubLedger {
    guard let database = settings.database else {
      return try HubStore(folder: settings.folder, now: now)
    }
    try HubStore.makeFolder(settings.folder)
    return try PostgresLedger(database, now: now)
  }

  /// Stops to listen, waits for calls under way, and closes the store; blocks meanwhile.
  public func stop(deadlineMS: Int = 5_000) throws {
    let running = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    watch.withLock { watch in
      watch?.stop()
      watch = nil
    }
    _ = running?.stop(deadlineMS: deadlineMS)
    relay.withLock { relay in
      relay?.stop()
      relay = nil
    }
    try store.close()
  }

  /// The release of Stowage that this hub belongs to.
  public static var version: String { Release.version }

  /// Gives the keys of the data folder; works beside a running hub.
  public static func keyRing(folder: String) -> KeyRing { KeyRing(folder: folder) }

  /// The system's time of day.
  public static let systemNow: @Sendable () -> Instant = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(ms: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
