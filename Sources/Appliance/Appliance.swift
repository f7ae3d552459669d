import API
import Foundation
import HTTPServer
import Logging
import Operations
import Storage
import Synchronization
import Telemetry
import Warehouse
import WireFormat

/// The whole box, joined: store, use cases, API, jobs, uplink.
///
/// The only place where all parts know each other. Opening it opens the database; nothing listens
/// and no job runs until `ApplianceRun` says so, so that the command line can use the same parts
/// while no appliance is running.
public final class Appliance: Sendable {
  let settings: ApplianceSettings
  let store: WarehouseStore
  let facility: Facility
  let scope: TenantScope
  let environment: OperationsEnvironment
  let api: WarehouseAPI
  let jobs: JobDesk
  /// Whoever sends labels to printers.
  let printing: PrintDesk
  let upstream: UpstreamDesk
  let health: HealthDesk
  let doctorDesk: DoctorDesk
  let metrics: MetricsRegistry
  /// People, devices, tokens.
  let access: AccessDesk
  /// Whether the listener takes connections; nil while there is none.
  let listening: ListeningState

  /// Opens the data directory and joins the parts.
  public init(_ settings: ApplianceSettings) throws {
    ProcessTelemetry.startLogs(level: settings.logLevel, format: settings.logFormat)
    let store = try WarehouseStore(
      StoreSettings(
        path: settings.databasePath,
        readers: settings.readers,
        now: { ZoneClock.now() }
      )
    )
    do {
      let scope = TenantScope.facility(home: store.homeTenant)
      let facility = try store.read(scope) { try $0.facility() }
      let zone = try ZoneClock(zone: facility.timeZone)
      try Self.rule(on: settings, in: store, scope)
      let inForce = try Self.inForce(settings, store, scope)
      let environment = Self.environment(settings, inForce, store, zone)
      let metrics = ProcessTelemetry.startMetrics(facility: facility.code)
      let source = HealthSource()
      let upstream = try Self.upstream(settings, environment, scope, facility, inForce, source)
      let jobs = JobDesk(
        jobs: try JobList.jobs(settings, environment, scope: scope, upstream: upstream),
        store: store,
        scope: scope,
        facility: facility.code,
        zone: zone
      )
      let listening = ListeningState()
      let health = HealthDesk(
        environment,
        scope: scope,
        facility: facility.code,
        upstream: upstream,
        jobs: jobs,
        isListening: { listening.value }
      )
      source.ask(health)
      let access = AccessDesk(
        environment: environment,
        secrets: try ProcessSecrets.make(pepperPath: settings.pepperPath),
        facility: scope
      )
      self.settings = settings
      self.access = access
      self.api = Self.api(
        settings,
        environment,
        (access, inForce),
        health: health,
        metrics: metrics,
        upkeep: (jobs, upstream)
      )
      self.store = store
      self.facility = facility
      self.scope = scope
      self.environment = environment
      self.jobs = jobs
      self.printing = PrintDesk(environment, facility: scope)
      self.upstream = upstream
      self.health = health
      self.doctorDesk = DoctorDesk(environment, scope: scope)
      self.metrics = metrics
      self.listening = listening
    } catch {
      store.close()
      throw error
    }
  }

  /// The settings in force: those of the configuration, and over them what the site had set.
  private static func inForce(
    _ settings: ApplianceSettings,
    _ store: WarehouseStore,
    _ scope: TenantScope
  ) throws -> SettingsInForce {
    let inForce = SettingsInForce(settings.operations, words: ConfigurationKeys.words)
    let unknown = try inForce.resume(in: store, scope)
    if !unknown.isEmpty {
      Logger(label: "stowage.settings").warning(
        "settings of the site that this program does not understand are not in force",
        metadata: ["keys": "\(unknown.sorted().joined(separator: ", "))"]
      )
    }
    return inForce
  }

  /// The uplink, and what takes head office's settings: those of before the start are in force.
  private static func upstream(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope,
    _ facility: Facility,
    _ inForce: SettingsInForce,
    _ health: HealthSource
  ) throws -> UpstreamDesk {
    let directives = DirectiveDesk(
      environment,
      scope: scope,
      facility: facility.code,
      key: settings.uplink.settingsKey,
      inForce: inForce,
      unfit: { health.unfit() }
    )
    directives.resume()
    let copies = CopyWatch(store: environment.store, scope: scope, path: settings.markPath)
    copies.open()
    return try UpstreamDesk(
      environment,
      scope: scope,
      facility: facility.code,
      settings: settings,
      directives: directives,
      copies: copies,
      health: health
    )
  }

