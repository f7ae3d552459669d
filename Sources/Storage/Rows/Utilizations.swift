import GRDB
import Warehouse

extension ReadSession {
  /// Utilisation of the whole facility first, then by zone.
  func utilization() throws -> [Utilization] {
    let zones = try db.all(
      """
      SELECT zone, count(*), sum(held), avg(ratio), sum(ratio > 1) FROM (
        SELECT l.zone, c.used_handling_units > 0 AS held, max(
          coalesce(1.0 * c.used_volume_mm3 / nullif(l.capacity_mm3, 0), 0),
          coalesce(1.0 * c.used_weight_g / nullif(l.max_weight_g, 0), 0),
          coalesce(1.0 * c.used_handling_units / nullif(l.max_handling_units, 0), 0)) AS ratio
        FROM locations l JOIN bin_utilization_cache c ON c.location_id = l.id
        WHERE l.kind = 'STORAGE'\(finished("l")))
      GROUP BY zone ORDER BY zone
      """
    ) { row in
      Utilization(
        zone: row[0],
        locations: row[1],
        occupied: row[2],
        averageRatio: row[3],
        overfull: row[4]
      )
    }
    let locations = zones.reduce(0) { $0 + $1.locations }
    let weighted = zones.reduce(0) { $0 + $1.averageRatio * Double($1.locations) }
    let whole = Utilization(
      zone: "",
      locations: locations,
      occupied: zones.reduce(0) { $0 + $1.occupied },
      averageRatio: locations == 0 ? 0 : weighted / Double(locations),
      overfull: zones.reduce(0) { $0 + $1.overfull }
    )
    return [whole] + zones
  }

  /// When the full refresh of the utilisation cache last ended.
  func utilizationRefreshedAt() throws -> Instant? {
    try db.first(
      """
      SELECT finished_at FROM cache_refresh_status
      WHERE name = 'bin_utilization' AND finished_at IS NOT NULL
      """
    ) { $0.instant(0) }
  }

  /// Cached utilisation rows that differ from stock and reservations.
  func staleUtilization(limit: Int) throws -> [String] {
    try db.all(
      """
      SELECT subject FROM bin_optimization_data_quality
      WHERE check_name = 'stale_utilization' ORDER BY subject LIMIT ?
      """,
      [limit]
    ) { $0[0] }
  }
}

extension WriteSession {
  /// Recomputes the cache of the locations after `after` (at most `limit`), from stock and
  /// reservations; returns the last key done and how many rows had to be corrected.
  ///
  /// The refresh counts as ended with the first slice that is not full.
  func refreshUtilization(
    after: LocationID?,
    limit: Int,
    at: Instant
  ) throws -> (last: LocationID?, corrected: Int) {
    if after == nil {
      try db.run(
        """
        INSERT INTO cache_refresh_status (name, started_at) VALUES ('bin_utilization', ?1)
        ON CONFLICT (name) DO UPDATE SET started_at = ?1, rows = 0, corrected = 0
        """,
        [at.ms]
      )
    }
    let ids = try db.all(
      "SELECT location_id FROM bin_utilization_cache WHERE location_id > ? ORDER BY 1 LIMIT ?",
      [after?.rawValue ?? 0, limit]
    ) { $0.key(0) as LocationID }
    let wrong = try differing(ids)
    for id in wrong {
      try db.run(Self.recompute, [id.rawValue])
      touched.locations.insert(id)
    }
    try db.run(
      """
      UPDATE cache_refresh_status SET rows = rows + ?1, corrected = corrected + ?2,
        finished_at = CASE WHEN ?3 THEN ?4 ELSE finished_at END WHERE name = 'bin_utilization'
      """,
      [ids.count, wrong.count, ids.count < limit, at.ms]
    )
    return (ids.last, wrong.count)
  }

  /// Of those locations, the ones whose cached figures differ from stock and reservations.
  ///
  /// The same comparison as the view's, but over these locations alone: the view would look at
  /// all of them for every slice, and a slice must be over in a few milliseconds.
  private func differing(_ ids: [LocationID]) throws -> [LocationID] {
    try db.all(Self.difference, [ids.jsonKeys()]) { $0.key(0) }
  }

  private static let difference = """
    WITH wanted (id) AS (SELECT value FROM json_each(?1)),
    held (id, volume, weight, units) AS (
      SELECT location_id, sum(volume_mm3), sum(weight_g), sum(handling_units)
      FROM stock WHERE location_id IN wanted GROUP BY location_id),
    promised (id, volume, weight, units) AS (
      SELECT location_id, sum(volume_mm3), sum(weight_g), sum(handling_units)
      FROM reservations WHERE location_id IN wanted GROUP BY location_id)
    SELECT c.location_id FROM bin_utilization_cache c
      LEFT JOIN held h ON h.id = c.location_id LEFT JOIN promised p ON p.id = c.location_id
    WHERE c.location_id IN wanted AND (
      c.used_volume_mm3 <> coalesce(h.volume, 0) OR c.used_weight_g <> coalesce(h.weight, 0)
      OR c.used_handling_units <> coalesce(h.units, 0)
      OR c.reserved_volume_mm3 <> coalesce(p.volume, 0)
      OR c.reserved_weight_g <> coalesce(p.weight, 0)
      OR c.reserved_handling_units <> coalesce(p.units, 0))
    ORDER BY c.location_id
    """

  private static let recompute = """
    UPDATE bin_utilization_cache SET (used_volume_mm3, used_weight_g, used_handling_units) =
      (SELECT coalesce(sum(volume_mm3), 0), coalesce(sum(weight_g), 0),
        coalesce(sum(handling_units), 0) FROM stock WHERE location_id = ?1),
      (reserved_volume_mm3, reserved_weight_g, reserved_handling_units) =
      (SELECT coalesce(sum(volume_mm3), 0), coalesce(sum(weight_g), 0),
        coalesce(sum(handling_units), 0) FROM reservations WHERE location_id = ?1)
    WHERE location_id = ?1
    """
}
