import Foundation
import GRDB
import Warehouse

extension WriteSession {
  /// Applies rows of an import; returns how many of them created something.
  func apply(_ rows: [ImportRow], localDay: LocalDay, at: Instant) throws -> Int {
    var created = 0
    var demand: [DemandDay] = []
    for row in rows {
      switch row {
      case .material(let draft): created += try save(draft).created ? 1 : 0
      case .location(let draft): created += try save(draft).created ? 1 : 0
      case .supplier(let draft):
        created += try isKnown("suppliers", "code", draft.code) ? 0 : 1
        try save(draft)
      case .supplyTerms(let terms):
        created += try isKnown(terms) ? 0 : 1
        try save(terms)
      case .purchaseOrder(let draft):
        created += try isKnown("purchase_orders", "number", draft.number) ? 0 : 1
        try save(draft)
      case .outboundOrder(let draft):
        created += try isKnown("outbound_orders", "number", draft.number) ? 0 : 1
        try save(draft)
      case .demand(let day): demand.append(day)
      case .openingStock(let stock):
        created += try open(stock, localDay: localDay, at: at) ? 1 : 0
      }
    }
    if !demand.isEmpty { created += try putDemand(demand) }
    return created
  }

  /// Whether the home tenant has a row of that name.
  private func isKnown(_ table: String, _ column: String, _ name: String) throws -> Bool {
    try db.first(
      "SELECT 1 FROM \(table) WHERE tenant_id = ? AND \(column) = ?",
      [scope.home.rawValue, name]
    ) { _ in true } ?? false
  }

  private func isKnown(_ terms: SupplyTerms) throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM material_suppliers x JOIN suppliers s ON s.id = x.supplier_id
      WHERE x.material_id = ? AND s.code = ?
      """,
      [terms.material.rawValue, terms.supplierCode]
    ) { _ in true } ?? false
  }

  /// Books what lies in a location on the day of go-live; true where its lot is new.
  private func open(_ stock: OpeningStock, localDay: LocalDay, at: Instant) throws -> Bool {
    let known = try db.first(
      "SELECT \(LotColumns.t) FROM lots t WHERE t.material_id = ? AND t.number = ?",
      [stock.lot.material.rawValue, stock.lot.number],
      LotColumns.lot
    )
    let lot = try known ?? insert(stock.lot, publicID: stock.lotPublicID)
    _ = try post(
      LedgerDraft(
        publicID: stock.ledgerPublicID,
        kind: .adjust,
        lot: lot.id,
        from: nil,
        to: stock.location,
        quantityMilli: stock.quantityMilli,
        reason: "OPENING_STOCK",
        occurredAt: at,
        recordedAt: at,
        localDay: localDay
      )
    )
    return known == nil
  }

  /// Moves the journal on; fails where it does not stand where it should.
  func advance(
    _ id: Int64,
    from first: Int,
    by rows: Int,
    bytes: Int64,
    created: Int
  ) throws {
    try db.run(
      """
      UPDATE imports SET applied_rows = applied_rows + ?, created_rows = created_rows + ?,
        applied_bytes = ?, slices = slices + 1
      WHERE id = ? AND applied_rows = ? AND status = 'APPLYING'
      """,
      [rows, created, bytes, id, first]
    )
    guard db.changesCount == 1 else {
      throw Failure(.conflict, "The journal of import \(id) stands elsewhere.")
    }
  }

  /// Records a row that could not be applied.
  func recordFault(_ id: Int64, row: Int, _ message: String) throws {
    try db.run(
      "INSERT OR IGNORE INTO import_faults (import_id, row, message) VALUES (?, ?, ?)",
      [id, row, message]
    )
    try db.run("UPDATE imports SET failed_rows = failed_rows + 1 WHERE id = ?", [id])
  }

  /// Ends an import, so that its rows become visible; returns the locations that it created.
  func finishImport(_ id: Int64, at: Instant) throws -> [LocationID] {
    try db.run(
      "UPDATE imports SET status = 'FINISHED', finished_at = ? WHERE id = ?",
      [at.ms, id]
    )
    return try db.all("SELECT id FROM locations WHERE import_id = ? ORDER BY id", [id]) {
      $0.key(0)
    }
  }
}

extension Instant {
  /// The calendar day of this moment in a time zone; in UTC where the zone is not known here.
  func day(inZone name: String) -> LocalDay {
    guard let zone = TimeZone(identifier: name) else { return utcDay }
    let date = Date(timeIntervalSince1970: Double(ms) / 1_000)
    return adding(seconds: Int64(zone.secondsFromGMT(for: date))).utcDay
  }
}
