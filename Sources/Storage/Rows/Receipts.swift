import GRDB
import Warehouse

extension ReadSession {
  /// The receipt of that name, with its lines.
  func receipt(publicID: PublicID) throws -> Receipt? {
    try receipts(where: "r.public_id = ?1", [publicID.text]).first
  }

  /// The receipt of that number.
  func receipt(number: String) throws -> Receipt? {
    try receipts(where: "r.number = ?1", [number], order: "\(homeFirst), r.id").first
  }

  /// The receipt of that key.
  func receipt(_ id: ReceiptID) throws -> Receipt? {
    try receipts(where: "r.id = ?1", [id.rawValue]).first
  }

  /// The planned receipt of a line, where no task of it is open and nothing of it is on its dock.
  ///
  /// Each confirm asks this, so it must not read the lines. Those of a receipt have neighbouring
  /// keys (they are written together), and the open tasks within their range stand in an index of
  /// their own: one look, whichever way the crew goes through a receipt of 1,000 lines.
  func emptiedReceipt(of line: Key<ReceiptLine>) throws -> ReceiptID? {
    // Most often a neighbour is still open, which one look in the index tells.
    if try db.first(Self.openNeighbour, [line.rawValue], { _ in true }) == true { return nil }
    return try db.first(
      """
      SELECT r.id, r.tenant_id FROM receipts r
      WHERE r.id = (SELECT receipt_id FROM receipt_lines WHERE id = ?1) AND r.status = 'PLANNED'
        AND NOT EXISTS (
          SELECT 1 FROM putaway_recommendations t JOIN receipt_lines l ON l.id = t.receipt_line_id
          WHERE t.status IN ('RECOMMENDED', 'STARTED') AND t.receipt_line_id
            BETWEEN (SELECT min(id) FROM receipt_lines WHERE receipt_id = r.id)
            AND (SELECT max(id) FROM receipt_lines WHERE receipt_id = r.id)
            AND l.receipt_id = r.id)
        AND NOT EXISTS (
          SELECT 1 FROM receipt_lines l
            JOIN stock s ON s.lot_id = l.lot_id AND s.location_id = r.dock_id
          WHERE l.receipt_id = r.id AND s.quantity_milli > 0)
      """,
      [line.rawValue]
    ) { row -> ReceiptID? in scope.allows(row.key(1)) ? row.key(0) : nil } ?? nil
  }

  /// Whether the next open task behind a line, or else the next before it, is of the same receipt.
  private static let openNeighbour = """
    SELECT 1 FROM receipt_lines o WHERE o.id = ?1 AND (
      o.receipt_id = (SELECT l.receipt_id
        FROM putaway_recommendations t INDEXED BY putaway_recommendations_open_line
          CROSS JOIN receipt_lines l ON l.id = t.receipt_line_id
        WHERE t.status IN ('RECOMMENDED', 'STARTED') AND t.receipt_line_id >= ?1
        ORDER BY t.receipt_line_id LIMIT 1)
      OR o.receipt_id = (SELECT l.receipt_id
        FROM putaway_recommendations t INDEXED BY putaway_recommendations_open_line
          CROSS JOIN receipt_lines l ON l.id = t.receipt_line_id
        WHERE t.status IN ('RECOMMENDED', 'STARTED') AND t.receipt_line_id < ?1
        ORDER BY t.receipt_line_id DESC LIMIT 1))
    """

