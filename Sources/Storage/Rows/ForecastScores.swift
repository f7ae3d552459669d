import GRDB
import Warehouse

extension ReadSession {
  /// What was forecast of the days in that range, by material, day and lag.
  func forecastLags(
    _ materials: some Collection<MaterialID>,
    from: LocalDay,
    through: LocalDay
  ) throws -> [ForecastLag] {
    try db.all(
      """
      SELECT l.material_id, l.day, l.lag_days, l.method, l.mean, l.low, l.high
      FROM forecast_lags l
      WHERE l.material_id IN (SELECT value FROM json_each(?)) AND l.day BETWEEN ? AND ?
        \(owned("l.tenant_id")) ORDER BY l.material_id, l.day, l.lag_days
      """,
      [materials.jsonKeys(), from.rawValue, through.rawValue]
    ) { row in
      ForecastLag(
        material: row.key(0),
        day: row.day(1),
        lagDays: row[2],
        method: row[3],
        mean: row[4],
        low: row[5],
        high: row[6]
      )
    }
  }

  /// The newest scores of each material, by lag.
  func forecastScores(_ materials: some Collection<MaterialID>) throws -> [ForecastScore] {
    try db.all(
      """
      SELECT s.material_id, s.method, s.lag_days, s.from_day, s.through_day, s.days,
        s.nonzero_days, s.computed_at, s.mape, s.wape, s.smape, s.mase, s.rmsse, s.rmse, s.bias,
        s.tracking_signal, s.pinball_loss, s.coverage
      FROM forecast_accuracy_metrics s
      WHERE s.material_id IN (SELECT value FROM json_each(?)) AND s.through_day = (
          SELECT max(n.through_day) FROM forecast_accuracy_metrics n
          WHERE n.material_id = s.material_id)
        \(owned("s.tenant_id")) ORDER BY s.material_id, s.lag_days, s.method
      """,
      [materials.jsonKeys()],
      Self.forecastScore
    )
  }

  private static func forecastScore(_ row: Row) -> ForecastScore {
    var measures = ForecastScore.Measures()
    measures.mape = row[8]
    measures.wape = row[9]
    measures.smape = row[10]
    measures.mase = row[11]
    measures.rmsse = row[12]
    measures.rmse = row[13]
    measures.bias = row[14]
    measures.trackingSignal = row[15]
    measures.pinballLoss = row[16]
    measures.coverage = row[17]
    return ForecastScore(
      material: row.key(0),
      method: row[1],
      lagDays: row[2],
      fromDay: row.day(3),
      throughDay: row.day(4),
      days: row[5],
      nonzeroDays: row[6],
      measures: measures,
      computedAt: row.instant(7)
    )
  }
}

extension WriteSession {
  /// Keeps what was forecast of some days; a later run that had seen as much replaces it.
  func save(_ lags: [ForecastLag]) throws {
    guard lags.count <= 4 * Limits.sliceRows else {
      throw Failure(.tooLarge, "At most \(4 * Limits.sliceRows) lags are stored at once.")
    }
    for lag in lags {
      try db.run(
        """
        INSERT INTO forecast_lags (material_id, day, lag_days, tenant_id, method, mean, low, high)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (material_id, day, lag_days) DO UPDATE SET method = excluded.method,
          mean = excluded.mean, low = excluded.low, high = excluded.high
        """,
        [
          lag.material.rawValue, lag.day.rawValue, lag.lagDays,
          try owner(of: lag.material).rawValue, lag.method, lag.mean, lag.low, lag.high,
        ]
      )
    }
  }

  /// Stores scores, and drops those of other days but Sundays: a week apart they show a trend.
  func save(_ scores: [ForecastScore]) throws {
    guard scores.count <= Limits.sliceRows else {
      throw Failure(.tooLarge, "At most \(Limits.sliceRows) scores are stored at once.")
    }
    for score in scores {
      let measures = score.measures
      try db.run(
        """
        DELETE FROM forecast_accuracy_metrics WHERE material_id = ?1 AND lag_days = ?2
          AND (through_day = ?3 OR through_day < ?3 AND (through_day + 4) % 7 <> 0)
        """,
        [score.material.rawValue, score.lagDays, score.throughDay.rawValue]
      )
      try db.run(
        """
        INSERT INTO forecast_accuracy_metrics (tenant_id, material_id, method, lag_days, from_day,
          through_day, days, nonzero_days, mape, wape, smape, mase, rmsse, rmse, bias,
          tracking_signal, pinball_loss, coverage, computed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          try owner(of: score.material).rawValue, score.material.rawValue, score.method,
          score.lagDays, score.fromDay.rawValue, score.throughDay.rawValue, score.days,
          score.nonzeroDays, measures.mape, measures.wape, measures.smape, measures.mase,
          measures.rmsse, measures.rmse, measures.bias, measures.trackingSignal,
          measures.pinballLoss, measures.coverage, score.computedAt.ms,
        ]
      )
    }
  }
}