  /// The clock, the calendar and the threads of the use cases.
  private static func environment(
    _ settings: ApplianceSettings,
    _ inForce: SettingsInForce,
    _ store: WarehouseStore,
    _ zone: ZoneClock
  ) -> OperationsEnvironment {
    OperationsEnvironment(
      store: store,
      settings: { inForce.value },
      now: { ZoneClock.now() },
      newID: { ZoneClock.newID() },
      localDay: { zone.day(of: $0) },
      startOfDay: { zone.start(of: $0) },
      offsetS: { zone.offsetS(at: $0) },
      parallel: WorkerThreads.parallel(
        width: settings.engineThreads,
        niceness: WorkerThreads.stepBack
      )
    )
  }

  /// The API, with what it cannot know by itself.
  private static func api(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    _ desks: (access: AccessDesk, inForce: SettingsInForce),
    health: HealthDesk,
    metrics: MetricsRegistry,
    upkeep: (jobs: JobDesk, upstream: UpstreamDesk)
  ) -> WarehouseAPI {
    let logger = Logger(label: "stowage.api")
    var surroundings = WarehouseAPI.Surroundings(
      access: desks.access,
      settings: desks.inForce,
      accessSettings: AccessSettings(
        requestsPerSecond: settings.requestsPerSecond,
        opensMetricsToLoopback: settings.opensMetricsToLoopback
      ),
      trusts: PeerTrust.name,
      address: settings.address,
      health: { fitnessOnly in
        let answer = health.json(fitnessOnly: fitnessOnly)
        return .init(json: answer.json, isFit: answer.isFit)
      },
      metrics: { isOpenMetrics in isOpenMetrics ? metrics.openMetrics() : metrics.text() },
      fault: { error, request in
        logger.error("\(request.method.rawValue) \(request.target.raw): \(error)")
      }
    )
    let (jobs, upstream) = upkeep
    surroundings.upkeep.jobs = { try jobs.list() }
    surroundings.upkeep.runs = { try jobs.history($0, limit: $1) }
    surroundings.upkeep.start = { try jobs.queue($0) }
    surroundings.upkeep.cancel = { try jobs.cancel($0) }
    surroundings.upkeep.upstream = { try upstream.state() }
    surroundings.upkeep.deadLetters = { try upstream.deadLetters() }
    surroundings.upkeep.requeue = { try upstream.requeue() }
    return WarehouseAPI(environment: environment, surroundings: surroundings)
  }

  /// The routes of the command line: those of the LAN and the admin's.
  var adminRouter: Router {
    AdminRoutes(
      api: api,
      jobs: jobs,
      upstream: upstream,
      doctor: doctorDesk,
      store: store
    ).router()
  }

  /// Rules which hazard classes may lie together, and how far apart, as the configuration says.
  ///
  /// A rule that has left the configuration gives way to the one that every new site begins with;
  /// where there is none, the pair is refused.
  private static func rule(
    on settings: ApplianceSettings,
    in store: WarehouseStore,
    _ scope: TenantScope
  ) throws {
    let note = "configuration"
    let named = Set(settings.compatibleHazards).union(settings.separateHazards.keys)
    let gone = try store.read(scope) { try $0.hazardPairs(noted: note) }
      .filter { !named.contains($0) }
    guard !named.isEmpty || !gone.isEmpty else { return }
    try store.write(scope) { transaction in
      let cautious = HazardMatrix.cautious
      for pair in gone {
        try transaction.setHazardRule(
          pair,
          mayMix: cautious.rules[pair],
          distance: cautious.distances[pair] ?? .location,
          note: nil
        )
      }
      for pair in settings.compatibleHazards {
        try transaction.setHazardRule(pair, mayMix: true, distance: .location, note: note)
      }
      for (pair, distance) in settings.separateHazards {
        try transaction.setHazardRule(pair, mayMix: false, distance: distance, note: note)
      }
    }
  }

  /// Closes the database.
  public func close() {
    store.close()
  }
}

/// Whether the listener takes connections.
final class ListeningState: Sendable {
  private let state = Mutex<Bool?>(nil)

  var value: Bool? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
