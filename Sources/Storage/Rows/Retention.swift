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
}
