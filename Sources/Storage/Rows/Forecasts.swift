import Foundation
import GRDB
import Warehouse
import WireFormat

extension ReadSession {
  /// The active run, where there is one.
  func activeRun() throws -> ForecastRun? {
    try run(where: "status = 'ACTIVE'", [], order: "\(homeFirst), id DESC")
  }

  /// The run of that name.
  func run(publicID: PublicID) throws -> ForecastRun? {
    try run(where: "public_id = ?", [publicID.text], order: "id")
  }

  private func run(
    where condition: String,
    _ arguments: StatementArguments,
    order: String
  ) throws -> ForecastRun? {
    try db.first(
      """
      SELECT id, public_id, status, method, origin_day, horizon_days, started_at, ended_at,
        materials, failures FROM forecast_runs
      WHERE \(condition)\(owned("tenant_id")) ORDER BY \(order) LIMIT 1
      """,
      arguments
    ) { row in
      ForecastRun(
        id: row.key(0),
        publicID: try row.publicID(1),
        status: try row.word(2),
        method: row[3],
        originDay: row.day(4),
        horizonDays: row[5],
        startedAt: row.instant(6),
        endedAt: row.instant(orNil: 7),
        materials: row[8],
        failures: row[9]
      )
    }
  }

  /// The active forecast of a material.
  func forecast(_ material: MaterialID) throws -> MaterialForecast? {
    try forecasts([material])[material]
  }

  /// Active forecasts of many materials.
  func forecasts(
    _ materials: some Collection<MaterialID>
  ) throws -> [MaterialID: MaterialForecast] {
    let found = try db.all(
      """
      SELECT f.material_id, f.run_id, f.first_day, f.method, f.reason, f.demand_class, f.mean,
        f.levels, f.quantiles, f.cumulative, f.fitted_through, f.fitted_to,
        f.bursts, f.basis
      FROM forecast_runs r JOIN material_forecasts f ON f.run_id = r.id
      WHERE r.status = 'ACTIVE' AND f.material_id IN (SELECT value FROM json_each(?))
        \(owned("f.tenant_id")) ORDER BY r.id
      """,
      [materials.jsonKeys()],
      Self.forecast
    )
    return Dictionary(found.map { ($0.material, $0) }, uniquingKeysWith: { $1 })
  }

  private static func forecast(_ row: Row) -> MaterialForecast {
    let mean = Blob.doubles(row[6])
    let levels = Blob.doubles(row[7])
    let paths = Blob.doubles(row[8])
    let sums = Blob.doubles(row[9])
    let width = levels.count + 2
    let bursts = Blob.doubles(row[12])
    var forecast = MaterialForecast(
      material: row.key(0),
      run: row.key(1),
      firstDay: row.day(2),
      method: row[3],
      reason: row[4],
      demandClass: row[5],
      mean: mean,
      levels: levels,
      quantiles: levels.indices.map {
        Array(paths[($0 * mean.count)..<(($0 + 1) * mean.count)])
      },
      cumulative: (0..<sums.count / width).map { place in
        let at = place * width
        return MaterialForecast.Cumulative(
          steps: Int(sums[at]),
          mean: sums[at + 1],
          quantiles: Array(sums[(at + 2)..<(at + width)])
        )
      },
      fit: row.day(orNil: 10).map {
        MaterialForecast.Fit(originDay: $0, fingerprint: row[11])
      }
    )
    forecast.basis = (row[13] as String?).flatMap(ForecastBasisText.read)
    let span = levels.count + 1
    forecast.bursts = stride(from: 0, to: bursts.count, by: span).map {
      .init(steps: Int(bursts[$0]), extras: Array(bursts[($0 + 1)..<($0 + span)]))
    }
    return forecast
  }
}

extension WriteSession {
  /// Begins a run.
  func beginRun(
    publicID: PublicID,
    method: String,
    originDay: LocalDay,
    horizonDays: Int,
    at: Instant
  ) throws -> ForecastRunID {
    try db.run(
      """
      INSERT INTO forecast_runs (public_id, tenant_id, status, method, origin_day, horizon_days,
        started_at) VALUES (?, ?, 'RUNNING', ?, ?, ?, ?)
      """,
      [
        publicID.text, scope.home.rawValue, method, originDay.rawValue, horizonDays, at.ms,
      ]
    )
    return ForecastRunID(db.lastInsertedRowID)
  }

