import HTTPServer
import Operations
import Warehouse
import WireFormat

/// The HTTP surface of the warehouse: its routes, and what they need to answer.
public struct WarehouseAPI: Sendable {
  /// The health of the box, as the composition root works it out.
  public struct HealthAnswer: Sendable {
    /// The report as JSON.
    public var json: [UInt8]
    /// Whether the fitness checks alone let this box do its work.
    public var isFit: Bool

    /// Makes an answer.
    public init(json: [UInt8], isFit: Bool) {
      self.json = json
      self.isFit = isFit
    }
  }

  /// What the API cannot know by itself.
  public struct Surroundings: Sendable {
    /// The cryptography and the whole facility, for pairing and signing in.
    public var access: AccessDesk
    /// The settings in force, and what they come from.
    public var settings: SettingsInForce
    /// How strict the gate is.
    public var accessSettings: AccessSettings
    /// The name of a user of the box whose process may speak at its socket; nil where it may not.
    public var trusts: @Sendable (PeerCredentials) -> String?
    /// The address under which devices reach the box, where a request does not say it.
    public var address: String
    /// All health checks, or those of fitness alone.
    public var health: @Sendable (_ fitnessOnly: Bool) -> HealthAnswer
    /// The metrics as text: Prometheus or OpenMetrics.
    public var metrics: @Sendable (_ isOpenMetrics: Bool) -> [UInt8]
    /// Hears of faults that no client should see in full.
    public var fault: @Sendable (any Error, Request) -> Void
    /// The jobs, and the sending to head office; the box alone runs them.
    public var upkeep = Upkeep()
    /// Whose streams are counted together: the session or device behind a request.
    ///
    /// Nil leaves it to the gate, which counts by session, or else by token.
    public var streamOwner: @Sendable (Request) -> String? = { _ in nil }

    /// Makes surroundings.
    public init(
      access: AccessDesk,
      settings: SettingsInForce,
      accessSettings: AccessSettings = AccessSettings(),
      trusts: @escaping @Sendable (PeerCredentials) -> String? = { _ in nil },
      address: String,
      health: @escaping @Sendable (_ fitnessOnly: Bool) -> HealthAnswer,
      metrics: @escaping @Sendable (_ isOpenMetrics: Bool) -> [UInt8],
      fault: @escaping @Sendable (any Error, Request) -> Void
    ) {
      self.access = access
      self.settings = settings
      self.accessSettings = accessSettings
      self.trusts = trusts
      self.address = address
      self.health = health
      self.metrics = metrics
      self.fault = fault
    }
  }

  /// What the use cases stand on.
  public let environment: OperationsEnvironment
  /// How far long calls have come.
  public let progress: ProgressBoard
  let surroundings: Surroundings
  /// The long calls that are running.
  let longCalls = LongCalls()
  /// Answers that are still true.
  let answers = AnswerCache(limit: Limits.cachedAnswers)
  /// The event streams that are open.
  let streamSeats = StreamSeats()
  /// How many long calls work side by side.
  let lanes = Lanes()
  /// Who gets in.
  let gate: Gate

  /// Joins the use cases with their surroundings.
  public init(
    environment: OperationsEnvironment,
    surroundings: Surroundings,
    progress: ProgressBoard = ProgressBoard()
  ) {
    self.environment = environment
    self.surroundings = surroundings
    self.progress = progress
    self.gate = Gate(
      surroundings.access,
      surroundings.accessSettings,
      trusts: surroundings.trusts
    )
  }

  /// Where a router's requests come from.
  public enum Door: Sendable {
    /// The listener of the LAN: tokens, cookies, roles.
    case lan
    /// The unix socket of the box, or its own process: the kernel says who it is.
    case box
  }

  /// The routes, exactly those of `schema/openapi.json`, behind the gate of a door.
  public func router(_ door: Door) -> Router {
    let fault = surroundings.fault
    let gate = gate
    let hooks = RouterHooks(
      render: { refusal, request in refusal.problemDocument(instance: request.id) },
      translate: { error, _ in (error as? Failure).map { Refusal($0) } },
      admit: { request in
        door == .box ? try gate.admitBox(request) : try gate.admit(request)
      },
      fault: { error, request in fault(error, request) }
    )
    var router = Router(hooks: hooks, defaultBodyLimitBytes: Limits.jsonBodyBytes)
    addHealthRoutes(to: &router)
    addUpkeepRoutes(to: &router)
    addPageRoutes(to: &router)
    addMasterRoutes(to: &router)
    addImportRoutes(to: &router)
    addExportRoutes(to: &router)
    addReceiptRoutes(to: &router)
    addPutawayRoutes(to: &router)
    addMovementRoutes(to: &router)
    addScanRoutes(to: &router)
    addFlowRoutes(to: &router)
    addSupplyRoutes(to: &router)
    addPrinterRoutes(to: &router)
    addForecastRoutes(to: &router)
    addSlottingRoutes(to: &router)
    addReplenishmentRoutes(to: &router)
    addEventRoutes(to: &router)
    addReplayRoutes(to: &router)
    addEntryRoutes(to: &router)
    addRightsRoutes(to: &router)
    addSettingsRoutes(to: &router)
    return router
  }
}
