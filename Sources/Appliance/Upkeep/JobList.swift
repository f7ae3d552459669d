import Operations
import Scheduling
import Warehouse

/// Every job of the box with its schedule and its work.
enum JobList {
  /// The jobs; those without a schedule are run by hand only.
  static func jobs(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    scope: TenantScope,
    upstream: UpstreamDesk
  ) throws -> [Job] {
    try upkeep(settings, environment, scope, upstream)
      + planning(settings, environment, scope)
  }

  private static func schedule(
    _ name: String,
    _ settings: ApplianceSettings
  ) throws -> CronExpression? {
    try settings.schedules[name].map { try CronExpression($0) }
  }

  /// What keeps the books and the box in order.
  private static func upkeep(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope,
    _ upstream: UpstreamDesk
  ) throws -> [Job] {
    func schedule(_ name: String) throws -> CronExpression? {
      try Self.schedule(name, settings)
    }
    return [
      Job(
        name: "utilization-refresh",
        schedule: try schedule("utilization-refresh"),
        lane: .light
      ) { context in
        try refreshUtilization(environment, scope, context)
      },
      Job(name: "reservation-expiry", schedule: try schedule("reservation-expiry"), lane: .light) {
        _ in
        let expired = try ExpireRecommendations(environment)(scope: scope)
        return "Expired \(expired) recommendations."
      },
      Job(name: "daily-aggregates", schedule: try schedule("daily-aggregates"), lane: .heavy) {
        context in
        try upstream.aggregate(changedDays: .max, shouldStop: { context.shouldStop })
      },
      Job(name: "audit", schedule: try schedule("audit"), lane: .heavy) { _ in
        try audit(environment, scope)
      },
      Job(name: "retention", schedule: try schedule("retention"), lane: .heavy) { context in
        try prune(settings, environment, scope, context)
      },
      Job(
        name: "sync",
        schedule: try schedule("sync"),
        lane: .network,
        jitterS: settings.uplink.jitterS
      ) { context in
        let made = try upstream.aggregate(
          days: 1,
          changedDays: Limits.changedDaysAtOnce,
          withAccuracy: false,
          shouldStop: { context.shouldStop }
        )
        let sent = try upstream.send(
          patienceS: 14 * 60,
          ignoringBackoff: false,
          shouldStop: { context.shouldStop }
        )
        return "\(made) \(sent)"
      },
    ]
  }

  /// What looks ahead.
  private static func planning(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws -> [Job] {
    func schedule(_ name: String) throws -> CronExpression? {
      try Self.schedule(name, settings)
    }
    return [
      Job(name: "forecast", schedule: try schedule("forecast"), lane: .heavy) { context in
        let report = try RunForecasts(environment)(
          .init(isIncremental: true),
          scope: scope,
          progress: { done, total in context.report(done: done, total: total) },
          mayContinue: { !context.shouldStop }
        )
        return "Forecast \(report.materials) materials in \(report.elapsedMS) ms, "
          + "\(report.moved) of them unmoved, \(report.failures.count) with a stand-in."
      },
      Job(
        name: "forecast-accuracy",
        schedule: try schedule("forecast-accuracy"),
        lane: .heavy,
        follows: ["forecast"]
      ) { context in
        try MeasureAccuracy(environment)(
          scope: scope,
          progress: { done, total in context.report(done: done, total: total) },
          mayContinue: { !context.shouldStop }
        ).sentence
      },
      Job(
        name: "replenishment",
        schedule: try schedule("replenishment"),
        lane: .heavy,
        follows: ["forecast"]
      ) { context in
        let report = try GenerateSuggestions(environment)(
          scope: scope,
          progress: { done, total in context.report(done: done, total: total) },
          mayContinue: { !context.shouldStop }
        )
        return "Looked at \(report.materials) materials; "
          + "\(report.counts[.critical] ?? 0) are critical."
      },
      Job(name: "classes", schedule: try schedule("classes"), lane: .heavy) { context in
        try ClassifyMaterials(environment)(
          scope: scope,
          mayContinue: { !context.shouldStop }
        ).sentence
      },
      Job(
        name: "affinity",
        schedule: try schedule("affinity"),
        lane: .heavy,
        follows: ["classes"]
      ) { context in
        try MineAffinity(environment)(
          scope: scope,
          mayContinue: { !context.shouldStop }
        ).sentence
      },
    ]
  }

  private static func refreshUtilization(
    _ environment: OperationsEnvironment,
    _ scope: TenantScope,
    _ context: JobContext
  ) throws -> String {
    let corrected = try RefreshUtilization(environment)(
      scope: scope,
      mayContinue: { !context.shouldStop }
    ).corrected
    return corrected == 0
      ? "The cache equals stock and reservations."
      : "Corrected \(corrected) rows of the cache."
  }

  private static func audit(
    _ environment: OperationsEnvironment,
    _ scope: TenantScope
  ) throws -> String {
    let (unexplained, counts) = try environment.store.read(scope) { transaction in
      (try transaction.unexplainedStock(limit: 100), try transaction.auditCounts().counts)
    }
    guard unexplained.isEmpty else {
      throw Failure(
        .unusable,
        "\(unexplained.count) stock rows are not explained by the ledger.",
        hint: "Run: stowage doctor"
      )
    }
    let shown = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }
    return shown.isEmpty ? "Nothing to report." : shown.joined(separator: ", ")
  }

  private static func prune(
    _ settings: ApplianceSettings,
    _ environment: OperationsEnvironment,
    _ scope: TenantScope,
    _ context: JobContext
  ) throws -> String {
    let day: Int64 = 86_400
    let retention = settings.retention
    var rules: [(kind: RetainedKind, days: Int)] = [
      (.idempotencyKeys, retention.idempotencyDays), (.jobRuns, retention.jobRunsDays),
      (.supersededForecasts, retention.forecastPathsDays),
      (.forecastLags, retention.forecastLagsDays), (.events, retention.eventsDays),
      (.auditLog, retention.auditDays), (.printJobs, Limits.printJobDays),
      (.toldLevels, retention.aggregateLevelDays), (.toldDays, retention.aggregateDays),
    ]
    // What waits for a hub that is set up is never deleted.
    if settings.uplink.url == nil { rules.append((.untoldDays, retention.aggregateDays)) }
    var deleted: [String] = []
    for rule in rules {
      let before = environment.now().adding(seconds: -Int64(rule.days) * day)
      var total = 0
      var last = 0
      repeat {
        last = try environment.store.write(scope) { transaction in
          try transaction.prune(rule.kind, before: before, limit: Limits.sliceRows)
        }
        total += last
      } while last == Limits.sliceRows && !context.shouldStop
      if total > 0 { deleted.append("\(total) of \(rule.kind.rawValue)") }
    }
    return deleted.isEmpty
      ? "Nothing is old enough." : "Deleted \(deleted.joined(separator: ", "))."
  }
}