  /// Stores forecasts of a running run; at most `Limits.sliceRows` at once.
  func save(_ forecasts: [MaterialForecast]) throws {
    guard forecasts.count <= Limits.sliceRows else {
      throw Failure(.tooLarge, "At most \(Limits.sliceRows) forecasts are stored at once.")
    }
    for forecast in forecasts {
      let owner = try owner(of: forecast.material)
      let isWhole =
        forecast.quantiles.count == forecast.levels.count
        && forecast.quantiles.allSatisfy { $0.count == forecast.mean.count }
        && forecast.cumulative.allSatisfy { $0.quantiles.count == forecast.levels.count }
        && forecast.bursts.allSatisfy { $0.extras.count == forecast.levels.count }
      guard isWhole else {
        throw Failure(.invalid, "A forecast's paths and quantiles do not have the same length.")
      }
      let sums = forecast.cumulative.flatMap { [Double($0.steps), $0.mean] + $0.quantiles }
      try db.run(
        """
        INSERT INTO material_forecasts (run_id, material_id, tenant_id, first_day, method, reason,
          demand_class, mean, levels, quantiles, cumulative, fitted_through, fitted_to,
          bursts, basis)
        SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15
        FROM forecast_runs
        WHERE id = ?1 AND status = 'RUNNING'
        ON CONFLICT (run_id, material_id) DO UPDATE SET first_day = excluded.first_day,
          method = excluded.method, reason = excluded.reason,
          demand_class = excluded.demand_class, mean = excluded.mean, levels = excluded.levels,
          quantiles = excluded.quantiles, cumulative = excluded.cumulative,
          fitted_through = excluded.fitted_through, fitted_to = excluded.fitted_to,
          bursts = excluded.bursts, basis = excluded.basis
        """,
        [
          forecast.run.rawValue, forecast.material.rawValue, owner.rawValue,
          forecast.firstDay.rawValue, forecast.method, forecast.reason, forecast.demandClass,
          Blob.of(forecast.mean), Blob.of(forecast.levels),
          Blob.of(forecast.quantiles.flatMap { $0 }), Blob.of(sums),
          forecast.fit?.originDay.rawValue, forecast.fit?.fingerprint,
          Blob.of(forecast.bursts.flatMap { [Double($0.steps)] + $0.extras }),
          forecast.basis.map(ForecastBasisText.text),
        ]
      )
      guard db.changesCount > 0 else {
        throw Failure(.conflict, "The forecast run is not running any more.")
      }
    }
  }

  /// Ends a run: ACTIVE supersedes the run before, FAILED leaves it in force.
  func endRun(
    _ id: ForecastRunID,
    status: ForecastRunStatus,
    materials: Int,
    failures: Int,
    at: Instant
  ) throws {
    if status == .active {
      try db.run(
        """
        UPDATE forecast_runs SET status = 'SUPERSEDED' WHERE status = 'ACTIVE' AND id <> ?1
          AND tenant_id = (SELECT tenant_id FROM forecast_runs WHERE id = ?1)
        """,
        [id.rawValue]
      )
    }
    try db.run(
      """
      UPDATE forecast_runs SET status = ?, materials = ?, failures = ?, ended_at = ?
      WHERE id = ? AND status = 'RUNNING'\(owned("tenant_id"))
      """,
      [status.rawValue, materials, failures, at.ms, id.rawValue]
    )
    try expectOneChange("There is no running forecast run with the key \(id.rawValue).")
  }
}

/// What a forecast stands on, as the JSON text that is stored.
enum ForecastBasisText {
  static func text(_ basis: MaterialForecast.Basis) -> String {
    var writer = JSONWriter()
    writer.object { out in
      out.key("weights")
      out.array { list in
        for share in basis.weights {
          list.array { pair in
            pair.value(share.method)
            pair.value(share.weight)
          }
        }
      }
      out.key("observations")
      out.value(basis.observations)
      out.key("outliers")
      out.array { list in for day in basis.outliers { list.value(day.description) } }
      out.key("closed")
      out.array { list in for day in basis.closed { list.value(day.description) } }
    }
    return writer.text
  }

  /// The basis, or nil for a text that tells of none.
  static func read(_ text: String) -> MaterialForecast.Basis? {
    guard let json = try? JSONReader.parseOwn(Array(text.utf8)) else { return nil }
    let weights = (json["weights"]?.array ?? []).compactMap { pair in
      pair[0]?.string.map { MaterialForecast.Basis.Share(method: $0, weight: pair[1]?.double ?? 0) }
    }
    func days(_ name: String) -> [LocalDay] {
      (json[name]?.array ?? []).compactMap { $0.string.flatMap { LocalDay($0) } }
    }
    return MaterialForecast.Basis(
      weights: weights,
      observations: Int(json["observations"]?.integer ?? 0),
      outliers: days("outliers"),
      closed: days("closed")
    )
  }
}
