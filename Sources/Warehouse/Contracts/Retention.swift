/// What is kept for a time and then deleted.
public enum RetainedKind: String, Sendable, CaseIterable {
  /// Stored answers to idempotency keys.
  case idempotencyKeys
  /// The history of jobs.
  case jobRuns
  /// Forecast paths of runs that are no longer active.
  case supersededForecasts
  /// What was forecast of days that are long over.
  case forecastLags
  /// What screens were told.
  case events
  /// The beginning of the audit log; what is left still says what stood before it.
  case auditLog
  /// What was printed, and what could not be.
  case printJobs
  /// What head office has been told of the levels of a day that is over: they never change.
  case toldLevels
  /// What head office has been told of a day whose figures may still be corrected.
  case toldDays
  /// What waits for a head office, where there is none.
  case untoldDays
}

/// Deletes what has been kept long enough.
public protocol RetentionWriting {
  /// Deletes at most `limit` rows that were made (or ended) before that moment; returns how many.
  func prune(_ kind: RetainedKind, before: Instant, limit: Int) throws -> Int
}
