import Foundation
import GRDB
import Testing
import Warehouse

@testable import Storage

@Suite("Schema")
struct SchemaTests {
  private static var root: URL {
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
  }

  @Test("The whole schema is what schema/snapshot.sql says")
  func snapshot() throws {
    let queue = try DatabaseQueue(configuration: Connections.single(isReadOnly: false))
    let text = try queue.writeWithoutTransaction { db -> String in
      _ = try Migrator(migrations: Migration.compiledIn()).migrate(db, path: "")
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      let objects = try String.fetchAll(
        db,
        sql: """
          SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
          ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' THEN 2
            ELSE 3 END, name
          """
      )
      return "-- The whole schema at version \(version), as the migrations make it. A golden: see"
        + " SchemaTests.\n\n" + objects.map { $0 + ";\n" }.joined(separator: "\n")
    }
    let file = Self.root.appendingPathComponent("schema/snapshot.sql")
    if ProcessInfo.processInfo.environment["STOWAGE_RECORD"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "run with STOWAGE_RECORD=1 and review the difference")
  }

  @Test("Every table is STRICT, and every table that the requirements name is there")
  func tables() throws {
    let bed = try Bed()
    let tables = try bed.store.pool.read { db in
      try GRDB.Row.fetchAll(db, sql: "PRAGMA table_list").filter {
        $0["type"] == "table" && $0["schema"] == "main"
          && !($0["name"] as String).hasPrefix("sqlite_")
      }
    }
    for table in tables { #expect(table["strict"] == 1, "\(table["name"] as String)") }
    let names = Set(tables.map { $0["name"] as String })
    let wanted = """
      tenants facility facility_calendar materials material_packagings unit_conversions suppliers
      material_suppliers purchase_orders purchase_order_lines locations lots stock
      inventory_transactions receipts receipt_lines outbound_orders outbound_order_lines
      putaway_recommendations reservations putaway_feedback sku_affinity bin_utilization_cache
      demand_history material_forecasts forecast_runs forecast_models forecast_accuracy_metrics
      replenishment_suggestions ml_models ml_feedback_training_data operators devices printers
      api_tokens idempotency_keys imports events outbox sync_batches audit_log jobs job_runs alerts
      cache_refresh_status material_dimension_verifications capacity_validation_failures
      cross_dock_cancellations bin_optimization_remediation_log
      bin_optimization_statistical_metrics bin_optimization_ab_test_results
      bin_optimization_correlation_analysis bin_optimization_statistical_validations
      bin_optimization_outliers bin_optimization_statistical_summary
      """
      .split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(Set(wanted).subtracting(names).isEmpty)
    let views = try bed.store.pool.read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema WHERE type = 'view'")
    }
    #expect(views == ["bin_optimization_data_quality"])
  }

  @Test("The database itself refuses nonsense")
  func checks() throws {
    let plant = try Plant()
    let (lot, rack) = (plant.lot.id.rawValue, plant.rack.rawValue)
    let nonsense = [
      "UPDATE inventory_transactions SET quantity_milli = 1",
      "DELETE FROM inventory_transactions",
      """
      INSERT INTO inventory_transactions (id, public_id, tenant_id, kind, lot_id, material_id,
        to_location_id, quantity_milli, occurred_at, recorded_at, local_day)
      VALUES (9, '\(Bed.id())', 1, 'RECEIPT', \(lot), 1, \(rack), 1, 0, 0, 0)
      """,
      "UPDATE materials SET hu_milli = 0",
      "UPDATE materials SET hu_x_mm = NULL",
      "UPDATE materials SET base_unit = 'BOX'",
      "UPDATE materials SET gtin = '123'",
      "UPDATE locations SET max_weight_g = -1",
      "UPDATE locations SET kind = 'HEAP'",
      "UPDATE stock SET quantity_milli = 0",
      "UPDATE stock SET handling_units = -1",
      "UPDATE stock SET location_id = \(rack)",
      "UPDATE facility SET id = 2",
      "INSERT INTO reservations VALUES (77, 1, \(lot), \(rack), 0, 0, 1, 0)",
      "INSERT INTO demand_history (material_id, day, tenant_id) VALUES (77, 1, 1)",
      "DELETE FROM lots",
      "UPDATE lots SET received_day = 'monday'",
    ]
    for sql in nonsense {
      #expect(throws: Failure.self, "\(sql)") {
        try plant.store.writer.perform(plant.home) { try $0.db.execute(sql: sql) }
      }
    }
  }

  @Test("A migration is preceded by a verified copy, and a failing one changes nothing")
  func migration() throws {
    let bed = try Bed()
    bed.store.close()
    let known = WarehouseStore.schemaVersion
    let next = known + 1
    var steps = try Migration.compiledIn()
    let last = steps.count
    steps.append(Migration(version: next, name: "broken", sql: "CREATE TABLE x (a); SELECT nope"))
    #expect(throws: Failure.self) {
      _ = try WarehouseStore(Bed.settings(bed.path), migrations: steps, beforeCommit: {})
    }
    steps[last] = Migration(
      version: next,
      name: "dangling",
      sql: "INSERT INTO suppliers (tenant_id, code, name) VALUES (99, 'S', 'S')"
    )
    #expect(throws: Failure.self) {
      _ = try WarehouseStore(Bed.settings(bed.path), migrations: steps, beforeCommit: {})
    }
    try bed.reopen()
    #expect(try bed.store.vitals().schemaVersion == known)
    bed.store.close()
    steps[last] = Migration(
      version: next,
      name: "more",
      sql: "CREATE TABLE more (a INTEGER) STRICT"
    )
    let newer = try WarehouseStore(Bed.settings(bed.path), migrations: steps, beforeCommit: {})
    #expect(try newer.vitals().schemaVersion == next)
    newer.close()
    // The copy opens as what it was: a whole database of the version before.
    try Snapshot.verify(bed.path + ".before-\(next)", version: known)
    #expect(throws: Failure.self) {
      try Snapshot.verify(bed.path + ".before-\(next)", version: next)
    }
    #expect(throws: Failure.self) { try bed.reopen() }
    let copy = try Bed.open(bed.path + ".before-\(next)")
    #expect(try copy.read(bed.home) { try $0.facility().code } == "PLANT-1")
    copy.close()
  }
}
