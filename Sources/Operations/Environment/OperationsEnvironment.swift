import Warehouse

/// What every use case stands on: the store, the clock, the ids, the calendar and the settings.
///
/// One value instead of globals, so that tests run the same code on a fixed clock. Settings are
/// read at each use, because flags take effect without a restart.
public struct OperationsEnvironment: Sendable {
  /// The store.
  public let store: any Store
  /// The moment now.
  public let now: @Sendable () -> Instant
  /// A new name for a thing.
  public let newID: @Sendable () -> PublicID
  /// The facility's calendar day of a moment.
  public let localDay: @Sendable (Instant) -> LocalDay
  /// The first moment of a day in the facility's zone.
  public let startOfDay: @Sendable (LocalDay) -> Instant
  /// Seconds by which the facility's clocks are ahead of UTC at a moment.
  public let offsetS: @Sendable (Instant) -> Int
  /// Runs engine work on several threads.
  public let parallel: Parallel
  /// The engine's view of all locations, shared by all calls.
  let putawayIndex = PutawayIndexCache()
  /// What is known of how people take recommendations.
  let confidence = ConfidenceSource()
  /// What slotting found out about places and pairs.
  let picking = PickingSource()
  /// What scanners sent lately.
  let scanLog = ScanLog()
  /// How far the plans have come that are being made.
  let planBoard = PlanBoard()
  /// Which plan goes before which.
  let precedence = PlanPrecedence()
  /// What is counted of recommendations.
  let metrics = PutawayMetrics()
  /// Rings when a print job was queued.
  public let printBell = PrintBell()
  private let readSettings: @Sendable () -> FacilitySettings

  /// Joins the parts; `settings` is called at each use.
  public init(
    store: any Store,
    settings: @escaping @Sendable () -> FacilitySettings,
    now: @escaping @Sendable () -> Instant,
    newID: @escaping @Sendable () -> PublicID,
    localDay: @escaping @Sendable (Instant) -> LocalDay,
    startOfDay: @escaping @Sendable (LocalDay) -> Instant,
    offsetS: @escaping @Sendable (Instant) -> Int = { _ in 0 },
    parallel: Parallel = .serial
  ) {
    self.store = store
    self.readSettings = settings
    self.now = now
    self.newID = newID
    self.localDay = localDay
    self.startOfDay = startOfDay
    self.offsetS = offsetS
    self.parallel = parallel
  }

  /// The settings in force now.
  public var settings: FacilitySettings { readSettings() }

  /// The calendar day in the facility now.
  public var today: LocalDay { localDay(now()) }
}

/// Runs the parts of a task side by side, on threads that the composition root owns.
public struct Parallel: Sendable {
  /// How many parts run at once.
  public let width: Int
  private let run: @Sendable (Int, @Sendable (Int) -> Void) -> Void

  /// Makes one from a function that runs `body` for 0..<`count` and returns when all are done.
  public init(
    width: Int,
    forEach run: @escaping @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void
  ) {
    self.width = max(1, width)
    self.run = run
  }

  /// Runs `body` for 0..<`count` and returns when all are done.
  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    run(count, body)
  }

  /// One part after another, on the calling thread.
  public static let serial = Parallel(width: 1) { count, body in
    for index in 0..<count { body(index) }
  }
}
