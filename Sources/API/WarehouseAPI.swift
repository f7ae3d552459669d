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
    /// Whose rows a request may see.
    public var scope: @Sendable (Request) throws -> TenantScope
    /// All health checks, or those of fitness alone.
    public var health: @Sendable (_ fitnessOnly: Bool) -> HealthAnswer
    /// The metrics as text: Prometheus or OpenMetrics.
    public var metrics: @Sendable (_ isOpenMetrics: Bool) -> [UInt8]
    /// Hears of faults that no client should see in full.
    public var fault: @Sendable (any Error, Request) -> Void
    /// Whose streams are counted together: the session or device behind a request.
    ///
    /// Nil where nobody is known by name; then only the number of all streams is bounded.
    public var streamOwner: @Sendable (Request) -> String? = { _ in nil }

    /// Makes surroundings.
    public init(
      scope: @escaping @Sendable (Request) throws -> TenantScope,
      health: @escaping @Sendable (_ fitnessOnly: Bool) -> HealthAnswer,
      metrics: @escaping @Sendable (_ isOpenMetrics: Bool) -> [UInt8],
      fault: @escaping @Sendable (any Error, Request) -> Void
    ) {
      self.scope = scope
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
  /// The event streams that are open.
  let streamSeats = StreamSeats()

  /// Joins the use cases with their surroundings.
  public init(
    environment: OperationsEnvironment,
    surroundings: Surroundings,
    progress: ProgressBoard = ProgressBoard()
  ) {
    self.environment = environment
    self.surroundings = surroundings
    self.progress = progress
  }

  /// The routes of the LAN listener, exactly those of `schema/openapi.json`.
  public func router() -> Router {
    let fault = surroundings.fault
    let hooks = RouterHooks(
      render: { refusal, request in refusal.problemDocument(instance: request.id) },
      fault: { error, request in fault(error, request) }
    )
    var router = Router(hooks: hooks, defaultBodyLimitBytes: Limits.jsonBodyBytes)
    addHealthRoutes(to: &router)
    addPageRoutes(to: &router)
    addMasterRoutes(to: &router)
    addImportRoutes(to: &router)
    addExportRoutes(to: &router)
    addReceiptRoutes(to: &router)
    addPutawayRoutes(to: &router)
    addMovementRoutes(to: &router)
    addForecastRoutes(to: &router)
    addReplenishmentRoutes(to: &router)
    addEventRoutes(to: &router)
    return router
  }
}
