import Foundation
import GRDB
import Warehouse

extension ReadSession {
  /// Orders that were due in a range of days, the newest keys first, before a key if one is named.
  ///
  /// Lines that were taken off an order are left out, and orders without a line as well.
  func orderBaskets(
    from: LocalDay,
    through: LocalDay,
    before: Key<OutboundOrder>?,
    limit: Int
  ) throws -> [OrderBasket] {
    var baskets: [OrderBasket] = []
    try db.each(
      """
      SELECT o.id, o.due_day, l.material_id, l.ordered_milli FROM (
        SELECT o.id, o.due_day FROM outbound_orders o
        WHERE o.id < ?1 AND o.due_day BETWEEN ?2 AND ?3\(owned("o.tenant_id"))\(finished("o"))
          AND EXISTS (SELECT 1 FROM outbound_order_lines e
            WHERE e.order_id = o.id AND e.is_cancelled = 0)
        ORDER BY o.id DESC LIMIT ?4) o
        CROSS JOIN outbound_order_lines l ON l.order_id = o.id AND l.is_cancelled = 0
      ORDER BY o.id DESC, l.number
      """,
      [before?.rawValue ?? .max, from.rawValue, through.rawValue, limit]
    ) { row in
      let order: Key<OutboundOrder> = row.key(0)
      if baskets.last?.order != order {
        baskets.append(OrderBasket(order: order, day: row.day(1), lines: []))
      }
      baskets[baskets.count - 1].lines.append(
        OrderBasket.Line(material: row.key(2), quantityMilli: row[3])
      )
      return true
    }
    return baskets
  }

  /// What the materials are picked with, the strongest first.
  func affinities(
    of materials: some Collection<MaterialID>
  ) throws -> [MaterialID: [SKUAffinity]] {
    if materials.isEmpty { return [:] }
    var found: [MaterialID: [SKUAffinity]] = [:]
    try db.each(
      """
      SELECT first_material_id, second_material_id, baskets, support, confidence, lift
      FROM sku_affinity WHERE first_material_id IN (SELECT value FROM json_each(?))
        \(owned("tenant_id")) ORDER BY first_material_id, lift DESC, second_material_id
      """,
      [materials.jsonKeys()]
    ) { row in
      found[row.key(0), default: []].append(
        SKUAffinity(
          material: row.key(0),
          other: row.key(1),
          orders: row[2],
          support: row[3],
          confidence: row[4],
          lift: row[5]
        )
      )
      return true
    }
    return found
  }

  /// The number of the newest run; nil before the first.
  func slottingRunNumber() throws -> Int64? {
    try db.first("SELECT max(id) FROM slotting_runs") { $0[0] as Int64? } ?? nil
  }

  /// The newest run.
  func slottingRun() throws -> SlottingRun? {
    try db.first(
      """
      SELECT id, at, from_day, through_day, routing, layout, orders, pairs, held_out_orders,
        random_tour_mm, class_tour_mm, affinity_tour_mm, affinity_gain_mm, pick_costs
      FROM slotting_runs ORDER BY id DESC LIMIT 1
      """
    ) { row in
      let heldOut: Int? = row[8]
      let costs = Blob.integers(row[13])
      var pickMM: [LocationID: Int64] = [:]
      for at in stride(from: 0, to: costs.count - 1, by: 2) {
        pickMM[LocationID(costs[at])] = costs[at + 1]
      }
      return SlottingRun(
        number: row[0],
        at: row.instant(1),
        from: row.day(2),
        through: row.day(3),
        routing: row[4],
        layout: row[5],
        orders: row[6],
        pairs: row[7],
        trial: heldOut.map {
          SlottingRun.Trial(
            heldOutOrders: $0,
            randomMM: row[9],
            classMM: row[10],
            affinityMM: row[11],
            gainMM: row[12]
          )
        },
        pickMM: pickMM
      )
    }
  }
}

extension WriteSession {
  /// Stores pairs, both ways round, as of a moment; at most `Limits.sliceRows` rows at once.
  func save(_ affinities: [SKUAffinity], at: Instant) throws {
    guard affinities.count <= Limits.sliceRows else {
      throw Failure(.tooLarge, "At most \(Limits.sliceRows) pairs are stored at once.")
    }
    for pair in affinities {
      try db.run(
        """
        INSERT INTO sku_affinity (tenant_id, first_material_id, second_material_id, baskets,
          support, confidence, lift, computed_at)
        SELECT tenant_id, ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM materials WHERE id = ?1
        ON CONFLICT (first_material_id, second_material_id) DO UPDATE SET
          baskets = excluded.baskets, support = excluded.support,
          confidence = excluded.confidence, lift = excluded.lift,
          computed_at = excluded.computed_at
        """,
        [
          pair.material.rawValue, pair.other.rawValue, pair.orders, pair.support, pair.confidence,
          pair.lift, at.ms,
        ]
      )
    }
  }

  /// Drops up to `limit` pairs that are older than a moment; returns how many.
  func dropAffinities(before: Instant, limit: Int) throws -> Int {
    try db.run(
      """
      DELETE FROM sku_affinity WHERE (first_material_id, second_material_id) IN (
        SELECT first_material_id, second_material_id FROM sku_affinity
        WHERE computed_at < ?1\(owned("tenant_id")) LIMIT ?2)
      """,
      [before.ms, limit]
    )
    return db.changesCount
  }

  /// Stores a run as the newest one; older runs keep their figures and lose their costs.
  func save(_ run: SlottingRun) throws {
    let costs = run.pickMM.sorted { $0.key < $1.key }.flatMap { [$0.key.rawValue, $0.value] }
    try db.run("UPDATE slotting_runs SET pick_costs = x'' WHERE length(pick_costs) > 0")
    try db.run(
      """
      INSERT INTO slotting_runs (at, from_day, through_day, routing, layout, orders, pairs,
        held_out_orders, random_tour_mm, class_tour_mm, affinity_tour_mm, affinity_gain_mm,
        pick_costs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        run.at.ms, run.from.rawValue, run.through.rawValue, run.routing, run.layout, run.orders,
        run.pairs, run.trial?.heldOutOrders, run.trial?.randomMM, run.trial?.classMM,
        run.trial?.affinityMM, run.trial?.gainMM, Blob.of(costs),
      ]
    )
  }
}
