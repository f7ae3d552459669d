import Warehouse

/// Tells days again whose demand was corrected after they went upstream.
///
/// The whole day goes, with a higher revision, so that head office replaces and never adds. A day
/// is forgotten only after its aggregates are in the outbox; one that changes once more meanwhile
/// stays, and is told once more.
public struct AggregateChangedDays: Sendable {
  /// What was told again.
  public struct Report: Sendable, Equatable {
    /// Days that were built anew.
    public var days: Int
    /// Aggregates that were new or had changed.
    public var appended: Int

    /// Makes a report.
    public init(days: Int = 0, appended: Int = 0) {
      self.days = days
      self.appended = appended
    }
  }

  private let environment: OperationsEnvironment
  private let build: BuildDailyAggregates

  /// Stands on what builds the aggregates of a day.
  public init(_ environment: OperationsEnvironment, _ build: BuildDailyAggregates) {
    self.environment = environment
    self.build = build
  }

  /// Builds the changed days before `today`, the newest first, at most `limit` of them.
  ///
  /// Today and later days are the caller's, who builds today afterwards. Days further back than
  /// `back` days are not told any more.
  public func callAsFunction(
    through today: LocalDay,
    back: Int,
    limit: Int,
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> Report {
    let earliest = today.adding(days: -back)
    var report = Report()
    let changed = try environment.store.read(scope) { try $0.changedDays(limit: 100_000) }
    for day in changed where mayContinue() {
      if day.day < today, day.day >= earliest {
        guard report.days < limit else { continue }
        report.appended += try build(day: day.day, scope: scope, withAccuracy: false).appended
        report.days += 1
      }
      try environment.store.write(scope) { try $0.settle(day) }
    }
    return report
  }
}
