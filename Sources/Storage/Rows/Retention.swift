import GRDB
import Warehouse

extension WriteSession {
  /// Deletes rows that were made before that moment; returns how many.
  func prune(_ kind: RetainedKind, before: Instant, limit: Int) throws -> Int {
    let sql =
      switch kind {
      case .idempotencyKeys:
        """
        DELETE FROM idempotency_keys WHERE rowid IN (
          SELECT rowid FROM idempotency_keys WHERE created_at < ?1 LIMIT ?2)
        """
      case .jobRuns:
        """
        DELETE FROM job_runs WHERE id IN (
          SELECT id FROM job_runs WHERE ended_at < ?1 LIMIT ?2)
        """
      case .supersededForecasts:
        """
        DELETE FROM material_forecasts WHERE rowid IN (
          SELECT f.rowid FROM material_forecasts f JOIN forecast_runs r ON r.id = f.run_id
          WHERE r.status <> 'ACTIVE' AND r.ended_at < ?1 LIMIT ?2)
        """
      case .forecastLags:
        """
        DELETE FROM forecast_lags WHERE (material_id, day, lag_days) IN (
          SELECT material_id, day, lag_days FROM forecast_lags WHERE day < ?1 / 86400000 LIMIT ?2)
        """
      case .events:
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ?1 LIMIT ?2)"
      case .printJobs:
        """
        DELETE FROM print_jobs WHERE id IN (
          SELECT id FROM print_jobs WHERE ended_at < ?1 LIMIT ?2)
        """
      case .toldLevels: Self.told(Self.levelKinds)
      case .toldDays: Self.told(Self.dayKinds)
      case .untoldDays:
        """
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE kind IN (\(Self.levelKinds), \(Self.dayKinds))
            AND subject < date(?1 / 1000, 'unixepoch') AND batch_sequence IS NULL LIMIT ?2)
        """
      case .auditLog:
        // From its beginning and without a hole; the newest row stays, so that the chain goes on.
        """
        DELETE FROM audit_log WHERE id IN (
          SELECT id FROM audit_log WHERE id < coalesce(
            (SELECT id FROM audit_log WHERE at >= ?1 ORDER BY id LIMIT 1),
            (SELECT max(id) FROM audit_log))
          ORDER BY id LIMIT ?2)
        """
      }
    try db.run(sql, [before.ms, limit])
    return db.changesCount
  }

  /// Aggregates of how things stood on a day or in an hour; their subjects begin with the day.
  private static let levelKinds = """
    'stock.daily', 'utilization.daily', 'utilization.hourly', 'replenishment.daily',
    'quality.daily', 'accuracy.daily', 'audit.head'
    """
  /// Aggregates of what was done on a day.
  private static let dayKinds = "'demand.daily', 'putaway.daily'"

  /// Deletes aggregates of old days whose batches were acknowledged and have been deleted.
  ///
  /// The newest revision of a subject outlives its batch, since the next one is compared with it,
  /// and a head office that lost everything is told it again. By the day that it is about, not by
  /// its age: of such a day nothing is ever told again, so that no revision can begin anew.
  private static func told(_ kinds: String) -> String {
    """
    DELETE FROM outbox WHERE id IN (
      SELECT o.id FROM outbox o
      WHERE o.kind IN (\(kinds)) AND o.subject < date(?1 / 1000, 'unixepoch')
        AND o.batch_sequence IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM sync_batches b
          WHERE b.epoch = o.batch_epoch AND b.sequence = o.batch_sequence)
        AND NOT EXISTS (SELECT 1 FROM sync_dead_letters l
          WHERE l.epoch = o.batch_epoch AND l.sequence = o.batch_sequence
            AND l.requeued_at IS NULL)
      LIMIT ?2)
    """
  }
}
