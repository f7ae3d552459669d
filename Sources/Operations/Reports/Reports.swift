import Learning
import Warehouse
import WireFormat

/// What the warehouse says of itself: how full it is, whether its books agree, how it is doing.
public struct Reports: Sendable {
  /// Differences that an audit lists, at most; all are counted.
  private static let listed = 100
  private static let dayMS: Int64 = 86_400_000
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The facility and the settings in force.
  public func facility(scope: TenantScope) throws -> FacilityView {
    let facility = try environment.store.read(scope) { try $0.facility() }
    return FacilityView(facility, settings: environment.settings, now: environment.now())
  }

  /// How the work of the last days went; a day is one of the facility's calendar.
  public func performance(days: Int, scope: TenantScope) throws -> PerformanceReport {
    let from = environment.today.adding(days: 1 - days)
    return try environment.store.read(scope) { transaction in
      PerformanceReport(
        from: from,
        today: try transaction.bookings(since: environment.today),
        outcomes: try transaction.outcomeCounts(since: environment.startOfDay(from)),
        travel: try transaction.pickTravel(since: from),
        slotting: environment.settings.slotting
      )
    }
  }

  /// How often was picked from each location in the last days, for the heat of a floor map.
  public func picks(days: Int, scope: TenantScope) throws -> [LocationID: Int] {
    let from = environment.today.adding(days: 1 - days)
    return try environment.store.read(scope) { try $0.picksByLocation(since: from) }
  }

  /// How full the facility and its zones are.
  public func utilization(scope: TenantScope) throws -> UtilizationReport {
    try environment.store.read(scope) { transaction in
      UtilizationReport(
        rows: try transaction.utilization(),
        refreshedAt: try transaction.utilizationRefreshedAt()
      )
    }
  }

  /// Whether the books agree with themselves: the ledger explains every unit of stock, the cache
  /// equals what it is made of, and the file is whole.
  public func audit(scope: TenantScope) throws -> AuditReport {
    let vitals = try environment.store.vitals()
    return try environment.store.read(scope) { transaction in
      AuditReport(
        differences: try transaction.unexplainedStock(limit: Self.listed),
        staleLocations: try transaction.staleUtilization(limit: Self.listed),
        counts: try transaction.auditCounts().counts,
        rowCounts: try transaction.rowCounts(),
        vitals: vitals,
        at: environment.now()
      )
    }
  }

  /// The facts behind the business checks of the health page.
  public func healthFacts(scope: TenantScope) throws -> HealthFacts {
    let now = environment.now()
    let vitals = try environment.store.vitals()
    return try environment.store.read(scope) { transaction in
      let week = now.adding(ms: -7 * Self.dayMS)
      let feedback = try transaction.feedback(since: week, limit: 10_000)
      let calibration = Calibration(
        predictions: feedback.map(\.confidence),
        outcomes: feedback.map(\.accepted)
      )
      let outcomes = try transaction.outcomes(since: week)
      return HealthFacts(
        at: now,
        vitals: vitals,
        utilizationRefreshedAt: try transaction.utilizationRefreshedAt(),
        modelAccuracy: calibration.accuracy,
        modelOutcomes: feedback.count,
        acceptance: Self.acceptance(outcomes),
        unresolvedCapacityFailures: try transaction.unresolvedCapacityFailures(
          since: now.adding(ms: -Self.dayMS)
        ),
        outbox: try transaction.outboxState(),
        jobRuns: try transaction.jobRuns(limit: 1)
      )
    }
  }

  /// The share of finished tasks that went where they were recommended; nil without any.
  private static func acceptance(_ outcomes: [RecommendationStatus: Int]) -> Double? {
    let accepted = outcomes[.confirmed] ?? 0
    let all = accepted + (outcomes[.overridden] ?? 0) + (outcomes[.rejected] ?? 0)
    return all == 0 ? nil : Double(accepted) / Double(all)
  }
}

/// How full the facility and its zones are.
public struct UtilizationReport: Sendable, Equatable, JSONDocument {
  /// The whole facility first, then zone by zone.
  public var rows: [Utilization]
  /// When the cache was last recomputed in full.
  public var refreshedAt: Instant?

  /// Writes facility, zones and the age of the cache.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      if let facility = rows.first(where: \.zone.isEmpty) {
        body.key("facility")
        Self.write(facility, to: &body)
      }
      body.array("zones") { list in
        for row in rows where !row.zone.isEmpty { Self.write(row, to: &list) }
      }
      body.member("refreshed_at", ms: refreshedAt?.ms)
    }
  }

  private static func write(_ row: Utilization, to writer: inout JSONWriter) {
    writer.object { body in
      body.member("zone", row.zone)
      body.member("locations", row.locations)
      body.member("occupied", row.occupied)
      body.member("average_ratio", (row.averageRatio * 1_000_000).rounded() / 1_000_000)
      body.member("overfull", row.overfull)
    }
  }
}

/// The facts behind the business checks of the health page, as one moment of the store has them.
public struct HealthFacts: Sendable {
  /// When they were read.
  public var at: Instant
  /// What the store says of itself.
  public var vitals: StoreVitals
  /// When the utilisation cache was last recomputed in full.
  public var utilizationRefreshedAt: Instant?
  /// Share of outcomes of 7 days on the right side of one half; nil below 100 of them.
  public var modelAccuracy: Double?
  /// How many outcomes that are.
  public var modelOutcomes: Int
  /// Share of finished tasks of 7 days that went where they were recommended; nil without any.
  public var acceptance: Double?
  /// Facts of 24 hours that breached a place and are not resolved.
  public var unresolvedCapacityFailures: Int
  /// How far the sending has come.
  public var outbox: OutboxState
  /// The newest run of each job.
  public var jobRuns: [JobRun]
}

/// Recomputes the utilisation cache in full, slice by slice; a job runs it every ten minutes.
public struct RefreshUtilization: Sendable {
  /// What was done.
  public struct Report: Sendable, Equatable {
    /// Locations that were recomputed.
    public var slices = 0
    /// Of them, those whose cached figures were wrong.
    public var corrected = 0
  }

  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Recomputes until all is done or `mayContinue` says no.
  public func callAsFunction(
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> Report {
    let clock = ContinuousClock()
    let start = clock.now
    var report = Report()
    var after: LocationID?
    do {
      while mayContinue() {
        let place = after
        let now = environment.now()
        let done = try environment.store.write(scope) { transaction in
          try transaction.refreshUtilization(after: place, limit: Limits.sliceRows, at: now)
        }
        report.slices += 1
        report.corrected += done.corrected
        guard let last = done.last else { break }
        after = last
      }
    } catch {
      CacheMetrics.failed()
      throw error
    }
    CacheMetrics.refreshed(clock.now - start)
    return report
  }
}