  /// A page in the order of their keys, without a status filter where nil.
  func receipts(_ page: PageRequest, status: ReceiptStatus?) throws -> Page<Receipt> {
    let filter = status == nil ? "?2 IS NULL" : "r.status = ?2"
    let found = try receipts(
      where: "r.id > ?1 AND \(filter)",
      [try page.afterKey(), status?.rawValue, page.limit + 1],
      order: "r.id LIMIT ?3"
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  private func receipts(
    where condition: String,
    _ arguments: StatementArguments,
    order: String = "r.id"
  ) throws -> [Receipt] {
    var receipts = try db.all(
      """
      SELECT r.id, r.public_id, r.tenant_id, r.number, r.status, r.dock_id, r.supplier_code,
        r.due_day, r.arrived_at, r.created_at FROM receipts r
      WHERE \(condition)\(owned("r.tenant_id")) ORDER BY \(order)
      """,
      arguments
    ) { row in
      Receipt(
        id: row.key(0),
        publicID: try row.publicID(1),
        tenant: row.key(2),
        number: row[3],
        status: try row.word(4),
        dock: row.key(5),
        supplierCode: row[6],
        dueDay: row.day(orNil: 7),
        arrivedAt: row.instant(orNil: 8),
        createdAt: row.instant(9),
        lines: []
      )
    }
    let places = Dictionary(
      receipts.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    _ = try db.all(Self.linesOfReceipts, [receipts.map(\.id).jsonKeys()]) { row in
      if let place = places[row.key(0)] { receipts[place].lines.append(Self.line(row)) }
    }
    return receipts
  }

  private static let linesOfReceipts = """
    SELECT receipt_id, id, number, lot_id, material_id, quantity_milli, lot_number, license_plate,
      expiry_day, usable_from_day, fsc_claim, hu_milli, hu_x_mm, hu_y_mm, hu_z_mm, hu_weight_g,
      received_milli, damaged_milli, damaged_lot_id
    FROM receipt_lines WHERE receipt_id IN (SELECT value FROM json_each(?))
    ORDER BY receipt_id, number
    """

  private static func line(_ row: Row) -> ReceiptLine {
    let draft = ReceiptLineDraft(
      material: row.key(4),
      quantityMilli: row[5],
      lotNumber: row[6],
      licensePlate: row[7],
      expiry: row.day(orNil: 8),
      usableFrom: row.day(orNil: 9),
      fscClaim: row[10],
      handlingUnitMilli: row[11],
      handlingUnitSize: row.size(12),
      handlingUnitWeightG: row[15]
    )
    var line = ReceiptLine(id: row.key(1), number: row[2], draft: draft, lot: row.key(orNil: 3))
    line.receivedMilli = row[16]
    line.damagedMilli = row[17]
    line.damagedLot = row.key(orNil: 18)
    return line
  }
}

extension WriteSession {
  /// Creates a receipt with status EXPECTED; a duplicate number is a conflict.
  ///
  /// A repeat of the same name with the same lines returns the receipt that is there.
  func insert(_ draft: ReceiptDraft) throws -> Receipt {
    if let known = try receipt(publicID: draft.publicID) {
      guard known.number == draft.number, known.lines.map(\.draft) == draft.lines else {
        throw Failure(.conflict, "The name \(draft.publicID) belongs to another receipt already.")
      }
      return known
    }
    let isTaken = try db.first(
      "SELECT 1 FROM receipts WHERE tenant_id = ? AND number = ?",
      [scope.home.rawValue, draft.number]
    ) { _ in true }
    if isTaken == true {
      throw Failure(
        .conflict,
        "There is a receipt \(draft.number) already.",
        hint: "Open that receipt, or use another number."
      )
    }
    guard !draft.lines.isEmpty, draft.lines.count <= Limits.receiptLines else {
      throw Failure(
        .invalid,
        "A receipt has 1 to \(Limits.receiptLines) lines, not \(draft.lines.count)."
      )
    }
    for material in Set(draft.lines.map(\.material)) { _ = try owner(of: material) }
    try db.run(
      """
      INSERT INTO receipts (public_id, tenant_id, number, dock_id, supplier_code, due_day,
        created_at, changed_at, purchase_order_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
      """,
      [
        draft.publicID.text, scope.home.rawValue, draft.number, draft.dock.rawValue,
        draft.supplierCode, draft.dueDay?.rawValue, draft.createdAt.ms,
        draft.purchaseOrder?.rawValue,
      ]
    )
    let id = db.lastInsertedRowID
    for (index, line) in draft.lines.enumerated() { try insert(line, index + 1, of: id) }
    guard let receipt = try receipt(publicID: draft.publicID) else {
      throw Failure(.internal, "The receipt \(draft.number) vanished while it was written.")
    }
    return receipt
  }

  private func insert(_ line: ReceiptLineDraft, _ number: Int, of receipt: Int64) throws {
    try db.run(
      """
      INSERT INTO receipt_lines (tenant_id, receipt_id, number, material_id, quantity_milli,
        lot_number, license_plate, expiry_day, usable_from_day, fsc_claim, hu_milli, hu_x_mm,
        hu_y_mm, hu_z_mm, hu_weight_g) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        scope.home.rawValue, receipt, number, line.material.rawValue, line.quantityMilli,
        line.lotNumber, line.licensePlate, line.expiry?.rawValue, line.usableFrom?.rawValue,
        line.fscClaim, line.handlingUnitMilli, line.handlingUnitSize?.x, line.handlingUnitSize?.y,
        line.handlingUnitSize?.z, line.handlingUnitWeightG,
      ]
    )
  }

  /// Records which lot a line was booked as.
  func setLot(_ lot: LotID, of line: Key<ReceiptLine>) throws {
    _ = try writableLot(lot)
    try db.run(
      "UPDATE receipt_lines SET lot_id = ? WHERE id = ?\(owned("tenant_id"))",
      [lot.rawValue, line.rawValue]
    )
    try expectOneChange("There is no receipt line with the key \(line.rawValue).")
  }

  /// Records what really came of a line, and which lot its damaged goods are.
  func setReceived(
    _ receivedMilli: Int64,
    damagedMilli: Int64,
    damagedLot: LotID?,
    of line: Key<ReceiptLine>
  ) throws {
    try db.run(
      """
      UPDATE receipt_lines SET received_milli = ?, damaged_milli = ?, damaged_lot_id = ?
      WHERE id = ?\(owned("tenant_id"))
      """,
      [receivedMilli, damagedMilli, damagedLot?.rawValue, line.rawValue]
    )
    try expectOneChange("There is no receipt line with the key \(line.rawValue).")
  }

  /// Counts goods of a receipt as delivered on its purchase order, the earliest due line first.
  ///
  /// More than was ordered stays on the last line, so that an excess is seen there.
  func addReceived(_ quantityMilli: Int64, of material: MaterialID, on receipt: ReceiptID) throws {
    let lines = try db.all(
      """
      SELECT l.id, l.ordered_milli - l.received_milli FROM purchase_order_lines l
      WHERE l.order_id = (SELECT purchase_order_id FROM receipts WHERE id = ?)
        AND l.material_id = ?\(owned("l.tenant_id")) ORDER BY l.due_day, l.number
      """,
      [receipt.rawValue, material.rawValue]
    ) { row -> (line: Int64, open: Int64) in (row[0], row[1]) }
    var rest = quantityMilli
    for (index, line) in lines.enumerated() where rest > 0 {
      let part = index == lines.count - 1 ? rest : min(rest, max(0, line.open))
      guard part > 0 else { continue }
      rest -= part
      try db.run(
        "UPDATE purchase_order_lines SET received_milli = received_milli + ? WHERE id = ?",
        [part, line.line]
      )
    }
  }

  /// Moves a receipt on.
  func setStatus(_ status: ReceiptStatus, of receipt: ReceiptID, at: Instant) throws {
    let isArrival = [.arrived, .planned, .closed].contains(status)
    try db.run(
      """
      UPDATE receipts SET status = ?1, changed_at = ?2,
        arrived_at = CASE WHEN ?3 THEN coalesce(arrived_at, ?2) ELSE arrived_at END
      WHERE id = ?4\(owned("tenant_id"))
      """,
      [status.rawValue, at.ms, isArrival, receipt.rawValue]
    )
    try expectOneChange("There is no receipt with the key \(receipt.rawValue).")
  }

  /// Fails with `notFound` where the last statement changed no row.
  func expectOneChange(_ message: String) throws(Failure) {
    guard db.changesCount > 0 else { throw Failure(.notFound, message) }
  }
}
